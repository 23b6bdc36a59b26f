import type { Observation, Snapshot } from '../observation.ts'
import { type Target, targetKey } from '../target.ts'
import { attempt } from './observe.ts'

/**
 * What GET says of targets that a list does not show, by key. A list that came out short must not turn what is there into
 * something deleted, so each of them is asked for.
 */
export async function verifyMissing<S extends Snapshot>(
  missing: readonly Target[],
  look: (target: Target) => Promise<Observation<S>>,
): Promise<ReadonlyMap<string, Observation<S>>> {
  const verified = missing.map(async (target) => [targetKey(target), await attempt(() => look(target))] as const)
  return new Map(await Promise.all(verified))
}
