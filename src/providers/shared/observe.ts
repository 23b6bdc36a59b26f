import type { Observation } from '../observation.ts'

/** Runs one look; what goes wrong becomes the observation, so that one target's failure is not another's. */
export async function attempt<F>(look: () => Promise<Observation<F>>): Promise<Observation<F>> {
  try {
    return await look()
  } catch (error) {
    return unreadable(error)
  }
}

/** A look that brought no answer. */
export function unreadable(error: unknown): Extract<Observation, { state: 'unreadable' }> {
  return { state: 'unreadable', error: error instanceof Error ? error : new Error(String(error)) }
}
