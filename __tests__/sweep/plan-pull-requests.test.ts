import { describe, expect, it } from 'vitest'
import { pullRequestsIn } from '../../src/sweep/classify.ts'
import { matchCriteria } from '../../src/sweep/criteria.ts'
import { classes, criteria, gone, type JudgeOptions, judge, seen, verdict } from './listed.ts'

/** What becomes of a name under patterns. */
function fate(name: string, patterns: string[], pullRequests: JudgeOptions['pullRequests'] = {}) {
  return verdict(judge([seen('d1', { name })], criteria({ name: patterns }), { pullRequests }))
}

describe('{pr} selects only what belongs to closed pull requests', () => {
  it('closed goes, open and unknown stay', () => {
    const all = [1, 2, 3].map((number) => seen(`PR-${number}_abc`))
    const candidates = judge(all, criteria({ name: ['PR-{pr}_*'] }), { pullRequests: { 1: 'closed', 2: 'open' } })

    expect(classes(candidates)).toEqual({
      'PR-1_abc': 'selected',
      'PR-2_abc': 'pull-request',
      'PR-3_abc': 'pull-request',
    })
  })

  it('asked for are the numbers of names that match, and no others', () => {
    const all = ['PR-1_a', 'PR-1_b', 'PR-12_a', 'XPR-3_a', 'PR-_a', 'PR-x_4', 'main'].map((name) =>
      seen(name, { name }),
    )
    expect([...pullRequestsIn(all, criteria({ name: ['PR-{pr}_*'] }))].sort()).toEqual([1, 12])
  })

  it('not asked for are those that are excluded, or that another pattern selects anyway', () => {
    const all = ['PR-1_a', 'PR-2_a', 'PR-3_a'].map((name) => seen(name))
    expect([...pullRequestsIn(all, criteria({ name: ['PR-{pr}_*', '!PR-1_*', 'PR-3_?'] }))]).toEqual([2])
  })

  it('no {pr}, or no name: nothing is asked', () => {
    expect(pullRequestsIn([seen('PR-1_a'), seen('d1', { name: null })], criteria({ name: ['PR-*'] })).size).toBe(0)
    expect(pullRequestsIn([seen('d1', { name: null })], criteria({ name: ['PR-{pr}'] })).size).toBe(0)
  })

  it('one number can be that of many deployments: all of them go', () => {
    const all = ['PR-42_aaa', 'PR-42_bbb', 'PR-42_ccc', 'PR-43_aaa', 'PR-4_aaa'].map((name) => seen(name))
    const candidates = judge(all, criteria({ name: ['PR-{pr}_*'] }), {
      pullRequests: { 42: 'closed', 43: 'open', 4: 'open' },
    })
    expect(gone(candidates)).toEqual(['PR-42_aaa', 'PR-42_bbb', 'PR-42_ccc'])
  })
})

describe('an ambiguous name', () => {
  it('goes only if every number that {pr} can stand for is a closed pull request', () => {
    expect(fate('pr-1-pr-2', ['*{pr}*'], { 1: 'closed', 2: 'closed' })).toEqual([
      'selected',
      'pull request 1, 2 is closed',
    ])
    expect(fate('pr-1-pr-2', ['*{pr}*'], { 1: 'closed', 2: 'open' })[0]).toBe('pull-request')
    expect(fate('pr-1-pr-2', ['*{pr}*'], { 1: 'open', 2: 'closed' })[0]).toBe('pull-request')
    expect(fate('pr-1-pr-2', ['*{pr}*'], { 1: 'closed' })[0]).toBe('pull-request')
  })

  it('several patterns with {pr}: the numbers of all of them must be closed', () => {
    const patterns = ['pr-{pr}-*', '*-{pr}']
    expect(fate('pr-1-v2', patterns, { 1: 'closed' })[0]).toBe('selected')
    expect(fate('pr-1-x-2', patterns, { 1: 'closed', 2: 'open' })[0]).toBe('pull-request')
    expect(fate('pr-1-x-2', patterns, { 1: 'closed', 2: 'closed' })[0]).toBe('selected')
  })

  it('two {pr} in one pattern: both must be closed', () => {
    expect(fate('7-8', ['{pr}-{pr}'], { 7: 'closed', 8: 'open' })[0]).toBe('pull-request')
    expect(fate('7-8', ['{pr}-{pr}'], { 7: 'closed', 8: 'closed' })[0]).toBe('selected')
  })

  it('a pattern without {pr} that matches too is enough, whatever the pull request is', () => {
    expect(fate('PR-7_a', ['PR-{pr}_*', 'PR-7_a'], { 7: 'open' })).toEqual(['selected', "its name matches 'name'"])
  })

  it('an excluded name stays, whatever the pull request is', () => {
    expect(fate('PR-7_a', ['PR-{pr}_*', '!*_a'], { 7: 'closed' })[0]).toBe('not-matched')
  })
})

