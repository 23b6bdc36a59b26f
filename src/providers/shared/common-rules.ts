import { period, span } from '../../lib/format.ts'
import type { TargetHistory } from '../history.ts'
import { deletionAccepted, problemOf, requests, snapshots } from '../history.ts'
import type { Absent, Observed, Snapshot } from '../observation.ts'
import type { Policy } from '../provider.ts'
import type { Action, EndStep, Step, WaitStep } from '../step.ts'
import { sameSecond } from './time.ts'

/** What is a provider's own in the rules for one target. */
export interface ProviderRules<S extends Snapshot, A extends Action> {
  /** How long a target that was never seen is looked for, in ms: what the provider says of new deployments. */
  freshMs: number
  /** Whether two rounds must show it gone even after an accepted deletion. */
  isDoubtful?: boolean
  /** Where a deletion that was under way shows no more, what follows; undefined: nothing. */
  whenBack?: (snapshot: S) => EndStep | WaitStep | undefined
  /** Why it must stay: the guards that the user has not lifted. */
  guard: (snapshot: S) => string | undefined
  /** What says that such a guard may only seem so for a moment, because two answers contradict each other. */
  contradiction?: (snapshot: S) => string | undefined
  /** The next step of what is there, not guarded, and whose deletion was not accepted yet. */
  next: (snapshot: S) => Step<A>
}

/**
 * The next step. The beginning is common to all providers and has one order: absent, replaced, being deleted, accepted in this
 * run, not found by DELETE but still shown, guarded. See docs/gone.md.
 */
export function applyRules<S extends Snapshot, A extends Action>(
  observed: Observed<S>,
  history: TargetHistory<A>,
  rules: ProviderRules<S, A>,
): Step<A> {
  if (observed.state === 'absent') {
    // An ID that is a name is found by no waiting.
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

/** For how long contradicting answers are looked at again before a guard that rests on them counts. Milliseconds. */
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

/** Two rounds that confirm each other are at least this far apart: what one replica or cache has not heard of yet. */
const ROUND_MS = 1000
/** How long and how often something must be absent that nobody was seen to delete. */
const UNEXPLAINED_MS = 5000
const UNEXPLAINED_ROUNDS = 3

/** What it means that neither GET nor a list shows a target. */
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
    const isClear = isOurs && !isDoubtful && !isPartial && everyLookAgrees(history)
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
 * A target that is not there is usually gone, and that is fine. Where its ID cannot be the one that was meant, what was meant
 * is still there, and the step must not say that it is gone. A model may have gone with its last deployment, in an earlier run.
 */
export function unlessMistaken<A extends Action>(
  step: Step<A>,
  { mistaken }: Pick<Absent, 'mistaken'>,
  policy: Policy,
): Step<A> {
  if (mistaken === undefined || step.type !== 'end' || step.outcome !== 'already-gone') return step
  if (mistaken.kind === 'parent' && policy.allow.has('last')) {
    return { ...step, reason: `${step.reason}; ${mistaken.reason}` }
  }
  return { type: 'end', outcome: 'failed', reason: `not found: ${mistaken.reason}` }
}

/** Why a target that was never seen ends, however long it was looked for. */
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

/** For how long, and in how many rounds, nothing has shown it: since it was last there, or anything was asked for. */
function absence(history: TargetHistory): { ms: number; rounds: number } {
  const from = history.findLastIndex(({ type }) => type === 'observed' || type === 'requested') + 1
  const looks = history.slice(from).filter((event) => event.type === 'not-found')
  const [first] = looks
  const last = looks.at(-1)
  const ms = first === undefined || last === undefined ? 0 : last.until - first.at
  return { ms, rounds: looks.reduce((sum, { times }) => sum + times, 0) }
}

/** Whether it has stayed away since a deletion was accepted. Else some replica or cache is late, and may be late again. */
function everyLookAgrees(history: TargetHistory): boolean {
  const accepted = history.findIndex(
    (event) => event.type === 'requested' && event.action.final && event.actionResult.result === 'accepted',
  )
  const since = history.slice(accepted + 1)
  const absentFrom = since.findIndex(({ type }) => type === 'not-found')
  return since.slice(absentFrom).every(({ type }) => type !== 'observed')
}

/**
 * What follows when the ID came back with another creation time: the one we knew is gone, and the new one is not ours.
 * Undefined where that is not so.
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

/** How long something is shown that DELETE did not find before it is asked for again; each time four times as long. Milliseconds. */
const LAG_MS = 2000

/**
 * What follows when DELETE did not find what is shown all the same; undefined when it is to be asked for again. A read may lag
 * behind, and a gateway answers 404 for what it cannot reach: repeating it is harmless, but it never counts as accepted.
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
