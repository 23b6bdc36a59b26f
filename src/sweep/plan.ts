import { isDeepStrictEqual } from 'node:util'
import { backoff } from '../http/retry.ts'
import type { Clock } from '../lib/clock.ts'
import { UnclearAnswer } from '../providers/errors.ts'
import type { Listed, Snapshot } from '../providers/observation.ts'
import type { Policy, Provider } from '../providers/provider.ts'
import { sameSecond } from '../providers/shared/time.ts'
import type { Action } from '../providers/step.ts'
import { targetKey } from '../providers/target.ts'
import { type Candidate, classify, type PullRequestState, pullRequestsIn, selectedOf } from './classify.ts'
import { type Criteria, matchCriteria, protectedByName, protectingPattern } from './criteria.ts'
import type { Pattern } from './pattern.ts'

/** What a sweep found and decided. */
export interface SweepPlan<S extends Snapshot = Snapshot> {
  candidates: readonly Candidate<S>[]
  /** `protect` patterns that met nothing: perhaps misspelt, and then no protection. */
  idle: readonly Pattern[]
}

export interface SweepOptions<S extends Snapshot> {
  provider: Pick<Provider<S, Action>, 'list' | 'protection' | 'collateral'>
  criteria: Criteria
  allow: Policy['allow']
  /** The states of pull requests of this repository. Rejects where they cannot be read; then nothing may be deleted. */
  pullRequests: (numbers: ReadonlySet<number>) => Promise<ReadonlyMap<number, PullRequestState>>
  clock: Clock
  random: () => number
  /** No list is asked for again once this aborts. */
  stop?: AbortSignal
}

/** How often a list that is not as documented is asked for again. */
const MAX_UNCLEAR = 3

/**
 * Lists everything, learns which pull requests are closed, and classifies. Nothing is changed. Rejects where the list or
 * the pull requests could not be read completely.
 */
export async function planSweep<S extends Snapshot>(options: SweepOptions<S>): Promise<SweepPlan<S>> {
  const { provider, criteria, allow, clock } = options
  const all = await listPatiently(options)
  const numbers = pullRequestsIn(all, criteria)
  const pullRequests = numbers.size === 0 ? new Map<number, PullRequestState>() : await options.pullRequests(numbers)
  const { protection, collateral } = provider
  const everything = { allow, selected: new Set(all.map(({ target }) => targetKey(target))) }
  const names = all.flatMap(({ snapshot }) => {
    const others = collateral(snapshot, everything).flatMap((each) => ('name' in each ? (each.name ?? []) : []))
    return snapshot.name === undefined ? others : [snapshot.name, ...others]
  })
  return {
    candidates: classify(all, { criteria, now: clock.now(), pullRequests, protection, collateral, allow }),
    idle: criteria.protect.filter((pattern) => !names.some((name) => protectingPattern(name, [pattern]))),
  }
}

async function listPatiently<S extends Snapshot>({
  provider,
  criteria,
  clock,
  random,
  stop,
}: SweepOptions<S>): Promise<Listed<S>[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await provider.list(criteria)
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

/**
 * Why a selected target is left alone after all: what is seen now is no longer what was selected. `begun` once its teardown
 * has begun, which changes its status.
 */
export function changedSince(planned: Snapshot, now: Snapshot, begun: boolean, criteria: Criteria): string | undefined {
  if (!sameSecond(now.createdAt, planned.createdAt))
    return 'its creation time is not the one that was listed, so it may be another one by now'
  if (now.name !== planned.name) return 'it was renamed meanwhile'
  if (!begun && criteria.statuses !== undefined && !criteria.statuses.has(now.status)) {
    return `its status is ${now.status} by now`
  }
  if (
    criteria.labels.length > 0 &&
    !isDeepStrictEqual(matchCriteria(now, criteria), matchCriteria(planned, criteria))
  ) {
    return 'its labels are not those that were listed, so it may be another one by now'
  }
  return protectedByName(now.name, criteria.protect)
}
