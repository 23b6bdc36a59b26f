import { deletionAccepted } from '../providers/history.ts'
import type { Snapshot } from '../providers/observation.ts'
import type { BulkActions } from '../providers/provider.ts'
import type { Action } from '../providers/step.ts'
import { listOf } from '../providers/target.ts'
import { pollGap } from './polling.ts'
import type { PolledPhase, ReadyPhase, TargetState } from './target-state.ts'

/** An action is carried out on what was observed at most this long ago. Milliseconds. */
export const DECISION_HOLDS_MS = 3000

/** A target whose next action has been decided. */
export interface PendingWrite<S extends Snapshot, A extends Action> {
  state: TargetState<S, A>
  phase: ReadyPhase<A>
}

/** The targets to observe together. */
export interface Due<S extends Snapshot, A extends Action> {
  /** With everything that an action is decided on. */
  toDecide: TargetState<S, A>[]
  /** Only whether they are still there. */
  toConfirm: TargetState<S, A>[]
}

/** How many targets are in which phase. */
interface Census {
  /** That have not ended. */
  left: number
  undecided: number
  ready: number
  /** That are being looked at to decide about them. */
  deciding: number
  /** When the first poll is due, Unix ms. */
  firstDue: number
}

export interface SchedulerOptions<A extends Action> {
  /** How many writes may be under way at once. */
  concurrency: number
  bulk?: BulkActions<A>
}

/** Nothing is due: everything is under way, and whatever ends wakes the loop. Milliseconds. */
const IDLE_MS = 10_000
/** What a write is expected to take before one was measured, in ms, and a look at this many targets: longer than most. */
const EXPECTED_WRITE_MS = 300
const EXPECTED_OBSERVATION = { count: 100, ms: 500 }
/** As many are confirmed with one look as can be asked for in this time, after the writes that wait. Milliseconds. */
const CONFIRM_MS = 1000
/** The part of the time a decision holds that is planned with; the rest is for what takes longer than before. */
const PLANNED = 0.9

/** Says who has its turn, and when. Does nothing itself; it only measures how long things take. */
export class Scheduler<S extends Snapshot, A extends Action> {
  readonly #concurrency: number
  #bulk: BulkActions<A> | undefined
  #active: readonly TargetState<S, A>[]
  #writes = 0
  #writeMs = EXPECTED_WRITE_MS
  /** The last look at targets to decide about. */
  #lastObservation = EXPECTED_OBSERVATION
  /** When the last look at any began, Unix ms, and how long it took. */
  #observedAt = Number.NEGATIVE_INFINITY
  #observationMs = 0

  constructor(states: readonly TargetState<S, A>[], { concurrency, bulk }: SchedulerOptions<A>) {
    this.#active = states
    this.#concurrency = concurrency
    this.#bulk = bulk
  }

