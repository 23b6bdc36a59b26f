import type { PullRequestWatch } from '../github/pull-request-watch.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Exact, Sweep } from '../inputs/selection.ts'
import { messageOf } from '../lib/errors.ts'
import { plural } from '../lib/format.ts'
import type { Snapshot } from '../providers/observation.ts'
import type { Policy, Provider } from '../providers/provider.ts'
import type { Action } from '../providers/step.ts'
import { type Target, targetKey } from '../providers/target.ts'
import { doubtText, keptResults, printPlan, stoppedResults } from '../report/plan.ts'
import { createProgress } from '../report/progress.ts'
import type { RunReport } from '../report/report.ts'
import { protectedByName, protectedCollateral, protectedInDoubt } from '../sweep/criteria.ts'
import type { Pattern } from '../sweep/pattern.ts'
import { changedSince, planSweep, type SweepPlan, sweptTargets } from '../sweep/plan.ts'
import { teardown } from '../teardown/controller.ts'
import type { TeardownOptions } from '../teardown/options.ts'
import type { Result } from '../teardown/result.ts'
import type { Limits } from './deadline.ts'
import { watchPullRequests } from './github.ts'
import { framesOf, unexpected } from './internal-error.ts'
import type { ProviderClock } from './provider-clock.ts'
import { checkingPullRequests } from './pull-request-check.ts'
import type { Runtime } from './runtime.ts'

/** What a run comes to, before it is reported. */
export type Done = Pick<RunReport, 'results' | 'problems' | 'headline' | 'plan' | 'deferred' | 'brokenOff'>

/** The context of one run. */
export interface Run<S extends Snapshot, A extends Action> {
  runtime: Runtime
  inputs: Inputs
  limits: Limits
  provider: Provider<S, A>
}

/** Takes an explicit list of targets down. */
export async function deleteExactly<S extends Snapshot, A extends Action>(
  run: Run<S, A>,
  { targets, protect }: Exact,
): Promise<Done> {
  const { ifNotFound, pullRequest } = run.inputs
  const watch = watchPullRequests(run.runtime, run.inputs, run.limits)
  const numbers = pullRequest === 'closed' ? [] : [pullRequest]
  try {
    await watch.refresh(numbers, 0)
  } catch (error) {
    return notEverythingRead(run, error)
  }
  const veto: TeardownOptions<S, A>['veto'] = (now, _target, _begun, policy) =>
    watch.obstacle(numbers) ??
    protectedByName(now.name, protect) ??
    protectedWith(now, policy, run, protect) ??
    protectedInDoubt(namesOf(now, policy, run), protect)
  const checked = withCheck(run, watch, () => numbers)
  const { results, problems } = await tearDown(checked, { targets, veto })
  const failNotFound = (result: Result): Result =>
    result.outcome === 'already-gone' && ifNotFound === 'fail'
      ? { ...result, outcome: 'failed', reason: `${result.reason} ('if-not-found: fail')` }
      : result
  return { results: results.map(failNotFound), problems, plan: undefined }
}

/** Lists, plans, checks the cap, and takes down what was selected. */
export async function sweep<S extends Snapshot, A extends Action>(
  run: Run<S, A>,
  { criteria, maxDeletions }: Sweep,
  providerClock: ProviderClock,
): Promise<Done> {
  const { runtime, inputs, limits, provider } = run
  const { clock, random, runner } = runtime
  const watch = watchPullRequests(runtime, inputs, limits)
  let plan: SweepPlan<S>
  try {
    const pullRequests = async (numbers: ReadonlySet<number>) => {
      await watch.refresh(numbers, 0)
      return watch.states
    }
    plan = await planSweep({
      provider,
      criteria,
      allow: inputs.allow,
      pullRequests,
      clock,
      providerTime: providerClock.at,
      random,
      stop: limits.stop,
    })
  } catch (error) {
    return notEverythingRead(run, error)
  }
  // An expression that came out empty means the same.
  const { whenUnscoped } = inputs.provider.definition.resources[criteria.resource] ?? {}
  if (whenUnscoped !== undefined && criteria.parents.length === 0) runner.notice(whenUnscoped)
  const clockNotice = providerClock.notice()
  if (clockNotice !== undefined) runner.notice(clockNotice)
  printPlan(plan, runner)
  tellIfNotClosed(run, watch)
  if (await isOver(run)) {
    const why = limits.reason() === 'cancelled' ? 'the step was cancelled' : "'timeout' was over"
    const problem = `Nothing was deleted, because ${why} before it was known what to delete`
    return { results: [], problems: [problem], plan, brokenOff: limits.reason() }
  }
  const swept = sweptTargets(plan)
  const kept = keptResults(plan, clock.now())
  if (swept.size > maxDeletions) {
    const problem = `${plural(swept.size, 'target')} selected, but 'max-deletions' is ${maxDeletions}: nothing was deleted. If all of them are to go, raise 'max-deletions'; else narrow 'name' or 'older-than'`
    const headline = `too many selected: ${swept.size}, limit ${maxDeletions}`
    const stopped = stoppedResults(plan, "more were selected than 'max-deletions' allows", clock.now())
    return { results: [...stopped, ...kept], problems: [problem], headline, plan }
  }
  if (plan.doubts.length > 0) {
    const stopped = stoppedResults(plan, 'a guard can be read in two ways', clock.now())
    const headline = 'a guard can be read in two ways'
    return { results: [...stopped, ...kept], problems: plan.doubts.map(doubtText), headline, plan }
  }
  const pullRequestsOf = new Map(
    plan.candidates.map(({ listed, pullRequests }) => [targetKey(listed.target), pullRequests]),
  )
  const numbersOf = (target: Target) => pullRequestsOf.get(targetKey(target)) ?? []
  const veto: TeardownOptions<S, A>['veto'] = (now, target, begun, policy) =>
    watch.obstacle(numbersOf(target)) ??
    changedSince(swept.get(targetKey(target))?.snapshot ?? now, now, begun, criteria) ??
    protectedWith(now, policy, run, criteria.protect)
  const { results, problems } = await tearDown(withCheck(run, watch, numbersOf), {
    targets: [...swept.values()].map(({ target }) => target),
    swept,
    veto,
  })
  return { results: [...results, ...kept], problems, plan }
}

