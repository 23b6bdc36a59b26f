import { type Deployment, type Instance, liveInstances, type Operation } from './objects.ts'
import { note, type State } from './state.ts'

/** What an operation is made of. */
export interface OperationRequest {
  deployment: Deployment
  type: string
  requestId: string
  parameters: string
  ms: number
  instance?: Instance
}

/** Accepts a capacity operation. One at a time runs in a reservation, the others wait, and all read PROCESSING. */
export function enqueue(state: State, request: OperationRequest): Operation {
  const { deployment, instance, ...rest } = request
  const operation: Operation = {
    ...rest,
    id: String(FIRST_ID + BigInt(state.operations.size)),
    status: 'PROCESSING',
    deployment,
    ...(instance && { instance, fromStatus: instance.status }),
    created: state.timeline.now(),
  }
  state.operations.set(operation.id, operation)
  deployment.byRequestId.set(operation.requestId, operation)
  deployment.queue.push(operation)
  if (deployment.queue.length === 1) start(state, deployment, state.timeline.now())
  return operation
}

/** IDs no Number can hold: neighbours collide once they are parsed as one. */
const FIRST_ID = 1_900_000_000_000_000_001n

function start(state: State, deployment: Deployment, at: number): void {
  const operation = deployment.queue[0]
  if (operation === undefined) return
  const { instance, type, ms } = operation
  // Until its turn comes, a waiting release shows the former status and capacity.
  if (instance !== undefined) {
    operation.fromStatus = instance.status
    instance.status = type === 'DELETE' ? 'DELETING' : 'SCALING'
    instance.modified = at
  }
  const failure = type === 'DELETE' ? instance?.seed.releaseFailure : undefined
  const finish = (time: number) => end(state, operation, failure === undefined ? 'SUCCEEDED' : 'FAILED', time)
  // Without a duration the first answer already has the end.
  if (ms <= 0) finish(at)
  else state.timeline.plan(at + ms, finish)
}

/** Ends an operation and gives the next one its turn. Does nothing where it is over already. */
export function end(state: State, operation: Operation, status: 'SUCCEEDED' | 'FAILED', at: number): void {
  const { deployment, instance, type } = operation
  const isGone = state.deployments.get(deployment.id) !== deployment
  if (operation.status !== 'PROCESSING' || isGone) return
  operation.status = status
  operation.finished = at
  if (status === 'FAILED') operation.error = instance?.seed.releaseFailure ?? FAILURE
  const place = deployment.queue.indexOf(operation)
  deployment.queue.splice(place, 1)
  if (instance !== undefined && type === 'DELETE' && status === 'SUCCEEDED') release(state, deployment, instance, at)
  else if (instance !== undefined) restore(state, operation, instance, at)
  if (place === 0) start(state, deployment, at)
}

const FAILURE = { code: 'InternalError', message: 'The operation failed.' }

function restore(state: State, operation: Operation, instance: Instance, at: number): void {
  instance.status = operation.fromStatus ?? instance.status
  instance.modified = at
  if (operation.type !== 'DELETE') return
  const { status } = instance
  note(state, 'release-failed', operation.deployment, { at, status, instance: instance.id })
}

/** Marks an instance as released; the last one stops the reservation, which stays until it is deleted itself. */
export function release(
  state: State,
  deployment: Deployment,
  instance: Instance,
  at: number,
  what: 'released' | 'unsubscribed' = 'released',
): void {
  instance.deleted = true
  instance.status = 'STOPPED'
  instance.modified = at
  instance.deletedAt = at
  instance.effective = { input_tpm: 0, output_tpm: 0 }
  instance.configured = { input_tpm: 0, output_tpm: 0 }
  note(state, what, deployment, { at, status: instance.status, instance: instance.id })
  if (liveInstances(deployment).length === 0) stop(state, deployment, at)
}

function stop(state: State, deployment: Deployment, at: number): void {
  const { settings, timeline } = state
  deployment.status = settings.stoppingStatus
  deployment.modified = at
  timeline.plan(at + settings.stopMs, (time) => {
    const isStopping = deployment.status === settings.stoppingStatus && liveInstances(deployment).length === 0
    if (!isStopping || state.deployments.get(deployment.id) !== deployment) return
    deployment.status = 'STOPPED'
    deployment.modified = time
    note(state, 'stopped', deployment, { at: time })
  })
}
