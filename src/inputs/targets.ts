import type { ProviderName } from '../providers/settings.ts'
import type { Resource, Target } from '../providers/target.ts'
import type { InputName } from './defaults.ts'
import { quoted, type Reader } from './reader.ts'

/** How a resource is named by exact inputs. */
interface Naming {
  /** The input with its IDs or names. */
  ids: 'deployment-id' | 'model-id' | 'chain-id' | 'environment'
  /** The input with what it is under: one for IDs, any number for a sweep. */
  parents?: 'model-id' | 'chain-id'
  plural: string
}

const NAMINGS: Readonly<Record<Resource, Naming>> = {
  deployment: { ids: 'deployment-id', parents: 'model-id', plural: 'deployments' },
  model: { ids: 'model-id', plural: 'models' },
  environment: { ids: 'environment', parents: 'model-id', plural: 'environments' },
  chain: { ids: 'chain-id', plural: 'chains' },
  'chain-deployment': { ids: 'deployment-id', parents: 'chain-id', plural: 'chain deployments' },
}

/** Inputs that name targets or what they are under. */
const NAMING_INPUTS = ['model-id', 'deployment-id', 'chain-id', 'environment'] as const satisfies InputName[]

/** Paths under a model that Baseten also takes in the place of a deployment's ID. */
const BASETEN_ALIASES: ReadonlySet<string> = new Set(['production', 'development'])

/** The input that names targets of this kind, and what they are called together. Other providers have deployments only. */
export function namingOf(resource: Resource, provider: ProviderName | undefined): Naming {
  if (provider === 'baseten' || provider === undefined) return NAMINGS[resource]
  return { ids: 'deployment-id', plural: 'deployments' }
}

/** An input that names something else would be ignored, and the user would not know. */
export function refuseOtherNamings(reader: Reader, resource: Resource): void {
  const { ids, parents } = NAMINGS[resource]
  for (const name of NAMING_INPUTS) {
    if (name === ids || name === parents || !reader.isGiven(name)) continue
    reader.mistake(`'${name}' does not go with 'resource: ${resource}'; remove one of them`)
  }
}

/** The targets that are named one by one. */
export function readTargets(reader: Reader, resource: Resource, provider: ProviderName | undefined): Target[] {
  const { ids, parents, plural } = namingOf(resource, provider)
  const named = readIds(reader, ids, provider)
  if (parents === undefined || provider !== 'baseten') return named.map((id) => ({ resource, id }))
  const [parent, ...more] = readIds(reader, parents, provider)
  const above = parents === 'model-id' ? 'model' : 'chain'
  if (parent === undefined && reader.text(parents) === '') {
    reader.mistake(`'${parents}' is empty: Baseten needs the ${above} of the ${plural}`)
  }
  if (more.length > 0) {
    reader.mistake(
      `'${parents}' names several ${above}s; ${plural} named one by one are of one ${above}, so use one step for each`,
    )
  }
  return parent === undefined ? [] : named.map((id) => ({ resource, id, parent }))
}

/** What a sweep looks under; nothing means everything that the credentials can see. */
export function readParents(reader: Reader, resource: Resource, provider: ProviderName | undefined): readonly string[] {
  const { parents } = namingOf(resource, provider)
  return parents === undefined || provider !== 'baseten' ? [] : readIds(reader, parents, provider)
}

function readIds(reader: Reader, name: Naming['ids'], provider: ProviderName | undefined): readonly string[] {
  const ids = reader.list(name)
  for (const id of ids) {
    const problem = name === 'environment' ? environmentProblem(id) : idProblem(id, provider)
    if (problem !== undefined) reader.mistake(`'${name}' has ${quoted(id)}, which ${problem}`)
  }
  return ids
}

function environmentProblem(name: string): string | undefined {
  if (name === 'production') return 'is never deleted'
  if (/[*?{}]/.test(name)) return "is a pattern: patterns go into 'name', and 'environment' takes whole names"
  return canBePathSegment(name) ? undefined : 'cannot be the name of an environment'
}

/** IDs end up in paths. What a provider allows is rarely documented, so only what cannot be an ID is refused. */
function idProblem(id: string, provider: ProviderName | undefined): string | undefined {
  if (!canBePathSegment(id)) return 'cannot be an ID'
  switch (provider) {
    case 'baseten':
      return BASETEN_ALIASES.has(id)
        ? 'is no ID: deployments go by their ID, never by the alias of what serves'
        : undefined
    case 'sap-ai-core':
      return /^[\w.-]{4,64}$/.test(id)
        ? undefined
        : 'cannot be a deployment ID of SAP AI Core (4 to 64 letters, digits, _ . -)'
    case 'alibaba-model-studio':
      return id === 'models' ? 'is a reserved word of the API and no deployment' : undefined
    case undefined:
      return undefined
  }
}

function canBePathSegment(text: string): boolean {
  return text !== '.' && text !== '..' && /^[^\s/\\?#%\p{C}]{1,256}$/u.test(text)
}
