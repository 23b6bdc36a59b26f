import { HttpError } from '../http/errors.ts'
import type { Exchange } from '../http/exchange.ts'
import { ProviderError, UnclearAnswer } from '../providers/errors.ts'
import type { ObservationEvent, ObservedEvent, RequestedEvent, TargetEvent } from '../providers/history.ts'
import { deletionAccepted, hadEffect } from '../providers/history.ts'
import { type Observation, type Snapshot, statusText } from '../providers/observation.ts'
import type { Action, ActionResult, ActStep } from '../providers/step.ts'
import type { Target } from '../providers/target.ts'
import type { NamedTarget } from './options.ts'
import type { Outcome, Result } from './result.ts'

/** An action is decided on, and to be carried out as long as the decision holds; Unix ms. */
export interface ReadyPhase<A extends Action = Action> {
  at: 'ready'
  step: ActStep<A>
  notAfter: number
}

/** To be looked at again at `due`, Unix ms, or together with others about `slackMs` earlier. */
export interface PolledPhase {
  at: 'polled'
  due: number
  slackMs: number
}

/** How far the teardown of a target is. Times are Unix ms. */
export type Phase<A extends Action = Action> =
  /** Its container's rules have not released it yet. */
  | { at: 'blocked' }
  /** What is in it goes first. */
  | { at: 'emptying' }
  /** Nothing was decided about it yet, or what was decided is outdated. */
  | { at: 'undecided' }
  | PolledPhase
  | { at: 'observing'; isDeciding: boolean }
  | ReadyPhase<A>
  | { at: 'acting' }
  | { at: 'ended'; result: Result }

/** The state of one target. Only the controller changes it. */
export interface TargetState<S extends Snapshot = Snapshot, A extends Action = Action> {
  readonly target: Target
  readonly history: TargetEvent<A>[]
  readonly startedAt: number
  /** Whether its end is waited for, once its deletion is accepted. */
  readonly isAwaited: boolean
  phase: Phase<A>
  /** How often in a row a decision was outdated before its turn came. */
  timesOutdated: number
  /** Whether its contents were released, so that they may have been changed. */
  isOpen?: true
  snapshot?: S
  tombstone?: unknown
}

/** What is known of a target at the start. */
export interface Start extends Pick<TargetState, 'target' | 'isAwaited'> {
  isBlocked: boolean
}

/** A target at the start; `known` is what a list showed of it just now. */
export function startState<S extends Snapshot, A extends Action>(
  { isBlocked, ...start }: Start,
  now: number,
  known?: S,
): TargetState<S, A> {
  const phase: Phase<A> = isBlocked ? { at: 'blocked' } : { at: 'undecided' }
  const state: TargetState<S, A> = { ...start, history: [], startedAt: now, phase, timesOutdated: 0 }
  return known === undefined ? state : { ...state, snapshot: known, history: [observedEvent(known, now)] }
}

/** An observation that says something, be it that it failed. */
export type Told<S extends Snapshot = Snapshot> = Exclude<Observation<S>, { state: 'unsettled' }>

/** Adds an observation to the history; one that says the same as the one before only counts it up. Gives the event. */
export function recordObservation<S extends Snapshot, A extends Action>(
  state: TargetState<S, A>,
  observation: Told<S>,
  now: number,
): ObservationEvent {
  const event = eventOf(observation, now)
  const last = state.history.at(-1)
  if (observation.state === 'present') state.snapshot = observation.snapshot
  if (last !== undefined && last.type !== 'requested' && says(last) === says(event)) {
    state.history[state.history.length - 1] = { ...event, at: last.at, times: last.times + 1 }
  } else {
    state.history.push(event)
  }
  return event
}

function eventOf(observation: Told, now: number): ObservationEvent {
  switch (observation.state) {
    case 'present':
      return { ...observedEvent(observation.snapshot, now), exchange: observation.exchange }
    case 'absent':
      return {
        ...{ type: 'not-found', at: now, until: now, times: 1, exchange: observation.exchange },
        ...(observation.isPartial === undefined ? {} : { isPartial: true }),
        ...(observation.mistaken === undefined ? {} : { mistaken: observation.mistaken }),
      }
    case 'unreadable':
      return {
        type: 'read-failed',
        at: now,
        until: now,
        times: 1,
        problem: observation.error.message,
        ...(observation.createdAt === undefined ? {} : { createdAt: observation.createdAt }),
        ...exchangeOf(observation.error),
      }
  }
}

