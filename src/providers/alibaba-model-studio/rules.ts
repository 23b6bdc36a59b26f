import type { TargetHistory } from '../history.ts'
import { deletionAccepted, ended, problemOf, sameLooks, snapshots } from '../history.ts'
import type { Observed } from '../observation.ts'
import type { Collateral, Policy } from '../provider.ts'
import { whenAbsent } from '../shared/absence.ts'
import type { Step } from '../step.ts'
import type { AlibabaAction } from './action.ts'
import { nextReservationStep } from './reservation.ts'
import type { AlibabaDetails, AlibabaSnapshot } from './snapshot.ts'
import { isGoing } from './status.ts'

/** Looks that still show what DELETE did not find, before that is believed: a read may lag behind for some seconds. */
const DOUBTFUL_LOOKS = 10

/** The rules for one deployment. Source: Model Studio documentation, "Delete a deployment" and "TPM reservation". */
export function nextAlibabaStep(
  observation: Observed<AlibabaSnapshot>,
  history: TargetHistory<AlibabaAction>,
  policy: Policy,
): Step<AlibabaAction> {
  if (observation.state === 'absent') return whenAbsent(history)
  const { status, details } = observation.snapshot
  const accepted = deletionAccepted(history)

  if (isGoing(status)) {
    return { type: 'wait', until: 'gone', reason: `is ${status}`, after: [] }
  }
  const cameBack = snapshots(history).some((saw) => isGoing(saw.status))
  if (cameBack && (status === 'RUNNING' || status === 'FAILED')) {
    if (sameLooks(history) < 2) {
      return { type: 'wait', until: 'confirmed', reason: `is back in ${status} after it was being deleted`, after: [] }
    }
    return {
      type: 'end',
      outcome: 'failed',
      reason: `Alibaba took the deletion, but the deployment is ${status} again; see it in the console and run this again`,
    }
  }
  if (accepted) return { type: 'wait', until: 'gone', reason: 'deletion was accepted', after: [] }
  if (ended(history, 'delete', 'not-found').length > 0) {
    if (sameLooks(history) < DOUBTFUL_LOOKS) {
      return { type: 'wait', until: 'confirmed', reason: `is ${status}, but DELETE did not find it`, after: [] }
    }
    return {
      type: 'end',
      outcome: 'failed',
      reason: `DELETE did not find it, but it is still ${status}; the key may be allowed to read it and not to delete it`,
    }
  }

  const guard = protectionOf(details, policy)
  if (guard !== undefined) return { type: 'end', outcome: 'protected', reason: guard }
  if (details.reservation) return nextReservationStep(observation.snapshot, history)

  const refusal = ended(history, 'delete', 'refused').at(-1)
  if (refusal !== undefined) {
    const reason = `Alibaba refuses to delete it in status ${status}: ${problemOf(refusal)}`
    return { type: 'end', outcome: 'refused', reason }
  }
  return {
    type: 'act',
    action: { verb: 'delete', final: true },
    reason: details.prepaid ? `is ${status} and prepaid: ${LOSS}` : `is ${status}`,
    after: ['wait until it is gone'],
  }
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

/** What else is lost or released with it. */
export function collateralOf({ prepaid, reservation }: AlibabaDetails): readonly Collateral[] {
  if (reservation) return [{ kind: 'capacity', sentence: 'its capacity instances are released first' }]
  return prepaid ? [{ kind: 'payment', sentence: `it is prepaid: ${LOSS}` }] : []
}
