import { MASK } from '../lib/redaction.ts'
import type { Snapshot } from '../providers/observation.ts'
import type { Collateral } from '../providers/provider.ts'
import type { GroupChoice, Resource, Scope, Target } from '../providers/target.ts'
import { doubtAbout } from './guard-readings.ts'
import { type LabelPattern, matchLabels } from './labels.ts'
import { isLiteral, MAX_NUMBERS, matchPattern, type Pattern } from './pattern.ts'

/** What a sweep selects. */
export interface Criteria {
  resource: Resource
  /** False if only `*` alone can stand for things of this kind. */
  hasNames: boolean
  /** The models or chains to sweep; all that the credentials can see if empty. */
  parents: readonly string[]
  /** The resource groups to look into, by ID or pattern; none if the provider has no groups. */
  groups: readonly Pattern[]
  /** A name must match one of these; every name does where there are none and `labels` select … */
  include: readonly Pattern[]
  /** … and none of these. */
  exclude: readonly Pattern[]
  /** Labels must hold all of these, and none of those that exclude. */
  labels: readonly LabelPattern[]
  /** What `{pr}` stands for: any closed pull request, or the one with this number, which must be closed before anything is deleted. */
  pullRequest: 'closed' | number
  /** Only what was created longer ago than this; ms, 0 for any age. */
  olderThanMs: number
  /** Only what is known to have had no request for this long; ms, 0 for no limit. */
  unusedForMs: number
  /** Only these provider statuses; any where undefined. */
  statuses: ReadonlySet<string> | undefined
  /** Of what matched, keep this many of the newest. */
  keepLatest: number
  /** Names that are never deleted. */
  protect: readonly Pattern[]
}

/** Whether `name` says more of a name than `*` does, as somebody who means it would. */
export function isNamed(name: string | undefined, { include }: Pick<Criteria, 'include'>): boolean {
  const says = ({ tokens }: Pattern) => tokens.some(({ kind }) => kind === 'character' || kind === 'digits')
  return name !== undefined && include.some((pattern) => says(pattern) && matchPattern(pattern, name).matches)
}

/** Where a sweep looks. */
export function scopeOf({ resource, parents, groups }: Criteria): Scope {
  const patterns = groups.filter((pattern) => !isLiteral(pattern))
  const choice: GroupChoice = {
    ids: groups.filter(isLiteral).map(({ source }) => source),
    matches: patterns.length === 0 ? undefined : (id) => patterns.some((pattern) => matchPattern(pattern, id).matches),
  }
  return { resource, parents, groups: choice }
}

/** What `name` and `label` say about one deployment. `labels` are those that decided, as `key=value`. */
export type Match =
  | { kind: 'none'; why: string }
  | { kind: 'matches'; labels: readonly string[] }
  /** Selected only if all of these are numbers of closed pull requests. */
  | { kind: 'if-closed'; numbers: readonly number[]; labels: readonly string[] }
  /** It can be read as another pull request than the one meant, or as too many to ask for them all. */
  | { kind: 'ambiguous'; why: string }
  /** Nothing can be said of it. */
  | { kind: 'unreadable'; why: string }

/** No name is longer that anybody gave; to match megabytes would take longer than the step has. UTF-16 units. */
const LONGEST_NAME = 1000

/**
 * Why a name cannot be held against any pattern, if it cannot. Where a secret was taken out of it, it is not the name any more:
 * one that `protect` or `!` would have matched may not be matched by them now.
 */
export function unreadableName(name: string): string | undefined {
  if (name.length > LONGEST_NAME) return `its name is ${name.length} characters long, so it cannot be checked`
  return name.includes(MASK) ? 'its name holds a secret, so it cannot be checked' : undefined
}

/** How something stands to `name` and to `label`, of which both must select it where both are given. */
export function matchCriteria(
  { name, labels }: Pick<Snapshot, 'name' | 'labels'>,
  criteria: Criteria,
  group?: Target['group'],
): Match {
  const byName = numbersInName(name, criteria)
  if ('kind' in byName) return byName
  const byLabel = criteria.labels.length === 0 ? NO_LABELS : matchLabels(labels, criteria.labels)
  if (byLabel.kind !== 'matches') return byLabel
  const found = { name: byName.numbers, labels: byLabel.numbers, 'resource group': numbersInGroup(group, criteria) }
  return withPullRequests(found, byLabel.by, criteria)
}

const NO_LABELS = { kind: 'matches', numbers: [], by: [] } as const

/** The numbers that `{pr}` stands for in the ID of a resource group; none if one pattern asks for no pull request. */
function numbersInGroup(group: Target['group'], { groups }: Criteria): readonly number[] {
  if (typeof group !== 'string') return []
  const matches = groups.map((pattern) => matchPattern(pattern, group)).filter(({ matches }) => matches)
  return matches.some(({ numbers }) => numbers.length === 0) ? [] : matches.flatMap(({ numbers }) => numbers)
}

/**
 * The numbers that `{pr}` stands for in a name that matches; none if one pattern asks for no pull request. A name that is
 * missing matches nothing, where there should be one: it cannot be judged.
 */