/** The request that an error is about, where there was one. */
function exchangeOf(error: Error): { exchange?: Exchange } {
  const known = error instanceof HttpError || error instanceof ProviderError || error instanceof UnclearAnswer
  return known && error.exchange !== undefined ? { exchange: error.exchange } : {}
}

function observedEvent({ status, detail, createdAt, isBeingDeleted }: Snapshot, now: number): ObservedEvent {
  return {
    type: 'observed',
    at: now,
    until: now,
    times: 1,
    status,
    ...(detail === undefined ? {} : { detail }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(isBeingDeleted === undefined ? {} : { isBeingDeleted }),
  }
}

function says(event: ObservationEvent): string {
  switch (event.type) {
    case 'observed':
      return `observed ${event.status} ${event.createdAt} ${event.isBeingDeleted} ${event.detail}`
    case 'not-found':
      return `not-found ${event.isPartial}`
    case 'read-failed':
      return `read-failed ${event.createdAt}`
  }
}

/** The last status, with the detail that belongs to it. */
function lastStatus({ snapshot }: TargetState): string | undefined {
  if (snapshot === undefined) return undefined
  return statusText(snapshot) || undefined
}

/** How a target ended. */
export interface End {
  outcome: Outcome
  reason: string
  /** In a dry run: what would be done, in order. */
  plan?: readonly string[]
}

/** The target, with the resource group in which it was found. */
function placed({ target, snapshot }: Pick<TargetState, 'target' | 'snapshot'>): Target {
  const group = snapshot?.group
  return group === undefined || group === target.group ? target : { ...target, group }
}

/** The target and its name, for the log. */
export function named(state: Pick<TargetState, 'target' | 'snapshot'>): NamedTarget {
  return { target: placed(state), name: state.snapshot?.name }
}

/** What is reported of a target that ends now. */
export function resultOf(state: TargetState, { outcome, reason, plan }: End, now: number): Result {
  const { history, startedAt, snapshot, tombstone } = state
  const target = placed(state)
  const status = lastStatus(state)
  return {
    target,
    outcome,
    reason,
    history,
    startedAt,
    endedAt: now,
    ...(snapshot?.name === undefined ? {} : { name: snapshot.name }),
    ...(status === undefined ? {} : { lastStatus: status }),
    ...(tombstone === undefined ? {} : { tombstone }),
    ...(plan === undefined ? {} : { plan }),
  }
}

/** How many observations in a row could not be read. */
export function unreadableInARow({ history }: TargetState): number {
  const from = history.findLastIndex(({ type }) => type !== 'read-failed') + 1
  return history.slice(from).reduce((sum, event) => sum + (event.type === 'requested' ? 0 : event.times), 0)
}

/** How far an unfinished teardown got, in words. The last failure is left out if it is `told`, that is, already in the message. */
export function progressText(state: TargetState, told?: string): string {
  const status = lastStatus(state)
  const last = state.history.at(-1)
  const trouble =
    last?.type === 'read-failed' && last.problem !== told ? `; the last check failed: ${last.problem}` : ''
  const seen = `${status === undefined ? 'it was not found yet' : `last seen ${status}`}${trouble}`
  if (deletionAccepted(state.history)) return `deletion was accepted but not confirmed; ${seen}`
  const asked = state.history.findLast((event) => event.type === 'requested')
  return `${asked === undefined ? 'deletion was not accepted yet' : askedText(asked)}; ${seen}`
}

/** The result of the last request: the last known cause. */
function askedText({ action, actionResult }: RequestedEvent): string {
  switch (actionResult.result) {
    case 'unknown':
      return `whether the last request (${action.verb}) was carried out is unknown`
    case 'not-found':
      return `deletion was not accepted yet; the last request (${action.verb}) did not find it`
    case 'refused':
    case 'failed':
      return `deletion was not accepted yet; the last request (${action.verb}) was refused: ${actionResult.problem}`
    case 'accepted':
      return 'deletion was not accepted yet'
  }
}

/** How many actions so far ended in this way. */
export function countResults({ history }: TargetState, result: ActionResult['result']): number {
  return history.filter((event) => event.type === 'requested' && event.actionResult.result === result).length
}

/** How long nothing but waiting was done by `now`, in ms: since the last action that may have changed anything, or the start. */
export function waitedMs({ history, startedAt }: TargetState, now: number): number {
  const last = history.findLast((event) => event.type === 'requested' && hadEffect(event))
  return now - (last?.until ?? startedAt)
}
