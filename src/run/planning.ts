import type { PullRequestWatch } from '../github/pull-request-watch.ts'
import type { Sweep } from '../inputs/selection.ts'
import { messageOf } from '../lib/errors.ts'
import { plural } from '../lib/format.ts'
import type { Snapshot } from '../providers/observation.ts'
import type { Action } from '../providers/step.ts'
import { doubtText, keptResults, printPlan, stoppedResults } from '../report/plan.ts'
import { selectedOf } from '../sweep/classify.ts'
import { planSweep, type SweepPlan } from '../sweep/plan.ts'
import type { Result } from '../teardown/result.ts'
import type { Done, Run } from './context.ts'
import type { Meter } from './metering.ts'
import type { ProviderClock } from './provider-clock.ts'
import type { UsageWatch } from './usage-check.ts'

/** What a plan is made with, besides the run. */
export interface PlanSources<S extends Snapshot, A extends Action> {
  watch: PullRequestWatch
  /** Undefined if use is not asked for. */
  use: UsageWatch<S, A> | undefined
  providerClock: ProviderClock
  meter: Meter<S, A>
}

/** A plan to be carried out, with what it keeps; or the end of the run, where nothing may be deleted by it. */
export type Planned<S extends Snapshot> = { plan: SweepPlan<S>; kept: readonly Result[] } | { end: Done }

/** Lists, plans, prints the plan, and checks the cap. */
export async function planRun<S extends Snapshot, A extends Action>(
  run: Run<S, A>,
  { criteria, maxDeletions }: Sweep,
  sources: PlanSources<S, A>,
): Promise<Planned<S>> {
  const { runtime, inputs, limits } = run
  const { clock, runner } = runtime
  const { watch, use, providerClock, meter } = sources
  let plan: SweepPlan<S>
  try {
    plan = await listAndClassify(run, criteria, sources)
  } catch (error) {
    return { end: notEverythingRead(run, error) }
  }
  // An expression that came out empty means the same.
  const { whenUnscoped } = inputs.provider.definition.resources[criteria.resource] ?? {}
  if (whenUnscoped !== undefined && criteria.parents.length === 0) runner.notice(whenUnscoped)
  const clockNotice = providerClock.notice()
  if (clockNotice !== undefined) runner.notice(clockNotice)
  const isMarked = inputs.dryRun && use === undefined && selectedOf(plan.candidates).length <= maxDeletions
  if (isMarked) plan = await meter.markUse(plan)
  printPlan(plan, runner)
  tellIfNotClosed(run, watch)
  if (await isOver(run)) {
    const why = limits.reason() === 'cancelled' ? 'the step was cancelled' : "'timeout' was over"
    const problem = `Nothing was deleted, because ${why} before it was known what to delete`
    return { end: { results: [], problems: [problem], plan, brokenOff: limits.reason() } }
  }
  const kept = keptResults(plan, clock.now())
  const stop = whyStopped(plan, maxDeletions)
  if (stop === undefined) return { plan, kept }
  const results = [...stoppedResults(plan, stop.reason, clock.now()), ...kept]
  return { end: { results, problems: stop.problems, headline: stop.headline, plan } }
}

async function listAndClassify<S extends Snapshot, A extends Action>(
  { runtime: { clock, random }, inputs: { allow }, limits: { stop }, provider }: Run<S, A>,
  criteria: Sweep['criteria'],
  { watch, use, providerClock, meter }: PlanSources<S, A>,
): Promise<SweepPlan<S>> {
  const pullRequests = async (numbers: ReadonlySet<number>) => {
    await watch.refresh(numbers, 0)
    return watch.states
  }
  const usage = use?.ofPlan
  const providerTime = providerClock.at
  const planning = planSweep({ provider, criteria, allow, pullRequests, usage, clock, providerTime, random, stop })
  // After the list was asked for, so that it waits for nothing.
  meter.open()
  return meter.priced(await planning)
}

/** Why nothing of a plan is carried out; undefined if it is. */
function whyStopped(
  plan: SweepPlan,
  maxDeletions: number,
): { reason: string; problems: readonly string[]; headline: string } | undefined {
  const count = selectedOf(plan.candidates).length
  if (count > maxDeletions) {
    const problem = `${plural(count, 'target')} selected, but 'max-deletions' is ${maxDeletions}: nothing was deleted. If all of them should be deleted, raise 'max-deletions'. If not, narrow 'name' or 'older-than'`
    return {
      reason: "more were selected than 'max-deletions' allows",
      problems: [problem],
      headline: `${count} are selected and the limit is ${maxDeletions}`,
    }
  }
  if (plan.doubts.length === 0) return undefined
  const headline = 'a guard can be read in two ways'
  return { reason: headline, problems: plan.doubts.map(doubtText), headline }
}

/** The one pull request that was named is not closed, so nothing is deleted: it may have been reopened, or the number is wrong. */
function tellIfNotClosed(
  { runtime: { runner }, inputs: { pullRequest } }: Pick<Run<Snapshot, Action>, 'runtime' | 'inputs'>,
  watch: PullRequestWatch,
): void {
  const state = pullRequest === 'closed' ? undefined : watch.states.get(pullRequest)
  if (pullRequest === 'closed' || state === undefined || state === 'closed') return
  const text = `Nothing is deleted: 'pull-request' is ${pullRequest}, and ${watch.obstacle([pullRequest])}`
  if (state === 'open') runner.notice(text)
  else runner.warning(text)
}

/** The end of a run for which something that must be known before deleting could not be read. */
export function notEverythingRead({ limits }: Pick<Run<Snapshot, Action>, 'limits'>, error: unknown): Done {
  const problem = `Nothing was deleted, because not everything could be read first: ${messageOf(error)}`
  const brokenOff = limits.stop.aborted ? { brokenOff: limits.reason() } : {}
  return { results: [], problems: [problem], headline: 'not everything could be read', plan: undefined, ...brokenOff }
}

/**
 * Whether the time is over. Planning can block the event loop so long that neither the deadline nor the runner's signal was
 * noticed; two turns let both arrive, because the first can end before Node checks for signals.
 */
async function isOver({
  runtime: { clock },
  limits,
}: Pick<Run<Snapshot, Action>, 'runtime' | 'limits'>): Promise<boolean> {
  await clock.sleep(0)
  await clock.sleep(0)
  return limits.stop.aborted || clock.now() >= limits.deadline
}
