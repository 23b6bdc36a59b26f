import type { Criteria } from './criteria.ts'
import { type Doubt, doubtAbout } from './guard-readings.ts'
import type { UnmatchedLine } from './unmatched.ts'

/** A guard that would keep something selected if it were read as its author may have meant it. */
export interface GuardDoubt extends Doubt {
  /** The line as the user wrote it, with `!` if it excludes. */
  line: string
  input: 'name' | 'protect' | 'label'
  /** Whether it matches nothing as it stands. */
  isUnmatched: boolean
}

/** What is about to be deleted. */
export interface Going {
  ids: readonly string[]
  names: readonly string[]
  /** Names of what would be deleted or changed with it, which only `protect` covers. */
  others: readonly string[]
}

/** Doubts about lines of `protect`, and of `name` that exclude. Pure. */
export function guardDoubts(
  { exclude, protect }: Pick<Criteria, 'exclude' | 'protect'>,
  unmatched: readonly UnmatchedLine[],
  { ids, names, others }: Going,
): GuardDoubt[] {
  const about = (input: 'name' | 'protect', role: UnmatchedLine['role'], source: string): GuardDoubt[] => {
    const isUnmatched = unmatched.some((each) => each.role === role && each.line === source)
    const covered = input === 'protect' ? [...names, ...others] : names
    const doubt = ids.includes(source) ? { how: 'as an ID', name: source } : doubtAbout(source, covered, isUnmatched)
    return doubt === undefined ? [] : [{ ...doubt, line: input === 'name' ? `!${source}` : source, input, isUnmatched }]
  }
  return [
    ...exclude.flatMap(({ source }) => about('name', 'exclude', source)),
    ...protect.flatMap(({ source }) => about('protect', 'protect', source)),
  ]
}
