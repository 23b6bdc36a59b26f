import { backoff } from '../http/retry.ts'
import type { Clock } from '../lib/clock.ts'
import { UnclearAnswer } from '../providers/errors.ts'
import type { Usage } from '../providers/metering.ts'
import type { Listed, Snapshot } from '../providers/observation.ts'
import { collateralNames, type Policy, type Provider } from '../providers/provider.ts'
import type { Action } from '../providers/step.ts'
import { targetKey } from '../providers/target.ts'
import {
  type Candidate,
  classify,
  keepUsed,
  type PullRequestState,
  pullRequestsIn,
  selectedOf,
  tellCollateral,
} from './classify.ts'
import { withContents } from './contents.ts'
import { type Criteria, scopeOf, unreadableName } from './criteria.ts'
import { type GuardDoubt, guardDoubts } from './guard-doubts.ts'
import { labelDoubts, type UnmatchedLabel, unmatchedLabels } from './label-guards.ts'
import { isLiteral, matchPattern } from './pattern.ts'
import { type UnmatchedLine, unmatchedLines } from './unmatched.ts'

/** What a sweep found and decided. */
export interface SweepPlan<S extends Snapshot = Snapshot> {
  candidates: readonly Candidate<S>[]
  /** Lines of `name` and `protect` that match none of the names found. */
  unmatched: readonly UnmatchedLine[]
  /** Patterns of `resource-group` that no group with anything in it matches. */
  unmatchedGroups?: readonly string[]
  /** The same of lines of `label`. */
  unmatchedLabels?: readonly UnmatchedLabel[]
  /** Guards among them that would keep something selected if they were read in another way. With one, nothing may be deleted. */
  doubts: readonly GuardDoubt[]
}

export interface SweepOptions<S extends Snapshot> {
  provider: Pick<Provider<S, Action>, 'list' | 'protection' | 'collateral' | 'contents'>
  criteria: Criteria
  allow: Policy['allow']
  /** The states of pull requests of this repository. Rejects if they cannot be read; then nothing may be deleted. */
  pullRequests: (numbers: ReadonlySet<number>) => Promise<ReadonlyMap<number, PullRequestState>>
  /** Whether something had a request between two times, Unix ms. Only asked for what all other criteria select. Never rejects. */
  usage?: ((listed: Listed<S>, since: number, until: number) => Promise<Usage>) | undefined
  clock: Clock
  /** The provider's time, once everything is listed, when the runner's clock shows `now`; both Unix ms. */
  providerTime: (now: number) => number
  random: () => number
  /** No list is read again once this aborts. */
  stop?: AbortSignal
}

/** How often a list that is not as documented is read again. */
const MAX_UNCLEAR = 3

/**
 * Lists everything, learns which pull requests are closed, and classifies. Nothing is changed. Rejects if the list or
 * the pull requests could not be read completely.
 */
export async function planSweep<S extends Snapshot>(options: SweepOptions<S>): Promise<SweepPlan<S>> {
  const { provider, criteria, allow, clock, providerTime } = options
  const all = await rereadUnclear(() => provider.list(scopeOf(criteria)), options)
  const numbers = pullRequestsIn(all, criteria)
  const pullRequests = numbers.size === 0 ? new Map<number, PullRequestState>() : await options.pullRequests(numbers)
  const { protection, collateral } = provider
  const everything = { allow, selected: new Set(all.map(({ target }) => targetKey(target))) }
  const othersOf = (snapshot: S) => collateralNames(collateral(snapshot, everything))
  const now = providerTime(clock.now())
  const context = { criteria, now, pullRequests, protection, collateral, allow }
  const found = classify(all, context)
  if (criteria.unusedForMs > 0) {
    const { usage = untold } = options
    const since = now - criteria.unusedForMs
    keepUsed(found, await Promise.all(selectedOf(found).map(({ listed }) => usage(listed, since, now))))
  }
  const { contents } = provider
  const candidates =
    contents === undefined ? found : await rereadUnclear(() => withContents(found, contents, context), options)
  tellCollateral(candidates, { collateral, allow })
  const unmatched = unmatchedLines(
    criteria,
    all.flatMap(({ snapshot }) => readableName(snapshot) ?? []),
    candidates.flatMap(({ listed: { snapshot } }) => othersOf(snapshot)),
  )
  // What is in another candidate was not selected by its name.
  const matched = selectedOf(candidates).filter(({ within }) => within === undefined)
  const selected = matched.map(({ listed: { snapshot } }) => snapshot)
  const going = {
    ids: matched.map(({ listed }) => listed.target.id),
    names: selected.flatMap((snapshot) => snapshot.name ?? []),
    others: selected.flatMap(othersOf),
  }
  const labelled = (listed: Listed<S>) => ({
    name: listed.snapshot.name ?? listed.target.id,
    labels: listed.snapshot.labels,
  })
  const labels = criteria.labels.length === 0 ? [] : all.map(labelled)
  const inLabels = labelDoubts(
    criteria.labels,
    labels,
    matched.map(({ listed }) => labelled(listed)),
  )
  return {
    candidates,
    unmatched,
    unmatchedGroups: unmatchedGroups(criteria, all),
    unmatchedLabels: unmatchedLabels(criteria.labels, labels),
    doubts: [...guardDoubts(criteria, unmatched, going), ...inLabels],
  }
}

function unmatchedGroups({ groups }: Criteria, all: readonly Listed[]): string[] {
  const found = new Set(all.flatMap(({ target: { group } }) => (typeof group === 'string' ? group : [])))
  return groups
    .filter((pattern) => !isLiteral(pattern) && ![...found].some((group) => matchPattern(pattern, group).matches))
    .map(({ source }) => source)
}

function readableName({ name }: Snapshot): string | undefined {
  return name === undefined || unreadableName(name) !== undefined ? undefined : name
}

const untold = async (): Promise<Usage> => ({ kind: 'unknown', reason: 'its use cannot be read' })

/** What a list says; one that is not as documented is read again. */
export async function rereadUnclear<T>(
  read: () => Promise<T>,
  { clock, random, stop }: Pick<SweepOptions<Snapshot>, 'clock' | 'random' | 'stop'>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof UnclearAnswer) || attempt === MAX_UNCLEAR) throw error
      await clock.sleep(backoff(attempt, random), stop)
      if (stop?.aborted) throw error
    }
  }
}

/** The targets of a plan by their keys, with what the list showed of each. */
export function sweptTargets<S extends Snapshot>(plan: SweepPlan<S>): ReadonlyMap<string, Listed<S>> {
  return new Map(selectedOf(plan.candidates).map(({ listed }) => [targetKey(listed.target), listed]))
}
