import { describe, expect, it } from 'vitest'
import { ProviderError } from '../../src/providers/errors.ts'
import { active, DELETE, EXCHANGE, mostAtOnce, outcomes, plainRules, scripted } from './scripted.ts'

describe('many targets', () => {
  it('all are deleted, with one result each in the order given', async () => {
    const { run, noted } = scripted(active(30), { actMs: 2000, goneMs: 3000 })
    const ids = Array.from({ length: 30 }, (_, n) => `d${29 - n}`)
    const results = await run({ ids })

    expect(outcomes(results)).toEqual(Array(30).fill('deleted'))
    expect(results.map(({ target }) => target.id)).toEqual(ids)
    expect(noted.filter(({ kind }) => kind === 'act')).toHaveLength(30)
  })

  it('no more than eight writes are under way at once, and as many as that are', async () => {
    const { run, noted } = scripted(active(30), { actMs: 2000 })
    await run()
    expect(mostAtOnce(noted.filter(({ kind }) => kind === 'act'))).toBe(8)
  })

  it('the oldest go first', async () => {
    const things = active(20)
    for (const [n, thing] of Object.values(things).entries()) thing.createdAt = 1_000_000 - n
    const { run, noted } = scripted(things, { actMs: 500 })
    await run()
    const order = noted.filter(({ kind }) => kind === 'act').map(({ id }) => Number(id.slice(1)))
    expect(order.slice(0, 8)).toEqual([19, 18, 17, 16, 15, 14, 13, 12])
  })

  it('they are looked at together, not one by one', async () => {
    const { run, noted } = scripted(active(30), { goneMs: 5000 })
    await run()
    const moments = new Set(noted.filter(({ kind }) => kind === 'look').map(({ at }) => at))
    expect(moments.size).toBeLessThan(30)
  })

  it('no target: nothing is done, no result', async () => {
    const { run, noted } = scripted({})
    expect(await run()).toEqual([])
    expect(noted).toEqual([])
  })
})

describe('one failing target never stops the others', () => {
  const others = ['deleted', 'failed', 'deleted', 'deleted']

  it('an action that can never work', async () => {
    const { run, noted } = scripted(active(4), {
      act: (id) => {
        if (id === 'd1') throw new ProviderError('target', 'HTTP 400: never', EXCHANGE)
        return undefined
      },
    })
    const results = await run()
    expect(outcomes(results)).toEqual(others)
    expect(results[1]?.reason).toContain('HTTP 400: never')
    expect(noted.filter(({ kind, id }) => kind === 'act' && id === 'd1')).toHaveLength(1)
  })

  it('a look that is refused for this target alone', async () => {
    const { run } = scripted(active(4), {
      look: (id) => {
        if (id === 'd1') throw new ProviderError('target', 'HTTP 403: not yours')
        return undefined
      },
    })
    const results = await run()
    expect(outcomes(results)).toEqual(others)
    expect(results[1]?.reason).toBe('HTTP 403: not yours')
  })

  it('a target that the provider will not delete', async () => {
    const { run } = scripted(active(4), {
      nextStep: (observation, history) =>
        observation.state === 'present' && observation.snapshot.name === 'name-1'
          ? { type: 'end', outcome: 'failed', reason: 'it is in use' }
          : plainRules(observation, history),
    })
    expect(outcomes(await run())).toEqual(others)
  })

  it('one that hangs until the deadline', async () => {
    const stop = new AbortController()
    const { run, clock } = scripted(active(4), {
      act: (id) => (id === 'd1' ? { result: 'accepted', exchange: EXCHANGE } : undefined),
    })
    clock.at(60_000, () => stop.abort())
    expect(outcomes(await run({ stop: stop.signal }))).toEqual(['deleted', 'timed-out', 'deleted', 'deleted'])
  })
})

