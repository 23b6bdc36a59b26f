import type { Rules } from '../provider.ts'
import type {
  BasetenDetails,
  BasetenGuard,
  DeploymentDetails,
  EnvironmentDetails,
  FamilyMember,
  Holder,
} from './snapshot.ts'

/**
 * What serves stays, and the last deployment of a model, unless the user lifted that. A model or chain that was named goes
 * with all that is under it.
 */
export function protectionOf(details: BasetenDetails, rules: Rules): string | undefined {
  switch (details.resource) {
    case 'model':
    case 'chain':
      return undefined
    case 'environment':
      return environmentReason(details, rules)
    case 'deployment':
    case 'chain-deployment':
      return (
        guardReason(details.guard, details.resource, rules) ??
        lastReason(details, rules) ??
        unseenReason(details, rules)
      )
  }
}

/** What else goes or changes with it, for people; undefined where nothing does. */
export function alsoGoes(details: BasetenDetails, rules: Rules): string | undefined {
  switch (details.resource) {
    case 'model':
    case 'chain':
      return undefined
    case 'environment':
      return joined(consequencesOf(details))
    case 'deployment':
    case 'chain-deployment': {
      if (isLast(details, rules)) return 'its model goes with it, because it is the last deployment'
      const held = heldBy(details)
      const names = held.map(({ name }) => name)
      return held.length === 0
        ? undefined
        : joined([
            `the environment ${names.join(', ')} goes with it`,
            ...held.flatMap((environment) => consequencesOf(environment, details.id)),
          ])
    }
  }
}

/** What deleting an environment does to a deployment in it; which one may not be known of a promotion. */
export interface Change {
  kind: 'scaled to zero' | 'promotion cancelled'
  id: string | undefined
  name: string | undefined
}

/** What deleting an environment does to deployments, but for its end for the one of ID `id`. */
export function changesBy(environment: EnvironmentDetails, id?: string): Change[] {
  const { current, currentName, candidate, candidateName, promotion } = environment
  const changes: Change[] = []
  if (current !== undefined && current !== id) changes.push({ kind: 'scaled to zero', id: current, name: currentName })
  if (candidate !== undefined || promotion !== undefined) {
    changes.push({ kind: 'promotion cancelled', id: candidate, name: candidateName })
  }
  return changes
}

/** The same in words. */
export function consequencesOf(environment: EnvironmentDetails, id?: string): string[] {
  const state = environment.promotion === undefined ? '' : ` (${environment.promotion})`
  return changesBy(environment, id).map((change) =>
    change.kind === 'scaled to zero'
      ? `deployment ${change.id} is scaled to zero`
      : `the promotion of ${change.id ?? 'a deployment'}${state} is cancelled`,
  )
}

/** The environments that a deployment is in and that must go before it. */
export function heldBy({ guard }: DeploymentDetails): readonly Holder[] {
  return guard === undefined || guard.kind === 'production' ? [] : guard.environments
}

/** The deployments beside it. */
export function othersOf({ id, family = [] }: DeploymentDetails): readonly FamilyMember[] {
  return family.filter((member) => member.id !== id)
}

/** One must stay: of a selection that covers all that could go, the newest does. Of chains, no such rule is known. */
export function isLast(details: DeploymentDetails, rules: Rules): boolean {
  if (details.resource !== 'deployment' || details.family?.[0]?.id !== details.id) return false
  // Where the model may go with its last deployment, it must not take along what turned out to stay.
  const stayed = rules.allow.has('last') ? rules.stayed : undefined
  return othersOf(details).every(
    ({ id, guard }) =>
      rules.selected.has(id) && !stayed?.has(id) && guardReason(guard, details.resource, rules) === undefined,
  )
}

function lastReason(details: DeploymentDetails, rules: Rules): string | undefined {
  if (rules.allow.has('last') || !isLast(details, rules)) return undefined
  return "it is the last deployment of its model, which Baseten does not delete singly: delete the model with 'resource: model', or set 'allow: last' to delete the model with it"
}

/** A model that may have more than is shown must not go with the last that is shown. It may just have got or lost one. */
export function unseenReason(details: DeploymentDetails, rules: Rules): string | undefined {
  if (details.unseen === undefined || !rules.allow.has('last') || !isLast(details, rules)) return undefined
  return `it is the last deployment that this key sees of its model, but ${details.unseen}: the model is not deleted with it`
}

function guardReason(
  guard: BasetenGuard | undefined,
  resource: DeploymentDetails['resource'],
  rules: Rules,
): string | undefined {
  switch (guard?.kind) {
    case 'production': {
      const whole = resource === 'deployment' ? 'model' : 'chain'
      return `it serves production, which is never deleted: promote another deployment first, or delete the whole ${whole} with 'resource: ${whole}'`
    }
    case 'development':
      if (!rules.allow.has('development')) {
        return "it is the model's development deployment; set 'allow: development' if it is really to go"
      }
      return holderReason(guard.environments, rules)
    case 'environment':
      return holderReason(guard.environments, rules)
    case undefined:
      return undefined
  }
}

function holderReason(environments: readonly Holder[], rules: Rules): string | undefined {
  if (environments.length === 0) return undefined
  const names = environments.map(({ name }) => name).join(', ')
  const serves = `it serves or is a candidate for the environment ${names}: promote another deployment there`
  for (const environment of environments) {
    const reason = environmentReason(environment, rules)
    if (reason !== undefined) return `${serves}, because ${environment.name} cannot go: ${reason}`
  }
  return rules.allow.has('environment')
    ? undefined
    : `${serves}, or set 'allow: environment' to delete the environment with it`
}

function environmentReason({ name, stays }: EnvironmentDetails, { allow }: Rules): string | undefined {
  if (stays !== undefined) return stays
  return name === 'development' && !allow.has('development')
    ? "it is the development environment; set 'allow: development' if it is really to go"
    : undefined
}

function joined(parts: readonly string[]): string | undefined {
  return parts.length === 0 ? undefined : parts.join('; ')
}
