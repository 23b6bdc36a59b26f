import type { Observation, Snapshot, Unreadable } from '../observation.ts'

/** Runs one look; what goes wrong becomes the observation, so that one target's failure is not another's. */
export async function attempt<S extends Snapshot>(look: () => Promise<Observation<S>>): Promise<Observation<S>> {
  try {
    return await look()
  } catch (error) {
    return unreadable(error)
  }
}

/** A look that brought no answer. */
export function unreadable(error: unknown): Unreadable {
  return { state: 'unreadable', error: error instanceof Error ? error : new Error(String(error)) }
}
