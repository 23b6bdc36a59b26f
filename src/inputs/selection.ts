import type { ProviderName } from '../providers/settings.ts'
import { STATUSES } from '../providers/statuses.ts'
import type { Resource, Target } from '../providers/target.ts'
import { type Criteria, isNameless } from '../sweep/criteria.ts'
import { type Pattern, parsePattern } from '../sweep/pattern.ts'
import type { InputName } from './defaults.ts'
import { quoted, type Reader } from './reader.ts'
import { namingOf, readParents, readTargets, refuseOtherNamings } from './targets.ts'

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

/** Inputs that narrow a sweep or limit it, and mean nothing for an explicit list. */
const SWEEP_INPUTS = ['older-than', 'status', 'keep-latest', 'max-deletions'] as const satisfies InputName[]

/** What the user selects; undefined where that is wrong or nothing, which the reader then knows. */
export function readSelection(reader: Reader, provider: ProviderName | undefined): Selection | undefined {
  const resource = reader.oneOf('resource', RESOURCES) ?? 'deployment'
  if (provider !== undefined && provider !== 'baseten' && resource !== 'deployment') {
    reader.mistake(`'resource' is '${resource}', which only Baseten has; for ${provider} it is deployment`)
  }
  if (provider === 'baseten') refuseOtherNamings(reader, resource)
  refuseForeign(reader, provider)
  const { ids } = namingOf(resource, provider)
  const isExact = reader.text(ids) !== ''
  const sweep = readSweep(reader, resource, provider)
  if (reader.text('name') !== '') {
    if (!isExact) return sweep
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
    const { ids } = namingOf(resource, provider)
    const narrowed =
      given.length === 0 ? '' : `; ${given.map((name) => `'${name}'`).join(', ')} only narrow a sweep by 'name'`
    reader.mistake(`'${ids}' and 'name' are both empty: nothing says what to delete, so nothing is${narrowed}`)
    return undefined
  }
  for (const name of given) reader.mistake(`'${name}' belongs to a sweep by 'name' and does not go with IDs; remove it`)
  const targets = readTargets(reader, resource, provider)
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
    if (pattern.includes('{pr}')) reader.mistake(`'name' has ${quoted(`!${pattern}`)}: {pr} cannot be excluded`)
  }
  if (isNameless(resource)) refuseNames(reader, resource, provider, patterns)
  return {
    kind: 'sweep',
    criteria: {
      resource,
      parents: readParents(reader, resource, provider),
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

/** Patterns for what has no names would match nothing, and `protect` would protect nothing. */
function refuseNames(
  reader: Reader,
  resource: Resource,
  provider: ProviderName | undefined,
  patterns: readonly string[],
): void {
  const { plural } = namingOf(resource, provider)
  if (patterns.length > 0 && (patterns.length > 1 || patterns[0] !== '*')) {
    reader.mistake(
      `'name' can only be * with 'resource: ${resource}': ${plural} have no names; narrow them by 'chain-id', 'older-than' and 'status'`,
    )
  }
  if (reader.isGiven('protect')) {
    reader.mistake(`'protect' does not go with 'resource: ${resource}': ${plural} have no names`)
  }
}

const HAVE_STATUS: ReadonlySet<Resource> = new Set(['deployment', 'chain-deployment'])

/** A misspelt status would select nothing for ever, and nobody would notice. */
function readStatuses(
  reader: Reader,
  resource: Resource,
  provider: ProviderName | undefined,
): ReadonlySet<string> | undefined {
  const given = reader.list('status')
  if (given.length === 1 && given[0] === 'any') return undefined
  if (!HAVE_STATUS.has(resource)) {
    const { plural } = namingOf(resource, provider)
    reader.mistake(`'status' does not go with 'resource: ${resource}': ${plural} have no status`)
  }
  const known = provider === undefined ? given : STATUSES[provider]
  for (const status of given.filter((status) => !known.includes(status))) {
    reader.mistake(`'status' has ${quoted(status)}; allowed: any, or ${known.join(', ')}`)
  }
  return new Set(given)
}

/** Name patterns that stay whatever else is said. */
export function readProtect(reader: Reader): Pattern[] {
  const sources = reader.list('protect', 'by-line')
  if (sources.length === 1 && sources[0] === 'none') return []
  for (const source of sources) {
    if (source.startsWith('!')) reader.mistake(`'protect' has ${quoted(source)}: patterns with ! go into 'name'`)
    if (source.includes('{pr}')) reader.mistake(`'protect' has ${quoted(source)}: {pr} goes into 'name'`)
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
