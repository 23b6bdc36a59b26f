import { period } from '../lib/format.ts'
import { MASK } from '../lib/redaction.ts'
import type { Cost, Usage } from '../providers/metering.ts'
import type { Listed, Snapshot } from '../providers/observation.ts'
import type { Policy, Provider } from '../providers/provider.ts'
import type { Action } from '../providers/step.ts'
import { targetKey } from '../providers/target.ts'
import { type Criteria, isNamed, type Match, matchCriteria, protectedByName, protectedCollateral } from './criteria.ts'

/** Why something is selected or kept. Every deployment found is in exactly one class. */
export type Class =
  | 'selected'
  | 'protected'
  | 'pull-request'
  | 'status'
  | 'young'
  | 'latest'
  | 'in-use'
  | 'unknown'
  | 'not-matched'

/** What a sweep says of one deployment. */
export interface Candidate<S extends Snapshot = Snapshot> {
  listed: Listed<S>
  class: Class
  /** Why, in plain words. */
  reason: string
  /** The pull requests it belongs to, by {pr} in its name or labels. */
  pullRequests: readonly number[]
  /** Age in ms; undefined if the creation time is not known. */
  ageMs: number | undefined
  /** The key of the selected target that it is in, if it is selected because of that. */
  within?: string
  /** What it costs; absent if nobody asked. */
  cost?: Cost
}

/** What is known of a pull request's number. */
export type PullRequestState = 'closed' | 'open' | 'unknown'

export interface ClassificationContext<S extends Snapshot> {
  criteria: Criteria
  /** Unix ms, UTC. */
  now: number
  pullRequests: ReadonlyMap<number, PullRequestState>
  protection: Provider<S, Action>['protection']
  collateral: Provider<S, Action>['collateral']
  allow: Policy['allow']
}

/** The pull requests that must be known before anything can be classified. */
export function pullRequestsIn(all: readonly Listed[], criteria: Criteria): ReadonlySet<number> {
  const numbers = all.flatMap(({ target, snapshot }) => {
    const match = matchCriteria(snapshot, criteria, target.group)
    return match.kind === 'if-closed' ? match.numbers : []
  })
  return new Set(numbers)
}

/**
 * Classifies everything that was listed, in the order listed. Pure; what cannot be judged stays. Whether it is used is not known
 * yet: that is asked only of what is selected.
 */
export function classify<S extends Snapshot>(
  all: readonly Listed<S>[],
  context: ClassificationContext<S>,
): Candidate<S>[] {
  const candidates = all.map((listed) => classifyOne(listed, context))
  keepYoungest(candidates, context.criteria.keepLatest)
  keepTogether(candidates, context)
  return candidates
}

function classifyOne<S extends Snapshot>(listed: Listed<S>, context: ClassificationContext<S>): Candidate<S> {
  const { createdAt } = listed.snapshot
  // A clock that is ahead of ours makes nothing old.
  const ageMs = createdAt === undefined ? undefined : Math.max(0, context.now - createdAt)
  const match = matchCriteria(listed.snapshot, context.criteria, listed.target.group)
  const [verdict, reason] = holdsSecret(listed)
    ? (['unknown', 'its ID holds a secret, so it cannot be asked for'] as const)
    : verdictOn(listed.snapshot, match, ageMs, context)
  const pullRequests = match.kind === 'if-closed' ? match.numbers : []
  return { listed, class: verdict, reason, pullRequests, ageMs }
}

/** Of an ID that a secret was taken out of, what is left may be the ID of something else. */
function holdsSecret({ target }: Listed): boolean {
  return target.id.includes(MASK)
}

function verdictOn<S extends Snapshot>(
  snapshot: S,
  match: Match,
  ageMs: number | undefined,
  context: ClassificationContext<S>,
): [Class, string] {
  const { criteria, pullRequests } = context
  const { statuses, olderThanMs, unusedForMs, keepLatest, protect } = criteria
  if (match.kind === 'unreadable') return ['unknown', match.why]
  if (match.kind === 'none') return ['not-matched', match.why]
  const guard = protectedByName(snapshot.name, protect) ?? guardOf(snapshot, NOTHING, context)
  if (guard !== undefined) return ['protected', guard]
  if (match.kind === 'ambiguous') return ['unknown', match.why]
  if (match.kind === 'if-closed') {
    const obstacle = match.numbers.map((number) => pullRequestReason(number, pullRequests)).find(Boolean)
    if (obstacle !== undefined) return ['pull-request', obstacle]
  }
  if (statuses !== undefined && !statuses.has(snapshot.status)) {
    return ['status', `its status is ${snapshot.status}, and 'status' is ${[...statuses].join(', ')}`]
  }
  if (ageMs === undefined && (olderThanMs > 0 || unusedForMs > 0 || keepLatest > 0)) {
    const input = olderThanMs > 0 ? 'older-than' : unusedForMs > 0 ? 'unused-for' : 'keep-latest'
    return ['unknown', `its creation time is not known, so '${input}' cannot be checked`]
  }
  if (olderThanMs > 0 && (ageMs ?? 0) <= olderThanMs) {
    return ['young', `it was created ${period(ageMs ?? 0)} ago, and 'older-than' is ${period(olderThanMs)}`]
  }
  if (unusedForMs > 0 && (ageMs ?? 0) <= unusedForMs) {
    return ['young', `it was created ${period(ageMs ?? 0)} ago, and 'unused-for' is ${period(unusedForMs)}`]
  }
  return ['selected', matchedReason(snapshot.name, match, criteria, olderThanMs > 0 ? ageMs : undefined)]
}

