import { messageOf } from '../lib/errors.ts'
import type { Cost, CostBook, Metering } from '../providers/metering.ts'
import type { Snapshot } from '../providers/observation.ts'
import type { Provider } from '../providers/provider.ts'
import type { Action } from '../providers/step.ts'
import { type Resource, type Target, targetKey } from '../providers/target.ts'
import { label } from '../report/event-text.ts'
import { selectedOf } from '../sweep/classify.ts'
import type { SweepPlan } from '../sweep/plan.ts'
import type { Result } from '../teardown/result.ts'
import type { Done, Run } from './context.ts'

/** How long a dry run waits for costs that arrive after the plan. Milliseconds. */
const DRY_RUN_GRACE_MS = 2000
/** Up to this many exact targets are checked for use. */
const MOST_WARNED = 20

/** Costs and use of a run's targets, asked for beside everything else. */
export interface Meter<S extends Snapshot, A extends Action> {
  /** Asks for prices. Call it once the first observation is under way. */
  open(): void
  /** The same provider; what it first shows of a target is remembered for its cost. */
  provider: Provider<S, A>
  /** The plan with what everything costs, as far as that is known by now. */
  priced(plan: SweepPlan<S>): SweepPlan<S>
  /** The plan whose reasons also say which of the selected targets are in use. */
  markUse(plan: SweepPlan<S>): Promise<SweepPlan<S>>
  /** Warns of targets that are in use, as soon as that is known. */
  warnOfUse(targets: readonly Target[]): void
  /** The end of a run with what everything costs; nothing is asked for any more. */
  close(done: Done): Promise<Done>
}

/**
 * Meters a run: prices, and with `bill` what was spent. Nothing is asked where the provider tells none of it, or not of this
 * resource.
 */
export function createMeter<S extends Snapshot, A extends Action>(
  run: Run<S, A>,
  resource: Resource | undefined,
  options: { bill: boolean },
): Meter<S, A> {
  const { runtime, inputs, provider } = run
  const { clock, runner } = runtime
  const metering = meteringOf(run, resource)
  const shown = new Map<string, S>()
  const warnings: Promise<void>[] = []
  let book: CostBook<S> | undefined
  let isClosed = false

  /** What it costs, as far as that is known by now. */
  const costNow = (target: Target): { cost?: Cost } => {
    const snapshot = shown.get(targetKey(target))
    return book === undefined || snapshot === undefined ? {} : { cost: book.costOf(target, snapshot) }
  }

  const withCosts = <T extends Snapshot>(plan: SweepPlan<T>): SweepPlan<T> => ({
    ...plan,
    candidates: plan.candidates.map((each) => ({ ...each, ...costNow(each.listed.target) })),
  })

  const warn = async (target: Target) => {
    const use = await metering?.recentUse(target)
    if (use !== undefined && !isClosed) {
      runner.warning(`${label(target, shown.get(targetKey(target))?.name)} is in use: ${use}`)
    }
  }

  return {
    open() {
      book ??= metering?.openCostBook(options)
    },
    provider: {
      ...provider,
      async observe(targets) {
        const observations = await provider.observe(targets)
        for (const [index, target] of targets.entries()) {
          const observation = observations[index]
          const key = targetKey(target)
          if (observation?.state === 'present' && !shown.has(key)) shown.set(key, observation.snapshot)
        }
        return observations
      },
    },
    priced(plan) {
      for (const { listed } of plan.candidates) shown.set(targetKey(listed.target), listed.snapshot)
      return withCosts(plan)
    },
    async markUse(plan) {
      return { ...plan, candidates: await withUse(plan.candidates, async (target) => metering?.recentUse(target)) }
    },
    warnOfUse(targets) {
      if (metering === undefined) return
      for (const target of targets.slice(0, MOST_WARNED)) {
        warnings.push(warn(target).catch((error: unknown) => runner.debug(messageOf(error))))
      }
    },
    async close(done) {
      if (inputs.dryRun && metering !== undefined) {
        const answers = Promise.all([book?.settled, ...warnings])
        const over = new AbortController()
        await Promise.race([answers, clock.sleep(DRY_RUN_GRACE_MS, over.signal)])
        over.abort()
      }
      isClosed = true
      metering?.close()
      if (book === undefined) return done
      const results = done.results.map((result): Result => ({ ...result, ...costNow(result.target) }))
      const plan = done.plan && withCosts(done.plan)
      return { ...done, results, plan, hasPrices: book.hasPrices() }
    },
  }
}

/** The candidates; the reasons of those that are selected and in use say so. */
async function withUse<S extends Snapshot>(
  candidates: SweepPlan<S>['candidates'],
  useOf: (target: Target) => Promise<string | undefined>,
): Promise<SweepPlan<S>['candidates']> {
  const selected = new Set(selectedOf(candidates))
  return Promise.all(
    candidates.map(async (candidate) => {
      const use = selected.has(candidate) ? await useOf(candidate.listed.target) : undefined
      return use === undefined ? candidate : { ...candidate, reason: `${candidate.reason}; in use: ${use}` }
    }),
  )
}

/** Price and use are shown for the resources that have request counts. */
function meteringOf<S extends Snapshot, A extends Action>(
  { provider, inputs }: Run<S, A>,
  resource: Resource | undefined,
): Metering<S> | undefined {
  const { usage } = (resource && inputs.provider.definition.resources[resource]) ?? {}
  return usage === undefined ? undefined : provider.metering
}
