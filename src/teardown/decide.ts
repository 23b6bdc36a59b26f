import { HttpError } from '../http/errors.ts'
import { backoff } from '../http/retry.ts'
import { messageOf } from '../lib/errors.ts'
import { period } from '../lib/format.ts'
import { ProviderError, UnclearAnswer } from '../providers/errors.ts'
import { changes, deletionAccepted, hadEffect, observationsSince, snapshots } from '../providers/history.ts'
import type { Observed, Snapshot } from '../providers/observation.ts'
import { neverFound, unlessMistaken, whenReplaced } from '../providers/shared/common-rules.ts'
import type { Action, ActionResult, ActStep, EndStep, Step, WaitStep } from '../providers/step.ts'
import { nounOf } from '../providers/target.ts'
import { changesText } from './changes-text.ts'
import type { DecisionOptions } from './options.ts'
import { dueAfter, pause } from './polling.ts'
import type { Outcome, Result } from './result.ts'
import { countResults, type End, progressText, type TargetState, unreadableInARow, waitedMs } from './target-state.ts'

/** The next thing to do with a target; with the `step` of the rules, if it comes from them. */
export type Decision<A extends Action = Action> =
  | EndDecision
  | PollDecision
  | { type: 'act'; step: ActStep<A> }
  /** What is in it goes first; where there is nothing, `poll`. */
  | { type: 'empty'; step: WaitStep; poll: PollDecision }

export interface EndDecision extends End {
  type: 'end'
  step?: Step
}

/** Observe again after `afterMs`, or up to `slackMs` earlier if other targets are due then. */
export interface PollDecision {
  type: 'poll'
  afterMs: number
  slackMs: number
  step?: WaitStep
}

/** When an observation was begun, and what time it is; Unix ms. */
export interface Moment {
  askedAt: number
  now: number
}

/** The outcomes of a target that is deleted, or will be. */
export const DELETED_OR_PLANNED: ReadonlySet<Outcome> = new Set(['deleted', 'accepted', 'already-gone', 'planned'])

/** Observations in a row that threw what no provider says, before a target is given up. */
const MAX_MISTAKES = 3
/** Actions with unknown result before a target is given up. */
const MAX_UNKNOWN = 8

const ACCEPTED = "deletion accepted; the step does not wait until it is gone ('wait: false')"

/** Decides for the targets of one run. Nothing here does anything, or changes the state it is asked about. */
export class Decisions<S extends Snapshot, A extends Action> {
  readonly #options: DecisionOptions<S, A>
  readonly #policy: DecisionOptions<S, A>['policy']

  /** `notDeleted` are the keys of those that have ended without being deleted, as they become known. */
  constructor(options: DecisionOptions<S, A>, notDeleted: ReadonlySet<string>) {
    this.#options = options
    this.#policy = { ...options.policy, notDeleted }
  }

  /** A mistake in the rules ends one target, not the whole run without a report. */
  onObserved(state: TargetState<S, A>, observation: Observed<S>, moment: Moment): Decision<A> {
    try {
      return this.#applyStep(state, this.#nextStep(state, observation), moment)
    } catch (error) {
      const reason = `what to do next could not be decided (${messageOf(error)}); ${progressText(state)}`
      return this.#end(state, 'failed', reason)
    }
  }

  /** Nothing can be said of it yet. */
  onUnsettled(state: TargetState<S, A>, moment: Moment): Decision<A> {
    return this.#pollAgain(state, 1 + polls(state), moment)
  }

