import type { SweepPlan } from '../sweep/plan.ts'
import type { StopReason } from '../teardown/options.ts'
import type { Result } from '../teardown/result.ts'

/** Everything to report about a run. */
export interface RunReport {
  /** Its name; undefined if the inputs are wrong. */
  provider: string | undefined
  dryRun: boolean
  results: readonly Result[]
  /** Why nothing was started, or what failed besides the targets, in sentences. */
  problems: readonly string[]
  /** Why nothing was started, as a clause after "because": `5 are selected and the limit is 2`. */
  headline?: string
  /** What a sweep decided; undefined for exact targets. */
  plan: SweepPlan | undefined
  /** Whether the provider's price list could be read; absent if it has none. */
  hasPrices?: boolean
  /** How much of the account's quota is in use, if the key may read it. */
  quota?: readonly string[]
  /** Deferred to the end of the job. */
  deferred?: true
  /** Where the step looked and what it selected, in a few words each; empty if the inputs are wrong. */
  scope: readonly string[]
  /** The run ended before it was known what to delete. */
  brokenOff?: StopReason
  /** Unix ms, UTC. */
  startedAt: number
  endedAt: number
}
