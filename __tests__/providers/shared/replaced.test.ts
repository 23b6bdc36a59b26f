import { expect, it } from 'vitest'
import type { Exchange } from '../../../src/http/exchange.ts'
import type { TargetEvent } from '../../../src/providers/history.ts'
import { whenReplaced } from '../../../src/providers/shared/replaced.ts'
import type { ActionResult } from '../../../src/providers/step.ts'

const BORN = Date.UTC(2026, 10, 21, 12)
const exchange: Exchange = { at: 0, ms: 0, method: 'GET', path: '/d' }
const at = { at: 0, until: 0, times: 1 }
const saw = (createdAt?: number): TargetEvent => ({
  type: 'observed',
  ...at,
  status: 'RUNNING',
  ...(createdAt === undefined ? {} : { createdAt }),
})
const acted = (actionResult: ActionResult, final = true): TargetEvent => ({
  ...{ type: 'requested', at: 0, until: 0, actionResult },
  action: final ? { verb: 'delete', final } : { verb: 'stop', final: false },
})
const NEWER = saw(BORN + 1000)
const REFUSED: ActionResult = { result: 'refused', problem: 'HTTP 409', status: 409, exchange }

it('the same all the time, whatever happens in between: not replaced', () => {
  const erred: TargetEvent = { type: 'read-failed', ...at, problem: 'HTTP 503' }
  expect(whenReplaced([saw(BORN), erred, acted({ result: 'accepted', exchange }), saw(BORN)])).toBeUndefined()
})

it('one answer shows a fraction of a second and another does not: the same', () => {
  expect(whenReplaced([saw(BORN), saw(BORN + 999)])).toBeUndefined()
})

it('no creation time is known: nothing to compare', () => {
  expect(whenReplaced([saw(), saw(BORN), saw()])).toBeUndefined()
})

it.each<[string, TargetEvent[]]>([
  ['nothing was asked yet', []],
  ['a stop was accepted', [acted({ result: 'accepted', exchange }, false)]],
  ['the deletion was refused', [acted(REFUSED)]],
  ['the deletion met nothing', [acted({ result: 'not-found', exchange })]],
  ['the deletion failed', [acted({ result: 'failed', problem: 'HTTP 401' })]],
])('another creation time, and %s: somebody removed it, and the new one is left alone', (_what, between) => {
  expect(whenReplaced([saw(BORN), ...between, NEWER])).toMatchObject({
    outcome: 'protected',
    reason: expect.stringMatching(/somebody removed it.*left alone/),
  })
})

it.each<[string, ActionResult]>([
  ['was accepted', { result: 'accepted', exchange }],
  ['has no answer', { result: 'unknown', problem: 'the connection failed' }],
])('another creation time, and the deletion %s: deleted, and the new one is left alone', (_what, actionResult) => {
  expect(whenReplaced([saw(BORN), acted(actionResult), NEWER])).toMatchObject({
    outcome: 'deleted',
    reason: expect.stringMatching(/confirmed gone.*left alone/),
  })
})

it('shown in a look that failed afterwards: that counts, too', () => {
  const erred: TargetEvent = { type: 'read-failed', ...at, problem: 'HTTP 503', createdAt: BORN + 5000 }
  expect(whenReplaced([saw(BORN), erred])).toMatchObject({ outcome: 'protected' })
})

it('and back again: still not the one we knew', () => {
  expect(whenReplaced([saw(BORN), NEWER, saw(BORN)])).toMatchObject({ outcome: 'protected' })
})
