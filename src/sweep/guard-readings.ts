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

/** The first selected name that a guard would keep in another reading. */
export function doubtAbout(line: string, names: readonly string[]): Doubt | undefined {
  for (const { how, holds } of readingsOf(line)) {
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
