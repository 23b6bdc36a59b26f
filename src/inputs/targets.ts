import { quoted } from '../lib/format.ts'
import type { ProviderDefinition, ResourceDefinition } from '../providers/definition.ts'
import type { Resource, Target } from '../providers/target.ts'
import { readTargetGroups } from './groups.ts'
import type { InputReader } from './reader.ts'

/** A kind of resource of one provider. */
export interface Kind {
  provider: ProviderDefinition
  resource: Resource
  names: ResourceDefinition
}

/** The inputs with IDs or names of targets, or of their parents. */
export function idInputs(providers: readonly ProviderDefinition[]): readonly string[] {
  const resources = providers.flatMap(({ resources }) => Object.values(resources))
  return [...new Set(resources.flatMap(({ ids, parents }) => [ids, parents?.input ?? ids]))]
}

/** An input that names something else would be ignored, and the user would not know. */
export function refuseOtherIds(reader: InputReader, { provider, resource, names }: Kind): void {
  for (const name of idInputs([provider])) {
    const own = [names.ids, names.parents?.input, names.groups?.input]
    if (own.includes(name) || !reader.isGiven(name)) continue
    reader.mistake(`'${name}' does not go with 'resource: ${resource}'; remove one of them`)
  }
}

/** The targets that are named one by one. */
export function readTargets(reader: InputReader, kind: Kind): Target[] {
  const { resource } = kind
  const { ids, parents, plural } = kind.names
  const named = readIds(reader, kind, ids, resource)
  refuseUndeletable(reader, kind, named)
  if (parents === undefined) {
    const groups = readTargetGroups(reader, kind)
    const group = groups.length > 1 ? groups : groups[0]
    return named.map((id) => (group === undefined ? { resource, id } : { resource, id, group }))
  }
  const [parent, ...more] = readParents(reader, kind)
  if (parent === undefined && reader.text(parents.input) === '') {
    reader.mistake(`'${parents.input}' is empty: it must name the ${parents.noun} of the ${plural}`)
  }
  if (more.length > 0) {
    reader.mistake(
      `'${parents.input}' names several ${parents.noun}s; ${plural} named one by one are of one ${parents.noun}, so use one step for each`,
    )
  }
  return parent === undefined ? [] : named.map((id) => ({ resource, id, parent }))
}

/** Known beforehand, so nothing else is deleted before it is refused. */
function refuseUndeletable(reader: InputReader, { names: { ids, never } }: Kind, named: readonly string[]): void {
  for (const id of named) if (never?.ids.has(id)) reader.mistake(`'${ids}' has '${id}', which ${never.why}; remove it`)
}

/** The parents that a sweep is limited to; empty means all that the credentials can see. */
export function readParents(reader: InputReader, kind: Kind): readonly string[] {
  const { parents } = kind.names
  return parents === undefined ? [] : readIds(reader, kind, parents.input, parents.resource)
}

function readIds(reader: InputReader, { provider }: Kind, name: string, resource: Resource): readonly string[] {
  const ids = reader.ids(name)
  for (const id of ids) {
    const problem = provider.idProblem(resource, id)
    if (problem !== undefined) reader.mistake(`'${name}' has ${quoted(id)}, which ${problem}`)
  }
  return ids
}
