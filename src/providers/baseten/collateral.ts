import type { Along, Rules } from '../provider.ts'
import { changesBy, heldBy, isLast } from './guards.ts'
import type { BasetenDetails, DeploymentDetails, EnvironmentDetails } from './snapshot.ts'

/**
 * What else goes or changes with a target that goes, by name. The deployments of a model or a chain that was named are not
 * looked at.
 */
export function namesAlong(details: BasetenDetails, rules: Rules): Along[] {
  switch (details.resource) {
    case 'model':
    case 'chain':
      return []
    case 'environment':
      return changedBy(details)
    case 'deployment':
    case 'chain-deployment':
      return [
        ...(rules.allow.has('last') && isLast(details, rules) ? withModel(details) : []),
        ...freed(details, rules),
      ]
  }
}

/** The environments that go before a deployment, and what that does to others in them. */
function freed(details: DeploymentDetails, { allow }: Rules): Along[] {
  if (!allow.has('environment')) return []
  return heldBy(details).flatMap((environment) => [
    environmentAlong(environment.name),
    ...changedBy(environment, details.id),
  ])
}

/** The model that goes with its last deployment, and all its environments. */
function withModel({ model }: DeploymentDetails): Along[] {
  const name = model?.name
  const called = name === undefined ? 'its model' : `its model ${name}`
  return [{ what: `${called}, which would go with it`, name }, ...(model?.environments ?? []).map(environmentAlong)]
}

function environmentAlong(name: string): Along {
  return { what: `the environment ${name}, which would go with it`, name }
}

/** What deleting an environment does to deployments other than `id`. */
function changedBy(environment: EnvironmentDetails, id?: string): Along[] {
  return changesBy(environment, id)
    .filter((change) => change.id === undefined || change.id !== id)
    .map(({ kind, id, name }) => {
      const which = id === undefined ? 'a deployment' : deployment(id, name)
      const what = kind === 'scaled to zero' ? 'which would be scaled to zero' : 'whose promotion would be cancelled'
      return { what: `${which}, ${what}`, name }
    })
}

/** With its name, if people could have given it. */
function deployment(id: string, name = ''): string {
  return name === '' || name.length > 100 ? `deployment ${id}` : `deployment ${id} (${name})`
}
