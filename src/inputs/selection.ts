import type { Resource, Target } from '../providers/provider.ts'
import type { ProviderName } from '../providers/settings.ts'
import { STATUSES } from '../providers/statuses.ts'
import type { Criteria } from '../select/criteria.ts'
import { type Pattern, parsePattern } from '../select/pattern.ts'
import type { InputName } from './names.ts'
import type { Reader } from './reader.ts'

/** What goes: an explicit list, which is its own limit. */
export interface Exact {
  kind: 'exact'
  targets: readonly Target[]
}

/** What goes: whatever the criteria find, as long as it is not more than expected. */
export interface Sweep {
  kind: 'sweep'
  criteria: Criteria
  maxDeletions: number
}

export type Selection = Exact | Sweep

const RESOURCES = ['deployment', 'model', 'environment', 'chain', 'chain-deployment'] as const satisfies Resource[]
const NOT_YET: ReadonlySet<Resource> = new Set(['environment', 'chain', 'chain-deployment'])

/** Inputs that narrow a sweep or limit it, and mean nothing for an explicit list. */
const SWEEP_INPUTS = ['older-than', 'status', 'keep-latest', 'max-deletions'] as const satisfies InputName[]

/** Paths under a model that Baseten also takes in the place of a deployment's ID. */
const BASETEN_ALIASES: ReadonlySet<string> = new Set(['production', 'development'])

/** What the user selects; undefined where that is wrong or nothing, which the reader then knows. */
export function readSelection(reader: Reader, provider: ProviderName | undefined): Selection | undefined {
  const resource = reader.oneOf('resource', RESOURCES) ?? 'deployment'
  if (provider !== undefined && provider !== 'baseten' && resource !== 'deployment') {
    reader.mistake(`'resource' is '${resource}', which only Baseten has; for ${provider} it is deployment`)
  } else if (NOT_YET.has(resource)) {
    reader.mistake(`'resource: ${resource}' is not available yet; available: deployment, model`)
  }
  refuseForeign(reader, provider)
  const isExact = reader.text('deployment-id') !== '' || (resource === 'model' && reader.text('model-id') !== '')
  const sweep = readSweep(reader, resource, provider)
  if (reader.text('name') !== '') {
    if (!isExact) return sweep
    const ids = reader.text('deployment-id') === '' ? 'model-id' : 'deployment-id'
    reader.mistake(`'name' and '${ids}' are both given: name the targets by their IDs, or sweep by 'name', not both`)
    return undefined
  }
  return readExact(reader, resource, provider, isExact)
}

function readExact(
  reader: Reader,
  resource: Resource,
  provider: ProviderName | undefined,
  isExact: boolean,
): Exact | undefined {
  const given = SWEEP_INPUTS.filter((name) => reader.isGiven(name))
  if (!isExact) {
    const ids = resource === 'model' ? 'model-id' : 'deployment-id'
    const narrowed =
      given.length === 0 ? '' : `; ${given.map((name) => `'${name}'`).join(', ')} only narrow a sweep by 'name'`
    reader.mistake(`'${ids}' and 'name' are both empty: nothing says what to delete, so nothing is${narrowed}`)
    return undefined
  }
  for (const name of given) reader.mistake(`'${name}' belongs to a sweep by 'name' and does not go with IDs; remove it`)
  const targets = resource === 'model' ? readModels(reader) : readDeployments(reader, provider)
  return targets.length === 0 ? undefined : { kind: 'exact', targets }
}

function readSweep(reader: Reader, resource: Resource, provider: ProviderName | undefined): Sweep {
  const patterns = reader.list('name', 'by-line')
  const include = patterns.filter((pattern) => !pattern.startsWith('!'))
  const exclude = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1).trim())
  if (patterns.length > 0 && include.length === 0) {
    reader.mistake("'name' only excludes: add a pattern of what is to go, such as *")
  }
  for (const pattern of exclude) {
    if (pattern === '') reader.mistake("'name' has '!' without a pattern")
    if (pattern.includes('{pr}')) reader.mistake(`'name' has '!${pattern.slice(0, 60)}': {pr} cannot be excluded`)
  }
  return {
    kind: 'sweep',
    criteria: {
      resource,
      parents: resource === 'deployment' && provider === 'baseten' ? readIds(reader, 'model-id', provider) : [],
      include: include.map(parsePattern),
      exclude: exclude.map(parsePattern),
      olderThanMs: reader.duration('older-than'),
      statuses: readStatuses(reader, resource, provider),
      keepLatest: reader.wholeNumber('keep-latest', 0),
      protect: readProtect(reader),
    },
    maxDeletions: reader.wholeNumber('max-deletions', 1),
  }
}

