import { quoted } from '../lib/format.ts'
import type { ProviderDefinition } from '../providers/definition.ts'
import { RESOURCES, type Target } from '../providers/target.ts'
import type { Criteria } from '../sweep/criteria.ts'
import type { Pattern } from '../sweep/pattern.ts'
import type { CommonInput } from './defaults.ts'
import { readGroupPatterns } from './groups.ts'
import { readLabels, refuseLabels } from './labels.ts'
import { readNamePatterns, readProtect } from './patterns.ts'
import { readPullRequest } from './pull-request.ts'
import type { InputReader } from './reader.ts'
import { type Kind, readParents, readTargets, refuseOtherIds } from './targets.ts'
import { readUnusedFor, refuseUnusedFor } from './unused-for.ts'

/** An explicit list of targets, which is its own limit. */
export interface Exact {
  kind: 'exact'
  targets: readonly Target[]
  /** Names that are never deleted. */
  protect: readonly Pattern[]
}

/** Whatever matches the criteria, up to a cap. */
export interface Sweep {
  kind: 'sweep'
  criteria: Criteria
  maxDeletions: number
}

export type Selection = Exact | Sweep

/** Inputs that narrow a sweep or limit it, and mean nothing for an explicit list. */
const SWEEP_INPUTS = [
  'label',
  'unused-for',
  'older-than',
  'status',
  'keep-latest',
  'max-deletions',
] as const satisfies CommonInput[]

/** What the user selects; undefined if that is wrong or nothing, which the reader then reports. */
export function readSelection(
  reader: InputReader,
  provider: ProviderDefinition | undefined,
  providers: readonly ProviderDefinition[],
): Selection | undefined {
  const kind = readKind(reader, provider, providers)
  if (provider !== undefined) refuseForeign(reader, provider, providers)
  // Before anything else, so that mistakes in them are found even where it is not known what they are about.
  const narrowing = readNarrowing(reader, kind)
  if (kind === undefined) return undefined
  refuseOtherIds(reader, kind)
  const { ids } = kind.names
  const isExact = reader.isGiven(ids)
  const sweep = readSweep(reader, kind, narrowing)
  const given = (['name', 'label'] as const).find((name) => reader.isGiven(name))
  if (given !== undefined) {
    if (!isExact) return sweep
    reader.mistake(
      `'${given}' and '${ids}' are both given: name the targets by their IDs, or sweep by '${given}', not both`,
    )
    return undefined
  }
  return readExact(reader, kind, isExact, narrowing.protect)
}

/** What is to be deleted, as its provider names it. */
function readKind(
  reader: InputReader,
  provider: ProviderDefinition | undefined,
  providers: readonly ProviderDefinition[],
): Kind | undefined {
  const resourcesOf = (owners: readonly ProviderDefinition[]) =>
    RESOURCES.filter((resource) => owners.some(({ resources }) => resources[resource] !== undefined))
  const known = resourcesOf(providers)
  const own = provider === undefined ? known : resourcesOf([provider])
  const isKnown = known.some((resource) => resource === reader.text('resource'))
  const resource = reader.oneOf('resource', isKnown ? known : own) ?? 'deployment'
  if (provider === undefined) return undefined
  const names = provider.resources[resource]
  if (names !== undefined) return { provider, resource, names }
  reader.mistake(`'resource' is '${resource}', which ${provider.name} does not have; allowed: ${own.join(', ')}`)
  return undefined
}

function readExact(reader: InputReader, kind: Kind, isExact: boolean, protect: readonly Pattern[]): Exact | undefined {
  const given = SWEEP_INPUTS.filter((name) => reader.isGiven(name))
  if (!isExact) {
    const { ids, never } = kind.names
    const narrowed =
      given.length === 0 ? '' : `; ${given.map((name) => `'${name}'`).join(', ')} only narrow a sweep by 'name'`
    if (never?.ids.has(reader.text(ids)) === true) {
      reader.mistake(`'${ids}' is ${reader.text(ids)}, which ${never.why}: name others, or sweep by 'name'`)
      return undefined
    }
    reader.mistake(
      `'${ids}' and 'name' are both empty: nothing says what to delete${narrowed}. Give one of them; an output is empty if its step was skipped or did not write it`,
    )
    return undefined
  }
  for (const name of given) reader.mistake(`'${name}' belongs to a sweep by 'name' and does not go with IDs; remove it`)
  const targets = readTargets(reader, kind)
  return targets.length === 0 ? undefined : { kind: 'exact', targets, protect }
}

