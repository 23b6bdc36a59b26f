import { period, span } from '../../lib/format.ts'
import type { TargetHistory } from '../history.ts'
import { deletionAccepted, problemOf, requests, snapshots } from '../history.ts'
import type { Absent, Observed, Snapshot } from '../observation.ts'
import type { Policy } from '../provider.ts'
import type { Action, EndStep, Step, WaitStep } from '../step.ts'
import { sameSecond } from './time.ts'

/** The part of the rules for one target that differs between providers. */
export interface ProviderRules<S extends Snapshot, A extends Action> {
  /** How long to keep checking for a target that was never seen, in ms: how long a new deployment may not be shown. */
  freshMs: number
  /** Whether two rounds must show that it is gone, even after an accepted deletion. */
  isDoubtful?: boolean
  /** The step if a deletion that was in progress no longer shows; undefined for none. */
  whenBack?: (snapshot: S) => EndStep | WaitStep | undefined
  /** Why it must be kept: the guards that the user has not lifted. */
  guard: (snapshot: S) => string | undefined
  /** Why such a guard may be temporary: two answers contradict each other. */
  contradiction?: (snapshot: S) => string | undefined
  /** The next step for a target that exists, is not guarded, and whose deletion was not accepted yet. */
  next: (snapshot: S) => Step<A>
}

/**
 * The next step. All providers begin with the same checks, in this order: absent, replaced, being deleted, accepted in this run,
 * not found by DELETE but still shown, guarded. See docs/gone.md.
 */
export function applyRules<S extends Snapshot, A extends Action>(
  observed: Observed<S>,
  history: TargetHistory<A>,
  rules: ProviderRules<S, A>,
): Step<A> {
  if (observed.state === 'absent') {
    // Waiting does not help if the ID is really a name.
    const freshMs = observed.mistaken?.kind === 'name' ? ROUND_MS : rules.freshMs
    return whenAbsent(history, { ...rules, freshMs })
  }
  const { snapshot } = observed
  return (
    whenReplaced(history) ??
    (snapshot.isBeingDeleted ? waitUntilGone('is being deleted') : undefined) ??
    rules.whenBack?.(snapshot) ??
    (deletionAccepted(history) ? waitUntilGone('deletion was accepted') : undefined) ??
    whenStillShown(history) ??
    whenGuarded(snapshot, history, rules) ??
    rules.next(snapshot)
  )
}

function waitUntilGone(reason: string): WaitStep {
  return { type: 'wait', until: 'gone', reason, after: [] }
}

/** How long contradicting answers are read again before a guard that depends on them counts. Milliseconds. */
const CONTRADICTION_MS = 30_000

function whenGuarded<S extends Snapshot, A extends Action>(
  snapshot: S,
  history: TargetHistory,
  { guard, contradiction }: ProviderRules<S, A>,
): EndStep | WaitStep | undefined {
  const reason = guard(snapshot)
  if (reason === undefined) return undefined
  const doubt = contradiction?.(snapshot)
  const last = history.at(-1)
  const shownMs = last?.type === 'observed' ? last.until - last.at : 0
  return doubt !== undefined && shownMs < CONTRADICTION_MS
    ? { type: 'wait', until: 'confirmed', reason: doubt, after: [] }
    : { type: 'end', outcome: 'protected', reason }
}

/** The least time between two rounds that confirm each other: a replica or cache may lag behind. Milliseconds. */
const ROUND_MS = 1000
/** How long and how often a target must be absent if no deletion of it was seen. */
const UNEXPLAINED_MS = 5000
const UNEXPLAINED_ROUNDS = 3

/** The step if neither GET nor a list shows a target. */
function whenAbsent(
  history: TargetHistory,
  { freshMs, isDoubtful = false }: { freshMs: number; isDoubtful?: boolean },
): EndStep | WaitStep {
  const { ms, rounds } = absence(history)
  if (snapshots(history).length === 0) {
    if (ms >= freshMs) return { type: 'end', outcome: 'already-gone', reason: neverFound(history) }
    const reason = `not found; it may be too new to be shown, so the action keeps checking for ${period(freshMs)}`
    return confirm(reason, Math.min(freshMs - ms, Math.max(1000, Math.min(5000, ms / 3))))
  }
  const isOurs = deletionAccepted(history)
  if (isOurs || history.some((event) => event.type === 'observed' && event.isBeingDeleted)) {
    const last = history.at(-1)
    const isPartial = last?.type === 'not-found' && last.isPartial === true
    const isClear = isOurs && !isDoubtful && !isPartial && everyObservationAgrees(history)
    if (!isClear && (ms < ROUND_MS || rounds < 2)) {
      return confirm('not found; a second round confirms it', ROUND_MS)
    }
    return {
      type: 'end',
      outcome: 'deleted',
      reason: isOurs ? 'confirmed gone' : 'confirmed gone; somebody else deleted it',
    }
  }
  if (ms < UNEXPLAINED_MS || rounds < UNEXPLAINED_ROUNDS) {
    const reason = `not found, although nothing was seen to delete it; checking for ${period(UNEXPLAINED_MS)}`
    return confirm(reason, UNEXPLAINED_MS / UNEXPLAINED_ROUNDS)
  }
  return { type: 'end', outcome: 'already-gone', reason: disappeared(history) }
}

