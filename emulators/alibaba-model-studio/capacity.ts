import type { Access } from './access.ts'
import { find } from './deployments.ts'
import { type ErrorRow, errorOf } from './errors.ts'
import { type Deployment, type Instance, isGoing, isReservation, type Operation } from './objects.ts'
import { enqueue } from './operations.ts'
import { pageOf, slice } from './paging.ts'
import type { Replies } from './replies.ts'
import { note, type State } from './state.ts'
import { instanceView, operationView, selectInstances } from './views.ts'

/** GET /deployments/{id}/capacity-instances. Another page shape than the deployments', and deleted ones by default. */
export function listInstances(
  state: State,
  replies: Replies,
  access: Access,
  id: string,
  query: URLSearchParams,
): Response {
  const deployment = findReservation(state, access, id)
  if (deployment === undefined) return replies.refuse(errorOf('MODEL_CODE_NOT_FOUND'))
  const page = pageOf(query, { size: 20, max: 100 })
  if ('code' in page) return replies.refuse(page)
  const instances = selectInstances(deployment, query)
  return replies.ok({
    records: slice(instances, page).map((each) => instanceView(state.settings, deployment, each)),
    items: instances.length,
    page: page.number,
    itemsPerPage: page.size,
    pageCount: Math.ceil(instances.length / page.size),
  })
}

/** GET /deployments/{id}/capacity-instances/{instance_id}: released ones can be read too. */
export function getInstance(state: State, replies: Replies, access: Access, id: string, instanceId: string): Response {
  const deployment = findReservation(state, access, id)
  if (deployment === undefined) return replies.refuse(errorOf('MODEL_CODE_NOT_FOUND'))
  const instance = deployment.instances.get(instanceId)
  if (instance === undefined) return replies.refuse(errorOf('CAPACITY_INSTANCE_NOT_FOUND'))
  return replies.ok(instanceView(state.settings, deployment, instance))
}

/** GET /deployments/{id}/capacity-operations/{operation_id}. FAILED comes with HTTP 200. */
export function getOperation(
  state: State,
  replies: Replies,
  access: Access,
  id: string,
  operationId: string,
): Response {
  // An ID that is no number is answered with InternalError (throughput reservation API, query of an operation).
  if (!/^[0-9]+$/.test(operationId)) return replies.refuse(errorOf('InternalError'))
  const deployment = findReservation(state, access, id)
  if (deployment === undefined) return replies.refuse(errorOf('MODEL_CODE_NOT_FOUND'))
  const operation = state.operations.get(operationId)
  if (operation?.deployment !== deployment) return replies.refuse(errorOf('CAPACITY_OPERATION_NOT_FOUND'))
  return replies.ok(operationView(state.settings, operation))
}

/** A release as it was asked for. */
interface ReleaseRequest {
  id: string
  instanceId: string
  reason: string
  /** x-acs-req-uuid, else X-DashScope-RequestId, else X-Request-Id: the same ID repeats the same operation. */
  requestId: string | undefined
}

/** DELETE /deployments/{id}/capacity-instances/{instance_id}. Answers an operation, not a deployment. */
export function releaseInstance(state: State, replies: Replies, access: Access, request: ReleaseRequest): Response {
  const { id, instanceId, reason } = request
  const deployment = findReservation(state, access, id)
  const requestId = request.requestId ?? replies.nextRequestId()
  const parameters = JSON.stringify(['DELETE', instanceId, reason])
  const outcome =
    deployment === undefined
      ? errorOf(state.deletedCodes.has(id) ? state.settings.deletedReservationCode : 'MODEL_CODE_NOT_FOUND')
      : (repeated(deployment, requestId, parameters) ?? begin(state, deployment, { instanceId, requestId, parameters }))
  if ('code' in outcome) {
    const instance = deployment?.instances.get(instanceId)
    const status = instance?.status ?? ''
    note(state, 'release-refused', { id, status }, { instance: instanceId, code: outcome.code })
    return replies.refuse(outcome)
  }
  return replies.ok(operationView(state.settings, outcome), { requestId })
}

/** The operation begun under the same request ID; other parameters under it are a conflict. */
function repeated(deployment: Deployment, requestId: string, parameters: string): Operation | ErrorRow | undefined {
  const earlier = deployment.byRequestId.get(requestId)
  if (earlier === undefined || earlier.parameters === parameters) return earlier
  return errorOf('IDEMPOTENCY_KEY_CONFLICT')
}

function begin(
  state: State,
  deployment: Deployment,
  { instanceId, ...rest }: { instanceId: string; requestId: string; parameters: string },
): Operation | ErrorRow {
  const instance = deployment.instances.get(instanceId)
  if (instance === undefined) return errorOf('CAPACITY_INSTANCE_NOT_FOUND')
  const error = whyNotRelease(state, deployment, instance)
  if (error !== undefined) return error
  note(state, 'release-accepted', deployment, { status: instance.status, instance: instance.id })
  const ms = instance.seed.releaseMs ?? state.settings.releaseMs
  return enqueue(state, { deployment, instance, type: 'DELETE', ms, ...rest })
}

function whyNotRelease({ settings }: State, deployment: Deployment, instance: Instance): ErrorRow | undefined {
  if (instance.deleted || instance.seed.can_delete === false || isGoing(deployment.status)) {
    return errorOf('CAPACITY_INSTANCE_OPERATION_UNSUPPORTED')
  }
  // An active prepaid one can only be unsubscribed in the billing console; a failed one never was active.
  if (instance.charge_type === 'pre_paid' && instance.status !== 'FAILED') {
    return errorOf('PREPAID_UNSUBSCRIBE_REQUIRED')
  }
  const isUnderWay = deployment.queue.some((each) => each.instance === instance && each.type === 'DELETE')
  const isBusy = settings.busy === 'conflict' && deployment.queue.length > 0
  return isUnderWay || isBusy ? errorOf('CAPACITY_INSTANCE_OPERATION_CONFLICT') : undefined
}

/** Ordinary deployments have no capacity instances: to this part of the API they are unknown. */
function findReservation(state: State, access: Access, id: string): Deployment | undefined {
  const deployment = find(state, access, id)
  return deployment !== undefined && isReservation(deployment.fields) ? deployment : undefined
}
