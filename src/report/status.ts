import type { Outcome, Result } from '../teardown/result.ts'
import type { RunReport } from './report.ts'

/** The word for the whole step. */
export type Status =
  | 'deleted'
  | 'accepted'
  | 'already-gone'
  | 'planned'
  | 'nothing-to-delete'
  | 'failed'
  | 'timed-out'
  | 'cancelled'

/** From the worst to the best; `kept` has no effect on the status. */
const WORST_FIRST: readonly [Outcome, Status][] = [
  ['failed', 'failed'],
  ['refused', 'failed'],
  ['timed-out', 'timed-out'],
  ['cancelled', 'cancelled'],
  ['planned', 'planned'],
  ['accepted', 'accepted'],
  ['deleted', 'deleted'],
  ['already-gone', 'already-gone'],
]

/** The worst that happened to any target. */
export function statusOf(results: readonly Result[]): Status {
  const outcomes = new Set(results.map(({ outcome }) => outcome))
  return WORST_FIRST.find(([outcome]) => outcomes.has(outcome))?.[1] ?? 'nothing-to-delete'
}

/** The word for a whole run. */
export function stepStatus({ problems, deferred, brokenOff, results }: RunReport): Status {
  if (brokenOff !== undefined) return brokenOff
  if (problems.length > 0) return 'failed'
  return deferred ? 'planned' : statusOf(results)
}

/** Outcomes that fail the step, after all other targets have ended. */
export function isFailure(outcome: Outcome): boolean {
  return outcome === 'failed' || outcome === 'refused' || outcome === 'timed-out'
}

/** Whether everything is done; a cancelled target is not, whoever cancelled it. */
export function isDone({ problems, brokenOff, results }: RunReport): boolean {
  const isOpen = ({ outcome }: Result) => isFailure(outcome) || outcome === 'cancelled'
  return problems.length === 0 && brokenOff === undefined && !results.some(isOpen)
}

/** Whether problems kept the run from changing anything; a problem can also come in the middle. */
export function isNotBegun({ problems, results }: RunReport): boolean {
  return problems.length > 0 && !results.some(isActedUpon)
}

/** Whether this run requested anything for a target, or deleted it. */
function isActedUpon({ outcome, history }: Result): boolean {
  return outcome === 'deleted' || outcome === 'accepted' || history.some(({ type }) => type === 'requested')
}

export function count(results: readonly Result[], ...outcomes: Outcome[]): number {
  return results.filter(({ outcome }) => outcomes.includes(outcome)).length
}
