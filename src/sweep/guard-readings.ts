import { distance } from '../lib/near.ts'
import { matchPattern, parsePattern } from './pattern.ts'

/** A way in which somebody may have meant a guard that matches nothing as it stands. */
export interface Reading {
  /** Completes "read ...". */
  how: string
  holds: (name: string) => boolean
}

/** A name that a guard would hold, had it been meant in another way. */
export interface Doubt {
  how: string
  name: string
}

/**
 * How else a line of `protect`, or an exclusion, can be read. What it would hold so must not be deleted: a guard that was
 * misunderstood is still a guard. Only readings that the user can settle by writing the line in another way are among them.
 */
function readingsOf(line: string): readonly Reading[] {
  const parts = line.split(/[\s;]+/).filter((part) => part !== '')
  const glob = line.replaceAll('.*', '*')
  return [
    ...(glob === line
      ? []
      : [
          { how: "as a regular expression ('.*' is '*' here)", holds: matcher(glob) },
          { how: "as a regular expression ('.*' is '*' here, '.' is '?')", holds: matcher(glob.replaceAll('.', '?')) },
        ]),
    { how: 'in another letter case', holds: matcher(line, (text) => text.toLowerCase()) },
    { how: 'with another separator', holds: matcher(line, oneSeparator) },
    {
      how: 'in another letter case and with another separator',
      holds: matcher(line, (it) => oneSeparator(it.toLowerCase())),
    },
    ...(parts.length > 1
      ? [{ how: 'as several patterns on one line', holds: (name: string) => parts.some((part) => matcher(part)(name)) }]
      : []),
  ]
}

/**
 * What else may be meant by a line without patterns that matches nothing as it stands. Numbers are not mistyped: `PR-9` is meant
 * neither for `PR-91` nor for `PR-8`.
 */
function slipsOf(line: string): readonly Reading[] {
  if (/[*?]/.test(line)) return []
  const [isNumberFirst, isNumberLast] = [/^\d/.test(line), /\d$/.test(line)]
  return [
    {
      how: 'as the beginning of a name',
      holds: (name) => name.startsWith(line) && !(isNumberLast && /^\d/.test(name.slice(line.length))),
    },
    {
      how: 'as the end of a name',
      holds: (name) => name.endsWith(line) && !(isNumberFirst && /\d$/.test(name.slice(0, -line.length))),
    },
    {
      how: 'with a slip of the keyboard',
      holds: (name) => line.replace(/\D+/g, ' ') === name.replace(/\D+/g, ' ') && apart(line, name) !== undefined,
    },
  ]
}

/** A longer name is nobody's near miss, and takes long to compare. */
const LONGEST_COMPARED = 100

/** In how many characters a line without patterns differs from a name; undefined if in more than one or two. */
function apart(line: string, name: string): number | undefined {
  if (line.length > LONGEST_COMPARED || name.length > LONGEST_COMPARED) return undefined
  const count = distance(name.toLowerCase(), line.toLowerCase())
  return count <= Math.min(2, Math.floor(line.length / 3)) ? count : undefined
}

/** The name that a line without patterns is nearest to, but for one or two characters. */
export function nearestName(line: string, names: readonly string[]): string | undefined {
  const near = names.flatMap((name) => {
    const count = apart(line, name)
    return count === undefined ? [] : { name, count }
  })
  return near.sort((a, b) => a.count - b.count)[0]?.name
}

/** The first selected name that a guard would keep in another reading. `isUnmatched`: it matches nothing as it stands. */
export function doubtAbout(line: string, names: readonly string[], isUnmatched = false): Doubt | undefined {
  for (const { how, holds } of isUnmatched ? [...readingsOf(line), ...slipsOf(line)] : readingsOf(line)) {
    const name = names.find(holds)
    if (name !== undefined) return { how, name }
  }
  return undefined
}

/** `change` makes texts equal that should count as equal, patterns and names alike. It must leave `*` and `?` alone. */
function matcher(line: string, change: (text: string) => string = (text) => text): (name: string) => boolean {
  const pattern = parsePattern(change(line))
  return (name) => matchPattern(pattern, change(name)).matches
}

/** Hyphens, underscores, dots, slashes and blanks are what names are mistyped in most. */
function oneSeparator(text: string): string {
  return text.replace(/[-_./\s]/g, '-')
}
