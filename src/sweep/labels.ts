import { MASK } from '../lib/redaction.ts'
import type { Labels } from '../providers/observation.ts'
import { matchPattern, type Pattern, parsePattern } from './pattern.ts'

/** One line of `label`. */
export interface LabelPattern {
  /** As the user wrote it. */
  source: string
  key: string
  value: Pattern
  /** A line with `!`: deployments with this label are kept. */
  excludes: boolean
}

/** How labels stand to the lines of `label`. */
export type LabelMatch =
  /** Every line holds; selected only if all numbers are those of closed pull requests, if there are any. */
  | { kind: 'matches'; numbers: readonly number[]; by: readonly string[] }
  | { kind: 'none'; why: string }
  /** Nothing can be said. */
  | { kind: 'unreadable'; why: string }

/** No value is longer that anybody gave. UTF-16 units. */
const LONGEST_VALUE = 1000

/** Reads a line: `key=value` or `!key=value`, with `*`, `?` and `{pr}` in the value. Gives what is wrong with it, in words, if anything is. */
export function parseLabel(source: string): LabelPattern | string {
  const excludes = source.startsWith('!')
  const line = excludes ? source.slice(1) : source
  const at = line.indexOf('=')
  if (at < 0) return 'has no =: write key=value'
  const [key, value] = [line.slice(0, at), line.slice(at + 1)]
  if (key === '') return 'has no key before the =: write key=value'
  if (value === '') return 'has no value after the =, perhaps because an expression came out empty'
  if (key !== key.trim() || value !== value.trim()) return 'has spaces around the ! or the =; write it without'
  if (/[*?{}]/.test(key)) return 'has a pattern in its key: only the value can have one'
  if (excludes && value.includes('{pr}')) return 'excludes {pr}, which cannot be excluded'
  return { source, key, value: parsePattern(value), excludes }
}

/**
 * What all lines say about labels. `undefined` means not shown, `null` means none. What cannot be read as meant never selects: a
 * nested value matches no `key=value`, and under the key of a `!key=value` it cannot be judged.
 */
export function matchLabels(labels: Labels | null | undefined, patterns: readonly LabelPattern[]): LabelMatch {
  if (labels === undefined) return { kind: 'unreadable', why: 'its labels are not shown' }
  const found = patterns.map((pattern) => ({ pattern, value: readValue(labels ?? {}, pattern.key) }))
  for (const { pattern, value } of found) {
    if (value.kind === 'unreadable') return { kind: 'unreadable', why: `its label ${pattern.key} ${value.why}` }
    if (!pattern.excludes) continue
    if (value.kind === 'nested') {
      return { kind: 'unreadable', why: `its label ${pattern.key} is nested, so '${pattern.source}' cannot be checked` }
    }
    if (isExcluded(value, pattern)) return { kind: 'none', why: `'${pattern.source}' in 'label' excludes it` }
  }
  const numbers = new Set<number>()
  for (const { pattern, value } of found) {
    if (pattern.excludes) continue
    // Null is no value, whatever a pattern takes.
    const match = value.kind === 'text' ? matchPattern(pattern.value, value.text) : undefined
    if (match?.matches !== true) return { kind: 'none', why: `no label of it is '${pattern.source}'` }
    for (const number of match.numbers) numbers.add(number)
  }
  const by = found.flatMap(({ pattern, value }) =>
    pattern.excludes || value.kind !== 'text' ? [] : [`${pattern.key}=${value.text}`],
  )
  return { kind: 'matches', numbers: [...numbers], by }
}

/** Every label that can be compared, as `key=value`. */
export function labelTexts(labels: Labels): string[] {
  return Object.keys(labels).flatMap((key) => {
    const value = readValue(labels, key)
    return value.kind === 'text' ? [`${key}=${value.text}`] : []
  })
}

type Value =
  | { kind: 'missing' | 'null' | 'nested' }
  | { kind: 'text'; text: string; number?: number }
  | { kind: 'unreadable'; why: string }

/** A value as text: what is no list and no object. */
function readValue(labels: Labels, key: string): Value {
  if (!Object.hasOwn(labels, key)) return { kind: 'missing' }
  const value = labels[key]
  switch (typeof value) {
    case 'string':
      if (value.length > LONGEST_VALUE) {
        return { kind: 'unreadable', why: `is ${value.length} characters long, so it cannot be checked` }
      }
      // Where a secret was taken out of it, it is not the value any more.
      if (value.includes(MASK)) return { kind: 'unreadable', why: 'holds a secret, so it cannot be checked' }
      return { kind: 'text', text: value }
    case 'number':
      // JSON has larger numbers than can be told apart here.
      if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
        return { kind: 'unreadable', why: 'is a number too large to be compared; make it a text' }
      }
      return { kind: 'text', text: String(value), number: value }
    case 'boolean':
      return { kind: 'text', text: String(value) }
    default:
      return { kind: value === null ? 'null' : 'nested' }
  }
}

/** What may be meant is kept: null as `null`, and a number however it is written (`1.10` is the number 1.1). */
function isExcluded(value: Value, { value: pattern }: LabelPattern): boolean {
  if (value.kind === 'null') return matchPattern(pattern, 'null').matches
  if (value.kind !== 'text') return false
  return (
    matchPattern(pattern, value.text).matches || (value.number !== undefined && value.number === Number(pattern.source))
  )
}
