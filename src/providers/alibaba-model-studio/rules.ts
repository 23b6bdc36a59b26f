import type { TargetHistory } from '../history.ts'
import { ended, problemOf } from '../history.ts'
import type { Observed } from '../observation.ts'
import type { Collateral, Policy } from '../provider.ts'
import { applyRules } from '../shared/common-rules.ts'
import { finalRefusal } from '../shared/patience.ts'
import type { EndStep, Step, WaitStep } from '../step.ts'
import type { AlibabaAction } from './action.ts'
import { isPermanent } from './errors.ts'
import { nextReservationStep } from './reservation.ts'
import type { AlibabaDetails, AlibabaSnapshot } from './snapshot.ts'
import { PASSING } from './status.ts'

/** Model Studio documents no lag after a deployment is created. Milliseconds. */
const FRESH_MS = 10_000

/** How long a deployment must be shown again after its deletion before that counts: a read may lag behind. Milliseconds. */
const BACK_MS = 30_000

/** The rules for one deployment. Source: Model Studio documentation, "Delete a deployment" and "TPM reservation". */
export function nextAlibabaStep(
  observed: Observed<AlibabaSnapshot>,
  history: TargetHistory<AlibabaAction>,
  policy: Policy,
): Step<AlibabaAction> {
  return applyRules(observed, history, {
    freshMs: FRESH_MS,
    whenBack: ({ status }) => whenBack(status, history),
    guard: ({ details }) => protectionOf(details, policy),
    next: (snapshot) =>
      snapshot.details.reservation ? nextReservationStep(snapshot, history) : nextDeploymentStep(snapshot, history),
  })
}

function nextDeploymentStep(
  { status, details }: AlibabaSnapshot,
  history: TargetHistory<AlibabaAction>,
): Step<AlibabaAction> {
  const last = ended(history, 'delete', 'refused').at(-1)
  const isFinal = last?.actionResult.result === 'refused' && isPermanent(last.actionResult)
  const refusal = isFinal ? last : finalRefusal(history, 'delete', status, PASSING)
  if (refusal !== undefined) {
    const reason = `Model Studio refuses to delete it in status ${status}: ${problemOf(refusal)}`
    return { type: 'end', outcome: 'refused', reason }
  }
  return {
    type: 'act',
    action: { verb: 'delete', final: true },
    reason: details.prepaid ? `is ${status} and prepaid: ${LOSS}` : `is ${status}`,
    after: ['wait until it is gone'],
  }
}

/** A deletion in progress has failed if the deployment stays RUNNING or FAILED. */
function whenBack(status: string, history: TargetHistory): EndStep | WaitStep | undefined {
  const wasGoing = history.some((event) => event.type === 'observed' && event.isBeingDeleted)
  if (!wasGoing || (status !== 'RUNNING' && status !== 'FAILED')) return undefined
  const last = history.at(-1)
  if (last?.type === 'observed' && last.until - last.at >= BACK_MS) {
    const reason = `Model Studio accepted the deletion, but the deployment is ${status} again; check it in the console and run the step again`
    return { type: 'end', outcome: 'failed', reason }
  }
  return { type: 'wait', until: 'confirmed', reason: `is back in ${status} after it was being deleted`, after: [] }
}

/** Money already paid, reserved capacity, and other people's workspaces. */
export function protectionOf(details: AlibabaDetails, policy: Policy): string | undefined {
  if (details.workspaceUnknown) {
    return "it does not say which workspace it belongs to, so 'workspace-id' cannot be checked"
  }
  if (details.foreignWorkspace !== undefined) {
    return `it belongs to workspace ${details.foreignWorkspace}, not to the one in 'workspace-id'`
  }
  if (details.reservation && !policy.allow.has('reservation')) {
    return "it is a throughput reservation: release its capacity instances in the Model Studio console and delete it there, or set 'allow: reservation' to have both done"
  }
  if (details.prepaid && !policy.allow.has('prepaid')) {
    return details.reservation
      ? "it is a prepaid reservation: unsubscribe its prepaid capacity instances in the billing console, and add 'prepaid' to 'allow' to delete what is left"
      : "it is prepaid and deleting it may forfeit what was paid: unsubscribe it in the billing console, or set 'allow: prepaid'"
  }
  return undefined
}

const LOSS = 'what was paid for the rest of its term may be lost'

/** What else is lost or released with the target. */
export function collateralOf({ prepaid, reservation }: AlibabaDetails): readonly Collateral[] {
  if (reservation) return [{ kind: 'capacity', sentence: 'its capacity instances are released first' }]
  return prepaid ? [{ kind: 'payment', sentence: `it is prepaid: ${LOSS}` }] : []
}