  /** A failed observation: final if the provider says so, otherwise retried until the timeout. */
  onReadError(state: TargetState<S, A>, error: Error): Decision<A> {
    const withProgress = `${error.message}; ${progressText(state, error.message)}`
    if (error instanceof ProviderError) {
      return this.#end(state, 'failed', deletionAccepted(state.history) ? withProgress : error.message)
    }
    const tries = unreadableInARow(state)
    const isFinal = error instanceof HttpError && error.isFinal
    // Anything else is an internal error, which waiting does not fix.
    const isAnswer = error instanceof HttpError || error instanceof UnclearAnswer
    return isFinal || (!isAnswer && tries >= MAX_MISTAKES)
      ? this.#end(state, 'failed', withProgress)
      : pollAfter(backoff(tries, this.#options.random))
  }

  onActionResult(state: TargetState<S, A>, step: ActStep<A>, actionResult: ActionResult): Decision<A> {
    const { random } = this.#options
    const times = countResults(state, actionResult.result)
    switch (actionResult.result) {
      case 'accepted':
        return step.action.final && !state.isAwaited
          ? this.#end(state, 'accepted', ACCEPTED)
          : pollAfter(pause(0, 0, random))
      case 'not-found':
        // Usually the next observation confirms it; where observations and actions contradict each other, it must not become a storm.
        return pollAfter(times === 1 ? 0 : backoff(times, random))
      case 'refused':
        return pollAfter(backoff(times, random))
      case 'unknown':
        return times >= MAX_UNKNOWN
          ? this.#end(state, 'failed', `${actionResult.problem}; ${progressText(state)}`)
          : pollAfter(backoff(times, random))
      case 'failed':
        return this.#end(state, 'failed', actionResult.problem)
    }
  }

  /** What is in it has ended: it is its turn, unless something is kept. */
  onEmptied(state: TargetState<S, A>, contents: readonly Result[]): Decision<A> {
    const kept = contents.filter(({ outcome }) => !DELETED_OR_PLANNED.has(outcome))
    const [first] = kept
    if (first === undefined) return pollAfter(0)
    const { target, outcome, reason } = first
    const more = kept.length > 1 ? `; and ${kept.length - 1} more in it` : ''
    return this.#keep(state, `${nounOf(target.resource)} ${target.id}, which is in it, is ${outcome}: ${reason}${more}`)
  }

  /** Its container ended before the container's rules released it: if the container is gone, it is observed on its own; otherwise it is kept. */
  onContainerEnded(state: TargetState<S, A>, { target, outcome, reason }: Result): Decision<A> {
    if (DELETED_OR_PLANNED.has(outcome)) return pollAfter(0)
    const where = nounOf(target.resource)
    return this.#end(state, 'kept', `its ${where} ${target.id} is ${outcome}: ${reason}`)
  }

  /** The run ends before the target does; `broken` is what keeps it from going on, where it is not over by itself. */
  onStopped(state: TargetState<S, A>, broken: Error | undefined): Decision<A> {
    const { history } = state
    if (broken instanceof ProviderError) return this.#end(state, 'failed', broken.message)
    if (broken !== undefined) {
      return this.#end(state, 'failed', `${broken.message}; ${progressText(state, broken.message)}`)
    }
    const reason = this.#options.stopReason()
    const missing = history.at(-1)
    const wasThere = history.some(({ type }) => type === 'observed' || type === 'requested')
    if (reason !== 'timed-out' || missing?.type !== 'not-found' || wasThere)
      return this.#end(state, reason, progressText(state))
    // The timeout came before a new deployment had to be visible: the reason says for how long it was checked.
    const step: EndStep = { type: 'end', outcome: 'already-gone', reason: neverFound(history) }
    return this.#endAs(state, unlessMistaken(step, missing, this.#policy))
  }

  #nextStep(state: TargetState<S, A>, observation: Observed<S>): Step<A> {
    const { history, target } = state
    const { provider, veto } = this.#options
    const replaced = observation.state === 'present' ? whenReplaced(history) : undefined
    if (replaced !== undefined) return replaced
    if (observation.state === 'present' && !deletionAccepted(history)) {
      const begun = history.some(({ type }) => type === 'requested')
      const reason = veto(observation.snapshot, target, begun, this.#policy)
      if (reason !== undefined) return { type: 'end', outcome: 'protected', reason }
    }
    const step = provider.nextStep(observation, history, this.#policy)
    // The ID of what was seen is right.
    return observation.state === 'absent' && snapshots(history).length === 0
      ? unlessMistaken(step, observation, this.#policy)
      : step
  }

  #applyStep(state: TargetState<S, A>, step: Step<A>, moment: Moment): Decision<A> {
    const { dryRun } = this.#options
    switch (step.type) {
      case 'end':
        return this.#endAs(state, step)
      case 'act': {
        if (dryRun) return planned(step, step.action.verb)
        const held = this.#heldBack(state, step.action, moment.now)
        return held === undefined ? { type: 'act', step } : this.#applyStep(state, held, moment)
      }
      case 'wait':
        if (dryRun && step.until !== 'confirmed') return planned(step, `wait until it is ${step.until}`)
        if (step.until === 'empty') return { type: 'empty', step, poll: this.#pollAgain(state, polls(state), moment) }
        if (step.until === 'gone' && !state.isAwaited) return this.#end(state, 'accepted', ACCEPTED)
        if (step.pauseMs !== undefined) return { ...pollAfter(Math.round(step.pauseMs)), step }
        return { ...this.#pollAgain(state, polls(state), moment), step }
    }
  }

  /**
   * The wait before another action where the answer to the last one was not clear and said how long to stay away. It may have been
   * carried out all the same, so looks go on, ever more rarely.
   */
  #heldBack(state: TargetState<S, A>, { verb }: A, now: number): WaitStep | undefined {
    const last = state.history.findLast((event) => event.type === 'requested')
    if (last?.actionResult.result !== 'unknown') return undefined
    const { retryAfterMs = 0 } = last.actionResult
    const leftMs = last.until + retryAfterMs - now
    if (leftMs <= 0) return undefined
    const reason = `the provider asked to wait ${period(retryAfterMs)} before another ${verb}`
    const pauseMs = Math.min(leftMs, backoff(1 + polls(state), this.#options.random))
    return { type: 'wait', until: 'confirmed', reason, after: [], pauseMs }
  }

  /** The next poll, after as many since the last action that may have changed anything. */
  #pollAgain(state: TargetState<S, A>, polls: number, { askedAt, now }: Moment): PollDecision {
    const pauseMs = pause(waitedMs(state, askedAt), polls, this.#options.random)
    const afterMs = dueAfter(askedAt, now, pauseMs) - now
    return { type: 'poll', afterMs, slackMs: afterMs / 8 }
  }

  #endAs(state: TargetState<S, A>, { outcome, reason }: EndStep): EndDecision {
    return outcome === 'protected' ? this.#keep(state, reason) : this.#end(state, outcome, reason)
  }

  /** The end of a target that must be kept: a failure if it was named by ID or already changed. */
  #keep(state: TargetState<S, A>, reason: string): EndDecision {
    const isAsItWas = changes(state.history).length === 0 && !state.isOpen
    return this.#end(state, this.#options.swept !== undefined && isAsItWas ? 'kept' : 'refused', reason)
  }

  /** The end of a target, with what this run has done to it, where that is not what was meant. */
  #end(state: TargetState<S, A>, outcome: Outcome, reason: string): EndDecision {
    return { type: 'end', outcome, reason: reason + changesText(state, outcome, this.#options.provider.requestText) }
  }
}

function polls({ history }: TargetState): number {
  return observationsSince(history, hadEffect)
}

function planned(step: ActStep | WaitStep, first: string): EndDecision {
  return { type: 'end', outcome: 'planned', reason: step.reason, plan: [first, ...step.after], step }
}

function pollAfter(afterMs: number): PollDecision {
  return { type: 'poll', afterMs, slackMs: 0 }
}
