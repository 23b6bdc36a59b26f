import { parseTime } from '../shared/time.ts'
import { membershipsOf } from './guards.ts'
import type { RunningPart } from './prices.ts'
import type { BasetenDeployment } from './schema.ts'
import type { BasetenSnapshot, DeploymentDetails } from './snapshot.ts'

/** A deployment of which only itself was asked for, and nothing beside it: too little for a decision. */
export function unasked(resource: DeploymentDetails['resource'], parent: string, id: string): DeploymentDetails {
  return { resource, id, parent, guard: undefined, siblings: undefined }
}

export function snapshotOf(deployment: BasetenDeployment, details: DeploymentDetails): BasetenSnapshot {
  const { status, name, labels } = deployment
  const createdAt = parseTime(deployment.created_at)
  const running = runningParts(deployment, details.resource)
  const held = membershipsOf(details).map(({ name }) => name)
  const parts = [
    held.length === 0 ? '' : `in the environment ${held.join(', ')}`,
    // Said of the newest only, which is the one that the model could go with.
    details.incompleteList !== undefined && details.siblings?.[0]?.id === details.id ? details.incompleteList : '',
  ].filter((detail) => detail !== '')
  return {
    status,
    ...(parts.length === 0 ? {} : { detail: parts.join('; ') }),
    ...(name === undefined ? {} : { name }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(labels === undefined ? {} : { labels }),
    ...(running === undefined ? {} : { parts: running }),
    details,
  }
}

/** What a deployment runs, as far as Baseten says. If it is inactive or scaled to zero, nothing runs, whatever Baseten says. */
function runningParts(
  { status, instance_type_name, active_replica_count, chainlets }: BasetenDeployment,
  resource: DeploymentDetails['resource'],
): RunningPart[] | undefined {
  const isOff = status === 'INACTIVE' || status === 'SCALED_TO_ZERO'
  const all = resource === 'deployment' ? [{ instance_type_name, active_replica_count }] : chainlets
  return all?.map((part) => ({
    instanceType: part.instance_type_name,
    replicas: isOff ? 0 : part.active_replica_count,
  }))
}
