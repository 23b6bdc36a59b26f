import { HttpError } from '../http/errors.ts'
import type { Exchange } from '../http/exchange.ts'
import { backoff } from '../http/retry.ts'
import { ProviderError } from '../providers/errors.ts'
import type { RequestedEvent } from '../providers/history.ts'
import { deletionAccepted, hadEffect, looksSince } from '../providers/history.ts'
import type { Observation, Observed, Snapshot } from '../providers/observation.ts'
import { whenReplaced } from '../providers/shared/replaced.ts'
import type { Action, ActionResult, ActStep, Step } from '../providers/step.ts'
import { targetKey } from '../providers/target.ts'
import { actionResultFor, text } from './action-result.ts'
import { groupsOf, type Ready } from './batch.ts'
import {
  type Course,
  count,
  end,
  erredInARow,
  type Phase,
  type ReadyPhase,
  recordLook,
  standing,
  startCourse,
  waited,
} from './course.ts'
import type { TeardownOptions } from './options.ts'
import { BUSY_GAP_MS, dueAfter, freshenedAtOnce, lookGap, pause } from './pace.ts'
import type { Result } from './result.ts'

/** How many writes may be under way at once: enough to be quick, few enough to leave the account usable for others. */
const WRITES_AT_ONCE = 8
/** An action is decided on a look at most this old; an older one is taken again first. Milliseconds. */
const FRESH_MS = 3000
/** So many will have had their turn before a look is back. */
const NEXT = 8 * WRITES_AT_ONCE
const ACCEPTED = "deletion is accepted; its end was not waited for ('wait: false')"

/** Looks in a row without a readable answer, each already repeated by the client, before a target is given up. */
const MAX_UNREADABLE = 3
/** Actions with unknown result before a target is given up. */
const MAX_UNSURE = 8

/**
 * Takes all targets down at once: observe, decide the one next step, take it, until each has ended. What the provider says
 * now is the only truth; a write is repeated only after another look. One result for each target, in the order given. It
 * never rejects for anything a provider does.
 */
