import { describe, expect, it } from 'vitest'
import type { Exchange } from '../../src/http/exchange.ts'
import { ProviderError, UnclearAnswer } from '../../src/providers/errors.ts'
import type { Listed, Snapshot } from '../../src/providers/observation.ts'
import { planSweep, type SweepOptions, sweptTargets } from '../../src/sweep/plan.ts'
import { fakeClock } from '../support/clock.ts'
import { classes, criteria, seen } from './listed.ts'

const EXCHANGE: Exchange = { at: 0, ms: 1, method: 'GET', path: '/list', status: 200 }

/** A provider that only lists: each entry of `answers` is one answer. */
function lister(...answers: (Listed[] | Error)[]): SweepOptions<Snapshot>['provider'] & { lists: () => number } {
  let lists = 0
  return {
    lists: () => lists,
    async list() {
      const answer = answers[Math.min(lists++, answers.length - 1)] ?? []
      if (answer instanceof Error) throw answer
      return answer
    },
    protection: () => undefined,
    collateral: () => [],
  }
}

function options(
  provider: SweepOptions<Snapshot>['provider'],
  more: Partial<SweepOptions<Snapshot>> = {},
): SweepOptions<Snapshot> {
  const pullRequests = () => Promise.reject(new Error('GitHub was asked'))
  return {
    provider,
    criteria: criteria(),
    allow: new Set(),
    pullRequests,
    clock: fakeClock(),
    providerTime: (now) => now,
    random: () => 0,
    ...more,
  }
}

describe('a plan', () => {
  it('asks GitHub only where a name matches {pr}', async () => {
    const { candidates } = await planSweep(
      options(lister([seen('main')]), { criteria: criteria({ name: ['PR-{pr}'] }) }),
    )
    expect(classes(candidates)).toEqual({ main: 'not-matched' })
  })

  it('asks GitHub once, for all numbers together', async () => {
    const asked: number[][] = []
    const { candidates } = await planSweep(
      options(lister([seen('PR-1'), seen('PR-2')]), {
        criteria: criteria({ name: ['PR-{pr}'] }),
        pullRequests: async (numbers) => {
          asked.push([...numbers])
          return new Map([
            [1, 'closed'],
            [2, 'open'],
          ])
        },
      }),
    )
    expect(asked).toEqual([[1, 2]])
    expect(classes(candidates)).toEqual({ 'PR-1': 'selected', 'PR-2': 'pull-request' })
  })

  it('has no targets but what goes', async () => {
    const plan = await planSweep(
      options(lister([seen('PR-1'), seen('main')]), { criteria: criteria({ name: ['PR-*'] }) }),
    )
    expect([...sweptTargets(plan).values()].map(({ target }) => target.id)).toEqual(['PR-1'])
  })

  it('fails where GitHub cannot be asked', async () => {
    const by = criteria({ name: ['PR-{pr}'] })
    await expect(planSweep(options(lister([seen('PR-1')]), { criteria: by }))).rejects.toThrow('GitHub was asked')
  })
})

describe('protect patterns that met nothing', () => {
  const idle = async (protect: string[], ...names: (string | null)[]) => {
    const all = names.map((name, index) => seen(`d${index}`, { name }))
    const plan = await planSweep(options(lister(all), { criteria: criteria({ name: ['PR-*'], protect }) }))
    return plan.unmatched.filter(({ role }) => role === 'protect').map(({ line }) => line)
  }

  it('are named, each by itself', async () => {
    expect(await idle(['main', 'mian', 'release-*'], 'main', 'PR-1')).toEqual(['mian', 'release-*'])
  })

  it('a pattern is not idle where it met something that would have stayed anyway', async () => {
    expect(await idle(['main'], 'main')).toEqual([])
  })

  it('nothing was listed, or only what has no name: all are idle', async () => {
    expect(await idle(['main'])).toEqual(['main'])
    expect(await idle(['*'], null)).toEqual(['*'])
  })
})

describe('a list that is not as documented', () => {
  const unclear = new UnclearAnswer('the body is not as documented', EXCHANGE)

  it('is asked for again, and then used', async () => {
    const provider = lister(unclear, unclear, [seen('d1')])
    const { candidates } = await planSweep(options(provider))
    expect(classes(candidates)).toEqual({ d1: 'selected' })
    expect(provider.lists()).toBe(3)
  })

  it('three times in a row: there is no plan', async () => {
    const provider = lister(unclear)
    await expect(planSweep(options(provider))).rejects.toThrow('not as documented')
    expect(provider.lists()).toBe(3)
  })

  it('a refusal is not asked for again', async () => {
    const provider = lister(new ProviderError('account', 'denied'))
    await expect(planSweep(options(provider))).rejects.toThrow('denied')
    expect(provider.lists()).toBe(1)
  })
})
