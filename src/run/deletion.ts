import type { PullRequestWatch } from '../github/pull-request-watch.ts'
import type { Exact, Sweep } from '../inputs/selection.ts'
import { messageOf } from '../lib/errors.ts'
import { snapshots } from '../providers/history.ts'
import type { Snapshot } from '../providers/observation.ts'
import { collateralNames, type Policy } from '../providers/provider.ts'
import type { Action } from '../providers/step.ts'
import { type Target, targetKey } from '../providers/target.ts'
import { createProgress } from '../report/progress.ts'
import { quotaText } from '../report/summary.ts'
import { changedSince } from '../sweep/changed.ts'
import { contentsOf } from '../sweep/contents.ts'
import { isNamed, protectedByName, protectedCollateral, protectedInDoubt } from '../sweep/criteria.ts'
import type { Pattern } from '../sweep/pattern.ts'
import { rereadUnclear, sweptTargets } from '../sweep/plan.ts'
import { teardown } from '../teardown/controller.ts'
import type { TeardownOptions } from '../teardown/options.ts'
import type { Result } from '../teardown/result.ts'
import type { Done, Run } from './context.ts'
import { watchPullRequests } from './github.ts'
import { framesOf, unexpected } from './internal-error.ts'
import { createMeter, type Meter } from './metering.ts'
import { notEverythingRead, planRun } from './planning.ts'
import type { ProviderClock } from './provider-clock.ts'
import { checkingPullRequests } from './pull-request-check.ts'
import { watchUsage } from './usage-check.ts'

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
  const veto: TeardownOptions<S, A>['veto'] = (now, target, _begun, policy) =>
    watch.obstacle(numbers) ??
    protectedByName(now.name, protect) ??
    protectedWith(now, policy, run, protect) ??
    protectedInDoubt(target.id, namesOf(now, policy, run), protect)
  const meter = createMeter(run, targets[0]?.resource, { bill: false })
  let opened: Opened<S>
  try {
    opened = await openTargets(run, targets)
  } catch (error) {
    return notEverythingRead(run, error)
  }
  const checked = withCheck({ ...run, provider: meter.provider }, watch, () => numbers)
  const ending = tearDown(checked, { ...opened, veto })
  // Once the first observation is under way, so that nothing waits for prices.
  meter.open()
  meter.warnOfUse(targets)
  const { results, problems } = await ending
  const failNotFound = (result: Result): Result =>
    ifNotFound === 'fail' && result.outcome === 'already-gone' && snapshots(result.history).length === 0
      ? { ...result, outcome: 'failed', reason: `${result.reason} ('if-not-found: fail')` }
      : result
  const quota = await quotaAtEnd(run, targets[0]?.resource === 'resource-group')
  return meter.close({ results: results.map(failNotFound), problems, plan: undefined, ...quota })
}

/** Exact targets with what is in them, and what was seen of all. */
type Opened<S extends Snapshot> = Pick<TeardownOptions<S, Action>, 'targets' | 'contents' | 'known'>

/** The targets, with everything that is in them, which goes first. Rejects if any of it cannot be read. */
async function openTargets<S extends Snapshot, A extends Action>(
  { provider, runtime: { clock, random }, limits: { stop } }: Run<S, A>,
  targets: readonly Target[],
): Promise<Opened<S>> {
  const { contents } = provider
  if (contents === undefined) return { targets }
  const all = await rereadUnclear(() => contents(targets), { clock, random, stop })
  const opened = targets.map((target, index) => {
    const found = all[index]
    return { target, listed: found === undefined ? [] : [{ target, snapshot: found.snapshot }, ...found.inside] }
  })
  return {
    targets: opened.flatMap(({ target, listed }) =>
      listed.length === 0 ? [target] : listed.map((each) => each.target),
    ),
    contents: new Map(
      opened.map(({ target, listed }) => [targetKey(target), listed.slice(1).map((each) => targetKey(each.target))]),
    ),
    known: new Map(opened.flatMap(({ listed }) => listed.map(({ target, snapshot }) => [targetKey(target), snapshot]))),
  }
}

/** The account may take a while to answer a question that nothing depends on. Milliseconds. */
const QUOTA_MS = 3000

/** How much of the quota is used once the work is done, for the summary. */
async function quotaAtEnd<S extends Snapshot, A extends Action>(
  { provider, runtime: { clock, runner }, limits: { stop } }: Run<S, A>,
  isAsked: boolean,
): Promise<Pick<Done, 'quota'>> {
  if (!isAsked || provider.quota === undefined || stop.aborted) return {}
  const over = new AbortController()
  const until = AbortSignal.any([stop, over.signal])
  const quota = await Promise.race([provider.quota(until), clock.sleep(QUOTA_MS, until)])
  over.abort()
  if (quota === undefined || quota.length === 0) return {}
  runner.info(quotaText(quota))
  return { quota }
}