export async function teardown<S extends Snapshot, A extends Action>(
  options: TeardownOptions<S, A>,
): Promise<Result[]> {
  const { provider, policy, veto, clock, random, stop, progress } = options
  const courses = options.targets.map(
    (target): Course<S, A> => startCourse(target, clock.now(), options.swept?.get(targetKey(target))?.snapshot),
  )
  const ifGuarded = options.swept === undefined ? 'refused' : 'kept'
  const inFlight = new Set<Promise<void>>()
  let wake = new AbortController()
  let writes = 0
  let lastLook = Number.NEGATIVE_INFINITY
  let lookMs = 0
  let atOnce = freshenedAtOnce(courses.length, 0)
  let isFreshening = false
  let broken: Error | undefined
  let canActInBulk = true
  const notDeleted = new Set<string>()

  /** Those whose action is decided, the oldest first. */
  let queue: Ready<S, A>[] = []
  let left = courses.length
  const onStop = () => wake.abort()
  stop.addEventListener('abort', onStop)

  while (left > 0) {
    try {
      if (broken !== undefined || stop.aborted) {
        if (inFlight.size === 0) break
        await Promise.race(inFlight)
        continue
      }
      startWrites()
      startLooks()
      progress.waiting(left)
      wake = new AbortController()
      await clock.sleep(untilNext(), wake.signal)
    } catch (error) {
      broken ??= new Error(`Undeploy failed unexpectedly (${text(error)})`)
      options.onMistake(error)
    }
  }
  stop.removeEventListener('abort', onStop)
  for (const course of courses.filter(unended)) conclude(course)
  return courses.map(({ phase }) => {
    if (phase.at === 'ended') return phase.result
    throw new Error('a target was left without a result')
  })

  function startWrites(): void {
    if (writes >= WRITES_AT_ONCE || queue.length === 0) return
    const now = clock.now()
    const fresh = queue.filter((course) => isReady(course) && now - course.phase.lookedAt <= FRESH_MS)
    for (const group of groupsOf(fresh, canActInBulk ? provider.bulk : undefined)) {
      if (writes >= WRITES_AT_ONCE) break
      launch(act(group))
    }
    queue = queue.filter(isReady)
  }

  function startLooks(): void {
    const now = clock.now()
    const gap = gapNow()
    if (now < lastLook + gap) return
    // Those whose turn is next are left where they are; the others must not be outdated before the look after this one.
    const stale = isFreshening
      ? []
      : queue.filter(
          (course, index) => isReady(course) && now - course.phase.lookedAt > FRESH_MS - (index < NEXT ? 0 : gap),
        )
    const due = courses.filter(({ phase }) => phase.at === 'waiting' && phase.due <= now)
    if (due.length === 0 && (stale.length === 0 || writes >= WRITES_AT_ONCE)) return
    const nearlyDue = courses.filter(
      ({ phase }) => phase.at === 'waiting' && phase.due > now && phase.due - phase.slack <= now,
    )
    const again = stale.slice(0, atOnce)
    const group = [...due, ...nearlyDue, ...again]
    lastLook = now
    const [confirming, deciding] = partition(group, ({ history }) => deletionAccepted(history))
    if (again.length > 0) launch(freshen(deciding))
    else if (deciding.length > 0) launch(look(deciding, 'observe'))
    if (confirming.length > 0) launch(look(confirming, 'confirmGone'))
    queue = queue.filter(isReady)
  }

  /** While many wait for their turn, looks would only hold them up. */
  function gapNow(): number {
    return queue.length > NEXT ? BUSY_GAP_MS : lookGap(left, lookMs)
  }

  /** Until the next course is due, in ms; anything that ends earlier wakes the loop itself. */
  function untilNext(): number {
    const now = clock.now()
    let next = now + IDLE_MS
    for (const { phase } of courses) {
      if (phase.at === 'waiting') next = Math.min(next, phase.due)
    }
    // Ready ones wait for a write to end while there is no room, however old their look becomes.
    const [first] = writes < WRITES_AT_ONCE && !isFreshening ? queue : []
    if (first !== undefined) next = Math.min(next, first.phase.lookedAt + FRESH_MS + 1)
    return Math.max(1, Math.max(next, lastLook + gapNow()) - now)
  }

  function launch(work: Promise<void>): void {
    const tracked = work.finally(() => {
      inFlight.delete(tracked)
      wake.abort()
    })
    inFlight.add(tracked)
  }

  async function freshen(group: readonly Course<S, A>[]): Promise<void> {
    isFreshening = true
    await look(group, 'observe')
    isFreshening = false
  }

  async function look(group: readonly Course<S, A>[], how: 'observe' | 'confirmGone'): Promise<void> {
    const at = clock.now()
    const outdated = new Set<Course<S, A>>(group.filter((each) => isReady(each) && at - each.phase.lookedAt > FRESH_MS))
    for (const course of group) course.phase = { at: 'looking' }
    const observations = await observe(group, how)
    lookMs = clock.now() - at
    if (how === 'observe') atOnce = freshenedAtOnce(group.length, lookMs)
    for (const [index, course] of group.entries()) {
      const observation: Observation<S> = observations[index] ?? {
        state: 'unreadable',
        error: new Error('the provider gave no answer about it'),
      }
      if (observation.state === 'unsettled') {
        lookAgain(course, at, 1 + looksSince(course.history, hadEffect))
        continue
      }
      progress.happened(course.target, recordLook(course, observation, clock.now()))
      if (observation.state === 'unreadable') bear(course, observation.error)
      // One slow answer holds up all that were looked at together. A second look counts, or it might go on for ever.
      else proceed(course, observation, at, outdated.has(course) ? clock.now() : answeredAt(observation.exchange))
    }
    queueUp()
  }

  function queueUp(): void {
    queue = courses.filter(isReady).sort((a, b) => (a.snapshot?.createdAt ?? 0) - (b.snapshot?.createdAt ?? 0))
  }

  /** A mistake in the rules ends one target, not the whole step without a report. */
  function proceed(course: Course<S, A>, observation: Observed<S>, askedAt: number, lookedAt: number): void {
    let step: Step<A>
    try {
      step = decide(course, observation)
    } catch (error) {
      finish(course, 'failed', `what to do next could not be decided (${text(error)}); ${standing(course)}`)
      return
    }
    follow(course, step, askedAt, lookedAt)
  }

  async function observe(group: readonly Course<S, A>[], how: 'observe' | 'confirmGone'): Promise<Observation<S>[]> {
    try {
      return await provider[how](group.map(({ target }) => target))
    } catch (error) {
      return group.map(() => ({
        state: 'unreadable',
        error: error instanceof Error ? error : new Error(text(error)),
      }))
    }
  }

  /** A look that brought no answer: final where the provider said so, else tried again a few times. */
  function bear(course: Course<S, A>, error: Error): void {
    if (error instanceof ProviderError) {
      if (error.scope === 'account') broken ??= error
      finish(
        course,
        'failed',
        deletionAccepted(course.history) ? `${error.message}; ${standing(course)}` : error.message,
      )
      return
    }
    const last = course.history.at(-1)
    const tries = last?.type === 'read-failed' ? erredInARow(course) : 1
    const stopped = error instanceof HttpError && error.failure === 'stopped'
    if (!stopped && tries >= MAX_UNREADABLE) finish(course, 'failed', `${error.message}; ${standing(course)}`)
    else waitFor(course, backoff(tries, random))
  }

  function decide(course: Course<S, A>, observation: Observed<S>): Step<A> {
    const replaced = observation.state === 'present' ? whenReplaced(course.history) : undefined
    if (replaced !== undefined) return replaced
    if (observation.state === 'present' && !deletionAccepted(course.history)) {
      const begun = course.history.some(({ type }) => type === 'requested')
      const reason = veto(observation.snapshot, course.target, begun, { ...policy, notDeleted })
      if (reason !== undefined) return { type: 'end', outcome: 'protected', reason }
    }
    return provider.nextStep(observation, course.history, { ...policy, notDeleted })
  }

  function follow(course: Course<S, A>, step: Step<A>, askedAt: number, lookedAt: number): void {
    progress.decided(course.target, step)
    switch (step.type) {
      case 'end':
        finish(course, step.outcome === 'protected' ? ifGuarded : step.outcome, step.reason)
        break
      case 'act':
        if (options.dryRun) finish(course, 'planned', step.reason, [step.action.verb, ...step.after])
        else course.phase = { at: 'ready', step, lookedAt }
        break
      case 'wait':
        if (options.dryRun && step.until !== 'confirmed') {
          finish(course, 'planned', step.reason, [`wait until it is ${step.until}`, ...step.after])
        } else if (step.until === 'gone' && !options.wait) finish(course, 'accepted', ACCEPTED)
        else lookAgain(course, askedAt, looksSince(course.history, hadEffect))
    }
  }

  async function act(group: readonly Ready<S, A>[]): Promise<void> {
    const steps = group.map(({ phase }) => phase)
    for (const course of group) enter(course, { at: 'acting' })
    writes++
    const at = clock.now()
    const actionResults = await ask(group, steps)
    writes--
    // Nothing else is under way or waits for its turn: what became of all is looked at as soon as it is due.
    if (writes === 0 && queue.length === 0) lastLook = Number.NEGATIVE_INFINITY
    for (const [index, course] of group.entries()) {
      const ready = steps[index]
      if (ready === undefined) continue
      const actionResult = actionResults?.[index]
      if (actionResult === undefined) {
        // Nothing was asked: it is still to be done, alone.
        enter(course, ready)
        continue
      }
      const event: RequestedEvent<A> = {
        type: 'requested',
        at,
        until: clock.now(),
        action: ready.step.action,
        actionResult,
      }
      course.history.push(event)
      progress.happened(course.target, event)
      settle(course, ready.step, actionResult)
    }
    if (actionResults === undefined) queueUp()
  }

  /** One actionResult for each; undefined where nothing was asked after all. */
  async function ask(
    group: readonly Course<S, A>[],
    steps: readonly ReadyPhase<A>[],
  ): Promise<ActionResult[] | undefined> {
    const [course] = group
    const action = steps[0]?.step.action
    if (course === undefined || action === undefined) return []
    try {
      if (group.length === 1) return [await provider.act(course.target, action)]
      const actionResults = await provider.bulk?.act(
        group.map(({ target }) => target),
        action,
      )
      if (actionResults === undefined) canActInBulk = false
      return actionResults
    } catch (error) {
      if (error instanceof HttpError && error.failure === 'unsent') return undefined
      if (error instanceof ProviderError && error.scope === 'account') broken ??= error
      return group.map(() => actionResultFor(error))
    }
  }

  function settle(course: Course<S, A>, step: ActStep<A>, actionResult: ActionResult): void {
    switch (actionResult.result) {
      case 'accepted':
        if (step.action.final && actionResult.tombstone !== undefined) course.tombstone = actionResult.tombstone
        if (step.action.final && !options.wait) finish(course, 'accepted', ACCEPTED)
        else waitFor(course, pause(0, 0, random))
        break
      case 'not-found':
        // Usually a look confirms it at once; where looks and actions contradict each other, it must not turn into a storm.
        waitFor(course, count(course, 'not-found') === 1 ? 0 : backoff(count(course, 'not-found'), random))
        break
      case 'refused':
        waitFor(course, backoff(count(course, 'refused'), random))
        break
      case 'unknown':
        if (count(course, 'unknown') >= MAX_UNSURE)
          finish(course, 'failed', `${actionResult.problem}; ${standing(course)}`)
        else waitFor(course, Math.max(actionResult.retryAfterMs ?? 0, backoff(count(course, 'unknown'), random)))
        break
      case 'failed':
        finish(course, 'failed', actionResult.problem)
    }
  }

  /** The next look, after the `looks`th since the last action, which began `askedAt`. */
  function lookAgain(course: Course<S, A>, askedAt: number, looks: number): void {
    const now = clock.now()
    waitFor(course, dueAfter(askedAt, now, pause(waited(course, askedAt), looks, random)) - now)
  }

  function waitFor(course: Course<S, A>, ms: number): void {
    course.phase = { at: 'waiting', due: clock.now() + ms, slack: ms / 8 }
  }

  function finish(course: Course<S, A>, outcome: Result['outcome'], reason: string, plan?: readonly string[]): void {
    if (!DELETED_OR_PLANNED.has(outcome)) notDeleted.add(targetKey(course.target))
    left--
    progress.ended(end(course, outcome, reason, clock.now(), plan))
  }

  /** The end of a course that did not reach its own. */
  function conclude(course: Course<S, A>): void {
    if (broken instanceof ProviderError) finish(course, 'failed', broken.message)
    else if (broken !== undefined) finish(course, 'failed', `${broken.message}; ${standing(course)}`)
    else finish(course, options.stopReason(), standing(course))
  }
}

/** How a target ends that is deleted, or is to be. */
const DELETED_OR_PLANNED: ReadonlySet<Result['outcome']> = new Set(['deleted', 'accepted', 'already-gone', 'planned'])

/** Nothing is due: everything is under way, and whatever ends wakes the loop. */
const IDLE_MS = 10_000

function enter<A extends Action>(course: Course<Snapshot, A>, phase: Phase<A>): void {
  course.phase = phase
}

function isReady<S extends Snapshot, A extends Action>(course: Course<S, A>): course is Ready<S, A> {
  return course.phase.at === 'ready'
}

function answeredAt({ at, ms }: Exchange): number {
  return at + ms
}

function unended(course: Course): boolean {
  return course.phase.at !== 'ended'
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}
