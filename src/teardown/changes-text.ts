import { changes, deletionAccepted } from '../providers/history.ts'
import type { Snapshot } from '../providers/observation.ts'
import type { Action, ActionResult } from '../providers/step.ts'
import type { Outcome } from './result.ts'
import type { TargetState } from './target-state.ts'

/** Outcomes that need no word about what was done. */
const SELF_EXPLANATORY: ReadonlySet<Outcome> = new Set(['deleted', 'accepted', 'planned'])

/** What this run did to a target that ends otherwise than meant, and what to do about it; empty if it did nothing. */
export function changesText<A extends Action>(
  { history, snapshot }: Pick<TargetState<Snapshot, A>, 'history' | 'snapshot'>,
  outcome: Outcome,
  requestText: (action: A) => string,
): string {
  // The reason already mentions an accepted deletion, and a DELETE or a last request without an answer.
  if (SELF_EXPLANATORY.has(outcome) || deletionAccepted(history)) return ''
  const done = changes(history)
  const requested = (result: ActionResult['result'], isTold: (action: A) => boolean = () => true) =>
    done
      .filter(({ action, actionResult }) => actionResult.result === result && isTold(action))
      .map(({ action }) => requestText(action))
  const accepted = requested('accepted')
  const unknown =
    outcome === 'refused'
      ? requested('unknown')
      : outcome === 'already-gone'
        ? requested('unknown', ({ final }) => !final)
        : []
  const parts = [
    ...(accepted.length === 0 ? [] : [`this run has already requested ${accepted.join(', and ')}`]),
    ...(unknown.length === 0 ? [] : [`whether ${unknown.join(' and ')} was carried out is unknown`]),
    ...(outcome === 'refused' && snapshot !== undefined && done.length > 0
      ? [
          `it is left ${snapshot.status}: start it again where it is needed, or run this again once nothing stands in the way`,
        ]
      : []),
  ]
  return parts.map((part) => `. ${part.charAt(0).toUpperCase()}${part.slice(1)}`).join('')
}
