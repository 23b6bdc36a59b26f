import { whenAbsent } from '../absence.ts'
import { deletionAccepted, ended, problemOf, sameLooks, sightings } from '../history.ts'
import type { History, Observed, Rules, Step } from '../provider.ts'
import type { AlibabaFacts } from './facts.ts'
import { nextReservationStep } from './reservation.ts'
import { isGoing } from './status.ts'

/** Looks that still show what DELETE did not find, before that is believed: a read may lag behind for some seconds. */
const DOUBTFUL_LOOKS = 10

/** The rules for one deployment. Source: Model Studio documentation, "Delete a deployment" and "TPM reservation". */
export function nextAlibabaStep(observation: Observed<AlibabaFacts>, history: History, rules: Rules): Step {
  if (observation.state === 'absent') return whenAbsent(history)
  const { status, facts } = observation.sighting
  const accepted = deletionAccepted(history)

  if (isGoing(status)) {
    return { type: 'wait', until: 'gone', because: `is ${status}`, after: [] }
  }
  const cameBack = sightings(history).some((saw) => isGoing(saw.status))
  if (cameBack && (status === 'RUNNING' || status === 'FAILED')) {
    if (sameLooks(history) < 2) {
      return { type: 'wait', until: 'confirmed', because: `is back in ${status} after it was being deleted`, after: [] }
    }
    return {
      type: 'end',
      outcome: 'failed',
      reason: `Alibaba took the deletion, but the deployment is ${status} again; see it in the console and run this again`,
    }
  }
  if (accepted) return { type: 'wait', until: 'gone', because: 'deletion was accepted', after: [] }
  if (ended(history, 'delete', 'absent').length > 0) {
    if (sameLooks(history) < DOUBTFUL_LOOKS) {
      return { type: 'wait', until: 'confirmed', because: `is ${status}, but DELETE did not find it`, after: [] }
    }
    return {
      type: 'end',
      outcome: 'failed',
      reason: `DELETE did not find it, but it is still ${status}; the key may be allowed to read it and not to delete it`,
    }
  }

  const guard = protectionOf(facts, rules)
  if (guard !== undefined) return { type: 'end', outcome: 'guarded', reason: guard }
  if (facts.reservation) return nextReservationStep(observation.sighting, history)

  const refusal = ended(history, 'delete', 'refused').at(-1)
  if (refusal !== undefined) {
    const reason = `Alibaba refuses to delete it in status ${status}: ${problemOf(refusal)}`
    return { type: 'end', outcome: 'refused', reason }
  }
  return {
    type: 'act',
    action: { verb: 'delete', final: true },
    because: facts.prepaid ? `is ${status} and prepaid: ${LOSS}` : `is ${status}`,
    after: ['wait until it is gone'],
  }
}

/** Money already paid, reserved capacity, and other people's workspaces. */
export function protectionOf(facts: AlibabaFacts, rules: Rules): string | undefined {
  if (facts.workspaceUnknown) {
    return "it does not say which workspace it belongs to, so 'workspace-id' cannot be checked"
  }
  if (facts.foreignWorkspace !== undefined) {
    return `it belongs to workspace ${facts.foreignWorkspace}, not to the one in 'workspace-id'`
  }
  if (facts.reservation && !rules.allow.has('reservation')) {
    return "it is a throughput reservation: release its capacity instances in the Model Studio console and delete it there, or set 'allow: reservation' to have both done"
  }
  if (facts.prepaid && !rules.allow.has('prepaid')) {
    return facts.reservation
      ? "it is a prepaid reservation: unsubscribe its prepaid capacity instances in the billing console, and add 'prepaid' to 'allow' to delete what is left"
      : "it is prepaid and deleting it may forfeit what was paid: unsubscribe it in the billing console, or set 'allow: prepaid'"
  }
  return undefined
}

const LOSS = 'what was paid for the rest of its term may be lost'

/** What else goes with it, for people; undefined where nothing does. */
export function alsoGoes({ prepaid, reservation }: AlibabaFacts): string | undefined {
  if (reservation) return 'its capacity instances are released first'
  return prepaid ? `it is prepaid: ${LOSS}` : undefined
}
