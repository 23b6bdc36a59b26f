/** What a target can be. The definition of each provider says which of them it has. */
export const RESOURCES = ['deployment', 'model', 'environment', 'chain', 'chain-deployment', 'resource-group'] as const

export type Resource = (typeof RESOURCES)[number]

/** What a resource is called in texts: `resource group`. */
export function nounOf(resource: Resource): string {
  return resource.replaceAll('-', ' ')
}

/** Something the user named, or a sweep selected. */
export interface Target {
  resource: Resource
  id: string
  /** The parent of the ID: the model of a Baseten deployment or environment, the chain of a chain deployment. */
  parent?: string
  /** The resource group it is in, where the provider has them; several where it is in one of these and is still to be found. */
  group?: string | readonly string[]
}

/** What a sweep covers. */
export interface Scope {
  resource: Resource
  /** The parent models or chains; if empty, everything that the credentials can see. */
  parents: readonly string[]
  /** The resource groups to look into, where the provider has them. */
  groups: GroupChoice
}

/** Resource groups by their IDs, and all those that `matches` accepts; undefined if IDs alone choose. */
export interface GroupChoice {
  ids: readonly string[]
  matches: ((id: string) => boolean) | undefined
}

/** Which target it is, as the key of maps and sets: an ID alone is not unique, environments of two models share names. */
export function targetKey({ resource, id, parent, group }: Target): string {
  return JSON.stringify([resource, id, parent, group].filter((part) => part !== undefined))
}

/** The resource group that a target is in or is; undefined if there is none, or it is still to be found. */
export function resourceGroupOf({ resource, id, group }: Target): string | undefined {
  if (resource === 'resource-group') return id
  return typeof group === 'string' ? group : undefined
}

/** Which list shows it: one request is enough for all targets with the same text. */
export function listOf({ resource, id, parent, group }: Target): string {
  return resource === 'resource-group' ? targetKey({ resource, id }) : JSON.stringify([parent ?? '', group ?? ''])
}