describe('credentials that do not work stop everything', () => {
  it('at a look: all fail with the reason, nothing is tried', async () => {
    const { run, noted } = scripted(active(5), {
      observe: () => Promise.reject(new ProviderError('account', 'HTTP 401: no such key')),
    })
    const results = await run()
    expect(outcomes(results)).toEqual(Array(5).fill('failed'))
    expect(results.every(({ reason }) => reason.includes('HTTP 401: no such key'))).toBe(true)
    expect(noted.filter(({ kind }) => kind === 'act')).toEqual([])
  })

  it('at the look at one target: all fail with the reason, nothing more is tried', async () => {
    const { run, noted } = scripted(active(5), {
      look: (id) => {
        if (id === 'd2') throw new ProviderError('account', 'HTTP 403: the key was revoked')
        return undefined
      },
    })
    const results = await run()
    expect(results.map(({ outcome, reason }) => [outcome, reason])).toEqual(
      Array(5).fill(['failed', 'HTTP 403: the key was revoked']),
    )
    expect(noted.filter(({ kind }) => kind === 'act')).toEqual([])
  })

  it('at an action: what is under way is carried through, nothing new is begun', async () => {
    const { run, noted } = scripted(active(20), {
      actMs: 1000,
      act: (id) => {
        if (id === 'd0') throw new ProviderError('account', 'HTTP 401: the key was revoked')
        return undefined
      },
    })
    const results = await run()

    expect(outcomes(results)).toEqual(Array(20).fill('failed'))
    expect(noted.filter(({ kind }) => kind === 'act')).toHaveLength(8)
    expect(results[19]?.reason).toBe('HTTP 401: the key was revoked')
    expect(results[1]?.history.at(-1)).toMatchObject({ type: 'requested', actionResult: { result: 'accepted' } })
  })
})

describe('what is reported of a target', () => {
  it('its name, its last status, its tombstone and every step', async () => {
    const { run } = scripted({ d1: { status: 'ACTIVE', name: 'PR-1' } }, { goneMs: 1000 })
    const [result] = await run()
    expect(result).toMatchObject({ outcome: 'deleted', name: 'PR-1', lastStatus: 'ACTIVE', tombstone: { id: 'd1' } })
    expect(result?.history.map(({ type }) => type)).toEqual(['observed', 'requested', 'observed', 'not-found'])
  })

  it('equal looks in a row are one step that counts them', async () => {
    const { run } = scripted({ d1: { status: 'ACTIVE' } }, { goneMs: 60_000 })
    const [result] = await run()
    const waits = result?.history[2]
    expect(waits?.type === 'observed' && waits.times > 5 && waits.until > waits.at).toBe(true)
    expect(result?.history).toHaveLength(4)
  })

  it('a look that failed keeps its request, so that its ID can be told', async () => {
    const { run } = scripted(active(1), {
      look: () => {
        throw new ProviderError('target', 'HTTP 403', { ...EXCHANGE, status: 403, requestId: 'r403' })
      },
    })
    const [result] = await run()
    expect(result?.history[0]).toMatchObject({ type: 'read-failed', exchange: { status: 403, requestId: 'r403' } })
  })

  it('the tombstone is the answer to the deletion, not to a step before it', async () => {
    const { run } = scripted(active(1), {
      nextStep: (observation, history) =>
        history.some(({ type }) => type === 'requested')
          ? plainRules(observation, history)
          : { type: 'act', action: { verb: 'stop', final: false }, reason: 'it runs', after: [] },
      act: (_id, count) =>
        count === 1 ? { result: 'accepted', tombstone: { stopped: true }, exchange: EXCHANGE } : undefined,
    })
    expect((await run())[0]).toMatchObject({ outcome: 'deleted', tombstone: { id: 'd0' } })
  })
})

