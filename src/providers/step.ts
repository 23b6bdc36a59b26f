import type { Exchange } from '../http/exchange.ts'

/**
 * What can be asked of a provider. A `final` one ends the teardown once it is accepted and carried out: the target itself
 * goes with it, alone or with what it is in.
 */
export type Action =
  | { verb: 'stop'; final: false }
  | { verb: 'deactivate'; final: false }
  | { verb: 'delete-environment'; final: false; environment: string }
  | { verb: 'release'; final: false; instance: string }
  | { verb: 'delete'; final: true; withBody?: true }
  | { verb: 'delete-model'; final: true }

/**
 * The one next step for a target. `because` and `reason` are for people, `after` is what is expected to follow. `guarded` is
 * our own rule or the user's, `refused` is the provider's word.
 */
export type Step =
  | { type: 'act'; action: Action; reason: string; after: readonly string[] }
  | { type: 'wait'; until: 'gone' | 'stopped' | 'settled' | 'confirmed'; reason: string; after: readonly string[] }
  | { type: 'end'; outcome: 'deleted' | 'already-gone' | 'protected' | 'refused' | 'failed'; reason: string }

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
