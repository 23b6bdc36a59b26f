/** What a target can be. The definition of each provider says which of them it has. */
export const RESOURCES = ['deployment', 'model', 'environment', 'chain', 'chain-deployment'] as const

export type Resource = (typeof RESOURCES)[number]

/** Something the user named, or a sweep selected. */
export interface Target {
  resource: Resource
  id: string
  /** The parent of the ID: the model of a Baseten deployment or environment, the chain of a chain deployment. */
  parent?: string
}

/** What a sweep covers. */
export interface Scope {
  resource: Resource
  /** The parent models or chains; if empty, everything that the credentials can see. */
  parents: readonly string[]
}

/** Which target it is, as the key of maps and sets: an ID alone is not unique, environments of two models share names. */
export function targetKey({ resource, id, parent }: Target): string {
  return JSON.stringify(parent === undefined ? [resource, id] : [resource, id, parent])
}