/**
 * An absent target is usually gone, which is fine. But if its ID is a mistake, the deployment that was meant still exists, and the
 * step must not say that it is gone. An earlier run may have deleted a model with its last deployment.
 */
export function unlessMistaken<T extends Step<Action>>(
  step: T,
  { mistaken }: Pick<Absent, 'mistaken'>,
  policy: Policy,
): T | EndStep {
  if (mistaken === undefined || step.type !== 'end' || step.outcome !== 'already-gone') return step
  if (mistaken.kind === 'parent' && policy.allow.has('last')) {
    return { ...step, reason: `${step.reason}; ${mistaken.reason}` }
  }
  return { type: 'end', outcome: 'failed', reason: `not found: ${mistaken.reason}` }
}

/** The reason for a target that was never seen. */
export function neverFound(history: TargetHistory): string {
  const reason = 'not found: already deleted, never there, or not visible with these credentials'
  return `${reason} (checked for ${span(absence(history).ms)})`
}

function disappeared(history: TargetHistory): string {
  const unclear = requests(history).findLast(({ action, actionResult }) => {
    return action.final && actionResult.result === 'unknown'
  })
  return unclear === undefined
    ? 'disappeared before this run deleted it'
    : `disappeared after a DELETE of this run that got no clear answer (${problemOf(unclear)})`
}

function confirm(reason: string, pauseMs: number): WaitStep {
  return { type: 'wait', until: 'confirmed', reason, after: [], pauseMs: Math.ceil(pauseMs) }
}

/** For how long, and in how many rounds, it has been absent since it was last seen or an action was requested. */
function absence(history: TargetHistory): { ms: number; rounds: number } {
  const from = history.findLastIndex(({ type }) => type === 'observed' || type === 'requested') + 1
  const looks = history.slice(from).filter((event) => event.type === 'not-found')
  const [first] = looks
  const last = looks.at(-1)
  const ms = first === undefined || last === undefined ? 0 : last.until - first.at
  return { ms, rounds: looks.reduce((sum, { times }) => sum + times, 0) }
}

/** Whether it has stayed absent since a deletion was accepted. Otherwise a replica or cache lags behind, and may do so again. */
function everyObservationAgrees(history: TargetHistory): boolean {
  const accepted = history.findIndex(
    (event) => event.type === 'requested' && event.action.final && event.actionResult.result === 'accepted',
  )
  const since = history.slice(accepted + 1)
  const absentFrom = since.findIndex(({ type }) => type === 'not-found')
  return since.slice(absentFrom).every(({ type }) => type !== 'observed')
}

/**
 * The end if the ID came back with another creation time: the target is gone, and the new one must not be deleted. Undefined
 * otherwise.
 */
export function whenReplaced(history: TargetHistory): EndStep | undefined {
  const times = history.flatMap((event) => ('createdAt' in event ? (event.createdAt ?? []) : []))
  if (times.every((time) => sameSecond(time, times[0]))) return undefined
  const other = 'a new one has the same ID and is kept'
  if (deletionAccepted(history)) return { type: 'end', outcome: 'deleted', reason: `confirmed gone; ${other}` }
  const isUnclear = requests(history).some(({ action, actionResult }) => {
    return action.final && actionResult.result === 'unknown'
  })
  return isUnclear
    ? { type: 'end', outcome: 'already-gone', reason: `${disappeared(history)}; ${other}` }
    : { type: 'end', outcome: 'protected', reason: `somebody else deleted it; ${other}` }
}

/** The wait before DELETE is repeated for a target that it did not find but that is still shown; then 4 times as long. Ms. */
const LAG_MS = 2000

/**
 * The step if DELETE did not find a target that is still shown; undefined when DELETE is to be repeated. A read may lag behind,
 * and a gateway answers 404 for what it cannot reach: repeating is harmless, but it never counts as accepted.
 */
function whenStillShown(history: TargetHistory): WaitStep | undefined {
  const missed = requests(history).filter(({ action, actionResult }) => {
    return action.final && actionResult.result === 'not-found'
  })
  const last = missed.at(-1)
  const now = history.at(-1)?.until ?? 0
  if (last === undefined || now - last.until >= LAG_MS * 4 ** (missed.length - 1)) return undefined
  return { type: 'wait', until: 'confirmed', reason: 'is still shown, but DELETE did not find it', after: [] }
}
