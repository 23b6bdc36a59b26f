import type { Criteria } from './criteria.ts'
import { doubtAbout, nearestName } from './guard-readings.ts'
import { matchPattern, parsePattern } from './pattern.ts'

/** A line of `name` or `protect` that matches none of the names found. */
export interface UnmatchedLine {
  /** `include`: it selects nothing. The others are guards, which keep nothing so. */
  role: 'include' | 'exclude' | 'protect'
  /** As the user wrote it, without `!`. */
  line: string
  /** What may be wrong with it, where that can be guessed; a sentence without its end. */
  guess: string | undefined
}

/**
 * The lines that match none of the names found, with what may be wrong with them. `names` are those that were listed, `others`
 * those of what would be deleted or changed with them, which only `protect` covers. Pure.
 */
export function unmatchedLines(
  { include, exclude, protect }: Pick<Criteria, 'include' | 'exclude' | 'protect'>,
  names: readonly string[],
  others: readonly string[],
): UnmatchedLine[] {
  const of = (role: UnmatchedLine['role'], patterns: Criteria['include'], seen: readonly string[]) =>
    patterns
      .filter((pattern) => !seen.some((name) => matchPattern(pattern, name).matches))
      .map(({ source }) => ({ role, line: source, guess: guess(source, seen) }))
  return [
    // Where nothing is there, that nothing matches says nothing about a pattern.
    ...(names.length === 0 ? [] : [...of('include', include, names), ...of('exclude', exclude, names)]),
    ...of('protect', protect, [...names, ...others]),
  ]
}

function guess(line: string, names: readonly string[]): string | undefined {
  const matches = (text: string) => names.some((name) => matchPattern(parsePattern(text), name).matches)
  const doubt = doubtAbout(line, names)
  if (doubt !== undefined) return `read ${doubt.how}, it would match ${doubt.name}`
  if (matches(`${line}*`)) return `a pattern matches whole names: write ${line}* for names that begin with it`
  if (matches(`*${line}`)) return `a pattern matches whole names: write *${line} for names that end with it`
  if (line.includes('{pr}') && matches(line.replaceAll('{pr}', '*'))) {
    return 'names match it but for {pr}, which stands for a whole run of digits'
  }
  if (/[*?]|\{pr\}/.test(line)) return undefined
  const near = nearestName(line, names)
  return near === undefined ? undefined : `it is nearly the name ${near}`
}
