import type { Exchange } from '../http/exchange.ts'
import { attempt } from './observe.ts'
import type { Observation, Target } from './provider.ts'

/**
 * What is so of targets that a list shows no more. One of them is asked for by its ID: if it is gone indeed, the list is believed;
 * if not, each is asked for, because a list that came out short must not turn what is there into something deleted.
 */
export async function witnessed<F>(
  missing: readonly Target[],
  exchange: Exchange,
  look: (target: Target) => Promise<Observation<F>>,
): Promise<ReadonlyMap<Target, Observation<F>>> {
  const witness = missing.at(-1)
  if (witness === undefined) return new Map()
  const word = await attempt(() => look(witness))
  const others = missing.slice(0, -1)
  const words = new Map<Target, Observation<F>>([[witness, word]])
  if (word.state === 'absent') {
    for (const target of others) words.set(target, { state: 'absent', exchange })
    return words
  }
  const asked = others.map(async (target) => words.set(target, await attempt(() => look(target))))
  await Promise.all(asked)
  return words
}
