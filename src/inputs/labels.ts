import { quoted } from '../lib/format.ts'
import { type LabelPattern, parseLabel } from '../sweep/labels.ts'
import { patternProblem } from './pattern-problem.ts'
import type { InputReader } from './reader.ts'
import type { Kind } from './targets.ts'

/** The lines of `label`; none if it is not given. Lines that only exclude leave it to `name` what to delete. */
export function readLabels(reader: InputReader): LabelPattern[] {
  const lines = reader.lines('label')
  if (lines.length === 1 && lines[0] === 'any') return []
  const labels = lines.flatMap((line) => {
    const label = parseLabel(line)
    const problem = typeof label === 'string' ? label : unreadable(label)
    if (typeof label !== 'string' && problem === undefined) return label
    reader.mistake(`'label' has ${quoted(line)}, which ${problem}`)
    return []
  })
  if (labels.length > 0 && labels.every(({ excludes }) => excludes) && reader.text('name') === '') {
    reader.mistake("'label' only excludes: add a label of what to delete, or patterns in 'name'")
  }
  return labels
}

/** A line that cannot be read as meant would match nothing, and one with `!` would not keep what it is to keep. */
function unreadable({ source, value }: LabelPattern): string | undefined {
  const isSwitch = /^(?:true|false)$/i.test(value.source)
  return (patternProblem(source.replace('!', '')) ?? (isSwitch ? undefined : patternProblem(value.source)))?.what
}

/** A key that no label can have would match nothing, and with `!` keep nothing. */
function refuseKeys(reader: InputReader, prefix: string, plural: string): void {
  for (const line of reader.lines('label')) {
    const [, sign = '', rest = ''] = /^(!?)(.*)$/.exec(line) ?? []
    if (line === 'any' || rest.startsWith(prefix)) continue
    reader.mistake(
      `'label' has ${quoted(line)}, but each label of ${plural} begins with ${prefix}. Write ${quoted(`${sign}${prefix}${rest}`)}`,
    )
  }
}

/** Labels of what has none would keep everything, and nobody would notice. */
export function refuseLabels(reader: InputReader, { provider, resource, names }: Kind): void {
  if (!reader.isGiven('label')) return
  if (names.labels !== undefined) {
    refuseKeys(reader, names.labels.keyPrefix, names.plural)
    return
  }
  reader.mistake(
    `'label' does not go with 'resource: ${resource}': ${names.plural} of ${provider.name} have no labels; remove it`,
  )
}
