import { describe, expect, it } from 'vitest'
import type { Exchange } from '../../../src/http/exchange.ts'
import type { TargetEvent } from '../../../src/providers/history.ts'
import type { Observed, Snapshot } from '../../../src/providers/observation.ts'
import { applyRules, type ProviderRules, whenReplaced } from '../../../src/providers/shared/common-rules.ts'
import type { Action, ActionResult, Step } from '../../../src/providers/step.ts'

const BORN = Date.UTC(2026, 10, 21, 12)
const exchange: Exchange = { at: 0, ms: 0, method: 'GET', path: '/d' }
const NEXT: Step = { type: 'act', action: { verb: 'delete', final: true }, reason: 'is there', after: [] }

/** Events at the time they are given, in ms. */
const saw = (at = 0, more: Partial<Snapshot> & { until?: number } = {}): TargetEvent => ({
  ...{ type: 'observed', at, until: at, times: 1, status: 'RUNNING', createdAt: BORN },
  ...more,
})
const missed = (at: number, until = at, times = 1): TargetEvent => {
  return { type: 'not-found', at, until, times, exchange }
}
const erred = (at: number): TargetEvent => ({ type: 'read-failed', at, until: at, times: 1, problem: 'HTTP 503' })
const acted = (at: number, result: ActionResult['result'], final = true): TargetEvent => ({
  ...{ type: 'requested', at, until: at, actionResult: RESULTS[result] },
  action: final ? { verb: 'delete', final } : { verb: 'stop', final: false },
})
const RESULTS: Readonly<Record<ActionResult['result'], ActionResult>> = {
  accepted: { result: 'accepted', exchange },
  'not-found': { result: 'not-found', exchange },
  refused: { result: 'refused', problem: 'HTTP 409', status: 409, exchange },
  unknown: { result: 'unknown', problem: 'the connection failed' },
  failed: { result: 'failed', problem: 'HTTP 401' },
}

/** The step after what happened, the last of which is the look that is decided on. */
function step(history: readonly TargetEvent[], rules: Partial<ProviderRules<Snapshot, Action>> = {}): Step {
  const last = history.at(-1)
  const observed: Observed =
    last?.type === 'observed' ? { state: 'present', snapshot: last, exchange } : { state: 'absent', exchange }
  return applyRules(observed, history, { freshMs: 30_000, guard: () => undefined, next: () => NEXT, ...rules })
}

const DELETED = expect.objectContaining({ type: 'end', outcome: 'deleted' })
const CONFIRM = expect.objectContaining({ type: 'wait', until: 'confirmed' })
const alreadyGone = (reason: string) =>
  expect.objectContaining({ type: 'end', outcome: 'already-gone', reason: expect.stringContaining(reason) })

describe('gone after this run deleted it', () => {
  it('the deletion was accepted, and every later look agrees: one round is enough', () => {
    expect(step([saw(), acted(1, 'accepted'), missed(2)])).toEqual({
      ...{ type: 'end', outcome: 'deleted', reason: 'confirmed gone' },
    })
    expect(step([saw(), acted(1, 'accepted'), saw(2), erred(3), missed(4)])).toEqual(DELETED)
  })

  it('it was gone and shown again: a second round, at least a second later', () => {
    const flapping = [saw(), acted(1, 'accepted'), missed(2), saw(3)]
    expect(step([...flapping, missed(4)])).toEqual(CONFIRM)
    expect(step([...flapping, missed(4, 1003, 2)])).toEqual(CONFIRM)
    expect(step([...flapping, missed(4, 1004, 2)])).toEqual(DELETED)
  })

  it('the list may have missed it: a second round', () => {
    const partial: TargetEvent = { type: 'not-found', at: 2, until: 2, times: 1, exchange, isPartial: true }
    expect(step([saw(), acted(1, 'accepted'), partial])).toEqual(CONFIRM)
    expect(step([saw(), acted(1, 'accepted'), { ...partial, until: 1002, times: 2 }])).toEqual(DELETED)
    expect(step([saw(), acted(1, 'accepted'), partial, missed(500)])).toEqual(DELETED)
  })

  it('the provider has doubts of its own: a second round', () => {
    const history = [saw(), acted(1, 'accepted'), missed(2)]
    expect(step(history, { isDoubtful: true })).toMatchObject({ until: 'confirmed', pauseMs: 1000 })
    expect(step([saw(), acted(1, 'accepted'), missed(2, 1002, 2)], { isDoubtful: true })).toEqual(DELETED)
  })
})

