import type { TargetHistory } from './history.ts'
import type { Metering } from './metering.ts'
import type { Listed, Observation, Observed, Snapshot } from './observation.ts'
import type { Action, ActionResult, Step } from './step.ts'
import type { Scope, Target } from './target.ts'

/** What the user allows beyond the guards, and what else is deleted in this run. */
export interface Policy {
  allow: ReadonlySet<Guard>
  /** The keys of all targets of this run. */
  selected: ReadonlySet<string>
  /** The keys of those that have ended without being deleted. */
  notDeleted?: ReadonlySet<string>
  /** In a sweep: whether `name` says more of a name than `*`. */
  isNamed?: (name: string | undefined) => boolean
}

/** Guards a user can lift. Production is not among them. */
export type Guard = 'environment' | 'development' | 'last' | 'prepaid' | 'reservation' | 'orchestration' | 'executions'

/** Something else that is deleted or changed with a target. */
export type Collateral =
  | {
      kind: 'model' | 'environment' | 'deployment'
      id: string | undefined
      /** What `protect` is checked against; undefined where the provider shows none. */
      name: string | undefined
      /** What it is and what becomes of it: `the environment staging is deleted with it`. */
      sentence: string
    }
  /** Of what nobody gave a name, so that `protect` cannot mean it. */
  | { kind: 'capacity' | 'payment'; sentence: string }
  /** What is in it, and is a target of its own. */
  | { kind: 'content'; name: string | undefined; sentence: string }

/** What is in a target and goes before it. */
export interface Contents<S extends Snapshot> {
  /** The target itself, with what its guards say of everything in it. */
  snapshot: S
  inside: readonly Listed<S>[]
}

/** How long what a write was decided on holds. */
export interface WriteLimits {
  /** Unix ms, UTC; later, the write is not sent. */
  notAfter: number
}

/**
 * A provider knows its API and its rules, and nothing of inputs, polling, logs or GitHub. `S` is what its rules look at, `A`
 * what can be asked of it. Members are functions, not methods, so that the compiler checks `S` and `A` where they come in.
 */
export interface Provider<S extends Snapshot, A extends Action> {
  /** How many requests may be under way at once. */
  readonly concurrency: number
  /**
   * Everything in scope that the credentials can see, all pages, each ID once. Throws {@link ProviderError} or HttpError
   * where any part could not be read: half a list is none.
   */
  readonly list: (scope: Scope) => Promise<Listed<S>[]>
  /**
   * What the targets are now, in the order asked, with everything the rules need to decide on an action. Throws
   * {@link ProviderError} where nothing can be said about any of them.
   */
  readonly observe: (targets: readonly Target[]) => Promise<Observation<S>[]>
  /** The same for targets whose deletion was accepted: only whether they are still there. */
  readonly confirmGone: (targets: readonly Target[]) => Promise<Observation<S>[]>
  /** Why it must stay, if it must: what the guards say that the user has not lifted. Pure. */
  readonly protection: (snapshot: S, policy: Policy) => string | undefined
  /** What else is deleted or changed with something that is deleted. Pure. */
  readonly collateral: (snapshot: S, policy: Policy) => readonly Collateral[]
  /** The one next step, from what was seen now and what happened before. Pure. */
  readonly nextStep: (observed: Observed<S>, history: TargetHistory<A>, policy: Policy) => Step<A>
  /** What was requested, for people: `its stop`. Pure. */
  readonly requestText: (action: A) => string
  /**
   * Carries out one action with one request. Throws {@link ProviderError} for answers that no repetition can mend, and
   * HttpError where it is unknown whether it was carried out, or where it was not sent because it was too late.
   */
  readonly act: (target: Target, action: A, limits: WriteLimits) => Promise<ActionResult>
  /**
   * What is in a target, for those that hold others; undefined where it is not there. Throws as `list` does.
   */
  readonly contents?: (target: Target) => Promise<Contents<S> | undefined>
  /** How much of what the account may have is used, for people: `resource groups: 12 of 50`. Empty where nobody may know. */
  readonly quota?: () => Promise<readonly string[]>
  /** Price and use, where the provider tells them. */
  readonly metering?: Metering<S>
  /** The same action on several targets with one request, where the provider has that. */
  readonly bulk?: BulkActions<A>
}

/** How one request acts on several targets. */
export interface BulkActions<A extends Action> {
  /** How few make it worth asking for, and how many one request takes. */
  readonly from: number
  readonly most: number
  readonly verbs: readonly A['verb'][]
  /** Only targets with the same text go into one request; undefined: each alone. */
  readonly batchOf: (target: Target) => string | undefined
  /**
   * One result each, in order. Undefined where it cannot be had after all, and nothing was asked. Throws as `act` does.
   */
  readonly act: (targets: readonly Target[], action: A, limits: WriteLimits) => Promise<ActionResult[] | undefined>
}

/** A provider whose snapshots and actions only it knows: whoever uses it must do so whatever they are. */
export interface AnyProvider {
  readonly use: <R>(work: <S extends Snapshot, A extends Action>(provider: Provider<S, A>) => R) => R
}

/** Hides what only the provider itself knows. */
export function anyProvider<S extends Snapshot, A extends Action>(provider: Provider<S, A>): AnyProvider {
  return { use: (work) => work(provider) }
}
