import { DAY_MS, quoted } from '../lib/format.ts'
import type { InputReader } from './reader.ts'
import type { Kind } from './targets.ts'

/** The `unused-for` input in ms; 0 if it is not given. `kind` says for which periods use is known. */
export function readUnusedFor(reader: InputReader, kind: Kind | undefined): number {
  const ms = reader.duration('unused-for')
  const { usage } = kind?.names ?? {}
  if (ms === 0 || usage === undefined || (ms >= usage.leastDays * DAY_MS && ms <= usage.mostDays * DAY_MS)) return ms
  const allowed = `${usage.leastDays}d to ${usage.mostDays}d`
  reader.mistake(`'unused-for' is ${quoted(reader.text('unused-for'))}; allowed: ${allowed}, or 0s for any use`)
  return 0
}

/** Where the provider shows no use, it would keep everything, and nobody would notice. */
export function refuseUnusedFor(reader: InputReader, { provider, resource, names }: Kind): void {
  if (names.usage !== undefined || !reader.isGiven('unused-for')) return
  reader.mistake(
    `'unused-for' does not go with 'resource: ${resource}': requests to ${names.plural} of ${provider.name} are not counted; remove it`,
  )
}
