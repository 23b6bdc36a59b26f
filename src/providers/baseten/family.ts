import { parseTime } from '../time.ts'
import type { BasetenFacts, BasetenGuard, FamilyMember } from './rules.ts'
import type { BasetenDeployment, BasetenEnvironment, BasetenModel } from './schema.ts'

/** Everything that is known of one model. */
export interface WholeModel {
  model: BasetenModel
  deployments: readonly BasetenDeployment[]
  environments: readonly BasetenEnvironment[]
}

/** The facts about every deployment of a model, by ID. What they say of their family is shared, whatever its size. */
export function familyFacts(whole: WholeModel): ReadonlyMap<string, BasetenFacts> {
  const served = environmentsByDeployment(whole)
  const newestFirst: FamilyMember[] = [...whole.deployments]
    .map((deployment) => ({ deployment, time: parseTime(deployment.created_at) ?? 0 }))
    .sort((a, b) => b.time - a.time || (b.deployment.id < a.deployment.id ? -1 : 1))
    .map(({ deployment }) => ({
      id: deployment.id,
      guard: guardOf(deployment, whole.model, served.get(deployment.id) ?? []),
    }))
  return new Map(
    newestFirst.map(({ id, guard }) => [
      id,
      { resource: 'deployment', id, guard, family: newestFirst } satisfies BasetenFacts,
    ]),
  )
}

function environmentsByDeployment({ deployments, environments }: WholeModel): ReadonlyMap<string, string[]> {
  const served = new Map<string, string[]>()
  const add = (id: string | undefined, name: string) => {
    const names = served.get(id ?? '')
    if (names === undefined) served.set(id ?? '', [name])
    else if (!names.includes(name)) names.push(name)
  }
  for (const { name, current_deployment, candidate_deployment } of environments) {
    add(current_deployment?.id, name)
    add(candidate_deployment?.id, name)
  }
  for (const { id, environment } of deployments) if (environment != null) add(id, environment)
  return served
}

/** Baseten refuses to delete what is associated with an environment, production and development included. */
function guardOf(
  deployment: BasetenDeployment,
  model: BasetenModel,
  serving: readonly string[],
): BasetenGuard | undefined {
  const { id } = deployment
  if (deployment.is_production || model.production_deployment_id === id || serving.includes('production')) {
    return { kind: 'production' }
  }
  if (deployment.is_development || model.development_deployment_id === id) {
    // An environment of another name that it serves is a guard of its own.
    return { kind: 'development', environments: serving.filter((name) => name !== 'development') }
  }
  return serving.length > 0 ? { kind: 'environment', environments: serving } : undefined
}
