import type { Collateral, Policy } from '../provider.ts'
import { isLast, membershipsOf } from './guards.ts'
import type { BasetenDetails, DeploymentDetails, EnvironmentDetails } from './snapshot.ts'

/**
 * What else is deleted or changed with a target. If a model or chain is the target, its deployments are not checked: everything
 * in it is meant.
 */
export function collateralOf(details: BasetenDetails, policy: Policy): Collateral[] {
  switch (details.resource) {
    case 'model':
    case 'chain':
      return []
    case 'environment':
      return changesBy(details)
    case 'deployment':
    case 'chain-deployment':
      return [
        ...(policy.allow.has('last') && isLast(details, policy) ? withModel(details) : []),
        ...(policy.allow.has('environment') ? withEnvironments(details) : []),
      ]
  }
}

type DeploymentChange = Extract<Collateral, { id: unknown }>

/** What deleting an environment does to deployments, other than to the one with ID `id`. */
export function changesBy(environment: EnvironmentDetails, id?: string): DeploymentChange[] {
  const { current, currentName, candidate, candidateName, promotion } = environment
  const changes: DeploymentChange[] = []
  if (current !== undefined && current !== id) {
    const sentence = `${deployment(current, currentName)} is scaled to zero`
    changes.push({ kind: 'deployment', id: current, name: currentName, sentence })
  }
  if (candidate !== undefined || promotion !== undefined) {
    const which = candidate === undefined ? 'a deployment' : deployment(candidate, candidateName)
    const state = promotion === undefined ? '' : ` (${promotion})`
    const sentence = `the promotion of ${which}${state} is cancelled`
    changes.push({ kind: 'deployment', id: candidate, name: candidateName, sentence })
  }
  return changes
}

/** The environments that are deleted before a deployment, and what that does to others in them. */
function withEnvironments(details: DeploymentDetails): Collateral[] {
  return membershipsOf(details).flatMap((environment) => [
    environmentDeleted(environment.name),
    ...changesBy(environment, details.id).filter(({ id }) => id !== details.id),
  ])
}

/** The model that is deleted with its last deployment, and all its environments. */
function withModel({ parent, model }: DeploymentDetails): Collateral[] {
  const name = model?.name
  const sentence = `its model${name === undefined ? '' : ` ${name}`} is deleted with it, because it is the last deployment`
  return [
    { kind: 'model', id: parent, name, sentence },
    ...(model?.environments ?? []).map((environment) => environmentDeleted(environment)),
  ]
}

function environmentDeleted(name: string): Collateral {
  return { kind: 'environment', id: name, name, sentence: `the environment ${name} is deleted with it` }
}

/** With its name, if people could have given it. */
function deployment(id: string, name = ''): string {
  return name === '' || name.length > 100 ? `deployment ${id}` : `deployment ${id} (${name})`
}
