import { describe, expect, it } from 'vitest'
import { targetKey } from '../../src/providers/target.ts'
import { classify, tellCollateral } from '../../src/sweep/classify.ts'
import { matchCriteria } from '../../src/sweep/criteria.ts'
import { classes, criteria, judge, NOW, seen, verdict } from './listed.ts'

const CHAIN_DEPLOYMENTS = { resource: 'chain-deployment' } as const

describe('what has no name', () => {
  it('* alone takes it, where nothing of its kind has one', () => {
    expect(matchCriteria({}, criteria({ ...CHAIN_DEPLOYMENTS, name: ['*'] }))).toMatchObject({ kind: 'matches' })
  })

  it.each([[['**']], [['?*']], [['*', 'pr-*']], [['*', '!main']], [['pr-{pr}']]])('%j does not', (name) => {
    expect(matchCriteria({}, criteria({ ...CHAIN_DEPLOYMENTS, name }))).toMatchObject({ kind: 'unreadable' })
  })

  it.each(['deployment', 'model', 'environment', 'chain'] as const)(
    'of %ss, which have names, one that lacks it cannot be judged and stays',
    (resource) => {
      const [candidate] = judge([seen('d1', { name: null })], criteria({ resource }))
      expect(candidate?.class).toBe('unknown')
    },
  )

  it('guards, age, status and keep-latest are asked of it like of any other', () => {
    const hour = 3_600_000
    const all = [
      seen('protected', { name: null, guard: 'it serves' }),
      seen('young', { name: null, ageMs: hour }),
      seen('ageless', { name: null, ageMs: null }),
      seen('off', { name: null, status: 'INACTIVE' }),
      seen('latest', { name: null, ageMs: 3 * hour }),
      seen('old', { name: null, ageMs: 9 * hour }),
    ]
    const by = { ...CHAIN_DEPLOYMENTS, olderThanMs: 2 * hour, statuses: new Set(['ACTIVE']), keepLatest: 1 }
    expect(classes(judge(all, criteria(by)))).toEqual({
      protected: 'protected',
      young: 'young',
      ageless: 'unknown',
      off: 'status',
      latest: 'latest',
      old: 'selected',
    })
  })

  it('its reason does not speak of a name that matches', () => {
    const [, reason] = verdict(judge([seen('d1', { name: null })], criteria(CHAIN_DEPLOYMENTS)))
    expect(reason).toBe("'name' is *, which takes what has no name")
  })
})

describe('what else goes with it', () => {
  const context = {
    criteria: criteria({ name: ['pr-*'] }),
    now: NOW,
    pullRequests: new Map(),
    protection: () => undefined,
    allow: new Set<never>(),
  }

  it('is a part of the reason of what goes, and of nothing else', () => {
    const collateral = () => [
      {
        kind: 'environment' as const,
        id: 'staging',
        name: 'staging',
        sentence: 'the environment staging is deleted with it',
      },
    ]
    const candidates = classify([seen('pr-1'), seen('main')], { ...context, collateral })
    tellCollateral(candidates, { ...context, collateral })
    expect(candidates.map(({ reason }) => reason)).toEqual([
      "its name matches 'name'; the environment staging is deleted with it",
      "its name does not match 'name'",
    ])
  })

  it('is asked with everything that goes in this run', () => {
    const asked: string[][] = []
    const collateral = (_snapshot: unknown, { selected }: { selected: ReadonlySet<string> }) => {
      asked.push([...selected])
      return []
    }
    const both = ['pr-1', 'pr-2'].map((id) => targetKey({ resource: 'deployment', id }))
    const [first] = classify([seen('pr-1'), seen('pr-2'), seen('main')], { ...context, collateral })
    expect(asked.slice(-2)).toEqual([both, both])
    expect(first?.reason).toBe("its name matches 'name'")
  })
})
