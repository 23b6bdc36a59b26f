import type { RequestedEvent, TargetHistory } from '../history.ts'
import type { Action } from '../step.ts'

/** In a state that does not change by itself, a refusal is final once it has been repeated for this long. Milliseconds. */
const STABLE_MS = 5000
/** After an action is accepted, its effect can take this long to reach everything that the provider checks. Milliseconds. */
const SETTLING_MS = 30_000

/**
 * The final refusal of `verb` in `status`; undefined if retrying may help. `passing` are the states that pass by themselves: in
 * these, and just after an accepted action of this run, refusals are retried until the timeout; in other states for `stableMs`.
 */
export function finalRefusal<A extends Action>(
  history: TargetHistory<A>,
  verb: A['verb'],
  status: string,
  passing: ReadonlySet<string>,
  stableMs = STABLE_MS,
): RequestedEvent<A> | undefined {
  return passing.has(status) ? undefined : lastingRefusal(refusalsIn(history, verb, status), history, stableMs)
}

/** The last of these refusals of the same thing, once they have gone on too long to be temporary. */
export function lastingRefusal<A extends Action>(
  refused: readonly RequestedEvent<A>[],
  history: TargetHistory,
  stableMs = STABLE_MS,
): RequestedEvent<A> | undefined {
  const [first] = refused
  const last = refused.at(-1)
  if (first === undefined || last === undefined) return undefined
  const changed = history.findLast(
    (event) => event.type === 'requested' && !event.action.final && event.actionResult.result === 'accepted',
  )
  if (changed !== undefined && last.until - changed.until < SETTLING_MS) return undefined
  return last.until - first.until >= stableMs ? last : undefined
}

/** The refusals of `verb` that were decided on in `status`; one in another status says nothing about this one. */
export function refusalsIn<A extends Action>(
  history: TargetHistory<A>,
  verb: A['verb'],
  status: string,
): RequestedEvent<A>[] {
  return history.filter(
    (event, index): event is RequestedEvent<A> =>
      event.type === 'requested' &&
      event.action.verb === verb &&
      event.actionResult.result === 'refused' &&
      statusBefore(history, index) === status,
  )
}

function statusBefore(history: TargetHistory, index: number): string | undefined {
  return history.slice(0, index).findLast((event) => event.type === 'observed')?.status
}