describe('gone after somebody else was seen to delete it', () => {
  const going = saw(0, { status: 'DELETING', isBeingDeleted: true })

  it('two rounds at least a second apart: deleted, and not by us', () => {
    expect(step([going, missed(10)])).toEqual(CONFIRM)
    expect(step([going, missed(10, 1009, 5)])).toEqual(CONFIRM)
    expect(step([going, missed(10, 1010, 2)])).toMatchObject({
      ...{ outcome: 'deleted', reason: 'confirmed gone; somebody else deleted it' },
    })
  })
})

describe('gone without a deletion that was taken', () => {
  const cases: [string, TargetEvent[]][] = [
    ['nothing was asked', [saw()]],
    ['DELETE found nothing', [saw(), acted(1, 'not-found')]],
    ['DELETE was refused', [saw(), acted(1, 'refused')]],
    ['only a stop was accepted', [saw(), acted(1, 'accepted', false)]],
  ]

  it.each(cases)('%s: five seconds and several looks, then already gone', (_what, before) => {
    expect(step([...before, missed(10)])).toEqual(CONFIRM)
    expect(step([...before, missed(10, 5009, 9)])).toEqual(CONFIRM)
    expect(step([...before, missed(10, 5010, 2)])).toEqual(CONFIRM)
    expect(step([...before, missed(10, 5010, 3)])).toMatchObject({
      ...{ outcome: 'already-gone', reason: 'disappeared before this run deleted it' },
    })
  })

  it('DELETE got no clear answer: the same, and the reason says so', () => {
    const before = [saw(), acted(1, 'unknown')]
    expect(step([...before, missed(10)])).toEqual(CONFIRM)
    expect(step([...before, missed(10, 5010, 3)])).toEqual(alreadyGone('no clear answer (the connection failed)'))
  })

  it('a look in between that fails does not start it again, one that shows it does', () => {
    expect(step([saw(), missed(10, 3000, 2), erred(4000), missed(5010)])).toEqual(alreadyGone('disappeared'))
    expect(step([saw(), missed(10, 3000, 2), saw(4000), missed(5010)])).toEqual(CONFIRM)
  })
})

describe('never seen', () => {
  it('is looked for as long as a new one may not be shown, ever more rarely', () => {
    expect(step([missed(0)])).toMatchObject({
      until: 'confirmed',
      pauseMs: 1000,
      reason: expect.stringContaining('30 s'),
    })
    expect(step([missed(0, 9000, 7)])).toMatchObject({ until: 'confirmed', pauseMs: 3000 })
    expect(step([missed(0, 28_000, 12)])).toMatchObject({ until: 'confirmed', pauseMs: 2000 })
    expect(step([missed(0, 30_000, 13)])).toEqual(alreadyGone('(checked for 30.0 s)'))
  })

  it('only failed looks before: still never seen', () => {
    expect(step([erred(0), missed(1)])).toEqual(CONFIRM)
    expect(step([erred(0), missed(1, 30_001, 9)])).toEqual(alreadyGone('not visible with these credentials'))
  })

  it('it appears: everything else goes by what is seen', () => {
    expect(step([missed(0, 9000, 7), saw(12_000)])).toEqual(NEXT)
  })
})

