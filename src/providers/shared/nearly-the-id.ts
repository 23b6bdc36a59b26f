import type { Observation, Snapshot } from '../observation.ts'
import type { Target } from '../target.ts'

/** Adds to absent targets why their ID is a mistake: it is nearly one of `known`, the IDs that a list showed. */
export function mistypedAs<S extends Snapshot>(
  observations: readonly Observation<S>[],
  targets: readonly Target[],
  known: readonly string[],
  resource: string,
): Observation<S>[] {
  let byLetters: ReadonlyMap<string, string> | undefined
  const whyMistyped = (id: string): string | undefined => {
    byLetters ??= new Map(known.map((each) => [each.toLowerCase(), each]))
    const alike = byLetters.get(id.toLowerCase())
    if (alike !== undefined) return nearlyTheId(id, alike, resource)
    return isNumber(id) ? known.flatMap((each) => nearlyTheId(id, each, resource) ?? [])[0] : undefined
  }
  return observations.map((observation, index) => {
    const id = targets[index]?.id
    if (observation.state !== 'absent' || id === undefined) return observation
    const reason = whyMistyped(id)
    return reason === undefined ? observation : { ...observation, mistaken: { kind: 'name', reason } }
  })
}

/**
 * Why an ID that does not exist may stand for one that does: it differs in letter case, or YAML read it as a number, which turns
 * `0123456` into `123456` and `1e5` into `100000`. Undefined if neither applies.
 */
export function nearlyTheId(given: string, known: string, resource: string): string | undefined {
  if (given === known) return undefined
  if (given.toLowerCase() === known.toLowerCase()) return `it differs from ${resource} ${known} in letter case only`
  if (!isNumber(given) || Number(known) !== Number(given)) return undefined
  return `it is what YAML makes of ${resource} ${known} without quotes: put the ID in quotes`
}

/** What YAML may have made of an ID. */
function isNumber(text: string): boolean {
  return /^-?[\d.]+$/.test(text)
}
