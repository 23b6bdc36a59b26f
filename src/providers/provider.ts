import type { TargetHistory } from './history.ts'
import type { Listed, Observation, Observed, Snapshot } from './observation.ts'
import type { Action, ActionResult, Step } from './step.ts'
import type { Scope, Target } from './target.ts'

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

/** Something else that goes or changes with a target. */
export interface Along {
  /** What it is and what would become of it, for people. */
  what: string
  /** Undefined where none is shown. */
  name: string | undefined
}

/** A provider knows its API and its rules, and nothing of inputs, polling, logs or GitHub. */
export interface Provider<Details = unknown> {
  /**
   * Everything in scope that the credentials can see, all pages, each ID once. Throws {@link ProviderError} or HttpError
   * where any part could not be read: half a list is none.
   */
  list(scope: Scope): Promise<Listed<Details>[]>
  /** Why it must stay, if it must: what the guards say that the user has not lifted. Pure. */
  protection(snapshot: Snapshot<Details>, rules: Rules): string | undefined
  /** What else goes or changes with something that goes, in words for the plan; undefined where nothing does. Pure. */
  alsoGoes?(snapshot: Snapshot<Details>, rules: Rules): string | undefined
  /** The same with the name of each, so that those which must stay are found among them; none where nothing does. Pure. */
  namesAlong?(snapshot: Snapshot<Details>, rules: Rules): readonly Along[]
  /**
   * What the targets are now, in the order asked. `depth` is `decide` where an action may follow, so that every fact the
   * rules need is fetched, and `confirm` where only "still there?" is asked. Throws {@link ProviderError} where nothing can
   * be said about any of them.
   */
  observe(targets: readonly Target[], depth: 'decide' | 'confirm'): Promise<Observation<Details>[]>
  /** The one next step, from what was seen now and what happened before. Pure. */
  nextStep(observation: Observed<Details>, history: TargetHistory, rules: Rules): Step
  /**
   * Carries out one action with one request. Throws {@link ProviderError} for answers that no repetition can mend, and
   * HttpError where it is unknown whether it was carried out.
   */
  act(target: Target, action: Action): Promise<ActionResult>
  /** The same action on several targets with one request, where the provider has that. */
  readonly bulk?: BulkActions
}

/** How one request acts on several targets. */
export interface BulkActions {
  /** How few make it worth asking for, and how many one request takes. */
  from: number
  most: number
  verbs: readonly Action['verb'][]
  /** One actionResult each, in order. Undefined where it cannot be had after all, and nothing was asked. Throws as `act` does. */
  act(targets: readonly Target[], action: Action): Promise<ActionResult[] | undefined>
}
