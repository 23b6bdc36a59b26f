import type { Resource, Target } from '../providers/provider.ts'
import type { InputName } from './names.ts'
import type { ProviderName } from './provider-settings.ts'
import type { Reader } from './reader.ts'

/** What goes: an explicit list, which is its own limit. */
export interface Exact {
  kind: 'exact'
  targets: readonly Target[]
}

export type Selection = Exact

const RESOURCES = ['deployment', 'model', 'environment', 'chain', 'chain-deployment'] as const satisfies Resource[]
const NOT_YET: ReadonlySet<Resource> = new Set(['environment', 'chain', 'chain-deployment'])

const SWEEP_INPUTS = ['name', 'older-than', 'status', 'keep-latest', 'max-deletions'] as const satisfies InputName[]

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
  readSweepInputs(reader)
  refuseForeign(reader, provider)
  const targets = resource === 'model' ? readModels(reader) : readDeployments(reader, provider)
  return targets.length === 0 ? undefined : { kind: 'exact', targets }
}

/** Declared, and checked as they will be; but a sweep is not built yet and must not be mistaken for one. */
function readSweepInputs(reader: Reader): void {
  reader.duration('older-than')
  reader.wholeNumber('keep-latest', 0)
  reader.wholeNumber('max-deletions', 1)
  for (const name of SWEEP_INPUTS.filter((name) => reader.isGiven(name) && reader.text(name) !== '')) {
    reader.mistake(`'${name}' belongs to sweeps, which are not available yet; name the targets by their IDs`)
  }
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
  const ids = readIds(reader, 'model-id', 'baseten')
  if (reader.text('model-id') === '')
    reader.mistake("'model-id' is empty: with 'resource: model' it names the models to delete")
  return ids.map((id) => ({ resource: 'model', id }))
}

function readDeployments(reader: Reader, provider: ProviderName | undefined): Target[] {
  const ids = readIds(reader, 'deployment-id', provider)
  if (reader.text('deployment-id') === '') {
    reader.mistake("'deployment-id' is empty: nothing says what to delete, so nothing is")
  }
  if (provider !== 'baseten') return ids.map((id) => ({ resource: 'deployment', id }))
  const [parent, ...more] = readIds(reader, 'model-id', 'baseten')
  if (parent === undefined && reader.text('model-id') === '') {
    reader.mistake("'model-id' is empty: Baseten needs the model of the deployments")
  }
  if (more.length > 0)
    reader.mistake("'model-id' names several models; deployments by ID are of one model, so use one step for each")
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
