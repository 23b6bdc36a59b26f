import { describe, expect, it } from 'vitest'
import type { Snapshot } from '../../src/providers/observation.ts'
import type { Action, ActionResult } from '../../src/providers/step.ts'
import {
  progressText,
  recordObservation,
  startState,
  type TargetState,
  waitedMs,
} from '../../src/teardown/target-state.ts'
import { DELETE, EXCHANGE } from './scripted.ts'

const TARGET = { resource: 'deployment', id: 'd0' } as const
const STOP = { verb: 'stop', final: false }
const ACCEPTED: ActionResult = { result: 'accepted', exchange: EXCHANGE }

function stateOf(): TargetState<Snapshot, Action> {
  return startState({ target: TARGET, isAwaited: true, isBlocked: false }, 1000, { status: 'ACTIVE', createdAt: 5 })
}

const ask = (state: TargetState<Snapshot, Action>, action: Action, actionResult: ActionResult, until: number) =>
  void state.history.push({ type: 'requested', at: until, until, action, actionResult })

describe('looks in a row', () => {
  const unreadable = (createdAt: number) => ({ state: 'unreadable' as const, error: new Error('HTTP 500'), createdAt })

  it('that could not be read are one event, unless what was shown was made at another time', () => {
    const state = stateOf()
    for (const createdAt of [5, 5, 9]) recordObservation(state, unreadable(createdAt), 2000)
    expect(state.history.slice(1)).toMatchObject([
      { type: 'read-failed', times: 2, createdAt: 5 },
      { type: 'read-failed', times: 1, createdAt: 9 },
    ])
  })

  it('that show the same are one event, from the first to the last', () => {
    const state = stateOf()
    for (const now of [2000, 3000]) {
      recordObservation(
        state,
        { state: 'present', snapshot: { status: 'ACTIVE', createdAt: 5 }, exchange: EXCHANGE },
        now,
      )
    }
    expect(state.history).toMatchObject([{ type: 'observed', times: 3, at: 1000, until: 3000 }])
  })
})

describe('how long a target only waits', () => {
  it('is counted from the last action that may have changed anything: one that found nothing has not', () => {
    const state = stateOf()
    expect(waitedMs(state, 8000)).toBe(7000)
    ask(state, STOP, ACCEPTED, 3000)
    expect(waitedMs(state, 8000)).toBe(5000)
    ask(state, DELETE, { result: 'not-found', exchange: EXCHANGE }, 6000)
    expect(waitedMs(state, 8000)).toBe(5000)
    ask(state, DELETE, { result: 'unknown', problem: 'reset' }, 7000)
    expect(waitedMs(state, 8000)).toBe(1000)
  })
})

describe('how far a teardown got', () => {
  it.each<[string, Action, ActionResult, RegExp]>([
    ['an accepted stop', STOP, ACCEPTED, /^deletion was not accepted yet; last seen ACTIVE/],
    ['an accepted deletion', DELETE, ACCEPTED, /^deletion was accepted but not confirmed; last seen ACTIVE/],
    [
      'no answer',
      DELETE,
      { result: 'unknown', problem: 'reset' },
      /^whether the last request \(delete\) was carried out/,
    ],
    ['nothing found', DELETE, { result: 'not-found', exchange: EXCHANGE }, /^deletion was not accepted yet/],
  ])('after %s', (_what, action, actionResult, text) => {
    const state = stateOf()
    ask(state, action, actionResult, 2000)
    expect(progressText(state)).toMatch(text)
  })
})
