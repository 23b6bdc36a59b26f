import type { Exchange } from '../http/exchange.ts'

/**
 * One request that changes something at the provider. Each provider has its own union of them. A `final` one ends the teardown
 * once it is accepted and carried out: the target itself is deleted, alone or with what it is in.
 */
export interface Action {
  readonly verb: string
  readonly final: boolean
}

/** Ask for `action`. `reason` and `after`, what is expected to follow, are for people. */
export interface ActStep<A extends Action = Action> {
  type: 'act'
  action: A
  reason: string
  after: readonly string[]
}

/** Look again later. `empty`: what is in it goes first, and its own turn comes when all of that has ended. */
export interface WaitStep {
  type: 'wait'
  until: 'gone' | 'stopped' | 'settled' | 'confirmed' | 'empty'
  reason: string
  after: readonly string[]
  /** How long to stay away before the next look, in ms; the pace of the run where absent. */
  pauseMs?: number
}

/** Nothing more is done. `protected` is our own rule or the user's, `refused` is the provider's word. */
export interface EndStep {
  type: 'end'
  outcome: 'deleted' | 'already-gone' | 'protected' | 'refused' | 'failed'
  reason: string
}

/** The one next step for a target. */
export type Step<A extends Action = Action> = ActStep<A> | WaitStep | EndStep

/** What came of an action. */
export type ActionResult =
  | { result: 'accepted'; tombstone?: unknown; exchange: Exchange }
  /** The provider does not know the target (any more). */
  | { result: 'not-found'; exchange: Exchange }
  /** The state does not allow it: look again and decide again. `code` is the provider's own, where rules ask for it. */
  | { result: 'refused'; problem: string; status: number; code?: string; exchange: Exchange }
  /** Nobody can tell whether it was carried out: look before repeating. */
  | { result: 'unknown'; problem: string; retryAfterMs?: number; exchange?: Exchange }
  /** No repetition can mend it. */
  | { result: 'failed'; problem: string; exchange?: Exchange }
