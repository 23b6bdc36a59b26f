import { describe, expect, it } from 'vitest'
import { HttpError } from '../../src/http/errors.ts'
import type { Observation } from '../../src/providers/observation.ts'
import type { ActionResult } from '../../src/providers/step.ts'
import type { StopReason } from '../../src/teardown/options.ts'
import { active, EXCHANGE, outcomes, type Script, scripted } from './scripted.ts'

/** Runs `count` targets and stops the run after `ms`. */
async function stopAfter(ms: number, count: number, script: Script, reason: StopReason = 'timed-out') {
  const stop = new AbortController()
  const setup = scripted(active(count), script)
  setup.clock.at(ms, () => stop.abort())
  const results = await setup.run({ stop: stop.signal, stopReason: () => reason })
  return { ...setup, results, endedAt: setup.clock.elapsed() }
}

describe('the deadline', () => {
  it('ends targets that are not gone as timed-out, with the last state seen', async () => {
    const { results, endedAt } = await stopAfter(60_000, 2, { goneMs: 3_600_000 })
    expect(outcomes(results)).toEqual(['timed-out', 'timed-out'])
    expect(results[0]).toMatchObject({ lastStatus: 'ACTIVE', tombstone: { id: 'd0' } })
    expect(results[0]?.reason).toContain('ACTIVE')
    expect(results[0]?.reason).toMatch(/accepted but not confirmed/)
    expect(endedAt).toBe(60_000)
  })

  it('says that deletion was not accepted yet where it was not', async () => {
    const busy: ActionResult = { result: 'refused', problem: 'HTTP 409', status: 409, exchange: EXCHANGE }
    const { results } = await stopAfter(30_000, 1, { act: () => busy })
    expect(results[0]?.reason).toMatch(/not accepted yet.*ACTIVE/)
  })

  it('says that it is unknown whether the last request was carried out where the answer was lost', async () => {
    const { results } = await stopAfter(600, 1, {
      act: () => {
        throw new HttpError('network', 'reset', EXCHANGE, { retryAfterMs: 20_000 })
      },
    })
    expect(outcomes(results)).toEqual(['timed-out'])
    expect(results[0]?.reason).toMatch(/unknown/)
  })

  it('says that it was not seen where no look came back', async () => {
    const { results } = await stopAfter(1000, 1, {
      lookMs: 2000,
      look: () => {
        throw new HttpError('stopped', 'over', EXCHANGE)
      },
    })
    expect(outcomes(results)).toEqual(['timed-out'])
    expect(results[0]?.reason).toMatch(/not found yet/)
  })

  it('what was reached before stays as it was', async () => {
    const { results } = await stopAfter(10_000, 3, {
      act: (id) => (id === 'd1' ? { result: 'accepted', exchange: EXCHANGE } : undefined),
      goneMs: 2000,
    })
    expect(outcomes(results)).toEqual(['deleted', 'timed-out', 'deleted'])
  })
})

describe('a cancellation', () => {
  it('begins nothing new, waits for what is under way, and tells what became of it', async () => {
    const { results, noted } = await stopAfter(1500, 20, { actMs: 1000, goneMs: 600_000 }, 'cancelled')
    const late = noted.filter(({ at }) => at > 1500)

    expect(outcomes(results)).toEqual(Array(20).fill('cancelled'))
    expect(late).toEqual([])
    expect(noted.filter(({ kind }) => kind === 'act')).toHaveLength(16)
    const accepted = results.filter(({ history }) =>
      history.some((event) => event.type === 'requested' && event.actionResult.result === 'accepted'),
    )
    expect(accepted).toHaveLength(16)
  })

  it('that comes before anything was begun: nothing is sent', async () => {
    const { run, noted } = scripted(active(3))
    const results = await run({ stop: AbortSignal.abort(), stopReason: () => 'cancelled' })
    expect(outcomes(results)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect(noted).toEqual([])
  })

  it('a look under way that shows it gone ends it as deleted', async () => {
    const { results } = await stopAfter(2500, 1, { goneMs: 100, lookMs: 2000 }, 'cancelled')
    expect(outcomes(results)).toEqual(['deleted'])
  })

  it('a decision that a look under way leads to is not carried out any more', async () => {
    const { results, noted } = await stopAfter(500, 3, { lookMs: 1000 }, 'cancelled')
    expect(outcomes(results)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect(noted.filter(({ kind }) => kind === 'act')).toEqual([])
  })
})

describe('the deadline comes before a new target must be visible', () => {
  const absent: Observation = { state: 'absent', exchange: EXCHANGE }
  const searching: Script['nextStep'] = () => ({
    ...{ type: 'wait', until: 'confirmed', reason: 'not found; it may be too new to be shown', after: [] },
    pauseMs: 1000,
  })

  it('it is already gone where the last look did not find it', async () => {
    const { results } = await stopAfter(7000, 1, { nextStep: searching, look: () => absent })
    expect(outcomes(results)).toEqual(['already-gone'])
    expect(results[0]?.reason).toContain('(checked for 6.0 s)')
  })

  it.each([
    [1900, 'already-gone'],
    [2100, 'timed-out'],
  ])('a look that takes %i ms by then: %s', async (hangsMs, outcome) => {
    let looks = 0
    const world = scripted(active(1), {
      nextStep: searching,
      observe: async () => {
        if (++looks === 1) return [absent]
        await world.clock.sleep(60_000, stop.signal)
        throw new HttpError('stopped', 'the step ended before an answer came', EXCHANGE)
      },
    })
    const stop = new AbortController()
    world.clock.at(1000 + hangsMs, () => stop.abort())
    expect(outcomes(await world.run({ stop: stop.signal, stopReason: () => 'timed-out' }))).toEqual([outcome])
  })

  it('it is timed-out where the last look could not be read', async () => {
    const look: Script['look'] = (_id, count) => {
      if (count === 1) return absent
      throw new HttpError('network', 'reset', EXCHANGE)
    }
    const { results } = await stopAfter(7000, 1, { nextStep: searching, look })
    expect(outcomes(results)).toEqual(['timed-out'])
    expect(results[0]?.reason).toContain('reset')
  })
})
