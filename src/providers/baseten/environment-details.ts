import type { BasetenEnvironment } from './schema.ts'
import type { EnvironmentDetails } from './snapshot.ts'

/** The name of the environment that is never deleted. */
export const PRODUCTION = 'production'

/** States of a promotion that has ended. */
const OVER: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELED'])

/**
 * What the rules need to know about each environment of a model or a chain, by name. `production` are the IDs of deployments that
 * are known to serve production from other sources than the environments.
 */
export function environmentDetails(
  environments: readonly BasetenEnvironment[],
  parentKind: 'model' | 'chain',
  production: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, EnvironmentDetails> {
  const serving = new Set([...production, ...servingProduction(environments)])
  return new Map(environments.map((environment) => [environment.name, detailsOf(environment, parentKind, serving)]))
}

/** The same for one environment; `serving` are the IDs of all deployments that serve production. */
export function detailsOf(
  environment: BasetenEnvironment,
  parentKind: 'model' | 'chain',
  serving: ReadonlySet<string>,
): EnvironmentDetails {
  const { name, current_deployment, candidate_deployment, in_progress_promotion } = environment
  const promotion = in_progress_promotion?.status
  return {
    resource: 'environment',
    name,
    current: current_deployment?.id,
    currentName: current_deployment?.name,
    candidate: candidate_deployment?.id,
    candidateName: candidate_deployment?.name,
    promotion: promotion === undefined || OVER.has(promotion) ? undefined : promotion,
    keptBecause: reasonToKeep(environment, parentKind, serving),
  }
}

function servingProduction(environments: readonly BasetenEnvironment[]): string[] {
  return environments.flatMap(({ name, current_deployment, candidate_deployment }) =>
    [current_deployment, candidate_deployment].flatMap((deployment) =>
      deployment != null && (name === PRODUCTION || deployment.is_production) ? [deployment.id] : [],
    ),
  )
}

/** Deleting an environment takes its deployments out of service, so production must not be among them. */
function reasonToKeep(
  { name, current_deployment, candidate_deployment }: BasetenEnvironment,
  parentKind: 'model' | 'chain',
  serving: ReadonlySet<string>,
): string | undefined {
  if (name === PRODUCTION) return 'it is production, which is never deleted'
  if (parentKind === 'chain') return 'Baseten does not delete environments of chains'
  const shared = [current_deployment?.id, candidate_deployment?.id].find((id) => id !== undefined && serving.has(id))
  return shared === undefined
    ? undefined
    : `its deployment ${shared} serves production too, and would go out of service`
}
