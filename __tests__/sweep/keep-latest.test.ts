import { describe, expect, it } from 'vitest'
import { classes, criteria, DAY, gone, HOUR, judge, seen, verdict } from './listed.ts'

describe('keep-latest keeps the N youngest of what matched', () => {
  const all = [5, 1, 4, 2, 3].map((days) => seen(`day${days}`, { ageMs: days * DAY }))

  it.each([
    [0, ['day1', 'day2', 'day3', 'day4', 'day5']],
    [1, ['day2', 'day3', 'day4', 'day5']],
    [3, ['day4', 'day5']],
    [5, []],
    [6, []],
    [1_000_000, []],
  ])('keep-latest: %i', (keepLatest, expected) => {
    expect(gone(judge(all, criteria({ keepLatest })))).toEqual(expected)
  })

  it('the youngest stay and the oldest go, never the other way round', () => {
    expect(classes(judge(all, criteria({ keepLatest: 2 })))).toEqual({
      day1: 'latest',
      day2: 'latest',
      day3: 'selected',
      day4: 'selected',
      day5: 'selected',
    })
  })

  it('of the same creation time, those with the larger ID stay, in whatever order they are listed', () => {
    const twins = ['b', 'd', 'a', 'c'].map((id) => seen(id, { ageMs: DAY }))
    for (const order of [twins, [...twins].reverse(), [...twins].sort()]) {
      expect(gone(judge(order, criteria({ keepLatest: 2 })))).toEqual(['a', 'b'])
    }
  })

  it('IDs are compared as they are, not by the rules of a language', () => {
    const twins = ['Z', 'a', 'é', '_', '9'].map((id) => seen(id))
    expect(gone(judge(twins, criteria({ keepLatest: 2 })))).toEqual(['9', 'Z', '_'])
  })

  it('created in the future by their clock: still the youngest by creation time stay', () => {
    const ahead = [seen('z-older', { ageMs: -HOUR }), seen('a-younger', { ageMs: -2 * HOUR })]
    expect(gone(judge(ahead, criteria({ keepLatest: 1 })))).toEqual(['z-older'])
  })
})

describe('what does not go anyway does not use up the N', () => {
  const day = (id: string, days: number, more = {}) => seen(id, { ageMs: days * DAY, ...more })

  it.each([
    ['another name', day('other', 0.1), {}],
    ['another status', day('d0', 0.1, { status: 'BUILDING' }), { statuses: new Set(['ACTIVE']) }],
    ['too young', day('d0', 0.1), { olderThanMs: DAY / 2 }],
    ['protected', day('d0', 0.1, { guard: 'it serves production' }), {}],
    ['protected', day('d0', 0.1), { protect: ['d0'] }],
    ['no creation time', seen('d0', { ageMs: null }), {}],
  ])('%s', (_rule, stays, by) => {
    const all = [stays, day('d1', 1), day('d2', 2), day('d3', 3)]
    expect(gone(judge(all, criteria({ name: ['d*'], keepLatest: 1, ...by })))).toEqual(['d2', 'd3'])
  })

  it('the last of a model stays besides: one that keep-latest keeps is already enough', () => {
    const family = ['d1', 'd2', 'd3']
    const all = family.map((id, index) => seen(id, { ageMs: (index + 1) * DAY, family }))

    expect(classes(judge(all, criteria({ keepLatest: 1 })))).toEqual({ d1: 'latest', d2: 'selected', d3: 'selected' })
  })
})

describe('the last deployment of a model', () => {
  const family = ['newest', 'middle', 'oldest']
  const all = family.map((id, index) => seen(id, { ageMs: (index + 1) * DAY, family }))

  it('stays where the selection covers all of them: the newest', () => {
    expect(classes(judge(all))).toEqual({ newest: 'protected', middle: 'selected', oldest: 'selected' })
  })

  it('goes where another one stays for any reason', () => {
    const protect = ['middle']
    expect(gone(judge(all, criteria({ protect })))).toEqual(['newest', 'oldest'])
    expect(gone(judge(all, criteria({ name: ['*', '!oldest'] })))).toEqual(['middle', 'newest'])
    expect(gone(judge(all, criteria({ olderThanMs: 1.5 * DAY })))).toEqual(['middle', 'oldest'])
  })

  it('is told by name why it stays', () => {
    expect(verdict(judge([seen('only', { family: ['only'] })]))).toEqual(['protected', 'it is the last one'])
  })

  it('of several models each keeps one', () => {
    const pair = (model: string) => [`${model}-new`, `${model}-old`].map((id, _, ids) => seen(id, { family: ids }))
    expect(gone(judge([...pair('m1'), ...pair('m2')]))).toEqual(['m1-old', 'm2-old'])
  })
})
