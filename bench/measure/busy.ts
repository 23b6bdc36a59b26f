import type { Action } from '../action.ts'
import type { AccountPlan } from '../emulated/account.ts'
import { startEmulators } from '../emulated/emulators.ts'
import type { Variant } from '../variants.ts'
import { LATENCY_MS } from './scale.ts'

/** What a provider that says "too many requests" makes of a teardown. */
export interface Busy {
  variant: Variant
  targets: number
  /** Requests a second that are allowed, where that is why. */
  perSecond: number | undefined
  ms: number
  /** Answers with 429. */
  refused: number
  /** Requests sent while everybody had been asked to wait. */
  impatient: number
  writes: number
}

/** Baseten's own limit, on its page about rate limits. The others publish none: they refuse now and then. */
const BASETEN_PER_SECOND = 100
const REFUSALS = 5

export async function measureBusy(variant: Variant, action: Action, targets: number): Promise<Busy> {
  await using emulators = startEmulators()
  const { stopMs, removeMs, account } = variant
  const perSecond = account.provider === 'baseten' ? BASETEN_PER_SECOND : undefined
  const plan: AccountPlan = {
    ...account,
    targets,
    stopMs,
    removeMs,
    latencyMs: LATENCY_MS,
    ...(perSecond === undefined ? { refusals: REFUSALS } : { perSecond }),
  }
  return await emulators.withAccount(plan, async ({ inputs, ids, tally }) => {
    const { ms } = await action.run({ ...inputs, 'deployment-id': ids.join('\n') })
    const { refused, impatient, writes, left } = await tally()
    if (left > 0) throw new Error(`${left} deployments are still there`)
    return { variant, targets, perSecond, ms, refused, impatient, writes }
  })
}
