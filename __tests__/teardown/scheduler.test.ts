import { describe, expect, it } from 'vitest'
import type { Snapshot } from '../../src/providers/observation.ts'
import type { BulkActions } from '../../src/providers/provider.ts'
import type { Action } from '../../src/providers/step.ts'
import { Scheduler } from '../../src/teardown/scheduler.ts'
import { type Phase, startState, type TargetState } from '../../src/teardown/target-state.ts'
import { DELETE, EXCHANGE } from './scripted.ts'

type State = TargetState<Snapshot, Action>

const UNDECIDED: Phase = { at: 'undecided' }
const READY: Phase = {
  at: 'ready',
  notAfter: 3000,
  step: { type: 'act', action: DELETE, reason: 'is ACTIVE', after: [] },
}
const BULK: BulkActions<Action> = {
  from: 10,
  most: 100,
  verbs: ['delete'],
  batchOf: () => 'all',
  isOffered: () => undefined,
  act: async () => undefined,
}

/** Targets in this phase; the first of them is the youngest. */
function states(count: number, phase: Phase = UNDECIDED): State[] {
  return Array.from({ length: count }, (_, n) => {
    const start = { target: { resource: 'deployment' as const, id: `d${n}` }, isAwaited: true, isBlocked: false }
    const state: State = startState(start, 0, { status: 'ACTIVE', createdAt: 1_000_000 - n })
    state.phase = phase
    return state
  })
}

/** A scheduler for four writes at once, after as many of 50 ms each, and a look at so many in so long. */
function measured(all: readonly State[], look: { count: number; ms: number }, bulk?: BulkActions<Action>) {
  const scheduler = new Scheduler<Snapshot, Action>(all, {
    concurrency: 4,
    ...(bulk === undefined ? {} : { bulk }),
  })
  for (let n = 0; n < 200; n++) {
    scheduler.writeBegan()
    scheduler.writeEnded(50)
  }
  scheduler.observationEnded(look.count, look.ms, true)
  return scheduler
}

const ids = (group: readonly State[]) => group.map(({ target }) => target.id)

describe('how many are looked at', () => {
  // 2,700 ms are planned with, and four writes at once take 12.5 ms each.
  it.each([
    { look: { count: 1000, ms: 100 }, atMost: 208, why: 'a list costs the same for all' },
    { look: { count: 1000, ms: 1500 }, atMost: 96, why: 'the slower the list, the fewer' },
    { look: { count: 10, ms: 100 }, atMost: 120, why: 'where each costs its own, more take longer' },
    { look: { count: 100, ms: 2000 }, atMost: 56, why: 'fewer may take as long as before' },
    { look: { count: 10, ms: 9000 }, atMost: 4, why: 'as many as can be written at once in any case' },
  ])('$look: at most $atMost, because $why', ({ look, atMost }) => {
    const { toDecide } = measured(states(1000), look).due(10_000)
    expect(toDecide.length).toBeGreaterThanOrEqual(atMost - 1)
    expect(toDecide.length).toBeLessThanOrEqual(atMost)
  })

  it('those that are ready, or being looked at, count', () => {
    const all = [
      ...states(10, READY),
      ...states(150, { at: 'observing', isDeciding: true }),
      ...states(20, { at: 'observing', isDeciding: false }),
      ...states(1000),
    ]
    expect(measured(all, { count: 1000, ms: 100 }).due(10_000).toDecide).toHaveLength(207 - 160)
  })

  it('the oldest come first', () => {
    const { toDecide } = measured(states(1000), { count: 10, ms: 9000 }).due(10_000)
    expect(ids(toDecide)).toEqual(['d999', 'd998', 'd997', 'd996'])
  })

  it('all, where one request writes many', () => {
    expect(measured(states(1000), { count: 10, ms: 100 }, BULK).due(10_000).toDecide).toHaveLength(1000)
    const refused = measured(states(1000), { count: 10, ms: 100 }, BULK)
    refused.bulkRefused()
    expect(refused.due(10_000).toDecide).toHaveLength(119)
    const notOffered = measured(states(1000), { count: 10, ms: 100 }, { ...BULK, isOffered: () => false })
    expect(notOffered.due(10_000).toDecide).toHaveLength(119)
  })
})

describe('when others are looked at along', () => {
  const polled = (due: number, slackMs: number): Phase => ({ at: 'polled', due, slackMs })

  it('soon due ones are, those that are to be left alone until then are not', () => {
    const all = [
      ...states(1, polled(10_000, 0)),
      ...states(1, polled(10_150, 20)),
      ...states(1, polled(10_150, 0)),
      ...states(1, polled(12_000, 2500)),
      ...states(1, polled(12_000, 20)),
    ]
    const { toDecide } = measured(all, { count: 5, ms: 50 }).due(10_000)
    expect(toDecide.map(({ phase }) => all.findIndex((state) => state.phase === phase))).toEqual([0, 1, 3])
  })

  it('nobody is, where nobody is due', () => {
    const all = states(3, polled(10_001, 5000))
    expect(measured(all, { count: 3, ms: 50 }).due(10_000)).toEqual({ toDecide: [], toConfirm: [] })
  })

  it('those whose deletion was accepted are only looked for', () => {
    const all = states(2, polled(10_000, 0))
    const accepted = { result: 'accepted' as const, exchange: EXCHANGE }
    all[1]?.history.push({ type: 'requested', at: 0, until: 0, action: DELETE, actionResult: accepted })
    const { toDecide, toConfirm } = measured(all, { count: 2, ms: 50 }).due(10_000)
    expect([ids(toDecide), ids(toConfirm)]).toEqual([['d0'], ['d1']])
  })
})

