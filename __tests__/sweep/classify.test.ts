import { describe, expect, it } from 'vitest'
import type { PullRequestState } from '../../src/sweep/classify.ts'
import { criteria, DAY, gone, HOUR, judge, type Seen, seen, verdict } from './listed.ts'

describe('every deployment is in exactly one class, with one reason in plain words', () => {
  const closed: Record<number, PullRequestState> = { 42: 'closed' }
  it.each<[string, Seen, Parameters<typeof criteria>[0], string, string]>([
    ['its name matches: it goes', {}, {}, 'selected', "its name matches 'name'"],
    [
      'its name matches and it is older than older-than: it goes',
      { ageMs: DAY },
      { olderThanMs: HOUR },
      'selected',
      "its name matches 'name', and it was created 1d ago",
    ],
    [
      'its pull request is closed: it goes',
      { name: 'PR-42_1a2b3c4' },
      { name: ['PR-{pr}_*'] },
      'selected',
      'pull request 42 is closed',
    ],
    [
      'its pull request is closed and it is old: it goes',
      { name: 'PR-42_1a2b3c4' },
      { name: ['PR-{pr}_*'], olderThanMs: HOUR },
      'selected',
      'pull request 42 is closed, and it was created 1d ago',
    ],
    ['another name: it stays', {}, { name: ['x*'] }, 'not-matched', "its name does not match 'name'"],
    ['an excluded name: it stays', {}, { name: ['*', '!d1'] }, 'not-matched', "its name does not match 'name'"],
    ['no name: it stays', { name: null }, {}, 'unknown', "it has no name, so 'name' cannot be checked"],
    [
      'a name with a secret in it: it stays',
      { name: 'a-***' },
      {},
      'unknown',
      'its name holds a secret, so it cannot be checked',
    ],
    [
      'a name that is too long: it stays',
      { name: 'x'.repeat(1001) },
      {},
      'unknown',
      'its name is 1001 characters long, so it cannot be checked',
    ],
    ['the longest name: it goes', { name: 'x'.repeat(1000) }, {}, 'selected', "its name matches 'name'"],
    [
      'protected by the user: it stays',
      {},
      { protect: ['x', 'd?'] },
      'protected',
      "its name d1 is protected by 'd?' in 'protect'",
    ],
    ['guarded by the provider: it stays', { guard: 'it serves production' }, {}, 'protected', 'it serves production'],
    [
      'its pull request is open: it stays',
      { name: 'PR-7_1a2b3c4' },
      { name: ['PR-{pr}_*'] },
      'pull-request',
      'pull request 7 is open',
    ],
    [
      'its number is no pull request: it stays',
      { name: 'PR-8_1a2b3c4' },
      { name: ['PR-{pr}_*'] },
      'pull-request',
      'no pull request 8 was found in this repository',
    ],
    [
      'another status: it stays',
      { status: 'BUILDING' },
      { statuses: new Set(['ACTIVE', 'INACTIVE']) },
      'status',
      "its status is BUILDING, and 'status' is ACTIVE, INACTIVE",
    ],
    [
      'too young: it stays',
      { ageMs: HOUR },
      { olderThanMs: DAY },
      'young',
      "it was created 1h ago, and 'older-than' is 1d",
    ],
    [
      'no creation time where older-than needs it: it stays',
      { ageMs: null },
      { olderThanMs: 1 },
      'unknown',
      "its creation time is not known, so 'older-than' cannot be checked",
    ],
    [
      'no creation time where keep-latest needs it: it stays',
      { ageMs: null },
      { keepLatest: 1 },
      'unknown',
      "its creation time is not known, so 'keep-latest' cannot be checked",
    ],
    [
      'among the youngest: it stays',
      {},
      { keepLatest: 3 },
      'latest',
      "it is one of the 3 youngest that 'keep-latest' keeps",
    ],
    ['the last of its model: it stays', { family: ['d1'] }, {}, 'protected', 'it is the last one'],
  ])('%s', (_rule, deployment, by, expectedClass, reason) => {
    const candidates = judge([seen('d1', deployment)], criteria(by), { pullRequests: { ...closed, 7: 'open' } })

    expect(verdict(candidates)).toEqual([expectedClass, reason])
    expect(candidates).toHaveLength(1)
  })

  it('in the order listed, each once, whatever becomes of it', () => {
    const all = [seen('b'), seen('a', { name: null }), seen('d', { guard: 'no' }), seen('c', { status: 'X' })]
    const candidates = judge(all, criteria({ keepLatest: 1, statuses: new Set(['ACTIVE']) }))

    expect(candidates.map(({ listed }) => listed)).toEqual(all)
  })

  it('nothing was listed: no class', () => {
    expect(judge([])).toEqual([])
  })
})