/** A misspelt status would select nothing for ever, and nobody would notice. */
function readStatuses(
  reader: Reader,
  resource: Resource,
  provider: ProviderName | undefined,
): ReadonlySet<string> | undefined {
  const given = reader.list('status')
  if (given.length === 1 && given[0] === 'any') return undefined
  if (resource === 'model') reader.mistake("'status' does not go with 'resource: model': models have no status")
  const known = provider === undefined ? given : STATUSES[provider]
  for (const status of given.filter((status) => !known.includes(status))) {
    reader.mistake(`'status' has '${status.slice(0, 60)}'; allowed: any, or ${known.join(', ')}`)
  }
  return new Set(given)
}

/** Name patterns that stay whatever else is said. */
export function readProtect(reader: Reader): Pattern[] {
  const sources = reader.list('protect', 'by-line')
  if (sources.length === 1 && sources[0] === 'none') return []
  for (const source of sources) {
    if (source.startsWith('!')) reader.mistake(`'protect' has '${source.slice(0, 60)}': patterns with ! go into 'name'`)
    if (source.includes('{pr}')) reader.mistake(`'protect' has '${source.slice(0, 60)}': {pr} goes into 'name'`)
  }
  return sources.map(parsePattern)
}

/** An input that narrows what another provider deletes would be ignored here, and the user would not know. */
function refuseForeign(reader: Reader, provider: ProviderName | undefined): void {
  if (provider === undefined) return
  const owners: Partial<Record<InputName, ProviderName>> = {
    'model-id': 'baseten',
    'chain-id': 'baseten',
    environment: 'baseten',
    token: 'sap-ai-core',
    'resource-group': 'sap-ai-core',
    region: 'alibaba-model-studio',
    'workspace-id': 'alibaba-model-studio',
  }
  const names = Object.keys(owners).filter((name): name is keyof typeof owners => Object.hasOwn(owners, name))
  for (const name of names) {
    const owner = owners[name]
    if (owner !== provider && reader.isGiven(name))
      reader.mistake(`'${name}' is for ${owner} and not for ${provider}; remove it`)
  }
}

function readModels(reader: Reader): Target[] {
  if (reader.text('deployment-id') !== '') {
    reader.mistake("'deployment-id' does not go with 'resource: model', which deletes whole models; remove one of them")
  }
  return readIds(reader, 'model-id', 'baseten').map((id) => ({ resource: 'model', id }))
}

function readDeployments(reader: Reader, provider: ProviderName | undefined): Target[] {
  const ids = readIds(reader, 'deployment-id', provider)
  if (provider !== 'baseten') return ids.map((id) => ({ resource: 'deployment', id }))
  const [parent, ...more] = readIds(reader, 'model-id', 'baseten')
  if (parent === undefined && reader.text('model-id') === '') {
    reader.mistake("'model-id' is empty: Baseten needs the model of the deployments")
  }
  if (more.length > 0) {
    reader.mistake("'model-id' names several models; deployments by ID are of one model, so use one step for each")
  }
  return parent === undefined ? [] : ids.map((id) => ({ resource: 'deployment', id, parent }))
}

function readIds(
  reader: Reader,
  name: 'deployment-id' | 'model-id',
  provider: ProviderName | undefined,
): readonly string[] {
  const ids = reader.list(name)
  for (const id of ids) {
    const problem = idProblem(id, provider)
    if (problem !== undefined) reader.mistake(`'${name}' has '${id.slice(0, 60)}', which ${problem}`)
  }
  return ids
}

/** IDs end up in paths. What a provider allows is rarely documented, so only what cannot be an ID is refused. */
function idProblem(id: string, provider: ProviderName | undefined): string | undefined {
  if (id === '.' || id === '..' || !/^[^\s/\\?#%\p{C}]{1,256}$/u.test(id)) return 'cannot be an ID'
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