describe('where each list shows a few', () => {
  /** So many in each of these resource groups, all due, those of the first group longest. */
  function inGroups(groups: number, each: number): State[] {
    return states(groups * each).map((state, n) => {
      const group = Math.floor(n / each)
      const target = { ...state.target, group: `pr-${group}` }
      return { ...state, target, phase: { at: 'polled', due: 9000 + 10 * group, slackMs: 0 } }
    })
  }
  const groupsIn = (looked: readonly State[]) => [...new Set(looked.map(({ target }) => target.group))]

  it('as many lists are read as show what can be written in time, those first that are due longest', () => {
    const all = [...inGroups(10, 20).reverse(), ...states(150, READY)]
    const { toDecide } = measured(all, { count: 1000, ms: 100 }).due(10_000)
    expect(groupsIn(toDecide).sort()).toEqual(['pr-0', 'pr-1', 'pr-2'])
    expect(toDecide).toHaveLength(60)
  })

  it('all that one list shows are looked at with it', () => {
    const all = [...inGroups(1, 500), ...states(150, READY)]
    expect(measured(all, { count: 1000, ms: 100 }).due(10_000).toDecide).toHaveLength(500)
  })

  it('first those lists of which all have been due longest, so that one look is enough for each', () => {
    const [early, late] = [inGroups(2, 20), inGroups(1, 1)]
    const last = late.map((state) => ({ ...state, phase: { at: 'polled' as const, due: 9900, slackMs: 0 } }))
    const { toDecide } = measured([...early, ...last, ...states(200, READY)], { count: 1000, ms: 100 }).due(10_000)
    expect(groupsIn(toDecide)).toEqual(['pr-1'])
  })

  it('while many wait for their turn, one list is read all the same, so that nobody waits for ever', () => {
    const all = [...inGroups(10, 20), ...states(300, READY)]
    expect(groupsIn(measured(all, { count: 1000, ms: 100 }).due(10_000).toDecide)).toEqual(['pr-0'])
  })

  it('of those that are on their way out, as many as can be asked for within a second', () => {
    const all = inGroups(10, 20)
    const accepted = { result: 'accepted' as const, exchange: EXCHANGE }
    for (const { history } of all) {
      history.push({ type: 'requested', at: 0, until: 0, action: DELETE, actionResult: accepted })
    }
    const { toConfirm } = measured(all, { count: 1000, ms: 100 }).due(10_000)
    expect(groupsIn(toConfirm)).toEqual(['pr-0', 'pr-1', 'pr-2', 'pr-3'])
    const behind = measured([...all, ...states(40, READY)], { count: 1000, ms: 100 }).due(10_000)
    expect(groupsIn(behind.toConfirm)).toEqual(['pr-0', 'pr-1'])
  })
})

describe('the time between two looks', () => {
  it('is none once the last write has ended and nothing waits for its turn', () => {
    const all = states(20, { at: 'polled', due: 0, slackMs: 0 })
    const scheduler = measured(all, { count: 20, ms: 50 })
    scheduler.observationBegan(10_000)
    expect(scheduler.nextWake(10_000)).toBe(10_200)
    scheduler.writeBegan()
    scheduler.writeBegan()
    scheduler.writeEnded(50)
    expect(scheduler.nextWake(10_010)).toBe(10_200)
    scheduler.writeEnded(50)
    expect(scheduler.nextWake(10_010)).toBe(10_011)
  })

  it('is as long as a decision holds while many wait for their turn', () => {
    const all = [...states(100, READY), ...states(20, { at: 'polled', due: 0, slackMs: 0 })]
    const scheduler = measured(all, { count: 20, ms: 50 })
    scheduler.observationBegan(10_000)
    scheduler.writeBegan()
    scheduler.writeEnded(50)
    expect(scheduler.nextWake(10_010)).toBe(13_000)
    expect(scheduler.due(12_999).toDecide).toEqual([])
  })
})

describe('who is written', () => {
  it('as many as there is room for, the oldest first', () => {
    const scheduler = measured(states(10, READY), { count: 10, ms: 50 })
    scheduler.writeBegan()
    expect(scheduler.writable().map((group) => ids(group.map(({ state }) => state)))).toEqual([['d9'], ['d8'], ['d7']])
    for (let n = 0; n < 3; n++) scheduler.writeBegan()
    expect(scheduler.writable()).toEqual([])
  })

  it('first those whose decision expires first', () => {
    const all = [...states(2, { ...READY, notAfter: 5000 }), ...states(2, { ...READY, notAfter: 4000 })]
    const order = measured(all, { count: 4, ms: 50 })
      .writable()
      .flatMap((group) => group.map(({ phase }) => phase.notAfter))
    expect(order).toEqual([4000, 4000, 5000, 5000])
  })

  it('together where the provider takes that verb together, and there are enough', () => {
    const sizes = (count: number, bulk: BulkActions<Action>) =>
      measured(states(count, READY), { count, ms: 50 }, bulk)
        .writable()
        .map(({ length }) => length)
    expect(sizes(250, BULK)).toEqual([100, 100, 50])
    expect(sizes(9, BULK)).toEqual([1, 1, 1, 1])
    expect(sizes(20, { ...BULK, verbs: ['stop'] })).toEqual([1, 1, 1, 1])
  })
})
