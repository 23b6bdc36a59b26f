import { type Deployment, type Instance, isReservation, liveInstances, type Operation } from './objects.ts'
import type { Settings } from './options.ts'
import { wallClock } from './wall-clock.ts'

/** A deployment as the answers show it. */
export function deploymentView(settings: Settings, deployment: Deployment, answer: 'list' | 'get' | 'delete'): object {
  const { id, status, created, modified, fields, behaviour, instances } = deployment
  const time = (at: number, fraction = false) => wallClock(at, settings.zoneOffsetHours, fraction)
  const view: Record<string, unknown> = {
    deployed_model: id,
    gmt_create: 'gmt_create' in behaviour ? behaviour.gmt_create : time(created, settings.fractionIn.includes(answer)),
    gmt_modified: time(modified),
    status,
    ...fields,
  }
  if (isReservation(fields) && instances.size > 0) view['ptu_capacity'] = totalCapacity(deployment)
  for (const field of behaviour.omit ?? []) delete view[field]
  return view
}

/** What all instances serve together: the reservation shows the effective capacity only. */
function totalCapacity(deployment: Deployment): object {
  const effective = [...deployment.instances.values()].map((instance) => instance.effective)
  return {
    input_tpm: effective.reduce((sum, each) => sum + each.input_tpm, 0),
    output_tpm: effective.reduce((sum, each) => sum + each.output_tpm, 0),
  }
}

/** A capacity instance as the answers show it. */
export function instanceView(settings: Settings, deployment: Deployment, instance: Instance): object {
  const { charge_type, status, deleted, seed } = instance
  const time = (at: number) => wallClock(at, settings.zoneOffsetHours, false)
  const free = !deleted && deployment.queue.length === 0
  return {
    model_service_id: deployment.id,
    instance_id: instance.id,
    charge_type,
    status,
    deleted,
    effective_capacity: instance.effective,
    configured_capacity: instance.configured,
    can_scale: free && status === 'RUNNING',
    can_renew: free && charge_type === 'pre_paid',
    can_delete: free && seed.can_delete !== false,
    ...(seed.gmt_expired !== undefined && { gmt_expired: seed.gmt_expired }),
    gmt_created: time(instance.created),
    gmt_modified: time(instance.modified),
    ...(instance.deletedAt !== undefined && { gmt_deleted: time(instance.deletedAt) }),
  }
}

/** A capacity operation as the answers show it. */
export function operationView(settings: Settings, operation: Operation): object {
  const { instance, error } = operation
  const time = (at: number) => wallClock(at, settings.zoneOffsetHours, false)
  return {
    operation_id: operation.id,
    request_id: operation.requestId,
    operation_type: operation.type,
    operation_status: operation.status,
    model_service_id: operation.deployment.id,
    ...(instance && { instance_id: instance.id, from_status: operation.fromStatus, current_status: instance.status }),
    ...(error && { error_code: error.code, error_message: error.message }),
    gmt_created: time(operation.created),
    ...(operation.finished !== undefined && { gmt_finished: time(operation.finished) }),
  }
}

/** Instances with effective capacity first, then the youngest first (throughput reservation API, list of instances). */
export function inListOrder(instances: Iterable<Instance>): Instance[] {
  const serves = ({ effective }: Instance) => Number(effective.input_tpm + effective.output_tpm > 0)
  return [...instances].sort((a, b) => serves(b) - serves(a) || b.created - a.created)
}

/** The instances a list asks for; both filters take several values, separated by commas. */
export function selectInstances(deployment: Deployment, query: URLSearchParams): Instance[] {
  const all = query.get('include_deleted') === 'false' ? liveInstances(deployment) : deployment.instances.values()
  const statuses = query.get('statuses')?.split(',')
  const chargeTypes = query.get('charge_types')?.split(',')
  return inListOrder(all).filter(
    ({ status, charge_type }) => (statuses?.includes(status) ?? true) && (chargeTypes?.includes(charge_type) ?? true),
  )
}