describe('the order of what all rules have in common', () => {
  const guard = () => 'it serves production'

  it('another one under the same ID comes before its own deletion and its guard', () => {
    const other = saw(5, { createdAt: BORN + 1000, isBeingDeleted: true })
    expect(step([saw(), other], { guard })).toMatchObject({
      outcome: 'protected',
      reason: expect.stringContaining('a new one'),
    })
  })

  it('being deleted comes before the guard', () => {
    expect(step([saw(0, { isBeingDeleted: true })], { guard })).toMatchObject({ type: 'wait', until: 'gone' })
  })

  it('accepted in this run comes before the guard', () => {
    expect(step([saw(), acted(1, 'accepted'), saw(2)], { guard })).toMatchObject({ type: 'wait', until: 'gone' })
  })

  it('what a provider sees in a deletion that came to nothing comes before "accepted"', () => {
    const back: Step = { type: 'end', outcome: 'failed', reason: 'is RUNNING again' }
    expect(step([saw(), acted(1, 'accepted'), saw(2)], { whenBack: () => back })).toBe(back)
  })

  it('not found by DELETE but still shown: waited for, ever longer, before the guard is asked', () => {
    const once = [saw(), acted(1, 'not-found')]
    expect(step([...once, saw(2000)], { guard })).toEqual(CONFIRM)
    expect(step([...once, saw(2001)])).toEqual(NEXT)
    const twice = [...once, saw(2001), acted(2002, 'not-found')]
    expect(step([...twice, saw(10_001)])).toEqual(CONFIRM)
    expect(step([...twice, saw(10_002)])).toEqual(NEXT)
  })

  it('the guard comes before anything is asked for', () => {
    expect(step([saw()], { guard })).toEqual({ type: 'end', outcome: 'protected', reason: 'it serves production' })
  })

  it('a guard that rests on answers which contradict each other counts after half a minute', () => {
    const rules = { guard, contradiction: () => 'two lists differ' }
    expect(step([saw()], rules)).toMatchObject({ type: 'wait', reason: 'two lists differ' })
    expect(step([saw(0, { until: 29_999 })], rules)).toEqual(CONFIRM)
    expect(step([saw(0, { until: 30_000 })], rules)).toMatchObject({ outcome: 'protected' })
  })
})

describe('another creation time under the same ID', () => {
  const newer = saw(9, { createdAt: BORN + 1000 })
  const none = (): TargetEvent => ({ type: 'observed', at: 0, until: 0, times: 1, status: 'RUNNING' })

  it('the same all the time, whatever happens in between: not replaced', () => {
    expect(whenReplaced([saw(), erred(1), acted(2, 'accepted'), saw(3)])).toBeUndefined()
  })

  it('one answer shows a fraction of a second and another does not: the same', () => {
    expect(whenReplaced([saw(), saw(1, { createdAt: BORN + 999 })])).toBeUndefined()
  })

  it('less than a second apart, but in two seconds: two', () => {
    expect(whenReplaced([saw(0, { createdAt: BORN + 900 }), saw(1, { createdAt: BORN + 1100 })])).toBeDefined()
  })

  it('no creation time is known: nothing to compare', () => {
    expect(whenReplaced([none(), saw(), none()])).toBeUndefined()
  })

  it.each<[string, TargetEvent[]]>([
    ['nothing was asked yet', []],
    ['a stop was accepted', [acted(1, 'accepted', false)]],
    ['the deletion was refused', [acted(1, 'refused')]],
    ['the deletion met nothing', [acted(1, 'not-found')]],
    ['the deletion failed', [acted(1, 'failed')]],
  ])('%s: somebody else deleted it, and the new one is left alone', (_what, between) => {
    expect(whenReplaced([saw(), ...between, newer])).toMatchObject({
      ...{ outcome: 'protected', reason: expect.stringMatching(/somebody else deleted it.*is kept/) },
    })
  })

  it('the deletion was accepted: deleted, and the new one is left alone', () => {
    expect(whenReplaced([saw(), acted(1, 'accepted'), newer])).toMatchObject({
      ...{ outcome: 'deleted', reason: expect.stringMatching(/confirmed gone.*is kept/) },
    })
  })

  it('the deletion has no clear answer: gone, nobody knows by whom, and the new one is left alone', () => {
    expect(whenReplaced([saw(), acted(1, 'unknown'), newer])).toMatchObject({
      ...{ outcome: 'already-gone', reason: expect.stringMatching(/no clear answer.*is kept/) },
    })
  })

  it('shown in a look that failed afterwards: that counts, too', () => {
    const failed: TargetEvent = { ...erred(1), createdAt: BORN + 5000 } as TargetEvent
    expect(whenReplaced([saw(), failed])).toMatchObject({ outcome: 'protected' })
  })

  it('and back again: still not the one we knew', () => {
    expect(whenReplaced([saw(), newer, saw()])).toMatchObject({ outcome: 'protected' })
  })
})
