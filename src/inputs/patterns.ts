import { isTooLongToShow, quoted } from '../lib/format.ts'
import { type Pattern, parsePattern } from '../sweep/pattern.ts'
import { type PatternProblem, patternProblem } from './pattern-problem.ts'
import type { InputReader } from './reader.ts'
import type { Kind } from './targets.ts'

/** The patterns of `name`. */
export interface NamePatterns {
  include: readonly Pattern[]
  exclude: readonly Pattern[]
}

/** The lines of `name`; `kind` says which characters a name can have, if known. */
export function readNamePatterns(reader: InputReader, kind: Kind | undefined): NamePatterns {
  const lines = reader.lines('name')
  const include = lines.filter((line) => !line.startsWith('!'))
  const exclude = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1).trim())
  if (lines.length > 0 && include.length === 0 && !reader.isGiven('label')) {
    reader.mistake("'name' only excludes: add a pattern of what to delete, such as *")
  }
  for (const line of exclude) {
    if (line === '') reader.mistake("'name' has '!' without a pattern")
    if (line.startsWith('!')) reader.mistake(`'name' has ${quoted(`!${line}`)}: one '!' excludes; two mean nothing`)
    if (line.includes('{pr}')) reader.mistake(`'name' has ${quoted(`!${line}`)}: {pr} cannot be excluded`)
  }
  for (const line of include) {
    const [, excluded] = /^(?:-|~|not\s+|NOT\s+)(\S.*)$/.exec(line) ?? []
    if (excluded === undefined) refuseUnreadable(reader, 'name', line, kind)
    else
      reader.mistake(
        `'name' has ${quoted(line)}, which excludes nothing here${isTooLongToShow(line) ? '' : `. Write !${excluded}`}`,
      )
  }
  for (const line of exclude) refuseUnreadable(reader, 'name', line, kind, '!')
  return { include: include.map(parsePattern), exclude: exclude.map(parsePattern) }
}

/** Patterns for names that are never deleted: of targets, and of what is deleted with them. */
export function readProtect(reader: InputReader): Pattern[] {
  const lines = reader.lines('protect')
  if (lines.length === 1 && lines[0] === 'none') return []
  for (const line of lines) {
    if (line.startsWith('!')) reader.mistake(`'protect' has ${quoted(line)}: patterns with ! belong in 'name'`)
    else if (line.includes('{pr}')) reader.mistake(`'protect' has ${quoted(line)}: {pr} belongs in 'name'`)
    else if (/^none$/i.test(line) && line !== 'none')
      reader.mistake(`'protect' is ${quoted(line)}; for no pattern, write none`)
    else if (line !== 'none') refuseUnreadable(reader, 'protect', line, undefined)
  }
  return lines.map(parsePattern)
}

/** A line that cannot be read as meant is a mistake: as a guard it would hold nothing, and as `name` match nothing for ever. */
function refuseUnreadable(
  reader: InputReader,
  input: 'name' | 'protect',
  line: string,
  kind: Kind | undefined,
  sign: '' | '!' = '',
): void {
  const problem = patternProblem(line)
  if (problem !== undefined) {
    reader.mistake(
      `'${input}' has ${quoted(sign + line)}, which ${inWords(problem, sign, input === 'protect' || sign === '!')}`,
    )
    return
  }
  const { nameCharacters, plural } = kind?.names ?? {}
  if (nameCharacters === undefined) return
  const foreign = [...line.replaceAll('{pr}', '')].find(
    (each) => !/[*?]/.test(each) && !nameCharacters.allowed.test(each),
  )
  if (foreign === undefined) return
  reader.mistake(
    `'${input}' has ${quoted(sign + line)}, but no name of ${kind?.provider.name} ${plural} has '${foreign}' (${nameCharacters.words}). Write ? in its place if you are not sure which character it is`,
  )
}

/** A guard cannot have `{pr}`; there, more is kept by `*`. */
function inWords({ what, write }: PatternProblem, sign: string, isGuard: boolean): string {
  if (write.length === 0) return what
  const each = write.length === 1 ? '' : ', each on a line of its own'
  return `${what}. Write ${write.map((line) => sign + (isGuard ? line.replaceAll('{pr}', '*') : line)).join(' and ')}${each}`
}
