import { sameLooks, sightings } from './history.ts'
import type { History, Step } from './provider.ts'

/**
 * What it means that the provider does not know a target. It is gone only if it was seen before; one that was never seen
 * may be mistyped, invisible to these credentials, or so new that the provider does not show it yet, so it is looked for
 * twice. `doubtful` asks for the second look also where it was seen.
 */
export function whenAbsent(history: History, doubtful = false): Step {
  const seen = sightings(history).length > 0
  if ((!seen || doubtful) && sameLooks(history) < 2) {
    return { type: 'wait', until: 'confirmed', because: 'not found; a second look confirms it', after: [] }
  }
  if (!seen) {
    return {
      type: 'end',
      outcome: 'already-gone',
      reason: 'not found: deleted before, never there, or not visible with these credentials',
    }
  }
  return {
    type: 'end',
    outcome: 'deleted',
    reason: history.some((event) => event.type === 'acted' && event.action.final)
      ? 'confirmed gone'
      : 'confirmed gone; somebody else removed it meanwhile',
  }
}
