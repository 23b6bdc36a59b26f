import { quoted } from '../lib/format.ts'
import { isLiteral, type Pattern, parsePattern } from '../sweep/pattern.ts'
import { patternProblem } from './pattern-problem.ts'
import type { InputReader } from './reader.ts'
import type { Kind } from './targets.ts'

/** The resource groups that targets named one by one are in: one each, or one of several. Empty if the provider has none. */
export function readTargetGroups(reader: InputReader, kind: Kind): readonly string[] {
  const { groups } = kind.names
  if (groups === undefined) return []
  return readLines(reader, kind).map((line) => {
    if (isPattern(line)) {
      reader.mistake(
        `'${groups.input}' has ${quoted(line)}: patterns of a ${groups.noun} are for a sweep by 'name'; with '${kind.names.ids}', write IDs`,
      )
    }
    return line
  })
}

/** The resource groups to sweep, by ID or pattern. Empty if the provider has none. */
export function readGroupPatterns(reader: InputReader, kind: Kind): readonly Pattern[] {
  return readLines(reader, kind).map((line) => parsePattern(line))
}

function isPattern(line: string): boolean {
  return !isLiteral(parsePattern(line))
}

/** A line that can be neither an ID nor a pattern is a mistake: it would be sent to the provider, or match nothing for ever. */
function readLines(reader: InputReader, { provider, names }: Kind): readonly string[] {
  const { groups } = names
  if (groups === undefined) return []
  const lines = reader.ids(groups.input)
  for (const line of lines) {
    // A pattern is an ID but for its marks.
    const id = line.replaceAll('{pr}', '1').replace(/[*?]+/g, '0')
    const asPattern = isPattern(line) || /[{}]/.test(line) ? patternProblem(line)?.what : undefined
    const problem =
      asPattern ?? (isPattern(line) && id.length < 3 ? undefined : provider.idProblem(groups.resource, id))
    if (problem !== undefined) reader.mistake(`'${groups.input}' has ${quoted(line)}, which ${problem}`)
  }
  return lines
}
