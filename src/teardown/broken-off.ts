import { HttpError } from '../http/errors.ts'
import type { Observation, Snapshot } from '../providers/observation.ts'

/** A look that takes as long when the run ends says that the target cannot be read now. Milliseconds. */
const HANGS_MS = 2000

/** Whether the end of the run broke an ordinary look off, after `tookMs`: that says nothing of the target. */
export function isBrokenOff(observation: Observation<Snapshot>, tookMs: number): boolean {
  if (observation.state !== 'unreadable' || tookMs >= HANGS_MS) return false
  return observation.error instanceof HttpError && observation.error.failure === 'stopped'
}
