import { quoted } from '../lib/format.ts'
import type { InputReader } from './reader.ts'
import type { Kind } from './targets.ts'

const DAY_MS = 24 * 3_600_000
/** A bill tells of days, and of 31 at most (Baseten's usage summary). */
const SHORTEST_MS = DAY_MS
const LONGEST_MS = 31 * DAY_MS

/** The `unused-for` input in ms; 0 if it is not given. */
export function readUnusedFor(reader: InputReader): number {
  const ms = reader.duration('unused-for')
  if (ms === 0 || (ms >= SHORTEST_MS && ms <= LONGEST_MS)) return ms
  reader.mistake(`'unused-for' is ${quoted(reader.text('unused-for'))}; allowed: 1d to 31d, or 0s for any use`)
  return 0
}

/** Where the provider shows no use, it would keep everything, and nobody would notice. */
export function refuseUnusedFor(reader: InputReader, { provider, resource, names }: Kind): void {
  if (names.hasUsage !== undefined || !reader.isGiven('unused-for')) return
  reader.mistake(
    `'unused-for' does not go with 'resource: ${resource}': requests to ${names.plural} of ${provider.name} are not counted; remove it`,
  )
}
