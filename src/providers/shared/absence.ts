import type { TargetHistory } from '../history.ts'
import { looksSince, sameLooks, snapshots } from '../history.ts'
import type { Absent } from '../observation.ts'
import type { Policy } from '../provider.ts'
import type { Action, EndStep, Step, WaitStep } from '../step.ts'

/**
 * What it means that the provider does not know a target. It is gone only if it was seen before; one that was never seen
 * may be mistyped, invisible to these credentials, or so new that the provider does not show it yet, so it is looked for
 * twice. `doubtful` asks for the second look also where it was seen.
 */
export function whenAbsent(history: TargetHistory, doubtful = false): EndStep | WaitStep {
  const seen = snapshots(history).length > 0
  if ((!seen || doubtful) && sameLooks(history) < 2) {
    return { type: 'wait', until: 'confirmed', reason: 'not found; a second look confirms it', after: [] }
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
    reason: history.some((event) => event.type === 'requested' && event.action.final)
      ? 'confirmed gone'
      : 'confirmed gone; somebody else removed it meanwhile',
  }
}

/**
 * A target that is not there is usually gone, and that is fine. Where its ID cannot be the one that was meant, what was meant
 * is still there, and the step must not say that it is gone. A model may have gone with its last deployment, in an earlier run.
 */
export function unlessMistaken<A extends Action>(step: Step<A>, { mistaken }: Absent, policy: Policy): Step<A> {
  if (mistaken === undefined || step.type !== 'end' || step.outcome !== 'already-gone') return step
  if (mistaken.kind === 'parent' && policy.allow.has('last')) {
    return { ...step, reason: `${step.reason}; ${mistaken.reason}` }
  }
  return { type: 'end', outcome: 'failed', reason: `not found: ${mistaken.reason}` }
}

/** So many looks show what a deletion did not find before it is asked for again; each time twice as many. */
const LAGGING_LOOKS = 5

/**
 * What follows when a deletion did not find what is shown all the same; undefined when it is to be asked for again. A read may lag
 * behind, and a gateway answers 404 for what it cannot reach: to repeat it is harmless, but it is never taken for accepted.
 */
export function whenStillShown(history: TargetHistory): WaitStep | undefined {
  const missed = history.filter(
    (event) => event.type === 'requested' && event.action.final && event.actionResult.result === 'not-found',
  ).length
  if (missed === 0 || looksSince(history) >= LAGGING_LOOKS * 2 ** (missed - 1)) return undefined
  return { type: 'wait', until: 'confirmed', reason: 'is still shown, but DELETE did not find it', after: [] }
}
