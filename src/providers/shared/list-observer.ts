import type { Exchange } from '../../http/exchange.ts'
import type { Observation } from '../observation.ts'
import type { Target } from '../target.ts'
import { attempt } from './observe.ts'

/** Up to so many are asked for one by one. */
const FEW = 8
/** Of more, so many at most are asked for before a list is believed about all that it does not show. */
const WITNESSES = 4

/**
 * What is so of targets that a list shows no more. A list that came out short must not turn what is there into something
 * deleted, so the IDs are asked for as well: each where an action was to be decided, as nothing is known to be going then;
 * where only the end is to be confirmed, a few from all over, and all of them unless these are gone indeed.
 */
export async function witnessed<F>(
  missing: readonly Target[],
  exchange: Exchange,
  depth: 'decide' | 'confirm',
  look: (target: Target) => Promise<Observation<F>>,
): Promise<ReadonlyMap<Target, Observation<F>>> {
  const words = new Map<Target, Observation<F>>()
  const ask = (targets: readonly Target[]) =>
    Promise.all(targets.map(async (target) => words.set(target, await attempt(() => look(target)))))
  const step = depth === 'decide' || missing.length <= FEW ? 1 : Math.ceil(missing.length / WITNESSES)
  await ask(missing.filter((_, index) => index % step === 0))
  const others = missing.filter((target) => !words.has(target))
  if ([...words.values()].every(({ state }) => state === 'absent')) {
    for (const target of others) words.set(target, { state: 'absent', exchange })
  } else {
    await ask(others)
  }
  return words
}
