import type { ErrorRow } from './errors.ts'

/** The fields of a deployment that the provider shows as they are. Only `deployed_model` and `status` are certain. */
export interface DeploymentFields {
  model_name?: string
  base_model?: string
  base_capacity?: number
  capacity?: number
  ready_capacity?: number
  workspace_id?: string
  charge_type?: string
  creator?: string
  modifier?: string
  plan?: string
  name?: string
  ptu_capacity?: Record<string, number>
  ptu_service_tier?: string
  pre_paid_info?: Record<string, unknown> | null
  pre_paid_instance_id?: string | null
  pre_paid_gmt_expired?: string | null
  overflow_strategy?: string
  fail_reason?: string
  operation_id?: string
  instance_id?: string
}

/** What a test can say of a deployment's behaviour; nothing of it is shown. */
export interface DeploymentBehaviour {
  /** `gmt_create` word for word, whatever it is, in place of the one made from `created`. */
  gmt_create?: unknown
  /** Fields to leave out of every answer. */
  omit?: readonly string[]
  /** Time from an accepted DELETE until nothing is found; Infinity for one that hangs. */
  deleteMs?: number
  /** An accepted DELETE comes to nothing: after `afterMs` the deployment is back in `status`. */
  failBack?: { status: string; afterMs: number }
  /** DTU-billed deployments can be deleted in the console only (deployment details page). */
  consoleOnly?: boolean
}

export interface DeploymentSeed extends DeploymentFields, DeploymentBehaviour {
  deployed_model: string
  /** RUNNING where absent. */
  status?: string
  /** Unix time in ms; now where absent. */
  created?: number
  modified?: number
  instances?: readonly InstanceSeed[]
}

export interface Deployment {
  readonly id: string
  status: string
  readonly created: number
  modified: number
  fields: DeploymentFields
  behaviour: DeploymentBehaviour
  readonly instances: Map<string, Instance>
  /** Capacity operations not yet over; the first runs, the others wait. */
  readonly queue: Operation[]
  /** Capacity operations by the request ID they were asked with. */
  readonly byRequestId: Map<string, Operation>
  /** Counts DELETEs, so that a late end of an earlier one changes nothing. */
  attempt: number
  /** Reads that still answer as if no DELETE had come. */
  stale?: { reads: number; status: string }
}

export interface InstanceSeed {
  instance_id: string
  /** post_paid where absent. */
  charge_type?: string
  /** RUNNING where absent. */
  status?: string
  deleted?: boolean
  created?: number
  input_tpm?: number
  output_tpm?: number
  gmt_expired?: string
  /** False: the provider refuses to release it. */
  can_delete?: boolean
  /** Time its release takes once it is its turn. */
  releaseMs?: number
  /** Its release ends as FAILED with this, at once where releaseMs is 0. */
  releaseFailure?: Pick<ErrorRow, 'code' | 'message'>
}

export interface Instance extends Required<Pick<InstanceSeed, 'charge_type' | 'status' | 'deleted' | 'created'>> {
  readonly id: string
  modified: number
  deletedAt?: number
  effective: Capacity
  configured: Capacity
  readonly seed: InstanceSeed
}

export interface Capacity {
  input_tpm: number
  output_tpm: number
}

export interface Operation {
  /** Decimal digits beyond what a Number can hold: it is an opaque string. */
  readonly id: string
  readonly requestId: string
  /** What was asked, to tell a repetition from another request under the same ID. */
  readonly parameters: string
  readonly type: string
  status: 'PROCESSING' | 'SUCCEEDED' | 'FAILED'
  readonly deployment: Deployment
  readonly instance?: Instance
  /** The instance's status before its turn came. */
  fromStatus?: string
  readonly created: number
  finished?: number
  /** Time it takes from its turn on. */
  readonly ms: number
  error?: Pick<ErrorRow, 'code' | 'message'>
}

/** Whether a deployment is a reservation: it has another deletion sequence (throughput reservation API). */
export function isReservation({ plan, ptu_capacity, ptu_service_tier }: DeploymentFields): boolean {
  return plan === 'ptu' || plan === 'ptu_v2' || ptu_capacity !== undefined || ptu_service_tier !== undefined
}

/** Whether a deployment is on its way out. */
export function isGoing(status: string): boolean {
  return status === 'DELETING' || status === 'OFFLINING'
}

/** The instances that were not released yet. */
export function liveInstances(deployment: Deployment): Instance[] {
  return [...deployment.instances.values()].filter((instance) => !instance.deleted)
}
