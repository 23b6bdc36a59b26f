import type { Observation, Snapshot, Unreadable } from '../observation.ts'

/** Runs one read; an error becomes the observation, so that one target's failure does not affect the others. */
export async function attempt<S extends Snapshot>(look: () => Promise<Observation<S>>): Promise<Observation<S>> {
  try {
    return await look()
  } catch (error) {
    return unreadable(error)
  }
}

/** The observation of a read that failed. */
export function unreadable(error: unknown): Unreadable {
  return { state: 'unreadable', error: error instanceof Error ? error : new Error(String(error)) }
}
