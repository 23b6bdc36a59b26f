import { planRemoval } from './deletion.ts'
import { type Deployment, type DeploymentSeed, type Instance, type InstanceSeed, isGoing } from './objects.ts'
import type { State } from './state.ts'

/** Puts a deployment into the account, in place of one with the same ID. */
export function addDeployment(state: State, seed: DeploymentSeed): Deployment {
  const now = state.timeline.now()
  const { deployed_model: id, status = 'RUNNING', created = now, modified = created, instances = [], ...rest } = seed
  const { gmt_create, omit, deleteMs, failBack, consoleOnly, ...given } = rest
  const fields = {
    model_name: 'qwen-plus',
    base_model: given.model_name ?? 'qwen-plus',
    base_capacity: 1,
    capacity: 1,
    ready_capacity: 1,
    workspace_id: [...state.workspaces][0] ?? 'llm-emulated',
    charge_type: 'post_paid',
    creator: '175805416000',
    modifier: '175805416000',
    ...given,
  }
  const behaviour = {
    ...('gmt_create' in seed && { gmt_create }),
    ...(omit && { omit }),
    ...(deleteMs !== undefined && { deleteMs }),
    ...(failBack && { failBack }),
    ...(consoleOnly && { consoleOnly }),
  }
  const deployment: Deployment = {
    id,
    status,
    created,
    modified,
    fields,
    behaviour,
    instances: new Map(),
    queue: [],
    byRequestId: new Map(),
    attempt: 0,
  }
  for (const each of instances) addInstance(deployment, each, created)
  if (fields.workspace_id !== undefined) state.workspaces.add(fields.workspace_id)
  state.deletedCodes.delete(id)
  state.deployments.set(id, deployment)
  if (isGoing(status)) planRemoval(state, deployment)
  return deployment
}

/** Puts a capacity instance into a reservation. */
export function addInstance(deployment: Deployment, seed: InstanceSeed, now: number): Instance {
  const { charge_type = 'post_paid', deleted = false, created = now, input_tpm = 10_000, output_tpm = 1_000 } = seed
  const none = { input_tpm: 0, output_tpm: 0 }
  const instance: Instance = {
    id: seed.instance_id,
    charge_type,
    status: seed.status ?? (deleted ? 'STOPPED' : 'RUNNING'),
    deleted,
    created,
    modified: created,
    ...(deleted && { deletedAt: created }),
    effective: deleted ? none : { input_tpm, output_tpm },
    configured: deleted ? none : { input_tpm, output_tpm },
    seed,
  }
  deployment.instances.set(instance.id, instance)
  return instance
}