/** Lists, plans, checks the cap, and takes down what was selected. */
export async function sweep<S extends Snapshot, A extends Action>(
  run: Run<S, A>,
  selection: Sweep,
  providerClock: ProviderClock,
): Promise<Done> {
  const meter = createMeter(run, selection.criteria.resource, { bill: true })
  return meter.close(await sweepMetered(run, selection, providerClock, meter))
}

async function sweepMetered<S extends Snapshot, A extends Action>(
  run: Run<S, A>,
  selection: Sweep,
  providerClock: ProviderClock,
  meter: Meter<S, A>,
): Promise<Done> {
  const { runtime, inputs, limits, provider } = run
  const { criteria } = selection
  const watch = watchPullRequests(runtime, inputs, limits)
  const now = () => providerClock.at(runtime.clock.now())
  const use = criteria.unusedForMs === 0 ? undefined : watchUsage(provider, now, criteria.unusedForMs)
  const planned = await planRun(run, selection, { watch, use, providerClock, meter })
  if ('end' in planned) return { ...planned.end, ...(await quotaAtEnd(run, planned.end.plan !== undefined)) }
  const { plan, kept } = planned
  const swept = sweptTargets(plan)
  const pullRequestsOf = new Map(
    plan.candidates.map(({ listed, pullRequests }) => [targetKey(listed.target), pullRequests]),
  )
  const numbersOf = (target: Target) => pullRequestsOf.get(targetKey(target)) ?? []
  // A dry run writes nothing.
  const again = inputs.dryRun ? undefined : use
  const veto: TeardownOptions<S, A>['veto'] = (now, target, begun, policy) =>
    watch.obstacle(numbersOf(target)) ??
    changedSince(swept.get(targetKey(target))?.snapshot ?? now, now, begun, criteria) ??
    again?.obstacle(target) ??
    protectedWith(now, policy, run, criteria.protect)
  const checked = withCheck({ ...run, provider: again?.provider ?? provider }, watch, numbersOf)
  const { results, problems } = await tearDown(checked, {
    targets: [...swept.values()].map(({ target }) => target),
    swept,
    contents: contentsOf(plan.candidates),
    isNamed: (name) => isNamed(name, criteria),
    veto,
  })
  return { results: [...results, ...kept], problems, plan, ...(await quotaAtEnd(run, true)) }
}

/** The run with GitHub asked again before each write. A dry run writes nothing. */
function withCheck<S extends Snapshot, A extends Action>(
  run: Run<S, A>,
  watch: PullRequestWatch,
  numbersOf: (target: Target) => readonly number[],
): Run<S, A> {
  return run.inputs.dryRun ? run : { ...run, provider: checkingPullRequests(run.provider, watch, numbersOf) }
}

/** Why a target is kept because of what is deleted or changed with it. */
function protectedWith<S extends Snapshot, A extends Action>(
  now: S,
  policy: Policy,
  { provider }: Run<S, A>,
  protect: readonly Pattern[],
): string | undefined {
  return protectedCollateral(provider.collateral(now, policy), protect)
}

/** The names of a target and of what would be deleted or changed with it. */
function namesOf<S extends Snapshot, A extends Action>(now: S, policy: Policy, { provider }: Run<S, A>): string[] {
  const others = collateralNames(provider.collateral(now, policy))
  return now.name === undefined ? others : [now.name, ...others]
}

async function tearDown<S extends Snapshot, A extends Action>(
  { runtime: { clock, random, runner }, inputs, limits, provider }: Run<S, A>,
  {
    isNamed,
    ...what
  }: Pick<TeardownOptions<S, A>, 'targets' | 'veto' | 'swept' | 'contents' | 'known'> & Pick<Policy, 'isNamed'>,
): Promise<Pick<Done, 'results' | 'problems'>> {
  if (what.targets.length === 0) return { results: [], problems: [] }
  const problems: string[] = []
  runner.startGroup(inputs.dryRun ? 'Checking' : 'Deleting')
  try {
    const results = await teardown({
      ...what,
      provider,
      policy: {
        allow: inputs.allow,
        selected: new Set(what.targets.map(targetKey)),
        ...(isNamed === undefined ? {} : { isNamed }),
      },
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