describe('a dry run', () => {
  it('acts on nothing and tells the plan', async () => {
    const { run, noted } = scripted(active(12))
    const results = await run({ dryRun: true })
    expect(noted.filter(({ kind }) => kind === 'act')).toEqual([])
    expect(results).toMatchObject(Array(12).fill({ outcome: 'planned', plan: ['delete', 'wait until gone'] }))
  })

  it('waits for nothing that somebody else has begun', async () => {
    const { run, clock } = scripted(active(1), {
      nextStep: () => ({ type: 'wait', until: 'gone', reason: 'it is DELETING', after: [] }),
    })
    expect(outcomes(await run({ dryRun: true }))).toEqual(['planned'])
    expect(clock.elapsed()).toBe(0)
  })

  it('says what is not there, what must stay and what cannot be read, as a real one does', async () => {
    const { run } = scripted(active(2), {
      look: (id) => {
        if (id === 'd1') throw new ProviderError('target', 'HTTP 403')
        return undefined
      },
    })
    const veto = () => 'it is protected'
    expect(outcomes(await run({ dryRun: true, veto, ids: ['d0', 'd1', 'd2'] }))).toEqual([
      'refused',
      'failed',
      'already-gone',
    ])
  })
})

describe("'wait: false'", () => {
  it('is done once deletion is accepted', async () => {
    const { run, clock } = scripted(active(3), { goneMs: 600_000 })
    const results = await run({ wait: false })
    expect(outcomes(results)).toEqual(['accepted', 'accepted', 'accepted'])
    expect(results[0]).toMatchObject({ tombstone: { id: 'd0' } })
    expect(clock.elapsed()).toBeLessThan(1000)
  })

  it('still waits for a stop that must come first', async () => {
    const { run, clock } = scripted(active(1), {
      nextStep: (observation, history) => {
        const stopped = clock.elapsed() >= 20_000
        if (stopped) return plainRules(observation, history)
        return history.some(({ type }) => type === 'requested')
          ? { type: 'wait', until: 'stopped', reason: 'it is STOPPING', after: [] }
          : { type: 'act', action: { verb: 'stop', final: false }, reason: 'it runs', after: [] }
      },
      act: (_id, count) => (count === 1 ? { result: 'accepted', exchange: EXCHANGE } : undefined),
      goneMs: 600_000,
    })
    expect(outcomes(await run({ wait: false }))).toEqual(['accepted'])
    expect(clock.elapsed()).toBeGreaterThanOrEqual(20_000)
    expect(clock.elapsed()).toBeLessThan(24_000)
  })
})

describe('a reason of the user to keep a target', () => {
  it('keeps it: nothing is asked of the provider, the others go', async () => {
    const { run, noted } = scripted(active(3))
    const results = await run({ veto: ({ name }) => (name === 'name-1' ? "protected by 'name-1'" : undefined) })
    expect(outcomes(results)).toEqual(['deleted', 'refused', 'deleted'])
    expect(results[1]?.reason).toContain("protected by 'name-1'")
    expect(noted.filter(({ kind, id }) => kind === 'act' && id === 'd1')).toEqual([])
  })

  it('counts also when it comes up only after the first look', async () => {
    const { run, noted, things } = scripted(active(1), {
      act: () => ({ result: 'refused', problem: 'HTTP 409', status: 409, exchange: EXCHANGE }),
      look: (_id, count) => {
        if (count > 1) things.set('d0', { status: 'ACTIVE', name: 'main' })
        return undefined
      },
    })
    const results = await run({ veto: ({ name }) => (name === 'main' ? 'protected' : undefined) })
    expect(outcomes(results)).toEqual(['refused'])
    expect(noted.filter(({ kind }) => kind === 'act')).toHaveLength(1)
  })

  it('no longer matters once deletion is accepted: then it is only watched', async () => {
    const { run, things, clock } = scripted(active(1), { goneMs: 5000 })
    clock.at(1000, () => {
      things.set('d0', { status: 'DELETING', name: 'main', goneAt: 5000 })
    })
    const results = await run({ veto: ({ name }) => (name === 'main' ? 'protected' : undefined) })
    expect(outcomes(results)).toEqual(['deleted'])
  })
})

describe('actions', () => {
  it('are those that the rules ask for', async () => {
    const { run, noted } = scripted(active(1))
    await run()
    expect(noted.map(({ verb, how }) => verb ?? how)).toEqual(['observe', DELETE.verb, 'confirmGone'])
  })
})
