import type { Policy } from '../provider.ts'
import { targetKey } from '../target.ts'
import type {
  BasetenDetails,
  BasetenGuard,
  DeploymentDetails,
  EnvironmentDetails,
  EnvironmentMembership,
  Sibling,
} from './snapshot.ts'

/**
 * Deployments that serve, and the last one of a model, are kept unless the user lifted the guard. A model or chain that is the
 * target is deleted with everything in it.
 */
export function protectionOf(details: BasetenDetails, policy: Policy): string | undefined {
  switch (details.resource) {
    case 'model':
    case 'chain':
      return undefined
    case 'environment':
      return environmentReason(details, policy)
    case 'deployment':
    case 'chain-deployment':
      return (
        guardReason(details.guard, details.resource, policy) ??
        lastReason(details, policy) ??
        incompleteListReason(details, policy)
      )
  }
}

/** The environments that a deployment is in and that must be deleted before it. */
export function membershipsOf({ guard }: DeploymentDetails): readonly EnvironmentMembership[] {
  return guard === undefined || guard.kind === 'production' ? [] : guard.environments
}

/** The other deployments of its model or chain. */
export function othersOf({ id, siblings = [] }: DeploymentDetails): readonly Sibling[] {
  return siblings.filter((member) => member.id !== id)
}

/**
 * Baseten does not delete the only deployment of a model: if all deletable ones are selected, the newest counts as the last. No
 * such rule is documented for chains.
 */
export function isLast(details: DeploymentDetails, policy: Policy): boolean {
  if (details.resource !== 'deployment' || details.siblings?.[0]?.id !== details.id) return false
  // A model must not be deleted with its last deployment if another one turned out to be kept.
  const notDeleted = policy.allow.has('last') ? policy.notDeleted : undefined
  return othersOf(details).every(({ id, guard }) => {
    const key = targetKey({ resource: details.resource, id, parent: details.parent })
    return (
      policy.selected.has(key) && !notDeleted?.has(key) && guardReason(guard, details.resource, policy) === undefined
    )
  })
}

function lastReason(details: DeploymentDetails, policy: Policy): string | undefined {
  if (policy.allow.has('last') || !isLast(details, policy)) return undefined
  return "it is the last deployment of its model, which Baseten does not delete on its own: delete the model with 'resource: model', or set 'allow: last' to delete the model with it"
}

/** A model that may have more deployments than are shown must not be deleted with the last one shown. */
export function incompleteListReason(details: DeploymentDetails, policy: Policy): string | undefined {
  if (details.incompleteList === undefined || !policy.allow.has('last') || !isLast(details, policy)) return undefined
  return `it is the last deployment that this key sees of its model, but ${details.incompleteList}: the model is not deleted with it`
}

function guardReason(
  guard: BasetenGuard | undefined,
  resource: DeploymentDetails['resource'],
  policy: Policy,
): string | undefined {
  switch (guard?.kind) {
    case 'production': {
      const whole = resource === 'deployment' ? 'model' : 'chain'
      return `it serves production, which is never deleted: promote another deployment first, or delete the whole ${whole} with 'resource: ${whole}'`
    }
    case 'development':
      if (!policy.allow.has('development')) {
        return "it is the model's development deployment; set 'allow: development' to delete it"
      }
      return membershipReason(guard.environments, policy)
    case 'environment':
      return membershipReason(guard.environments, policy)
    case undefined:
      return undefined
  }
}

function membershipReason(environments: readonly EnvironmentMembership[], policy: Policy): string | undefined {
  if (environments.length === 0) return undefined
  const names = environments.map(({ name }) => name).join(', ')
  const serves = `it serves or is a candidate for the environment ${names}: promote another deployment there`
  for (const environment of environments) {
    const reason = environmentReason(environment, policy)
    if (reason !== undefined) return `${serves}, because ${environment.name} cannot be deleted: ${reason}`
  }
  return policy.allow.has('environment')
    ? undefined
    : `${serves}, or set 'allow: environment' to delete the environment with it`
}

function environmentReason({ name, keptBecause }: EnvironmentDetails, { allow }: Policy): string | undefined {
  if (keptBecause !== undefined) return keptBecause
  return name === 'development' && !allow.has('development')
    ? "it is the development environment; set 'allow: development' to delete it"
    : undefined
}
