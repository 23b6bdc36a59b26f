import { parseTime } from '../shared/time.ts'
import { detailsOf, environmentDetails, PRODUCTION } from './environment-details.ts'
import type { BasetenDeployment, BasetenEnvironment, BasetenModel } from './schema.ts'
import type { BasetenGuard, DeploymentDetails, EnvironmentMembership, Sibling } from './snapshot.ts'

/** Everything that is known about one model or one chain. */
export interface WholeModel {
  model: BasetenModel
  deployments: readonly BasetenDeployment[]
  environments: readonly BasetenEnvironment[]
}

/**
 * Gives the details of each deployment of a model or chain by its ID; undefined for any other. They share one list of siblings, of
 * any size; each is made when it is asked for, since few of thousands are.
 */
export function siblingDetails(
  whole: WholeModel,
  resource: DeploymentDetails['resource'] = 'deployment',
): (id: string) => DeploymentDetails | undefined {
  const { model, deployments, environments } = whole
  const held = holdersByDeployment(whole, resource === 'deployment' ? 'model' : 'chain')
  const newestFirst: Sibling[] = [...deployments]
    .map((deployment) => ({ deployment, time: parseTime(deployment.created_at) ?? 0 }))
    .sort((a, b) => b.time - a.time || (b.deployment.id < a.deployment.id ? -1 : 1))
    .map(({ deployment }) => ({ id: deployment.id, guard: guardOf(deployment, model, held.get(deployment.id) ?? []) }))
  // Only a model can be deleted with its last deployment.
  const incompleteList = resource === 'deployment' ? whatIsUnseen(whole) : undefined
  const itself = { name: model.name, environments: environments.filter(isSomebodys).map(({ name }) => name) }
  const shared = {
    resource,
    parent: model.id,
    siblings: newestFirst,
    model: itself,
    ...(incompleteList === undefined ? {} : { incompleteList }),
  }
  const guards = new Map(newestFirst.map(({ id, guard }) => [id, guard]))
  return (id) => (guards.has(id) ? { ...shared, id, guard: guards.get(id) } : undefined)
}

/** Baseten gives every model an empty production environment; ignore it while empty. */
function isSomebodys({ name, current_deployment, candidate_deployment }: BasetenEnvironment): boolean {
  return name !== PRODUCTION || current_deployment != null || candidate_deployment != null
}

/** Why the list of a model's deployments may be incomplete, in words; undefined if it seems complete. */
function whatIsUnseen({ model, deployments, environments }: WholeModel): string | undefined {
  const { deployments_count: count, production_deployment_id, development_deployment_id } = model
  const shown = new Set(deployments.map(({ id }) => id))
  const named: [string, string | null | undefined][] = [
    ['its model', production_deployment_id],
    ['its model', development_deployment_id],
    ...environments.flatMap(({ name, current_deployment, candidate_deployment }): typeof named => [
      [`the environment ${name}`, current_deployment?.id],
      [`the environment ${name}`, candidate_deployment?.id],
    ]),
  ]
  const [who, id] = named.find(([, id]) => id != null && !shown.has(id)) ?? []
  if (id != null) return `${who} names the deployment ${id}, which is not shown`
  if (count === undefined) return 'its model does not say how many deployments it has'
  return count > shown.size ? `its model counts ${count - shown.size} more than are shown` : undefined
}

/** The environments that each deployment is in, by its own field or as current or candidate deployment. */
function holdersByDeployment(
  { model, deployments, environments }: WholeModel,
  parentKind: 'model' | 'chain',
): ReadonlyMap<string, EnvironmentMembership[]> {
  const production = new Set(deployments.flatMap(({ id, is_production }) => (is_production ? [id] : [])))
  if (model.production_deployment_id != null) production.add(model.production_deployment_id)
  const details = environmentDetails(environments, parentKind, production)
  const held = new Map<string, EnvironmentMembership[]>()
  const add = (id: string | undefined, holder: EnvironmentMembership) => {
    if (id === undefined) return
    const holders = held.get(id)
    if (holders === undefined) held.set(id, [holder])
    else if (!holders.some(({ name }) => name === holder.name)) holders.push(holder)
  }
  for (const environment of details.values()) {
    add(environment.current, { ...environment, listed: true })
    add(environment.candidate, { ...environment, listed: true })
  }
  for (const { id, environment } of deployments) {
    if (environment == null) continue
    const listed = details.get(environment)
    // A deployment may still name an environment that is no longer shown.
    add(id, { ...(listed ?? detailsOf({ name: environment }, parentKind, production)), listed: listed !== undefined })
  }
  return held
}

/** Baseten refuses to delete what is associated with an environment, production and development included. */
function guardOf(
  deployment: BasetenDeployment,
  model: BasetenModel,
  holders: readonly EnvironmentMembership[],
): BasetenGuard | undefined {
  const { id } = deployment
  const isProduction = deployment.is_production || model.production_deployment_id === id
  if (isProduction || holders.some(({ name }) => name === PRODUCTION)) return { kind: 'production' }
  if (deployment.is_development || model.development_deployment_id === id) {
    // Serving an environment of another name is a separate guard.
    return { kind: 'development', environments: holders.filter(({ name }) => name !== 'development') }
  }
  return holders.length > 0 ? { kind: 'environment', environments: holders } : undefined
}