const NOTHING: ReadonlySet<string> = new Set()

/** Why it is protected with this selection: the provider's guards, or something protected that is deleted with it. */
export function guardOf<S extends Snapshot>(
  snapshot: S,
  selected: ReadonlySet<string>,
  { criteria, protection, collateral, allow }: ClassificationContext<S>,
): string | undefined {
  const { protect } = criteria
  const policy: Policy = { allow, selected, isNamed: (name) => isNamed(name, criteria) }
  return protection(snapshot, policy) ?? protectedCollateral(collateral(snapshot, policy), protect)
}

/** Why a pull request keeps what belongs to it, if it does: only one that is known to be closed does not. */
export function pullRequestReason(number: number, states: ReadonlyMap<number, PullRequestState>): string | undefined {
  switch (states.get(number)) {
    case 'closed':
      return undefined
    case 'open':
      return `pull request ${number} is open`
    case 'unknown':
    case undefined:
      return `no pull request ${number} was found in this repository`
  }
}

function matchedReason(
  called: string | undefined,
  match: Extract<Match, { kind: 'matches' | 'if-closed' }>,
  { include }: Criteria,
  ageMs: number | undefined,
): string {
  const matched = called === undefined ? "'name' is *, which takes what has no name" : "its name matches 'name'"
  const parts = [
    match.kind === 'if-closed' ? `pull request ${match.numbers.join(', ')} is closed` : '',
    match.kind === 'if-closed' || include.length === 0 ? '' : matched,
    match.labels.length === 0 ? '' : `it is labelled ${match.labels.join(', ')}`,
    ageMs === undefined ? '' : `it was created ${period(ageMs)} ago`,
  ].filter((part) => part !== '')
  return [parts.slice(0, -1).join(', '), parts.at(-1)].filter((part) => part !== '').join(', and ')
}

/** Keeps the youngest; of the same creation time, those with the larger ID. */
function keepYoungest(candidates: Candidate[], keepLatest: number): void {
  if (keepLatest === 0) return
  // By creation time: ages are 0 for everything that a clock ahead of ours made.
  const youngestFirst = selectedOf(candidates).sort((a, b) => bornAt(b) - bornAt(a) || (idOf(a) < idOf(b) ? 1 : -1))
  for (const candidate of youngestFirst.slice(0, keepLatest)) {
    candidate.class = 'latest'
    candidate.reason = `it is one of the ${keepLatest} youngest that 'keep-latest' keeps`
  }
}

/** Keeps the last deployment of a model, which only the whole selection shows. */
function keepTogether<S extends Snapshot>(candidates: Candidate<S>[], context: ClassificationContext<S>): void {
  const selected = selectedKeys(candidates)
  for (const candidate of selectedOf(candidates)) {
    const reason = guardOf(candidate.listed.snapshot, selected, context)
    if (reason === undefined) continue
    candidate.class = 'protected'
    candidate.reason = reason
  }
}

/** Keeps what was used, and what is not known to be unused. `usages` are those of all that are selected, in their order. */
export function keepUsed(candidates: readonly Candidate[], usages: readonly Usage[]): void {
  for (const [index, candidate] of selectedOf(candidates).entries()) {
    const { kind, reason } = usages[index] ?? { kind: 'unknown', reason: 'its use was not asked for' }
    if (kind === 'unused') candidate.reason += `, and it had ${reason}`
    else {
      candidate.class = kind
      candidate.reason = reason
    }
  }
}

/** Adds to the reason what is deleted or changed together with a selected target. */
export function tellCollateral<S extends Snapshot>(
  candidates: readonly Candidate<S>[],
  { collateral, allow }: Pick<ClassificationContext<S>, 'collateral' | 'allow'>,
): void {
  const selected = selectedKeys(candidates)
  for (const candidate of selectedOf(candidates)) {
    for (const { kind, sentence } of collateral(candidate.listed.snapshot, { allow, selected })) {
      if (kind !== 'content') candidate.reason += `; ${sentence}`
    }
  }
}

function selectedKeys(candidates: readonly Candidate[]): ReadonlySet<string> {
  return new Set(selectedOf(candidates).map(({ listed }) => targetKey(listed.target)))
}

/** Those that are selected. */
export function selectedOf<S extends Snapshot>(candidates: readonly Candidate<S>[]): Candidate<S>[] {
  return candidates.filter((candidate) => candidate.class === 'selected')
}

function bornAt(candidate: Candidate): number {
  return candidate.listed.snapshot.createdAt ?? 0
}

function idOf(candidate: Candidate): string {
  return candidate.listed.target.id
}
