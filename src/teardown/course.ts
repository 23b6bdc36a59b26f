import { HttpError } from '../http/errors.ts'
import type { Exchange } from '../http/exchange.ts'
import { ProviderError, UnclearAnswer } from '../providers/errors.ts'
import type { LookEvent, ObservedEvent, TargetEvent } from '../providers/history.ts'
import { deletionAccepted, hadEffect } from '../providers/history.ts'
import type { Observation, Snapshot } from '../providers/observation.ts'
import type { Action, ActionResult, ActStep } from '../providers/step.ts'
import type { Target } from '../providers/target.ts'
import type { Outcome, Result } from './result.ts'

/** Its next action is decided, on an answer of `lookedAt`; Unix ms. */
export interface ReadyPhase<A extends Action> {
  at: 'ready'
  step: ActStep<A>
  lookedAt: number
}

/** Where a target stands in its teardown. */
export type Phase<A extends Action = Action> =
  | { at: 'waiting'; due: number; slack: number }
  | { at: 'looking' }
  | ReadyPhase<A>
  | { at: 'acting' }
  | { at: 'ended'; result: Result }

/** One target on its way. The controller alone changes it. */
export interface Course<S extends Snapshot = Snapshot, A extends Action = Action> {
  readonly target: Target
  readonly history: TargetEvent<A>[]
  readonly startedAt: number
  phase: Phase<A>
  snapshot?: S
  tombstone?: unknown
}

/** A target at the start; `known` is what a list showed of it just now. */
export function startCourse<S extends Snapshot, A extends Action>(
  target: Target,
  now: number,
  known?: S,
): Course<S, A> {
  const course: Course<S, A> = { target, history: [], startedAt: now, phase: { at: 'waiting', due: now, slack: 0 } }
  if (known === undefined) return course
  return { ...course, snapshot: known, history: [sawEvent(known, now)] }
}

/** A look that says something, be it that it failed. */
type Told<S extends Snapshot = Snapshot> = Exclude<Observation<S>, { state: 'unsettled' }>

/** Adds a look to the history; a look that says the same as the one before only counts it up. Gives the event. */
export function recordLook<S extends Snapshot, A extends Action>(
  course: Course<S, A>,
  observation: Told<S>,
  now: number,
): LookEvent {
  const event = eventOf(observation, now)
  const last = course.history.at(-1)
  if (observation.state === 'present') course.snapshot = observation.snapshot
  if (last !== undefined && last.type !== 'requested' && says(last) === says(event)) {
    course.history[course.history.length - 1] = { ...event, at: last.at, times: last.times + 1 }
  } else {
    course.history.push(event)
  }
  return event
}

function eventOf(observation: Told, now: number): LookEvent {
  switch (observation.state) {
    case 'present':
      return { ...sawEvent(observation.snapshot, now), exchange: observation.exchange }
    case 'absent':
      return { type: 'not-found', at: now, until: now, times: 1, exchange: observation.exchange }
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

function sawEvent({ status, detail, createdAt }: Snapshot, now: number): ObservedEvent {
  return {
    type: 'observed',
    at: now,
    until: now,
    times: 1,
    status,
    ...(detail === undefined ? {} : { detail }),
    ...(createdAt === undefined ? {} : { createdAt }),
  }
}

function says(event: LookEvent): string {
  switch (event.type) {
    case 'observed':
      return `saw ${event.status} ${event.createdAt} ${event.detail}`
    case 'not-found':
      return 'not-found'
    case 'read-failed':
      return `erred ${event.createdAt}`
  }
}

/** The last status, with the detail that belongs to it. */
export function lastStatus(course: Course): string | undefined {
  const { snapshot } = course
  if (snapshot === undefined) return undefined
  return snapshot.detail === undefined ? snapshot.status : `${snapshot.status} (${snapshot.detail})`
}

/** Closes a course. */
export function end(course: Course, outcome: Outcome, reason: string, now: number, plan?: readonly string[]): Result {
  const status = lastStatus(course)
  const result: Result = {
    target: course.target,
    outcome,
    reason,
    history: course.history,
    startedAt: course.startedAt,
    endedAt: now,
    ...(course.snapshot?.name === undefined ? {} : { name: course.snapshot.name }),
    ...(status === undefined ? {} : { lastStatus: status }),
    ...(course.tombstone === undefined ? {} : { tombstone: course.tombstone }),
    ...(plan === undefined ? {} : { plan }),
  }
  course.phase = { at: 'ended', result }
  return result
}

/** How many looks in a row brought no answer. */
export function erredInARow({ history }: Course): number {
  const from = history.findLastIndex(({ type }) => type !== 'read-failed') + 1
  return history.slice(from).reduce((sum, event) => sum + (event.type === 'requested' ? 0 : event.times), 0)
}

/** How far an unfinished teardown got, in words. */
export function standing(course: Course): string {
  const status = lastStatus(course)
  const last = course.history.at(-1)
  const trouble = last?.type === 'read-failed' ? `; the last look failed: ${last.problem}` : ''
  const seen = `${status === undefined ? 'it was not seen yet' : `last seen ${status}`}${trouble}`
  if (deletionAccepted(course.history)) return `deletion was accepted but not confirmed; ${seen}`
  if (last?.type === 'requested' && last.actionResult.result === 'unknown') {
    return `whether the last request (${last.action.verb}) was carried out is unknown; ${seen}`
  }
  return `deletion was not accepted yet; ${seen}`
}

/** How many actions so far ended in this way. */
export function count(course: Course, result: ActionResult['result']): number {
  return course.history.filter((event) => event.type === 'requested' && event.actionResult.result === result).length
}

/** Since when the course only waits: the end of the last action that may have changed anything, or its start. Milliseconds. */
export function waited(course: Course, now: number): number {
  const last = course.history.findLast((event) => event.type === 'requested' && hadEffect(event))
  return now - (last?.until ?? course.startedAt)
}
