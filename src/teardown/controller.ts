import { HttpError } from '../http/errors.ts'
import { NO_ERROR } from '../lib/clock.ts'
import { messageOf, toError } from '../lib/errors.ts'
import { ProviderError } from '../providers/errors.ts'
import type { RequestedEvent } from '../providers/history.ts'
import type { Observation, Snapshot } from '../providers/observation.ts'
import type { Action, ActionResult } from '../providers/step.ts'
import { targetKey } from '../providers/target.ts'
import { actionResultFor } from './action-result.ts'
import { isBrokenOff } from './broken-off.ts'
import { DELETED_OR_PLANNED, type Decision, Decisions } from './decide.ts'
import type { TeardownOptions } from './options.ts'
import type { Result } from './result.ts'
import { DECISION_HOLDS_MS, type PendingWrite, Scheduler } from './scheduler.ts'
import { named, recordObservation, resultOf, startState, type TargetState } from './target-state.ts'

/**
 * Takes all targets down at once: observe, decide the one next step, take it, until each has ended. What the provider says
 * now is the only truth; a write is repeated only after another observation. One result for each target, in the order given. It
 * never rejects for anything a provider does.
 */
export async function teardown<S extends Snapshot, A extends Action>(
  options: TeardownOptions<S, A>,
): Promise<Result[]> {
  return new Controller(options).run()
}

/** Does what the scheduler and the decisions say, and alone changes the phase of a target. */
class Controller<S extends Snapshot, A extends Action> {
  readonly #options: TeardownOptions<S, A>
  readonly #states: readonly TargetState<S, A>[]
  readonly #scheduler: Scheduler<S, A>
  readonly #decisions: Decisions<S, A>
  /** What is in those that hold others, and the other way round. */
  readonly #inside = new Map<TargetState<S, A>, readonly TargetState<S, A>[]>()
  readonly #containerOf = new Map<TargetState<S, A>, TargetState<S, A>>()
  readonly #notDeleted = new Set<string>()
  readonly #inFlight = new Set<Promise<void>>()
  #wake = new AbortController()
  /** Why nothing more can be begun. */
  #broken: Error | undefined

