import { plural } from '../../lib/format.ts'
import type { TargetHistory } from '../history.ts'
import { acts, lastAct, problemOf, refusals } from '../history.ts'
import type { Observed } from '../observation.ts'
import type { Policy } from '../provider.ts'
import { applyRules } from '../shared/common-rules.ts'
import { finalRefusal, refusalsIn } from '../shared/patience.ts'
import type { EndStep, Step } from '../step.ts'
import { type SapAction, STOP_TRACE_MS } from './action.ts'
import { nextGroupStep } from './group-rules.ts'
import { protectionOf } from './guards.ts'
import type { DeploymentDetails, SapSnapshot } from './snapshot.ts'

/** SAP documents that a new deployment may not be found for a while, and no number; its clients wait half a minute. */
const FRESH_MS = 30_000

/** Younger ones may not be found by GET for a while although they are there; a quarter of an hour is generous. */
const YOUNG_MS = 15 * 60_000

/**
 * States that pass by themselves: a refusal in one of them is retried until the timeout. Source: "Deployments", SAP AI Launchpad
 * documentation.
 */
export const PASSING: ReadonlySet<string> = new Set(['UNKNOWN', 'PENDING', 'STOPPING'])

/** The next step for a deployment or a resource group; both are looked for alike while they are not there. */
export function nextSapStep(
  observed: Observed<SapSnapshot>,
  history: TargetHistory<SapAction>,
  policy: Policy,
): Step<SapAction> {
  const details = observed.state === 'present' ? observed.snapshot.details : undefined
  return details?.resource === 'resource-group'
    ? nextGroupStep(observed, details, history, policy)
    : nextDeploymentStep(observed, details, history, policy)
}

/** The stop and delete matrix of "Deployments", SAP AI Launchpad documentation. Decides on `status`, never on the target alone. */
function nextDeploymentStep(
  observed: Observed<SapSnapshot>,
  details: DeploymentDetails | undefined,
  history: TargetHistory<SapAction>,
  policy: Policy,
): Step<SapAction> {
  return applyRules(observed, history, {
    freshMs: FRESH_MS,
    isDoubtful: wasYoung(history),
    guard: (snapshot) => protectionOf(snapshot, policy),
    next: ({ status }) => finalStep(status, history) ?? byStatus(status, details?.targetStatus, history),
  })
}

function finalStep(status: string, history: TargetHistory<SapAction>): EndStep | undefined {
  const refusal = finalRefusal(history, 'delete', status, PASSING) ?? finalRefusal(history, 'stop', status, PASSING)
  if (refusal === undefined) return undefined
  const times = refusals(history).length
  const reason = `refused ${plural(times, 'time')}, last in status ${status}: ${problemOf(refusal)}`
  return { type: 'end', outcome: 'refused', reason }
}

function byStatus(
  status: string,
  targetStatus: string | undefined,
  history: TargetHistory<SapAction>,
): Step<SapAction> {
  const afterStop = ['delete once it is stopped', 'wait until it is gone']
  switch (status) {
    case 'UNKNOWN':
    case 'STOPPED':
    case 'DEAD':
      return remove(`is ${status}`, history)
    case 'COMPLETED': {
      // No documented state diagram has it: one attempt, and a refusal is final.
      const refusal = refusalsIn(history, 'delete', status)[0]
      if (refusal === undefined) return remove('is COMPLETED', history)
      const reason = `SAP AI Core refuses to delete it in status COMPLETED: ${problemOf(refusal)}`
      return { type: 'end', outcome: 'refused', reason }
    }
    case 'RUNNING':
    case 'PENDING': {
      const asked = acts(history, 'stop').at(-1)
      const mayStillShow = asked?.actionResult.result === 'accepted' && lookedAt(history) - asked.until < STOP_TRACE_MS
      if (targetStatus === 'STOPPED' || mayStillShow) {
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
  // Older pages of SAP's documentation send a body with DELETE; it is tried once if a bare one was refused.
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

/** When the look that is decided on was taken. */
function lookedAt(history: TargetHistory): number {
  return history.at(-1)?.until ?? 0
}

function wasYoung(history: TargetHistory): boolean {
  const last = history.findLast((event) => event.type === 'observed')
  return last?.createdAt !== undefined && last.until - last.createdAt < YOUNG_MS
}
