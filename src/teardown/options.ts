import type { Clock } from '../lib/clock.ts'
import type { TargetEvent } from '../providers/history.ts'
import type { Listed, Snapshot } from '../providers/observation.ts'
import type { Policy, Provider } from '../providers/provider.ts'
import type { Action, Step } from '../providers/step.ts'
import type { Target } from '../providers/target.ts'
import type { Result } from './result.ts'

/** Why a teardown is broken off: the step's deadline, or the runner's signal. */
export type StopReason = 'timed-out' | 'cancelled'

/** A target with the name that the provider shows for it. */
export interface NamedTarget {
  target: Target
  name: string | undefined
}

/** Learns of everything that happens to a target, as it happens. */
export interface Progress {
  happened(named: NamedTarget, event: TargetEvent): void
  decided(named: NamedTarget, step: Step): void
  ended(result: Result): void
  /** Called again and again while `left` targets have not ended. */
  waiting(left: number): void
}

/** What decisions go by, apart from the target itself. */
export interface DecisionOptions<S extends Snapshot, A extends Action> {
  provider: Pick<Provider<S, A>, 'nextStep' | 'requestText'>
  policy: Policy
  /**
   * A reason to leave a target alone that the user gave, such as a `protect` pattern. Asked at every observation until deletion is
   * accepted; `begun` once anything was asked of the provider, and `policy` as it is by then.
   */
  veto: (snapshot: S, target: Target, begun: boolean, policy: Policy) => string | undefined
  /** In a sweep: what the list showed of each target, by its key. They count as seen, and one that is guarded by now is kept. */
  swept?: ReadonlyMap<string, Listed<S>>
  dryRun: boolean
  /** Wait until the provider no longer knows a target; else it is enough that deletion is accepted. */
  wait: boolean
  stopReason: () => StopReason
  random: () => number
}

export interface TeardownOptions<S extends Snapshot, A extends Action> extends DecisionOptions<S, A> {
  provider: Provider<S, A>
  targets: readonly Target[]
  /**
   * For a target that holds others: their keys, by its own. Nothing is asked about them until its rules say that they go first, and
   * it is left alone where one of them was not deleted. Their own end is waited for, whatever `wait` says.
   */
  contents?: ReadonlyMap<string, readonly string[]>
  /** What was seen of exact targets before, by their keys: one that was made anew since is left alone. */
  known?: ReadonlyMap<string, S>
  /** Nothing new is begun once this aborts. */
  stop: AbortSignal
  clock: Clock
  progress: Progress
  /** Called for an internal error. Results so far are still returned; the rest has failed. */
  onMistake: (error: unknown) => void
}
