import { toError } from '../../lib/errors.ts'
import type { Observation, Snapshot, Unreadable } from '../observation.ts'
import type { Target } from '../target.ts'

/** Runs one read; an error becomes the observation, so that one target's failure does not affect the others. */
export async function attempt<S extends Snapshot>(read: () => Promise<Observation<S>>): Promise<Observation<S>> {
  try {
    return await read()
  } catch (error) {
    return unreadable(error)
  }
}

/** The observation of a read that failed. */
export function unreadable(error: unknown): Unreadable {
  return { state: 'unreadable', error: toError(error) }
}

/**
 * Observes targets in groups, all groups at once. Gives the observations in the order of the targets. An error in one group says
 * nothing about the others.
 */
export async function observeInGroups<S extends Snapshot, K>(
  targets: readonly Target[],
  keyOf: (target: Target) => K,
  read: (key: K, group: readonly Target[]) => Promise<Observation<S>[]>,
): Promise<Observation<S>[]> {
  const seen = new Map<Target, Observation<S>>()
  const inGroup = async (key: K, group: readonly Target[]): Promise<Observation<S>[]> => {
    try {
      return await read(key, group)
    } catch (error) {
      return group.map(() => unreadable(error))
    }
  }
  await Promise.all(
    [...Map.groupBy(targets, keyOf)].map(async ([key, group]) => {
      const observations = await inGroup(key, group)
      for (const [index, target] of group.entries()) {
        const observation = observations[index]
        if (observation !== undefined) seen.set(target, observation)
      }
    }),
  )
  return targets.map((target) => seen.get(target) ?? unreadable('it was not asked for'))
}