describe('{pr} is a whole number, never a part of one', () => {
  it.each([
    ['PR-1_*', 'PR-12_1a2b3c4'],
    ['PR-1_*', 'PR-1'],
    ['PR-1_*', 'XPR-1_a'],
    ['PR-1', 'PR-12'],
    ['*-pr1', 'qwen-pr12'],
    ['PR-{pr}', 'PR-12a'],
    ['PR-{pr}', 'PR-'],
    ['PR-{pr}', 'PR--1'],
    ['PR-{pr}', 'PR-1.5'],
    ['PR-1{pr}', 'PR-12'],
    ['PR-{pr}2', 'PR-12'],
    ['PR-{pr}', 'pr-1'],
  ])('%s never matches %s', (pattern, name) => {
    expect(fate(name, [pattern], { 1: 'closed', 2: 'closed', 12: 'closed' })[0]).toBe('not-matched')
  })

  it('a closed pull request 1 never takes what belongs to 12, 21 or 11', () => {
    const all = [1, 12, 21, 11].map((number) => seen(`PR-${number}_a`))
    const pullRequests = { 1: 'closed', 12: 'open', 21: 'open', 11: 'open' } as const
    expect(gone(judge(all, criteria({ name: ['PR-{pr}_*'] }), { pullRequests }))).toEqual(['PR-1_a'])
  })

  it('digits of other scripts are no number', () => {
    expect(fate('PR-٤٢', ['PR-{pr}'], { 42: 'closed' })[0]).toBe('not-matched')
  })

  it('more digits than a number can hold exactly: it stays', () => {
    expect(fate('PR-90071992547409931', ['PR-{pr}'], { [Number('90071992547409931')]: 'closed' })[0]).toBe(
      'not-matched',
    )
  })
})

describe('several patterns', () => {
  it('one that matches is enough; one exclusion that matches outweighs all of them', () => {
    const by = criteria({ name: ['PR-*', 'tmp-?', '!*-keep', '!PR-1*'] })
    const names = ['PR-2', 'PR-1', 'PR-12', 'PR-2-keep', 'tmp-a', 'tmp-ab', 'main']
    expect(names.filter((name) => matchCriteria({ name }, by).kind === 'matches')).toEqual(['PR-2', 'tmp-a'])
  })

  it('the order of patterns does not matter', () => {
    const patterns = ['PR-{pr}_*', 'PR-7_*', '!PR-9_*']
    const all = ['PR-7_a', 'PR-8_a', 'PR-9_a'].map((name) => seen(name))
    const pullRequests = { 7: 'open', 8: 'closed', 9: 'closed' } as const
    for (const name of [patterns, [...patterns].reverse()]) {
      expect(gone(judge(all, criteria({ name }), { pullRequests }))).toEqual(['PR-7_a', 'PR-8_a'])
    }
  })

  it('a missing name matches nothing', () => {
    expect(matchCriteria({}, criteria({ name: ['*'] }))).toMatchObject({ kind: 'unreadable' })
  })

  it('an empty name is a name: * takes it, others do not', () => {
    expect(fate('', ['*'])[0]).toBe('selected')
    expect(fate('', ['?*'])[0]).toBe('not-matched')
  })
})