  constructor(options: TeardownOptions<S, A>) {
    const { provider, targets, contents, swept, known, clock, wait } = options
    const inside = new Set([...(contents?.values() ?? [])].flat())
    this.#options = options
    this.#states = targets.map((target) => {
      const key = targetKey(target)
      const isBlocked = inside.has(key)
      const start = { target, isAwaited: wait || isBlocked, isBlocked }
      return startState(start, clock.now(), swept?.get(key)?.snapshot ?? known?.get(key))
    })
    const stateOf = new Map(this.#states.map((state) => [targetKey(state.target), state]))
    for (const [key, keys] of contents ?? []) {
      const container = stateOf.get(key)
      if (container === undefined) continue
      const inside = keys.flatMap((each) => stateOf.get(each) ?? [])
      this.#inside.set(container, inside)
      for (const each of inside) this.#containerOf.set(each, container)
    }
    this.#scheduler = new Scheduler(this.#states, provider)
    this.#decisions = new Decisions(options, this.#notDeleted)
  }

  async run(): Promise<Result[]> {
    const { stop, clock, progress } = this.#options
    const onStop = () => this.#wake.abort(NO_ERROR)
    stop.addEventListener('abort', onStop)
    for (let left = this.#left(); left.length > 0; left = this.#left()) {
      try {
        if (this.#broken !== undefined || stop.aborted) {
          if (this.#inFlight.size === 0) break
          await Promise.race(this.#inFlight)
          continue
        }
        for (const group of this.#scheduler.writable()) this.#launch(this.#act(group))
        const { toDecide, toConfirm } = this.#scheduler.due(clock.now())
        if (toDecide.length > 0) this.#launch(this.#observe(toDecide, 'observe'))
        if (toConfirm.length > 0) this.#launch(this.#observe(toConfirm, 'confirmGone'))
        progress.waiting(left.length)
        this.#wake = new AbortController()
        await clock.sleep(this.#scheduler.nextWake(clock.now()) - clock.now(), this.#wake.signal)
      } catch (error) {
        this.#broken ??= new Error(`Undeploy failed unexpectedly (${messageOf(error)})`)
        this.#options.onMistake(error)
      }
    }
    stop.removeEventListener('abort', onStop)
    for (const state of this.#left()) this.#apply(state, this.#decisions.onStopped(state, this.#broken))
    return this.#states.flatMap(({ phase }) => (phase.at === 'ended' ? phase.result : []))
  }

  #left(): TargetState<S, A>[] {
    return this.#states.filter(({ phase }) => phase.at !== 'ended')
  }

  #launch(work: Promise<void>): void {
    const tracked = work.finally(() => {
      this.#inFlight.delete(tracked)
      this.#wake.abort(NO_ERROR)
    })
    this.#inFlight.add(tracked)
  }

  async #observe(group: readonly TargetState<S, A>[], how: 'observe' | 'confirmGone'): Promise<void> {
    const { clock, progress } = this.#options
    const askedAt = clock.now()
    const isDeciding = how === 'observe'
    this.#scheduler.observationBegan(askedAt)
    for (const state of group) state.phase = { at: 'observing', isDeciding }
    const observations = await this.#ask(group, how)
    const now = clock.now()
    this.#scheduler.observationEnded(group.length, now - askedAt, isDeciding)
    for (const [index, state] of group.entries()) {
      const observation: Observation<S> = observations[index] ?? { state: 'unreadable', error: new Error(NO_ANSWER) }
      if (isBrokenOff(observation, now - askedAt)) continue
      if (observation.state === 'unsettled') {
        this.#apply(state, this.#decisions.onUnsettled(state, { askedAt, now }))
        continue
      }
      const event = recordObservation(state, observation, now)
      progress.happened(named(state), event)
      if (observation.state === 'unreadable') {
        this.#noteBroken(observation.error)
        this.#apply(state, this.#decisions.onReadError(state, observation.error))
        continue
      }
      // One slow answer holds up all that were asked about together. A third look counts, or it might go on for ever.
      const answeredAt = state.timesOutdated > 1 ? now : observation.exchange.at + observation.exchange.ms
      this.#apply(state, this.#decisions.onObserved(state, observation, { askedAt, now }), answeredAt)
    }
  }

  async #ask(group: readonly TargetState<S, A>[], how: 'observe' | 'confirmGone'): Promise<Observation<S>[]> {
    try {
      return await this.#options.provider[how](group.map(({ target }) => target))
    } catch (error) {
      return group.map(() => ({ state: 'unreadable', error: toError(error) }))
    }
  }

  async #act(writes: readonly PendingWrite<S, A>[]): Promise<void> {
    const { clock } = this.#options
    const at = clock.now()
    this.#scheduler.writeBegan()
    for (const { state } of writes) state.phase = { at: 'acting' }
    const actionResults = await this.#write(writes)
    // What was not sent says nothing of how long a write takes.
    this.#scheduler.writeEnded(Array.isArray(actionResults) ? clock.now() - at : undefined)
    for (const [index, write] of writes.entries()) {
      if (actionResults === 'too-late') this.#noteOutdated(write.state)
      // The refusal may come from a gateway, after the request was carried out: looked at again before each goes alone.
      else if (actionResults === 'not-in-bulk') write.state.phase = { at: 'undecided' }
      else this.#noteResult(write, actionResults[index] ?? UNANSWERED, at)
    }
  }

  /** One result for each; or that it was too late to send it, or that the provider takes it only for each alone. */
  async #write(writes: readonly PendingWrite<S, A>[]): Promise<readonly ActionResult[] | 'too-late' | 'not-in-bulk'> {
    const { provider } = this.#options
    const [first] = writes
    if (first === undefined) return []
    const { action } = first.phase.step
    const limits = { notAfter: Math.min(...writes.map(({ phase }) => phase.notAfter)) }
    try {
      if (writes.length === 1) return [await provider.act(first.state.target, action, limits)]
      const targets = writes.map(({ state }) => state.target)
      const actionResults = await provider.bulk?.act(targets, action, limits)
      if (actionResults === undefined) this.#scheduler.bulkRefused()
      return actionResults ?? 'not-in-bulk'
    } catch (error) {
      if (error instanceof HttpError && error.failure === 'unsent') return 'too-late'
      this.#noteBroken(error)
      return writes.map(() => actionResultFor(error))
    }
  }

  #noteOutdated(state: TargetState<S, A>): void {
    state.phase = { at: 'undecided' }
    state.timesOutdated++
  }

  #noteResult({ state, phase: { step } }: PendingWrite<S, A>, actionResult: ActionResult, at: number): void {
    const { clock, progress } = this.#options
    const { action } = step
    const event: RequestedEvent<A> = { type: 'requested', at, until: clock.now(), action, actionResult }
    state.history.push(event)
    state.timesOutdated = 0
    if (actionResult.result === 'accepted' && action.final && actionResult.tombstone !== undefined) {
      state.tombstone = actionResult.tombstone
    }
    progress.happened(named(state), event)
    this.#apply(state, this.#decisions.onActionResult(state, step, actionResult))
  }

  #noteBroken(error: unknown): void {
    if (error instanceof ProviderError && error.scope === 'account') this.#broken ??= error
  }

  /** `answeredAt`: when the answer came that an action was decided on; Unix ms. */
  #apply(state: TargetState<S, A>, decision: Decision<A>, answeredAt = this.#options.clock.now()): void {
    const { clock, progress } = this.#options
    if (decision.step !== undefined) progress.decided(named(state), decision.step)
    switch (decision.type) {
      case 'act':
        state.phase = { at: 'ready', step: decision.step, notAfter: answeredAt + DECISION_HOLDS_MS }
        break
      case 'poll':
        state.phase = { at: 'polled', due: clock.now() + decision.afterMs, slackMs: decision.slackMs }
        break
      case 'end': {
        const result = resultOf(state, decision, clock.now())
        state.phase = { at: 'ended', result }
        if (!DELETED_OR_PLANNED.has(result.outcome)) this.#notDeleted.add(targetKey(state.target))
        progress.ended(result)
        this.#whenEnded(state, result)
        break
      }
      case 'empty':
        this.#empty(state, decision)
    }
  }

  /** Lets go what is in a target. Where all of it has ended, the list still shows what is gone: it is looked at again. */
  #empty(state: TargetState<S, A>, { poll }: Extract<Decision<A>, { type: 'empty' }>): void {
    const inside = this.#inside.get(state) ?? []
    if (inside.every(({ phase }) => phase.at === 'ended')) {
      this.#apply(state, poll)
      return
    }
    state.phase = { at: 'emptying' }
    state.isOpen = true
    for (const each of inside) if (each.phase.at === 'blocked') each.phase = { at: 'undecided' }
  }

  /** Whose turn it is, now that this one has ended: what is in it, and what it is in. */
  #whenEnded(state: TargetState<S, A>, result: Result): void {
    for (const each of this.#inside.get(state) ?? []) {
      if (each.phase.at === 'blocked') this.#apply(each, this.#decisions.onContainerEnded(each, result))
    }
    const container = this.#containerOf.get(state)
    if (container?.phase.at !== 'emptying') return
    const inside = this.#inside.get(container) ?? []
    const results = inside.flatMap(({ phase }) => (phase.at === 'ended' ? phase.result : []))
    if (results.length === inside.length) this.#apply(container, this.#decisions.onEmptied(container, results))
  }
}

const NO_ANSWER = 'the provider gave no answer about it'
const UNANSWERED: ActionResult = { result: 'unknown', problem: NO_ANSWER }
