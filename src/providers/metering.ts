import type { Usd } from '../lib/money.ts'
import type { Snapshot } from './observation.ts'
import type { Target } from './target.ts'

/** What a target costs. */
export interface Cost {
  /** USD an hour now, at list price; undefined where it is not known, which is not zero. */
  perHour: Usd | undefined
  /** What it has cost in the last 31 days, and how many requests it had; undefined where the provider does not say. */
  spent: Spent | undefined
}

export interface Spent {
  /** USD; undefined where the provider does not say. */
  cost: Usd | undefined
  requests: number
}

/** Whether something was used. What is not known to be unused is not. `reason` is for people. */
export interface Usage {
  kind: 'unused' | 'in-use' | 'unknown'
  reason: string
}

/** Whether something had a request since a time. */
export interface UsageQuestion {
  /** Unix ms, UTC. */
  since: number
  until: number
  /** Until when it is known to have had none, in ms: then only what came later is asked for. */
  knownUntil?: number
  /** The time in words: `in the last 7 days`. */
  words: string
}

/** Costs as they become known. */
export interface CostBook<S extends Snapshot> {
  costOf(target: Target, snapshot: S): Cost
  /** Whether the price list is there. */
  hasPrices(): boolean
  /** Fulfilled once nothing more will become known. Never rejects. */
  settled: Promise<void>
}

/** What a provider tells of price and use: reads only, and none of them throws. */
export interface Metering<S extends Snapshot> {
  /** Asks for prices, and with `bill` for what was spent, and waits for nothing. */
  readonly openCostBook: (options: { bill: boolean }) => CostBook<S>
  /** Whether a deployment had a request in a time. */
  readonly usage: (target: Target, snapshot: S, question: UsageQuestion) => Promise<Usage>
  /** `214 requests in the last hour`; undefined where it had none, or nobody can tell. */
  readonly recentUse: (target: Target) => Promise<string | undefined>
  /** Breaks off whatever is under way. */
  readonly close: () => void
}
