import { backoff } from '../http/retry.ts'
import type { Clock } from '../lib/clock.ts'
import { UnclearAnswer } from '../providers/errors.ts'
import type { Listed, Snapshot } from '../providers/observation.ts'
import type { Provider, Rules } from '../providers/provider.ts'
import { sameSecond } from '../providers/shared/time.ts'
import type { Target } from '../providers/target.ts'
import { type Candidate, classify, type PullRequestState, pullRequestsIn, selectedOf } from './classify.ts'
import { type Criteria, protectedByName, protectingPattern } from './criteria.ts'
import type { Pattern } from './pattern.ts'

/** What a sweep found and decided. */
export interface SweepPlan {
  candidates: readonly Candidate[]
  /** `protect` patterns that met nothing: perhaps misspelt, and then no protection. */
  idle: readonly Pattern[]
}

export interface SweepOptions {
  provider: Provider
  criteria: Criteria
  allow: Rules['allow']
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
export async function planSweep(options: SweepOptions): Promise<SweepPlan> {
  const { provider, criteria, allow, clock } = options
  const all = await listPatiently(options)
  const numbers = pullRequestsIn(all, criteria)
  const pullRequests = numbers.size === 0 ? new Map<number, PullRequestState>() : await options.pullRequests(numbers)
  const protection: Provider['protection'] = (snapshot, rules) => provider.protection(snapshot, rules)
  const alsoGoes: Provider['alsoGoes'] = (snapshot, rules) => provider.alsoGoes?.(snapshot, rules)
  const namesAlong: NonNullable<Provider['namesAlong']> = (snapshot, rules) =>
    provider.namesAlong?.(snapshot, rules) ?? []
  const everything = { allow, selected: new Set(all.map(({ target }) => target.id)) }
  const names = all.flatMap(({ snapshot }) => {
    const along = namesAlong(snapshot, everything).flatMap(({ name }) => name ?? [])
    return snapshot.name === undefined ? along : [snapshot.name, ...along]
  })
  return {
    candidates: classify(all, { criteria, now: clock.now(), pullRequests, protection, alsoGoes, namesAlong, allow }),
    idle: criteria.protect.filter((pattern) => !names.some((name) => protectingPattern(name, [pattern]))),
  }
}

async function listPatiently({ provider, criteria, clock, random, stop }: SweepOptions): Promise<Listed[]> {
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

/** The targets of a plan, with what the list showed of each. */
export function sweptTargets(plan: SweepPlan): ReadonlyMap<Target, Snapshot<unknown>> {
  return new Map(selectedOf(plan.candidates).map(({ listed }) => [listed.target, listed.snapshot]))
}

/**
 * Why a selected target is left alone after all: what is seen now is no longer what was selected. `begun` once its teardown
 * has begun, which changes its status.
 */
export function changedSince(
  planned: Snapshot<unknown>,
  now: Snapshot<unknown>,
  begun: boolean,
  criteria: Criteria,
): string | undefined {
  if (!sameSecond(now.createdAt, planned.createdAt))
    return 'its creation time is not the one that was listed, so it may be another one by now'
  if (now.name !== planned.name) return 'it was renamed meanwhile'
  if (!begun && criteria.statuses !== undefined && !criteria.statuses.has(now.status)) {
    return `its status is ${now.status} by now`
  }
  return protectedByName(now.name, criteria.protect)
}
