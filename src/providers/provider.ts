import type { Exchange } from '../http/exchange.ts'

/** What a target is. Baseten knows all of them, the other providers only deployments. */
export type Resource = 'deployment' | 'model' | 'environment' | 'chain' | 'chain-deployment'

/** Something the user named, or a sweep selected. */
export interface Target {
  resource: Resource
  id: string
  /** What the ID is under: the model of a Baseten deployment or environment, the chain of a chain deployment. */
  parent?: string
}

/** What the provider said about a target that is there. `Facts` is what only that provider's rules look at. */
export interface Sighting<Facts> {
  name?: string
  /** The provider's own status word. */
  status: string
  /** More of the state than the status says, for people: the target status, the reason of a failure. */
  detail?: string
  /** Creation time; Unix ms, UTC. */
  createdAt?: number
  facts: Facts
}

/** What is known about a target after a look. */
export type Observation<Facts = unknown> =
  | { state: 'present'; sighting: Sighting<Facts>; exchange: Exchange }
  | { state: 'absent'; exchange: Exchange }
  /** `createdAt`, Unix ms, of what was shown before the rest could not be read. */
  | { state: 'unreadable'; error: Error; createdAt?: number }
  /** Not for now; the next look at all of them will tell. Only where `confirm` was asked. */
  | { state: 'unsettled' }

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
  | { type: 'act'; action: Action; because: string; after: readonly string[] }
  | { type: 'wait'; until: 'gone' | 'stopped' | 'settled' | 'confirmed'; because: string; after: readonly string[] }
  | { type: 'end'; outcome: 'deleted' | 'already-gone' | 'guarded' | 'refused' | 'failed'; reason: string }

/** What came of an action. */
export type Receipt =
  | { result: 'accepted'; tombstone?: unknown; exchange: Exchange }
  /** The provider does not know the target (any more). */
  | { result: 'absent'; exchange: Exchange }
  /** The state does not allow it: look again and decide again. `code` is the provider's own, where rules ask for it. */
  | { result: 'refused'; problem: string; status: number; code?: string; exchange: Exchange }
  /** Nobody can tell whether it was carried out: look before repeating. */
  | { result: 'unsure'; problem: string; retryAfterMs?: number; exchange?: Exchange }
  /** No repetition can mend it. */
  | { result: 'failed'; problem: string; exchange?: Exchange }

/** One thing that happened to a target in this run; equal looks in a row are one event. */
export type Event =
  | {
      type: 'saw'
      at: number
      until: number
      times: number
      status: string
      detail?: string
      createdAt?: number
      exchange?: Exchange
    }
  | { type: 'missed'; at: number; until: number; times: number; exchange: Exchange }
  | {
      type: 'erred'
      at: number
      until: number
      times: number
      problem: string
      createdAt?: number
      exchange?: Exchange
    }
  | { type: 'acted'; at: number; until: number; action: Action; receipt: Receipt }

/** Everything that happened to a target in this run, oldest first. What is decided is decided from it alone. */
export type History = readonly Event[]

/** What the user allows beyond the guards, and what else goes in this run. */
export interface Rules {
  allow: ReadonlySet<Guard>
  /** IDs of all targets of this run. */
  selected: ReadonlySet<string>
  /** IDs of those that have ended without being deleted. */
  stayed?: ReadonlySet<string>
}

/** Guards a user can lift. Production is not among them. */
export type Guard = 'environment' | 'development' | 'last' | 'prepaid' | 'reservation' | 'orchestration'

/** Where a sweep looks. */
export interface Scope {
  resource: Resource
  /** The models or chains to look under; everything the credentials can see where empty. */
  parents: readonly string[]
}

/** Something a list showed. */
export interface Listed<Facts = unknown> {
  target: Target
  sighting: Sighting<Facts>
}

/** Something else that goes or changes with a target. */
export interface Along {
  /** What it is and what would become of it, for people. */
  what: string
  /** Undefined where none is shown. */
  name: string | undefined
}

/** A provider knows its API and its rules, and nothing of inputs, polling, logs or GitHub. */
export interface Provider<Facts = unknown> {
  /**
   * Everything in scope that the credentials can see, all pages, each ID once. Throws {@link ProviderError} or HttpError
   * where any part could not be read: half a list is none.
   */
  list(scope: Scope): Promise<Listed<Facts>[]>
  /** Why it must stay, if it must: what the guards say that the user has not lifted. Pure. */
  protection(sighting: Sighting<Facts>, rules: Rules): string | undefined
  /** What else goes or changes with something that goes, in words for the plan; undefined where nothing does. Pure. */
  alsoGoes?(sighting: Sighting<Facts>, rules: Rules): string | undefined
  /** The same with the name of each, so that those which must stay are found among them; none where nothing does. Pure. */
  namesAlong?(sighting: Sighting<Facts>, rules: Rules): readonly Along[]
  /**
   * What the targets are now, in the order asked. `depth` is `decide` where an action may follow, so that every fact the
   * rules need is fetched, and `confirm` where only "still there?" is asked. Throws {@link ProviderError} where nothing can
   * be said about any of them.
   */
  observe(targets: readonly Target[], depth: 'decide' | 'confirm'): Promise<Observation<Facts>[]>
  /** The one next step, from what was seen now and what happened before. Pure. */
  nextStep(observation: Observed<Facts>, history: History, rules: Rules): Step
  /**
   * Carries out one action with one request. Throws {@link ProviderError} for answers that no repetition can mend, and
   * HttpError where it is unknown whether it was carried out.
   */
  act(target: Target, action: Action): Promise<Receipt>
  /** The same action on several targets with one request, where the provider has that. */
  readonly actTogether?: Together
}

/** How one request acts on several targets. */
export interface Together {
  /** How few make it worth asking for, and how many one request takes. */
  from: number
  most: number
  verbs: readonly Action['verb'][]
  /** One receipt each, in order. Undefined where it cannot be had after all, and nothing was asked. Throws as `act` does. */
  act(targets: readonly Target[], action: Action): Promise<Receipt[] | undefined>
}

/** An observation that says something. */
export type Observed<Facts = unknown> = Exclude<Observation<Facts>, { state: 'unreadable' | 'unsettled' }>

/** An answer that no repetition can mend: no access, a contradiction, a request the provider will not take. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  /** `account`: nothing else will work with these credentials either. `target`: only this target is affected. */
  readonly scope: 'account' | 'target'
  readonly exchange: Exchange | undefined

  constructor(scope: 'account' | 'target', message: string, exchange?: Exchange) {
    super(message)
    this.scope = scope
    this.exchange = exchange
  }
}

/** An answer that is not as the provider's documents have it. It may be a passing fault: look again. */
export class UnclearAnswer extends Error {
  override readonly name = 'UnclearAnswer'
  readonly exchange: Exchange

  constructor(message: string, exchange: Exchange) {
    super(message)
    this.exchange = exchange
  }
}
