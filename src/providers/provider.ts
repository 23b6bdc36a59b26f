import type { TargetHistory } from './history.ts'
import type { Metering } from './metering.ts'
import type { Listed, Observation, Observed, Snapshot } from './observation.ts'
import type { Action, ActionResult, Step } from './step.ts'
import type { Scope, Target } from './target.ts'

/** Which guards the user lifted, and what else is deleted in this run. */
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
      /** What `protect` is checked against; undefined if the provider shows no name. */
      name: string | undefined
      /** What it is and what happens to it: `the environment staging is deleted with it`. */
      sentence: string
    }
  /** Something without a name of its own, which `protect` cannot match. */
  | { kind: 'capacity' | 'payment'; sentence: string }
  /** What is in it, and is a target of its own. */
  | { kind: 'content'; name: string | undefined; sentence: string }

/** The names of what else is deleted or changed, which `protect` covers. */
export function collateralNames(collateral: readonly Collateral[]): string[] {
  return collateral.flatMap((each) => ('name' in each ? (each.name ?? []) : []))
}

/** What is in a target and goes before it. */
export interface Contents<S extends Snapshot> {
  /** The target itself, with what its guards say of everything in it. */
  snapshot: S
  inside: readonly Listed<S>[]
}

/** How long the decision behind a write is valid. */
export interface WriteLimits {
  /** Unix ms, UTC; later, the write is not sent. */
  notAfter: number
}

/**
 * A provider knows its API and its rules, and nothing about inputs, polling, logs, or GitHub. `S` are its snapshots, `A` its
 * actions. Members are functions, not methods, so that the compiler checks `S` and `A` as parameters.
 */
export interface Provider<S extends Snapshot, A extends Action> {
  /** How many requests may be in progress at once. */
  readonly concurrency: number
  /**
   * Everything in scope that the credentials can see, all pages, each ID once. Throws {@link ProviderError} or HttpError
   * if any part could not be read: a partial list is not used.
   */
  readonly list: (scope: Scope) => Promise<Listed<S>[]>
  /**
   * The current state of the targets, in the given order, with everything the rules need to decide on an action. Throws
   * {@link ProviderError} if nothing is known about any of them.
   */
  readonly observe: (targets: readonly Target[]) => Promise<Observation<S>[]>
  /** The same for targets whose deletion was accepted: only whether they still exist. */
  readonly confirmGone: (targets: readonly Target[]) => Promise<Observation<S>[]>
  /** Why it must be kept, if it must: the guards that the user has not lifted. Pure. */
  readonly protection: (snapshot: S, policy: Policy) => string | undefined
  /** What else is deleted or changed with something that is deleted. Pure. */
  readonly collateral: (snapshot: S, policy: Policy) => readonly Collateral[]
  /** The one next step, from the current observation and the history. Pure. */
  readonly nextStep: (observed: Observed<S>, history: TargetHistory<A>, policy: Policy) => Step<A>
  /** What was requested, for people: `its stop`. Pure. */
  readonly requestText: (action: A) => string
  /**
   * Carries out one action with one request. Throws {@link ProviderError} for answers that retrying cannot fix, and
   * HttpError if it is unknown whether it was carried out, or if it was not sent because it was too late.
   */
  readonly act: (target: Target, action: A, limits: WriteLimits) => Promise<ActionResult>
  /** What each target holds, for those that hold others; undefined if it is not there. Throws as `list` does. */
  readonly contents?: (targets: readonly Target[]) => Promise<(Contents<S> | undefined)[]>
  /** How much of the account's quota is in use, for people: `resource groups: 12 of 50`. Empty if the key may not read it. Ends once `until` aborts. */
  readonly quota?: (until: AbortSignal) => Promise<readonly string[]>
  /** Prices and usage, if the provider has them. */
  readonly metering?: Metering<S>
  /** The same action on several targets with one request, if the provider supports it. */
  readonly bulk?: BulkActions<A>
}

/** How one request acts on several targets. */
export interface BulkActions<A extends Action> {
  /** The fewest targets that are worth one such request, and the most that it takes. */
  readonly from: number
  readonly most: number
  readonly verbs: readonly A['verb'][]
  /** Whether the account takes such requests; undefined as long as that is not known. */
  readonly isOffered: () => boolean | undefined
  /** Only targets with the same text go into one request; undefined: each alone. */
  readonly batchOf: (target: Target) => string | undefined
  /**
   * One result each, in order. Undefined if the provider does not support it after all and nothing was done. Throws as `act` does.
   */
  readonly act: (targets: readonly Target[], action: A, limits: WriteLimits) => Promise<ActionResult[] | undefined>
}

/** A provider with unknown snapshot and action types: code that uses it must work for any. */
export interface AnyProvider {
  readonly use: <R>(work: <S extends Snapshot, A extends Action>(provider: Provider<S, A>) => R) => R
}

/** Hides the provider's own types. */
export function anyProvider<S extends Snapshot, A extends Action>(provider: Provider<S, A>): AnyProvider {
  return { use: (work) => work(provider) }
}
