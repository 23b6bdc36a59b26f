import { describe, expect, it } from 'vitest'
import { count, isFailure, statusOf } from '../../src/report/status.ts'
import type { Outcome } from '../../src/teardown/result.ts'
import { result } from './results.ts'

/** From the worst to the best, with the status of a step in which it is the worst. */
const WORST_FIRST: [Outcome, string][] = [
  ['failed', 'failed'],
  ['refused', 'failed'],
  ['timed-out', 'timed-out'],
  ['cancelled', 'cancelled'],
  ['planned', 'planned'],
  ['accepted', 'accepted'],
  ['deleted', 'deleted'],
  ['already-gone', 'already-gone'],
  ['kept', 'nothing-to-delete'],
]

describe('the status of a step', () => {
  it.each(WORST_FIRST)('only %s: %s', (outcome, status) => {
    expect(statusOf([result(outcome), result(outcome)])).toBe(status)
  })

  it('no target: nothing-to-delete', () => {
    expect(statusOf([])).toBe('nothing-to-delete')
  })

  it.each(WORST_FIRST)('%s together with anything better: %s, in whatever order', (outcome, status) => {
    const better = WORST_FIRST.slice(WORST_FIRST.findIndex(([other]) => other === outcome))
    const results = better.map(([other]) => result(other))
    expect(statusOf(results)).toBe(status)
    expect(statusOf(results.toReversed())).toBe(status)
  })

  it('kept targets never hide what happened to others', () => {
    expect(statusOf([result('kept'), result('already-gone'), result('kept')])).toBe('already-gone')
  })
})

describe('what fails the step', () => {
  it('failed, refused and timed-out targets, and nothing else', () => {
    expect(WORST_FIRST.map(([outcome]) => outcome).filter(isFailure)).toEqual(['failed', 'refused', 'timed-out'])
  })
})

describe('counting', () => {
  it('counts the outcomes asked for', () => {
    const results = [result('deleted'), result('failed'), result('refused'), result('deleted')]
    expect([count(results, 'deleted'), count(results, 'failed', 'refused'), count(results, 'kept')]).toEqual([2, 2, 0])
  })
})
