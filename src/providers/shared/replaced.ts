import type { TargetHistory } from '../history.ts'
import type { EndStep } from '../step.ts'
import { sameSecond } from './time.ts'

/**
 * What follows when the ID came back with another creation time: the one we knew is gone, and the new one is not ours.
 * Undefined where that is not so.
 */
export function whenReplaced(history: TargetHistory): EndStep | undefined {
  const times = history.flatMap((event) => ('createdAt' in event ? (event.createdAt ?? []) : []))
  if (times.every((time) => sameSecond(time, times[0]))) return undefined
  const other = 'a new one has the same ID, and is left alone'
  return mayBeOurs(history)
    ? { type: 'end', outcome: 'deleted', reason: `confirmed gone; ${other}` }
    : { type: 'end', outcome: 'protected', reason: `somebody removed it meanwhile; ${other}` }
}

/** Whether a deletion of this run may have removed it: one without an answer counts, one that met nothing or a refusal does not. */
function mayBeOurs(history: TargetHistory): boolean {
  return history.some(
    (event) =>
      event.type === 'requested' &&
      event.action.final &&
      (event.actionResult.result === 'accepted' || event.actionResult.result === 'unknown'),
  )
}
