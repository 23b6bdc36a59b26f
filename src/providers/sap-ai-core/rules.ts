import type { TargetHistory } from '../history.ts'
import { acts, deletionAccepted, ended, lastAct, problemOf, refusals } from '../history.ts'
import type { Observed, Snapshot } from '../observation.ts'
import type { Policy } from '../provider.ts'
import { whenAbsent, whenStillShown } from '../shared/absence.ts'
import type { Step } from '../step.ts'
import type { SapAction } from './action.ts'

/** A deployment of SAP AI Core, with what its rules look at. */
export interface SapSnapshot extends Snapshot {
  details: SapDetails
}

/** What the rules look at beyond the status. */
export interface SapDetails {
  targetStatus: string | undefined
  /**
   * Whether it is of SAP's own orchestration service, which everything in the resource group shares; undefined where neither
   * scenario nor name tells.
   */
  orchestration: boolean | undefined
}

/** SAP documents no number for "was just created"; a quarter of an hour is generous. */
const YOUNG_MS = 15 * 60_000

/** How often a refused action is looked at again before it is given up. */
const MAX_REFUSALS = 5

/** A stop that was accepted and shows no trace for so long is asked for again. */
const TRACE_MS = 30_000

/** The stop and delete matrix of "Deployments", SAP AI Launchpad documentation. Decides on `status`, never on the target alone. */
export function nextSapStep(
  observation: Observed<SapSnapshot>,
  history: TargetHistory<SapAction>,
  policy: Policy,
): Step<SapAction> {
  if (observation.state === 'absent') return whenAbsent(history, wasYoung(history))
  const { status, details } = observation.snapshot

  if (details.targetStatus === 'DELETED') {
    return { type: 'wait', until: 'gone', reason: 'is being deleted', after: [] }
  }
  const guard = protectionOf(details, policy)
  if (guard !== undefined) return { type: 'end', outcome: 'protected', reason: guard }
  if (deletionAccepted(history)) return { type: 'wait', until: 'gone', reason: 'deletion was accepted', after: [] }
  const shown = whenStillShown(history)
  if (shown !== undefined) return shown

  const refused = refusals(history)
  if (refused.length >= MAX_REFUSALS) {
    const reason = `refused ${refused.length} times, last in status ${status}: ${problemOf(refused.at(-1))}`
    return { type: 'end', outcome: 'refused', reason }
  }
  return byStatus(status, details, history)
}

/** SAP creates one orchestration deployment by itself, and everything in the resource group shares it. */
export function protectionOf(details: SapDetails, policy: Policy): string | undefined {
  if (details.orchestration === false || policy.allow.has('orchestration')) return undefined
  const lift = "set 'allow: orchestration' if it is really to go"
  return details.orchestration
    ? `it serves SAP's shared orchestration service; ${lift}`
    : `neither its scenario nor its name tells that it does not serve SAP's shared orchestration service; ${lift}`
}

function byStatus(status: string, details: SapDetails, history: TargetHistory<SapAction>): Step<SapAction> {
  const afterStop = ['delete once it is stopped', 'wait until it is gone']
  switch (status) {
    case 'UNKNOWN':
    case 'STOPPED':
    case 'DEAD':
      return remove(`is ${status}`, history)
    case 'COMPLETED': {
      // No documented state diagram has it: one attempt, and a refusal is final.
      const refusal = deletionRefusedIn(status, history)
      if (refusal === undefined) return remove('is COMPLETED', history)
      const reason = `SAP AI Core refuses to delete it in status COMPLETED: ${problemOf(refusal)}`
      return { type: 'end', outcome: 'refused', reason }
    }
    case 'RUNNING':
    case 'PENDING': {
      const asked = acts(history, 'stop').at(-1)
      const mayStillShow = asked?.actionResult.result === 'accepted' && lookedAt(history) - asked.until < TRACE_MS
      if (details.targetStatus === 'STOPPED' || mayStillShow) {
        return { type: 'wait', until: 'stopped', reason: `is ${status} and stopping`, after: afterStop }
      }
      return {
        type: 'act',
        action: { verb: 'stop', final: false },
        reason: `is ${status} and must be stopped first`,
        after: ['wait until it is stopped', ...afterStop],
      }
    }
    case 'STOPPING':
      return { type: 'wait', until: 'stopped', reason: 'is STOPPING', after: afterStop }
    default:
      return { type: 'wait', until: 'settled', reason: `is in the unknown status ${status}`, after: afterStop }
  }
}

function remove(reason: string, history: TargetHistory<SapAction>): Step<SapAction> {
  const last = lastAct(history)
  // Older pages of SAP's documentation send a body with DELETE; it is tried once where a bare one was refused outright.
  const bareRefused =
    last?.action.verb === 'delete' &&
    last.actionResult.result === 'refused' &&
    [400, 415].includes(last.actionResult.status)
  const triedBoth = acts(history, 'delete').some(({ action }) => action.withBody)
  const action: SapAction = {
    verb: 'delete',
    final: true,
    ...(bareRefused && !triedBoth ? { withBody: true as const } : {}),
  }
  return { type: 'act', action, reason, after: ['wait until it is gone'] }
}

/** The refused deletion that was decided on a look that showed `status`; a refusal in another status says nothing about it. */
function deletionRefusedIn(status: string, history: TargetHistory<SapAction>) {
  return ended(history, 'delete', 'refused').find((act) => {
    const before = history.slice(0, history.indexOf(act))
    return before.findLast((event) => event.type === 'observed')?.status === status
  })
}

/** When the look that is decided on was taken. */
function lookedAt(history: TargetHistory): number {
  return history.at(-1)?.until ?? 0
}

function wasYoung(history: TargetHistory): boolean {
  const last = history.findLast((event) => event.type === 'observed')
  return last?.createdAt !== undefined && last.until - last.createdAt < YOUNG_MS
}
