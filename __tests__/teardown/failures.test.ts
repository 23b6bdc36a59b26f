import { describe, expect, it } from 'vitest'
import { HttpError } from '../../src/http/errors.ts'
import { UnclearAnswer } from '../../src/providers/errors.ts'
import { active, EXCHANGE, outcomes, plainRules, scripted } from './scripted.ts'

const lost = () => new HttpError('network', 'the connection failed (ECONNRESET)', EXCHANGE)

describe('a write whose answer was lost', () => {
  it('is looked at before anything is repeated: carried out, so it is not sent again', async () => {
    const { run, noted } = scripted(active(1), {
      goneMs: 100,
      act: (_id, _count, proceed) => {
        proceed()
        throw lost()
      },
    })
    expect(outcomes(await run())).toEqual(['deleted'])
    expect(noted.filter(({ kind }) => kind === 'act')).toHaveLength(1)
  })

  it('not carried out: repeated after another look', async () => {
    const { run, noted } = scripted(active(1), {
      act: (_id, count) => {
        if (count < 3) throw lost()
        return undefined
      },
    })
    expect(outcomes(await run())).toEqual(['deleted'])
    expect(noted.map(({ kind }) => kind)).toEqual(['look', 'act', 'look', 'act', 'look', 'act', 'look'])
  })

  it.each<[string, () => unknown]>([
    ['a broken connection', lost],
    ['an answer that is not as documented', () => new UnclearAnswer('half an answer', EXCHANGE)],
    ['an error nobody thought of', () => new TypeError('x is not a function')],
    ['something that is no error at all', () => 'just a text'],
  ])(
    '%s every time: given up after a few tries, each after a look, with longer and longer waits',
    async (_what, error) => {
      const { run, noted } = scripted(active(1), {
        act: () => {
          throw error()
        },
      })
      const [result] = await run()
      const acts = noted.filter(({ kind }) => kind === 'act')

      expect(result?.outcome).toBe('failed')
      expect(acts).toHaveLength(8)
      for (const [index, { at }] of acts.entries()) {
        if (index === 0) continue
        const before = acts[index - 1]?.at ?? 0
        expect(noted.some(({ kind, at: look }) => kind === 'look' && look > before && look <= at)).toBe(true)
        expect(at - before).toBeGreaterThanOrEqual(500)
      }
    },
  )

  it('the time that the provider asks for is kept to before it is sent again; looks go on, ever more rarely', async () => {
    const { run, noted } = scripted(active(1), {
      act: (_id, count) => {
        if (count === 1) throw new HttpError('busy', 'HTTP 503', EXCHANGE, { retryAfterMs: 17_000 })
        return undefined
      },
    })
    await run()
    const early = noted.filter(({ at }) => at > 0 && at < 17_000)
    expect(early.map(({ kind }) => kind)).toEqual(early.map(() => 'look'))
    expect(early.length).toBeGreaterThanOrEqual(3)
    expect(early.length).toBeLessThanOrEqual(7)
    const gaps = early.slice(1).map(({ at }, index) => at - (early[index]?.at ?? 0))
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b))
    expect(noted.some(({ kind, at }) => kind === 'act' && at >= 17_000 && at < 18_000)).toBe(true)
  })
})

describe('a write that the state does not allow', () => {
  it('is decided anew after another look, with longer and longer waits', async () => {
    const { run, noted } = scripted(active(1), {
      act: (_id, count) =>
        count < 5 ? { result: 'refused', problem: 'HTTP 409: busy', status: 409, exchange: EXCHANGE } : undefined,
    })
    expect(outcomes(await run())).toEqual(['deleted'])
    const acts = noted.filter(({ kind }) => kind === 'act').map(({ at }) => at)
    expect(acts).toEqual([0, 500, 1500, 3500, 7500])
  })

  it('that finds nothing any more is confirmed by a look, and never taken as done', async () => {
    const { run, noted, things } = scripted(active(1), {
      act: () => {
        things.delete('d0')
        return { result: 'not-found', exchange: EXCHANGE }
      },
    })
    expect(outcomes(await run())).toEqual(['deleted'])
    expect(noted.at(-1)?.kind).toBe('look')
  })
})

