import type { Usd } from '../lib/money.ts'
import type { Snapshot } from './observation.ts'
import type { Target } from './target.ts'

/** What a target costs. */
export interface Cost {
  /** USD per hour now, at list price; undefined if unknown, which is not zero. */
  perHour: Usd | undefined
  /** Its cost and requests in the last 31 days; undefined if the provider does not say. */
  spent: Spent | undefined
}

export interface Spent {
  /** USD; undefined if the provider does not say. */
  cost: Usd | undefined
  requests: number
}

/** Whether something was used. It is only unused if that is known. `reason` is for people. */
export interface Usage {
  kind: 'unused' | 'in-use' | 'unknown'
  reason: string
}

/** Whether something had a request since a time. */
export interface UsageQuestion {
  /** Unix ms, UTC. */
  since: number
  until: number
  /** Until when it is known to have had none, Unix ms: only later requests are looked up. */
  knownUntil?: number
  /** The time in words: `in the last 7 days`. */
  words: string
}

/** Costs as they become known. */
export interface CostBook<S extends Snapshot> {
  costOf(target: Target, snapshot: S): Cost
  /** Whether the price list could be read. */
  hasPrices(): boolean
  /** Resolves once everything that can be read was read. Never rejects. */
  settled: Promise<void>
}

/** A provider's prices and usage: reads only, and none of them throws. */
export interface Metering<S extends Snapshot> {
  /** Starts reading prices, and with `bill` the bill, without waiting for them. */
  readonly openCostBook: (options: { bill: boolean }) => CostBook<S>
  /** Whether a deployment had a request in a time. */
  readonly usage: (target: Target, snapshot: S, question: UsageQuestion) => Promise<Usage>
  /** `214 requests in the last hour`; undefined if it had none or that is not known. */
  readonly recentUse: (target: Target) => Promise<string | undefined>
  /** Aborts all reads in progress. */
  readonly close: () => void
}
