import { describe, expect, it } from 'vitest'
import type { Observation } from '../../src/providers/observation.ts'
import type { BulkActions } from '../../src/providers/provider.ts'
import type { Action } from '../../src/providers/step.ts'
import { active, EXCHANGE, outcomes, plainRules, scripted } from './scripted.ts'

const HOLDS_MS = 3000

describe('how long a decision holds', () => {
  it('travels with the write: three seconds from the answer it was decided on', async () => {
    const { run, provider, clock } = scripted(active(1), { lookMs: 400 })
    const limits: number[] = []
    const act: typeof provider.act = (target, action, { notAfter }) => {
      limits.push(notAfter - clock.now())
      return provider.act(target, action, { notAfter })
    }
    await run({ provider: { ...provider, act } })
    expect(limits).toEqual([HOLDS_MS])
  })

  it('is over on arrival where an answer came late: looked at twice more, and then it counts, however slow the looks are', async () => {
    const { run, clock, noted } = scripted(active(1), {
      observe: async (targets) => {
        const exchange = { ...EXCHANGE, at: clock.now(), ms: 1 }
        await clock.sleep(5000)
        const isGone = noted.some(({ kind }) => kind === 'act')
        return targets.map(
          (): Observation =>
            isGone ? { state: 'absent', exchange } : { state: 'present', snapshot: { status: 'ACTIVE' }, exchange },
        )
      },
    })
    expect(outcomes(await run())).toEqual(['deleted'])
    expect(noted.map(({ kind }) => kind)).toEqual(['look', 'look', 'look', 'act', 'look'])
  })
})

describe('one request for many', () => {
  type Bulk = BulkActions<Action>
  const bulkOf = (act: Bulk['act']): Bulk => ({
    from: 10,
    most: 100,
    verbs: ['delete'],
    batchOf: () => 'all',
    isOffered: () => undefined,
    act,
  })

  it('holds as long as the oldest of its decisions', async () => {
    const { run, provider, clock } = scripted(active(10), {
      observe: async (targets) =>
        targets.map(({ id }): Observation => {
          const exchange = { ...EXCHANGE, at: clock.now() - 100 * Number(id.slice(1)), ms: 0 }
          return clock.elapsed() > 0
            ? { state: 'absent', exchange }
            : { state: 'present', snapshot: { status: 'ACTIVE' }, exchange }
        }),
    })
    const limits: number[] = []
    const act: Bulk['act'] = async (targets, _action, { notAfter }) => {
      limits.push(notAfter - clock.now())
      await clock.sleep(50)
      return targets.map(() => ({ result: 'accepted', exchange: EXCHANGE }))
    }
    expect(new Set(outcomes(await run({ provider: { ...provider, bulk: bulkOf(act) } })))).toEqual(new Set(['deleted']))
    expect(limits).toEqual([HOLDS_MS - 900])
  })

  it('that the provider does not take after all: all are looked at again, and each is asked for alone', async () => {
    const { run, provider, noted } = scripted(active(12), { actMs: 10 })
    let asked = 0
    const act: Bulk['act'] = async () => {
      asked++
      return undefined
    }
    const results = await run({ provider: { ...provider, bulk: bulkOf(act) } })
    expect(new Set(outcomes(results))).toEqual(new Set(['deleted']))
    expect(asked).toBe(1)
    expect(noted.filter(({ how }) => how === 'observe')).toHaveLength(24)
    expect(noted.filter(({ kind }) => kind === 'act')).toHaveLength(12)
  })

  it('is not for few, nor for a verb it does not take', async () => {
    const never: Bulk['act'] = async () => {
      throw new Error('not this way')
    }
    const few = scripted(active(9))
    expect(new Set(outcomes(await few.run({ provider: { ...few.provider, bulk: bulkOf(never) } })))).toEqual(
      new Set(['deleted']),
    )
    const other = scripted(active(12))
    const bulk = { ...bulkOf(never), verbs: ['stop'] }
    expect(new Set(outcomes(await other.run({ provider: { ...other.provider, bulk } })))).toEqual(new Set(['deleted']))
  })
})

describe('the tombstone', () => {
  it('is none where the deletion was accepted without one, whatever the step before it was answered', async () => {
    const { run } = scripted(active(1), {
      nextStep: (observation, history) =>
        history.some(({ type }) => type === 'requested')
          ? plainRules(observation, history)
          : { type: 'act', action: { verb: 'stop', final: false }, reason: 'it runs', after: [] },
      act: (_id, count, proceed) => {
        if (count === 1) return { result: 'accepted', tombstone: { stopped: true }, exchange: EXCHANGE }
        proceed()
        return { result: 'accepted', exchange: EXCHANGE }
      },
    })
    const [result] = await run()
    expect(result?.outcome).toBe('deleted')
    expect(result?.tombstone).toBeUndefined()
  })
})

describe('a dry run', () => {
  it('waits for a second look where the first one is no answer yet', async () => {
    let looks = 0
    const { run } = scripted(active(1), {
      nextStep: (observation, history) =>
        ++looks === 1
          ? { type: 'wait', until: 'confirmed', reason: 'two answers contradict each other', after: [] }
          : plainRules(observation, history),
    })
    expect(outcomes(await run({ dryRun: true }))).toEqual(['planned'])
    expect(looks).toBe(2)
  })
})
