import { type ErrorRow, errorOf } from './errors.ts'
import { type Deployment, isGoing, isReservation, liveInstances } from './objects.ts'
import { note, type State } from './state.ts'

/** Why a deployment cannot be deleted now; undefined where it can. */
export function whyNotDelete(state: State, deployment: Deployment): ErrorRow | undefined {
  const { settings } = state
  const { status, fields, behaviour } = deployment
  if (isGoing(status)) return settings.secondDelete === 'refuse' ? settings.stateRefusal : undefined
  if (isReservation(fields)) return whyNotDeleteReservation(state, deployment)
  if (behaviour.consoleOnly) return settings.stateRefusal
  if (fields.charge_type === 'pre_paid' && settings.prepaidDelete === 'refuse') {
    return errorOf('PREPAID_UNSUBSCRIBE_REQUIRED')
  }
  return new Set(settings.refuseDelete).has(status) ? settings.stateRefusal : undefined
}

/** Throughput reservation API, "delete": all instances released, STOPPED, no operation running or queued. */
function whyNotDeleteReservation({ settings }: State, deployment: Deployment): ErrorRow | undefined {
  const refusals = settings.reservationRefusals
  const live = liveInstances(deployment)
  if (deployment.queue.length > 0) return refusals.operation
  if (live.some((instance) => instance.charge_type === 'pre_paid')) return refusals.prepaid
  if (live.length > 0) return refusals.instances
  return deployment.status === 'STOPPED' ? undefined : refusals.status
}

/** Begins a deletion: DELETING is only acceptance, the deployment goes some time later. */
export function beginDeletion(state: State, deployment: Deployment): void {
  const { settings, timeline } = state
  note(state, 'accepted', deployment)
  if (isGoing(deployment.status)) return
  if (settings.staleReads > 0) deployment.stale = { reads: settings.staleReads, status: deployment.status }
  deployment.status = settings.deletingStatus
  deployment.modified = timeline.now()
  planRemoval(state, deployment)
}

/** Lets a deployment that is on its way out go some time later, or come back where that is what it does. */
export function planRemoval(state: State, deployment: Deployment): void {
  const { settings, timeline } = state
  const now = timeline.now()
  deployment.attempt += 1
  const { attempt, behaviour } = deployment
  const isOurs = () => deployment.attempt === attempt && state.deployments.get(deployment.id) === deployment
  const { failBack } = behaviour
  if (failBack !== undefined) {
    timeline.plan(now + failBack.afterMs, (at) => {
      if (isOurs()) comeBack(state, deployment, failBack.status, at)
    })
  }
  timeline.plan(now + (behaviour.deleteMs ?? settings.deleteMs), (at) => {
    if (isOurs() && isGoing(deployment.status)) vanish(state, deployment, 'deleted', at)
  })
}

/** Undoes a deletion that is under way. */
export function comeBack(state: State, deployment: Deployment, status: string, at: number): void {
  deployment.attempt += 1
  deployment.status = status
  deployment.modified = at
  delete deployment.stale
  note(state, 'failed-back', deployment, { at })
}

/** Takes a deployment out of the account. */
export function vanish(state: State, deployment: Deployment, what: 'deleted' | 'removed', at: number): void {
  state.deployments.delete(deployment.id)
  if (isReservation(deployment.fields)) state.deletedCodes.add(deployment.id)
  note(state, what, deployment, { at })
}
