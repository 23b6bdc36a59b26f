import type { TargetHistory } from '../providers/history.ts'
import type { Cost } from '../providers/metering.ts'
import type { Target } from '../providers/target.ts'

/** How a target ended. */
export type Outcome =
  | 'deleted'
  | 'accepted'
  | 'already-gone'
  | 'planned'
  | 'kept'
  | 'refused'
  | 'failed'
  | 'timed-out'
  | 'cancelled'

/** Everything known about a target when its teardown has ended, whatever the end. */
export interface Result {
  target: Target
  outcome: Outcome
  /** One sentence for people. */
  reason: string
  name?: string
  /** The provider's last status word, with what it said beside it. */
  lastStatus?: string
  /** The provider's own last answer about the deletion. */
  tombstone?: unknown
  /** In a dry run: what would be done, in order. */
  plan?: readonly string[]
  history: TargetHistory
  /** What it costs, or did; absent if nobody asked. */
  cost?: Cost
  /** Unix ms, UTC. */
  startedAt: number
  endedAt: number
}