function numbersInName(
  name: string | undefined,
  { hasNames, include, exclude, labels }: Criteria,
): Extract<Match, { kind: 'none' | 'unreadable' }> | { numbers: readonly number[] } {
  // Without a pattern, names are not asked for; but something must select.
  const isAny = include.length === 0 && labels.some(({ excludes }) => !excludes)
  if (name === undefined) {
    const isStar = !hasNames && include.length === 1 && include[0]?.source === '*'
    if (exclude.length === 0 && (isAny || isStar)) return { numbers: [] }
    return { kind: 'unreadable', why: "it has no name, so 'name' cannot be checked" }
  }
  const why = unreadableName(name)
  if (why !== undefined) return { kind: 'unreadable', why }
  if (exclude.some((pattern) => matchPattern(pattern, name).matches)) return { kind: 'none', why: NO_MATCH }
  const matches = include.map((pattern) => matchPattern(pattern, name)).filter(({ matches }) => matches)
  if (isAny || matches.some(({ numbers }) => numbers.length === 0)) return { numbers: [] }
  return matches.length === 0 ? { kind: 'none', why: NO_MATCH } : { numbers: matches.flatMap(({ numbers }) => numbers) }
}

const NO_MATCH = "its name does not match 'name'"

/** What matches, with the pull requests that it needs to be closed: those read in it, or the one that was named. */
function withPullRequests(
  found: Readonly<Record<'name' | 'labels' | 'resource group', readonly number[]>>,
  labels: readonly string[],
  { pullRequest }: Criteria,
): Match {
  const numbers = [...new Set(Object.values(found).flat())]
  const where = Object.entries(found)
    .flatMap(([word, each]) => (each.length === 0 ? [] : word))
    .join(' or ')
  if (numbers.length === 0) {
    return pullRequest === 'closed'
      ? { kind: 'matches', labels }
      : { kind: 'if-closed', numbers: [pullRequest], labels }
  }
  if (pullRequest !== 'closed' && !numbers.includes(pullRequest) && numbers.length <= MAX_NUMBERS) {
    const has = where === 'labels' || where.includes(' or ') ? 'have' : 'has'
    const why = `its ${where} ${has} ${numbers.join(', ')} for {pr}, and 'pull-request' is ${pullRequest}`
    return { kind: 'none', why }
  }
  if (numbers.length > MAX_NUMBERS) {
    return { kind: 'ambiguous', why: `its ${where} can be read as too many pull requests to tell which is meant` }
  }
  const others = numbers.filter((number) => number !== pullRequest)
  if (pullRequest !== 'closed' && others.length > 0) {
    const why = `its ${where} can also be read as pull request ${others.join(', ')}, and 'pull-request' is ${pullRequest}`
    return { kind: 'ambiguous', why }
  }
  return { kind: 'if-closed', numbers, labels }
}

/** The first `protect` pattern that covers the name; none if it cannot be read. */
function protectingPattern(name: string, protect: readonly Pattern[]): Pattern | undefined {
  if (unreadableName(name) !== undefined) return undefined
  return protect.find((pattern) => matchPattern(pattern, name).matches)
}

/** Why `protect` keeps something of this name, if it does. */
export function protectedByName(name: string | undefined, protect: readonly Pattern[]): string | undefined {
  if (protect.length === 0) return undefined
  if (name === undefined) return "it has no name that 'protect' could be checked against"
  const why = unreadableName(name)
  if (why !== undefined) return `${why} against 'protect'`
  const pattern = protectingPattern(name, protect)
  return pattern === undefined ? undefined : `its name ${name} is protected by '${pattern.source}' in 'protect'`
}

/**
 * Why `protect` keeps an exact target although it does not match: in another reading it would hold its name, or that of
 * something that would be deleted or changed with it. `names`: all of these. A line that is its ID was meant to protect it, too.
 */
export function protectedInDoubt(
  id: string,
  names: readonly string[],
  protect: readonly Pattern[],
): string | undefined {
  for (const { source } of protect) {
    if (source === id) return `its ID ${id} is in 'protect', which takes names: write its name, or remove the line`
    const doubt = doubtAbout(
      source,
      names.filter((name) => unreadableName(name) === undefined),
    )
    if (doubt === undefined) continue
    return `its name ${doubt.name} would be protected by '${source}' in 'protect', read ${doubt.how}; write the line so that it matches or clearly does not`
  }
  return undefined
}

/** Why `protect` keeps something because of what would be deleted or changed with it, if it does. */
export function protectedCollateral(
  collateral: readonly Collateral[],
  protect: readonly Pattern[],
): string | undefined {
  if (protect.length === 0) return undefined
  for (const each of collateral) {
    if (!('name' in each)) continue
    const { name, sentence } = each
    if (name === undefined) return `${sentence}, and has no name that 'protect' could be checked against`
    const why = unreadableName(name)
    if (why !== undefined) return `${sentence}, and may be protected: ${why} against 'protect'`
    const pattern = protectingPattern(name, protect)
    if (pattern !== undefined) return `${sentence}, and ${name} is protected by '${pattern.source}' in 'protect'`
  }
  return undefined
}