describe('which reason is told where several hold', () => {
  it.each<[string, Seen, Parameters<typeof criteria>[0], string]>([
    ['another name before everything else', { guard: 'no', ageMs: 0 }, { name: ['x'], protect: ['*'] }, 'not-matched'],
    ['protect before the status', { status: 'X' }, { protect: ['*'], statuses: new Set(['Y']) }, 'protected'],
    ['a guard before the age', { guard: 'no', ageMs: 0 }, { olderThanMs: DAY }, 'protected'],
    [
      'a guard before an open pull request',
      { guard: 'no', name: 'PR-7' },
      { name: ['PR-{pr}'], olderThanMs: DAY },
      'protected',
    ],
    [
      'an open pull request before the status',
      { name: 'PR-7', status: 'X' },
      { name: ['PR-{pr}'], statuses: new Set(['Y']) },
      'pull-request',
    ],
  ])('%s', (_rule, deployment, by, expected) => {
    const [[found]] = [verdict(judge([seen('d1', deployment)], criteria(by), { pullRequests: { 7: 'open' } }))]
    expect(found).toBe(expected)
  })
})

describe('age', () => {
  it.each([
    ['a millisecond older than older-than goes', HOUR + 1, 'selected'],
    ['exactly as old as older-than stays', HOUR, 'young'],
    ['a millisecond younger stays', HOUR - 1, 'young'],
    ['created in the future by its clock: no age at all, it stays', -DAY, 'young'],
  ])('%s', (_rule, ageMs, expected) => {
    const [candidate] = judge([seen('d1', { ageMs })], criteria({ olderThanMs: HOUR }))
    expect(candidate?.class).toBe(expected)
  })

  it('is never negative, in the plan neither', () => {
    expect(judge([seen('d1', { ageMs: -5 * DAY })])[0]?.ageMs).toBe(0)
  })

  it('older-than: 0s takes everything, also what was created in the future or at an unknown time', () => {
    const candidates = judge([
      seen('future', { ageMs: -DAY }),
      seen('now', { ageMs: 0 }),
      seen('ageless', { ageMs: null }),
    ])

    expect(gone(candidates)).toEqual(['ageless', 'future', 'now'])
    expect(candidates.find(({ listed }) => listed.target.id === 'ageless')?.ageMs).toBeUndefined()
  })
})

describe('status', () => {
  it('only those named go, by the whole word and in its letter case', () => {
    const all = ['ACTIVE', 'INACTIVE', 'Active', 'ACTIVE '].map((status) => seen(status, { status }))
    expect(gone(judge(all, criteria({ statuses: new Set(['ACTIVE']) })))).toEqual(['ACTIVE'])
  })

  it('a status nobody documents stays unless any is meant', () => {
    const all = [seen('d1', { status: 'ACTIVATING' })]
    expect(gone(judge(all, criteria({ statuses: new Set(['ACTIVE']) })))).toEqual([])
    expect(gone(judge(all))).toEqual(['d1'])
  })
})

describe('a guard that the user lifts', () => {
  it('no longer protects, but every narrowing input still holds', () => {
    const all = [seen('old', { guard: 'no' }), seen('young', { guard: 'no', ageMs: 0 })]
    expect(gone(judge(all, criteria({ olderThanMs: HOUR }), { allow: ['development'] }))).toEqual(['old'])
  })

  it('protect holds whatever is lifted', () => {
    const candidates = judge([seen('d1', { guard: 'no' })], criteria({ protect: ['d1'] }), { allow: ['development'] })
    expect(verdict(candidates)).toEqual(['protected', "its name d1 is protected by 'd1' in 'protect'"])
  })
})
