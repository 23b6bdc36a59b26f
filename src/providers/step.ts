import type { Exchange } from '../http/exchange.ts'

/**
 * One request that changes something at the provider. Each provider has its own union of them. A `final` one ends the teardown
 * once it is carried out: it deletes the target itself, alone or together with its parent.
 */
export interface Action {
  readonly verb: string
  readonly final: boolean
}

/** Request `action`. `reason`, and `after` (the expected following steps), are for people. */
export interface ActStep<A extends Action = Action> {
  type: 'act'
  action: A
  reason: string
  after: readonly string[]
}

/** Read again later. `empty`: what the target holds goes first, and its own turn comes once all of that has ended. */
export interface WaitStep {
  type: 'wait'
  until: 'gone' | 'stopped' | 'settled' | 'confirmed' | 'empty'
  reason: string
  after: readonly string[]
  /** How long to wait before the next read, in ms; by default, the run's own pace. */
  pauseMs?: number
}

/** Nothing more is done. `protected`: kept by a guard or by the user's rules. `refused`: by the provider. */
export interface EndStep {
  type: 'end'
  outcome: 'deleted' | 'already-gone' | 'protected' | 'refused' | 'failed'
  reason: string
}

/** The one next step for a target. */
export type Step<A extends Action = Action> = ActStep<A> | WaitStep | EndStep

/** The result of an action. */
export type ActionResult =
  | { result: 'accepted'; tombstone?: unknown; exchange: Exchange }
  /** The provider does not know the target (any more). */
  | { result: 'not-found'; exchange: Exchange }
  /** The state does not allow it: read again and decide again. `code` is the provider's own, if rules need it. */
  | { result: 'refused'; problem: string; status: number; code?: string; exchange: Exchange }
  /** It is unknown whether it was carried out: read before repeating it. */
  | { result: 'unknown'; problem: string; retryAfterMs?: number; exchange?: Exchange }
  /** Retrying cannot fix it. */
  | { result: 'failed'; problem: string; exchange?: Exchange }