/** The run with GitHub asked again before each write. A dry run writes nothing. */
function withCheck<S extends Snapshot, A extends Action>(
  run: Run<S, A>,
  watch: PullRequestWatch,
  numbersOf: (target: Target) => readonly number[],
): Run<S, A> {
  return run.inputs.dryRun ? run : { ...run, provider: checkingPullRequests(run.provider, watch, numbersOf) }
}

/** The one pull request that was named is not closed, so nothing goes: perhaps it was opened again, perhaps it is mistyped. */
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

/** What was to be known before anything is deleted could not be read. */
function notEverythingRead({ limits }: Pick<Run<Snapshot, Action>, 'limits'>, error: unknown): Done {
  const problem = `Nothing was deleted, because not everything could be read first: ${messageOf(error)}`
  const brokenOff = limits.stop.aborted ? { brokenOff: limits.reason() } : {}
  return { results: [], problems: [problem], headline: 'not everything could be read', plan: undefined, ...brokenOff }
}

/**
 * Whether the time is over. To plan without a pause may have kept the deadline and the runner's signal from being heard; the
 * first sleep may end before a signal is looked for, the second does not.
 */
async function isOver({
  runtime: { clock },
  limits,
}: Pick<Run<Snapshot, Action>, 'runtime' | 'limits'>): Promise<boolean> {
  await clock.sleep(0)
  await clock.sleep(0)
  return limits.stop.aborted || clock.now() >= limits.deadline
}

/** The names of a target and of what would be deleted or changed with it. */
function namesOf<S extends Snapshot, A extends Action>(now: S, policy: Policy, { provider }: Run<S, A>): string[] {
  const others = provider.collateral(now, policy).flatMap((each) => ('name' in each ? (each.name ?? []) : []))
  return now.name === undefined ? others : [now.name, ...others]
}

/** Why a target is left alone because of what would go or change with it. */
function protectedWith<S extends Snapshot, A extends Action>(
  now: S,
  policy: Policy,
  { provider }: Run<S, A>,
  protect: readonly Pattern[],
): string | undefined {
  return protectedCollateral(provider.collateral(now, policy), protect)
}

async function tearDown<S extends Snapshot, A extends Action>(
  { runtime: { clock, random, runner }, inputs, limits, provider }: Run<S, A>,
  what: Pick<TeardownOptions<S, A>, 'targets' | 'veto' | 'swept'>,
): Promise<Pick<Done, 'results' | 'problems'>> {
  if (what.targets.length === 0) return { results: [], problems: [] }
  const problems: string[] = []
  runner.startGroup(inputs.dryRun ? 'Looking' : 'Deleting')
  try {
    const results = await teardown({
      ...what,
      provider,
      policy: { allow: inputs.allow, selected: new Set(what.targets.map(targetKey)) },
      dryRun: inputs.dryRun,
      wait: inputs.wait,
      stop: limits.stop,
      stopReason: limits.reason,
      clock,
      random,
      progress: createProgress(runner, clock),
      onMistake(error) {
        runner.debug(framesOf(error))
        problems.push(unexpected(messageOf(error)))
      },
    })
    return { results, problems }
  } finally {
    runner.endGroup()
  }
}
