import type { Exchange } from '../http/exchange.ts'
import type { Mistaken } from './observation.ts'
import type { Action, ActionResult } from './step.ts'

interface Span {
  /** Unix ms, UTC: of the first of equal observations, or when an action was requested. */
  at: number
  /** Unix ms, UTC: of the last of equal observations, or when an action was answered. */
  until: number
}

/** Equal observations in a row are one event. */
interface RepeatedSpan extends Span {
  times: number
}

/** The target was there. */
export interface ObservedEvent extends RepeatedSpan {
  type: 'observed'
  status: string
  detail?: string
  createdAt?: number
  isBeingDeleted?: true
  exchange?: Exchange
}

/** Neither GET nor a list showed it. */
export interface NotFoundEvent extends RepeatedSpan {
  type: 'not-found'
  /** The list may be incomplete. */
  isPartial?: true
  /** Its ID cannot be the one that was meant. */
  mistaken?: Mistaken
  exchange: Exchange
}

/** A read failed. */
export interface ReadFailedEvent extends RepeatedSpan {
  type: 'read-failed'
  problem: string
  createdAt?: number
  exchange?: Exchange
}

/** An action was requested. */
export interface RequestedEvent<A extends Action = Action> extends Span {
  type: 'requested'
  action: A
  actionResult: ActionResult
}

/** What an observation showed. */
export type ObservationEvent = ObservedEvent | NotFoundEvent | ReadFailedEvent

/** One thing that happened to a target in this run. */
export type TargetEvent<A extends Action = Action> = ObservedEvent | NotFoundEvent | ReadFailedEvent | RequestedEvent<A>

/**
 * Everything that happened to a target in this run, oldest first. Decisions depend on it alone; its last event is the
 * observation to decide on.
 */
export type TargetHistory<A extends Action = Action> = readonly TargetEvent<A>[]

/** All actions requested so far, oldest first. */
export function requests<A extends Action>(history: TargetHistory<A>): RequestedEvent<A>[] {
  return history.filter((event) => event.type === 'requested')
}

/** All actions of one verb so far, oldest first. */
export function acts<A extends Action, V extends A['verb']>(
  history: TargetHistory<A>,
  verb: V,
): RequestedEvent<Extract<A, { verb: V }>>[] {
  return history.filter(
    (event): event is RequestedEvent<Extract<A, { verb: V }>> =>
      event.type === 'requested' && event.action.verb === verb,
  )
}

/** The last action requested, of any verb. */
export function lastAct<A extends Action>(history: TargetHistory<A>): RequestedEvent<A> | undefined {
  return requests(history).at(-1)
}

/** Actions of one verb that ended with one result. */
export function ended<A extends Action, V extends A['verb']>(
  history: TargetHistory<A>,
  verb: V,
  result: ActionResult['result'],
): RequestedEvent<Extract<A, { verb: V }>>[] {
  return acts(history, verb).filter((act) => act.actionResult.result === result)
}

/** Refusals of any action so far. */
export function refusals<A extends Action>(history: TargetHistory<A>): RequestedEvent<A>[] {
  return requests(history).filter(({ actionResult }) => actionResult.result === 'refused')
}

/** Every time the target was there, oldest first. */
export function snapshots(history: TargetHistory): ObservedEvent[] {
  return history.filter((event) => event.type === 'observed')
}

/** How many times in a row the last observation was the same; 0 if the last event is not an observation. */
export function sameObservations(history: TargetHistory): number {
  const last = history.at(-1)
  return last === undefined || last.type === 'requested' ? 0 : last.times
}

/** Whether an action may have changed anything; one that found nothing has not. */
export function hadEffect({ actionResult }: RequestedEvent): boolean {
  return actionResult.result !== 'not-found'
}

/** How many reads there were since the last action for which `counts` holds, whatever they showed. */
export function observationsSince(
  history: TargetHistory,
  counts: (act: RequestedEvent) => boolean = () => true,
): number {
  const from = history.findLastIndex((event) => event.type === 'requested' && counts(event)) + 1
  return history.slice(from).reduce((sum, event) => sum + (event.type === 'requested' ? 0 : event.times), 0)
}

/** Whether the provider accepted a deletion of this target in this run. */
export function deletionAccepted(history: TargetHistory): boolean {
  return requests(history).some(({ action, actionResult }) => action.final && actionResult.result === 'accepted')
}

/**
 * What this run did to the target, in order: accepted actions, and those that may have been carried out although the answer was
 * unclear, unless the same one was requested again.
 */
export function changes<A extends Action>(history: TargetHistory<A>): RequestedEvent<A>[] {
  const asked = requests(history).filter(
    ({ actionResult: { result } }) => result === 'accepted' || result === 'unknown',
  )
  const isSame = (one: A, other: A) => JSON.stringify(one) === JSON.stringify(other)
  return asked.filter(
    ({ action, actionResult }, index) =>
      actionResult.result === 'accepted' || !asked.slice(index + 1).some((later) => isSame(later.action, action)),
  )
}

/** The refusal in words, as the provider gave it. */
export function problemOf(act: RequestedEvent | undefined): string {
  return act !== undefined && 'problem' in act.actionResult ? act.actionResult.problem : ''
}