/** What narrows and limits a sweep of anything. */
type Narrowing = Pick<
  Criteria,
  'include' | 'exclude' | 'labels' | 'pullRequest' | 'unusedForMs' | 'olderThanMs' | 'keepLatest' | 'protect'
> &
  Pick<Sweep, 'maxDeletions'>

function readNarrowing(reader: InputReader, kind: Kind | undefined): Narrowing {
  return {
    ...readNamePatterns(reader, kind),
    labels: readLabels(reader),
    pullRequest: readPullRequest(reader),
    unusedForMs: readUnusedFor(reader, kind),
    olderThanMs: reader.duration('older-than'),
    keepLatest: reader.wholeNumber('keep-latest', 0),
    protect: readProtect(reader),
    maxDeletions: reader.wholeNumber('max-deletions', 1),
  }
}

function readSweep(reader: InputReader, kind: Kind, { maxDeletions, ...narrowing }: Narrowing): Sweep {
  refuseLabels(reader, kind)
  refuseUnusedFor(reader, kind)
  if (!kind.names.hasName) refuseNames(reader, kind, reader.lines('name'))
  return {
    kind: 'sweep',
    criteria: {
      ...narrowing,
      resource: kind.resource,
      hasNames: kind.names.hasName,
      parents: readParents(reader, kind),
      groups: readGroupPatterns(reader, kind),
      statuses: readStatuses(reader, kind),
    },
    maxDeletions,
  }
}

/** Patterns for what has no names would match nothing, and `protect` would protect nothing. */
function refuseNames(reader: InputReader, { resource, names }: Kind, patterns: readonly string[]): void {
  const { plural, parents } = names
  const narrowing = `${parents === undefined ? '' : `'${parents.input}', `}'older-than', 'unused-for', 'status' and 'keep-latest'`
  if (patterns.length > 0 && (patterns.length > 1 || patterns[0] !== '*')) {
    reader.mistake(
      `'name' can only be * with 'resource: ${resource}': ${plural} have no names; narrow them by ${narrowing}`,
    )
  }
  if (reader.isGiven('protect')) {
    reader.mistake(`'protect' does not go with 'resource: ${resource}': ${plural} have no names`)
  }
}

/** A misspelt status would select nothing for ever, and nobody would notice. */
function readStatuses(reader: InputReader, { provider, resource, names }: Kind): ReadonlySet<string> | undefined {
  const given = reader.list('status')
  if (given.length === 1 && given[0] === 'any') return undefined
  if (!names.hasStatus) {
    reader.mistake(`'status' does not go with 'resource: ${resource}': ${names.plural} have no status`)
  }
  for (const status of given.filter((status) => !provider.statuses.includes(status))) {
    const any = status === 'any' ? 'any alone' : 'any'
    reader.mistake(`'status' has ${quoted(status)}; allowed: ${any}, or ${provider.statuses.join(', ')}`)
  }
  return new Set(given)
}

/** An input that narrows what another provider deletes would be ignored here, and the user would not know. */
function refuseForeign(
  reader: InputReader,
  provider: ProviderDefinition,
  providers: readonly ProviderDefinition[],
): void {
  const owners = Map.groupBy(
    providers.flatMap((owner) => Object.entries(owner.ownInputs).map(([name, input]) => ({ name, input, owner }))),
    ({ name }) => name,
  )
  for (const [name, uses] of owners) {
    if (uses.some(({ owner, input }) => owner === provider || input.ignoredElsewhere)) continue
    const others = uses.map(({ owner }) => owner.name).join(' and ')
    if (reader.isGiven(name)) reader.mistake(`'${name}' is for ${others} and not for ${provider.name}; remove it`)
  }
}