  /** The targets to observe now. */
  due(now: number): Due<S, A> {
    const census = this.#count()
    const gapMs = this.#gap(census)
    const isAnyDue = this.#admitted(census) > 0 || census.firstDue <= now
    if (!isAnyDue || now < this.#observedAt + gapMs) return { toDecide: [], toConfirm: [] }
    const undecided = this.#active.filter(({ phase }) => phase.at === 'undecided').sort(byAge)
    const admitted = undecided.slice(0, this.#admitted(census))
    const polled = this.#polled(now, gapMs)
    const toDecide = polled.filter(({ history }) => !deletionAccepted(history))
    const toConfirm = polled.filter(({ history }) => deletionAccepted(history))
    return {
      toDecide: [...admitted, ...this.#firstOf(toDecide, this.#window() - census.ready - admitted.length)],
      toConfirm: this.#firstOf(toConfirm, this.#writesIn(CONFIRM_MS) - census.ready),
    }
  }

  /** The first `room` targets, but a few in any case, and those that the same lists show. */
  #firstOf(targets: readonly TargetState<S, A>[], room: number): TargetState<S, A>[] {
    const first = targets.slice(0, Math.max(this.#concurrency, room))
    const lists = new Set(first.map(({ target }) => listOf(target)))
    return targets.filter(({ target }) => lists.has(listOf(target)))
  }

  /** The targets to poll. First the lists of which all targets have been due longest, so that one look is enough for each. */
  #polled(now: number, gapMs: number): TargetState<S, A>[] {
    // Includes targets that are due before the observation after this one, which would be too late for them.
    const isDue = ({ due, slackMs }: PolledPhase) => due - (slackMs === 0 ? 0 : Math.max(slackMs, gapMs)) <= now
    const lastDue = new Map<string, number>()
    const polled = this.#active.flatMap((state) => {
      const { phase, target } = state
      if (phase.at !== 'polled') return []
      const list = listOf(target)
      lastDue.set(list, Math.max(phase.due, lastDue.get(list) ?? 0))
      return isDue(phase) ? { state, list } : []
    })
    return polled.sort((a, b) => (lastDue.get(a.list) ?? 0) - (lastDue.get(b.list) ?? 0)).map(({ state }) => state)
  }

  /** The writes to send now, one group per request; first those whose decision expires first. */
  writable(): PendingWrite<S, A>[][] {
    const room = this.#concurrency - this.#writes
    if (room <= 0) return []
    const ready = this.#active.flatMap((state) => (state.phase.at === 'ready' ? { state, phase: state.phase } : []))
    const inOrder = ready.sort((a, b) => a.phase.notAfter - b.phase.notAfter || byAge(a.state, b.state))
    return groupsOf(inOrder, this.#offered).take(room).toArray()
  }

  /** When to ask again, Unix ms, unless something ends before. */
  nextWake(now: number): number {
    const census = this.#count()
    const next = this.#admitted(census) > 0 ? now : Math.min(now + IDLE_MS, census.firstDue)
    return Math.max(now + 1, next, this.#observedAt + this.#gap(census))
  }

  observationBegan(now: number): void {
    this.#observedAt = now
  }

  observationEnded(count: number, ms: number, isDeciding: boolean): void {
    this.#observationMs = ms
    if (isDeciding) this.#lastObservation = { count, ms }
  }

  writeBegan(): void {
    this.#writes++
  }

  /** `ms`: how long it took; undefined if it was not sent. */
  writeEnded(ms: number | undefined): void {
    this.#writes--
    if (ms !== undefined) this.#writeMs += (ms - this.#writeMs) / 4
    // Nothing else is in progress or waiting: all targets are observed as soon as they are due.
    if (this.#writes === 0 && this.#count().ready === 0) this.#observedAt = Number.NEGATIVE_INFINITY
  }

  /** The provider does not take bulk requests after all. */
  bulkRefused(): void {
    this.#bulk = undefined
  }

  /** Bulk requests, unless it is known that the account does not take them. */
  get #offered(): BulkActions<A> | undefined {
    return this.#bulk?.isOffered() === false ? undefined : this.#bulk
  }

  #count(): Census {
    const census = { left: 0, undecided: 0, ready: 0, deciding: 0, firstDue: Number.POSITIVE_INFINITY }
    if (this.#active.some(hasEnded)) this.#active = this.#active.filter((state) => !hasEnded(state))
    for (const { phase } of this.#active) {
      census.left++
      if (phase.at === 'undecided') census.undecided++
      else if (phase.at === 'ready') census.ready++
      else if (phase.at === 'observing' && phase.isDeciding) census.deciding++
      else if (phase.at === 'polled') census.firstDue = Math.min(census.firstDue, phase.due)
    }
    return census
  }

  /** How many writes can be done in this time. Milliseconds. */
  #writesIn(ms: number): number {
    return (ms * this.#concurrency) / this.#writeMs
  }

  /**
   * How many targets can be looked at and written before what was seen of the first is outdated. A look at fewer targets than the
   * last one takes as long, one at more takes longer in proportion. Of bulk requests, a few are enough for all.
   */
  #window(): number {
    if (this.#offered !== undefined) return Number.POSITIVE_INFINITY
    const plannedMs = DECISION_HOLDS_MS * PLANNED
    const { count, ms } = this.#lastObservation
    const inTime = this.#writesIn(plannedMs - ms)
    const inProportion = plannedMs / (ms / count + 1 / this.#writesIn(1))
    return Math.max(this.#concurrency, Math.floor(inTime <= count ? inTime : inProportion))
  }

  /** How many undecided targets the window has room for. */
  #admitted({ undecided, ready, deciding }: Census): number {
    return Math.max(0, Math.min(undecided, this.#window() - ready - deciding))
  }

  /**
   * How long after the last look the next one may start, in ms. While more wait for their turn than are written during a look, it
   * would only hold them up.
   */
  #gap({ ready, left }: Census): number {
    const isBusy = ready > Math.min(this.#window() / 2, this.#writesIn(2 * this.#lastObservation.ms))
    return isBusy ? DECISION_HOLDS_MS : pollGap(left, this.#observationMs)
  }
}

/**
 * What is acted on with one request, in the order given: several of the same kind where the provider takes them together
 * and there are enough of them, else each alone.
 */
function* groupsOf<S extends Snapshot, A extends Action>(
  ready: readonly PendingWrite<S, A>[],
  bulk: BulkActions<A> | undefined,
): Generator<PendingWrite<S, A>[]> {
  const batches =
    bulk === undefined
      ? []
      : Map.groupBy(ready, ({ state: { target }, phase: { step } }) => {
          const batch = bulk.verbs.includes(step.action.verb) ? bulk.batchOf(target) : undefined
          return batch === undefined ? undefined : JSON.stringify([step.action.verb, batch])
        })
  const joined = new Set<PendingWrite<S, A>>()
  for (const [batch, group] of batches) {
    if (bulk === undefined || batch === undefined || group.length < bulk.from) continue
    for (const write of group) joined.add(write)
    yield* chunks(group, bulk.most)
  }
  for (const write of ready) if (!joined.has(write)) yield [write]
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size))
}

function hasEnded({ phase }: TargetState): boolean {
  return phase.at === 'ended'
}

function byAge(a: TargetState, b: TargetState): number {
  return (a.snapshot?.createdAt ?? 0) - (b.snapshot?.createdAt ?? 0)
}