describe('a mistake of the loop itself', () => {
  it('is told, fails what has not ended with how far it got, and keeps what was reached', async () => {
    const { run, clock } = scripted(active(2), { goneMs: 5000 })
    const mistakes: unknown[] = []
    const waiting = () => {
      if (clock.elapsed() > 1000) throw new TypeError('oops')
    }
    const progress = { happened: () => {}, decided: () => {}, ended: () => {}, waiting }
    const results = await run({ progress, onMistake: (error) => mistakes.push(error) })
    expect(mistakes).toEqual([new TypeError('oops')])
    expect(outcomes(results)).toEqual(['failed', 'failed'])
    expect(results[0]?.reason).toMatch(/failed unexpectedly \(oops\); deletion was accepted but not confirmed/)
  })
})

describe('looks without a readable answer', () => {
  it('are borne until the deadline, ever more rarely, and the reason has the cause and what was seen last', async () => {
    const deadline = new AbortController()
    const { run, noted, clock } = scripted(active(2), {
      goneMs: 60_000,
      look: (id, count) => {
        if (id === 'd0' && count > 2) throw new UnclearAnswer('HTTP 200 with an HTML page', EXCHANGE)
        return undefined
      },
    })
    clock.at(900_000, () => deadline.abort())
    const results = await run({ stop: deadline.signal })
    expect(outcomes(results)).toEqual(['timed-out', 'deleted'])
    expect(results[0]?.reason).toContain('HTTP 200 with an HTML page')
    expect(results[0]?.reason).toContain('ACTIVE')
    expect(noted.filter(({ kind, id }) => kind === 'look' && id === 'd0').length).toBeLessThan(60)
  })

  it('between readable ones they change nothing', async () => {
    const { run } = scripted(active(1), {
      goneMs: 30_000,
      look: (_id, count) => {
        if (count % 3 !== 0) throw new UnclearAnswer('unreadable', EXCHANGE)
        return undefined
      },
    })
    expect(outcomes(await run())).toEqual(['deleted'])
  })

  it('never mean gone', async () => {
    const deadline = new AbortController()
    const { run, clock } = scripted(active(1), {
      look: (_id, count) => {
        if (count > 1) throw new UnclearAnswer('HTTP 500', EXCHANGE)
        return undefined
      },
    })
    clock.at(900_000, () => deadline.abort())
    expect(outcomes(await run({ stop: deadline.signal }))).toEqual(['timed-out'])
  })
})

describe('a mistake in a provider', () => {
  it('rules that throw fail this target alone, and the run still ends with a result for each', async () => {
    const { run } = scripted(active(3), {
      nextStep: (observation, history) => {
        if (observation.state === 'present' && observation.snapshot.name === 'name-1') throw new TypeError('oops')
        return plainRules(observation, history)
      },
    })
    const results = await run()
    expect(outcomes(results)).toEqual(['deleted', 'failed', 'deleted'])
    expect(results[1]?.reason).toContain('oops')
  })

  it('a check of names that throws fails this target alone', async () => {
    const { run, noted } = scripted(active(3))
    const veto = ({ name }: { name?: string }) => {
      if (name === 'name-1') throw new RangeError('too much')
      return undefined
    }
    expect(outcomes(await run({ veto }))).toEqual(['deleted', 'failed', 'deleted'])
    expect(noted.filter(({ kind, id }) => kind === 'act' && id === 'd1')).toEqual([])
  })

  it('an action that throws before it returns a promise is an action with unknown result', async () => {
    const { run, provider } = scripted(active(2))
    const act: typeof provider.act = (target, action, limits) => {
      if (target.id === 'd0') throw new TypeError('oops')
      return provider.act(target, action, limits)
    }
    const results = await run({ provider: { ...provider, act } })
    expect(outcomes(results)).toEqual(['failed', 'deleted'])
    expect(results[0]?.reason).toContain('oops')
  })

  it.each<[string, () => Promise<never[]>]>([
    [
      'throws at once',
      () => {
        throw new TypeError('oops')
      },
    ],
    ['rejects with no error', () => Promise.reject('just a text')],
    ['answers about nothing', async () => []],
  ])('a look that %s is borne a few times, then the targets fail', async (_what, observe) => {
    const { run, noted } = scripted(active(2), { observe })
    expect(outcomes(await run())).toEqual(['failed', 'failed'])
    expect(noted.filter(({ kind }) => kind === 'act')).toEqual([])
  })
})
