import { describe, expect, it } from 'vitest'
import { pause } from '../../src/teardown/polling.ts'
import { active, type Noted, outcomes, scripted } from './scripted.ts'

const RANDOMS: [string, () => number][] = [
  ['no jitter', () => 0],
  ['the most jitter', () => 0.999_999],
]

/** One target that is there until `goneMs` after its deletion; gives the looks since, and how late its end was noticed. */
async function watch(goneMs: number, random: () => number, lookMs = 0): Promise<{ looks: number; lateMs: number }> {
  const { run, noted, clock } = scripted(active(1), { goneMs, lookMs })
  const results = await run({ random })
  expect(outcomes(results)).toEqual(['deleted'])
  const deletedAt = noted.find(({ kind }) => kind === 'act')?.at ?? 0
  return {
    looks: noted.filter(({ kind, at }) => kind === 'look' && at >= deletedAt).length - 1,
    lateMs: clock.elapsed() - deletedAt - goneMs,
  }
}

describe.each(RANDOMS)('looking whether it is gone, with %s', (_name, random) => {
  it.each([0, 60, 450])('at most 60 looks in ten minutes, each of which takes %d ms', async (lookMs) => {
    const { looks } = await watch(600_000, random, lookMs)
    expect(looks).toBeLessThanOrEqual(60)
    expect(looks).toBeGreaterThan(20)
  })

  it.each([0, 1, 100, 300, 800, 1500, 2700, 5200, 7999, 9000])(
    'gone after %d ms: noticed at most a second late, however long a look takes',
    async (ms) => {
      for (const lookMs of [0, 60, 450]) {
        expect((await watch(ms, random, lookMs)).lateMs, `${lookMs} ms a look`).toBeLessThanOrEqual(1000)
      }
    },
  )

  it('a provider that takes long to answer gets a rest as long as the pause would be', async () => {
    const { run, noted } = scripted(active(1), { goneMs: 20_000, lookMs: 3000 })
    await run({ random })
    const looks = noted.filter(({ kind }) => kind === 'look').slice(2)
    const rests = looks.slice(1).map(({ at }, index) => at - (looks[index]?.until ?? 0))
    expect(rests.length).toBeGreaterThan(3)
    expect(Math.min(...rests)).toBeGreaterThanOrEqual(240)
  })

  it.each([10_001, 12_345, 31_000, 60_001, 123_456, 299_999, 900_000])(
    'gone after %d ms: noticed at most a tenth late',
    async (ms) => {
      expect((await watch(ms, random)).lateMs).toBeLessThanOrEqual(ms / 10)
    },
  )
})

describe('the pause before the next look', () => {
  it('is none at first, since some deletions are immediate', () => {
    expect(pause(0, 0, () => 0)).toBe(0)
  })

  it('never shrinks the longer it takes, and is never zero', () => {
    let [waited, last] = [0, 1]
    for (let looks = 1; waited < 3_600_000; looks++) {
      const ms = pause(waited, looks, () => 0)
      expect(ms).toBeGreaterThanOrEqual(last)
      last = ms
      waited += ms
    }
    expect(last).toBeGreaterThan(300_000)
  })
})

describe('many targets', () => {
  it.each([50, 200, 450])('with lists that take %d ms, their end is noticed at most a second late', async (lookMs) => {
    for (const goneMs of [1500, 2700, 4100, 5200, 7999]) {
      const { run, noted, clock } = scripted(active(1000), { goneMs, lookMs })
      await run()
      const lastAct = Math.max(...noted.filter(({ kind }) => kind === 'act').map(({ until }) => until ?? 0))
      expect(clock.elapsed() - lastAct - goneMs, `gone after ${goneMs} ms`).toBeLessThanOrEqual(1000)
    }
  })

  it('share their looks: none of a hundred is looked at oftener than one alone, and many at once', async () => {
    const { run, noted } = scripted(active(100), { goneMs: 600_000, actMs: 300 })
    await run()
    const looks = noted.filter(({ kind, how }) => kind === 'look' && how === 'confirmGone')
    const each = Object.values(Object.groupBy(looks, ({ id }) => id)).map((own) => own?.length ?? 0)
    expect(Math.max(...each)).toBeLessThanOrEqual(60)
    expect(new Set(looks.map(({ at }) => at)).size).toBeLessThan(looks.length / 20)
  })

  it('while every write hangs, the loop sleeps instead of spinning', async () => {
    const stop = new AbortController()
    const { run, clock, beats } = scripted(active(12), {
      act: () =>
        new Promise((resolve) =>
          stop.signal.addEventListener('abort', () => resolve({ result: 'unknown', problem: 'x' })),
        ),
    })
    clock.at(300_000, () => stop.abort())
    const results = await run({ stop: stop.signal })
    expect(outcomes(results)).toEqual(Array(12).fill('timed-out'))
    expect(beats()).toBeLessThan(100)
  })

  it('where each look costs requests of its own, only as many are looked at as can be written before that is outdated', async () => {
    const { run, noted, clock } = scripted(active(300), { lookMs: (targets) => 40 * targets, actMs: 100 })
    expect(new Set(outcomes(await run()))).toEqual(new Set(['deleted']))
    const looks = noted.filter(({ kind, how }) => kind === 'look' && how === 'observe')
    expect(looks.length).toBeLessThan(1.1 * 300)
    const batches = Object.values(Object.groupBy(looks, ({ at }) => at))
    expect(Math.max(...batches.map((each) => each?.length ?? 0))).toBeLessThanOrEqual(75)
    expect(clock.elapsed()).toBeLessThan(60_000)
  })

  it('where one list serves all, most are looked at once, and a list is asked for once in the time a decision holds', async () => {
    const { run, noted } = scripted(active(1000), { lookMs: 100, actMs: 50, concurrency: 4, goneMs: 2500 })
    expect(new Set(outcomes(await run()))).toEqual(new Set(['deleted']))
    const looks = noted.filter(({ kind, how }) => kind === 'look' && how === 'observe')
    expect(looks.length).toBeLessThan(1.05 * 1000)
    const acts = noted.filter(({ kind }) => kind === 'act').map(({ at }) => at)
    const lists = new Set(looks.map(({ at }) => at)).size
    expect(lists).toBeLessThan((2 * Math.max(...acts)) / 3000 + 3)
    // Nothing is waited for between two writes: 1,000 of 50 ms each, four at once.
    expect(Math.max(...acts)).toBeLessThan(1.02 * 12_500)
  })
})

describe('an action is decided on a fresh look', () => {
  /** How old the last look at the target was when the action began; ms. */
  function ages(noted: readonly Noted[]): number[] {
    return noted
      .filter(({ kind }) => kind === 'act')
      .map((act) => {
        const looks = noted.filter(
          ({ kind, id, until }) => kind === 'look' && id === act.id && (until ?? Infinity) <= act.at,
        )
        return act.at - Math.max(...looks.map(({ until }) => until ?? 0))
      })
  }

  it('one older than three seconds is taken again first', async () => {
    const { run, noted } = scripted(active(40), { actMs: 5000, lookMs: 200 })
    expect(outcomes(await run())).toEqual(Array(40).fill('deleted'))
    expect(ages(noted)).toHaveLength(40)
    expect(Math.max(...ages(noted))).toBeLessThanOrEqual(3000)
  })

  it('what changed while it waited for its turn is not deleted', async () => {
    const { run, noted, things, clock } = scripted(active(9), { actMs: 10_000 })
    clock.at(2000, () => void things.set('d8', { status: 'ACTIVE', name: 'main' }))
    const results = await run({ veto: ({ name }) => (name === 'main' ? 'protected' : undefined) })
    expect(outcomes(results)).toEqual([...Array(8).fill('deleted'), 'refused'])
    expect(noted.filter(({ kind, id }) => kind === 'act' && id === 'd8')).toEqual([])
  })

  it('what somebody else deleted while it waited for its turn is not deleted again', async () => {
    const { run, noted, things, clock } = scripted(active(9), { actMs: 10_000 })
    clock.at(2000, () => void things.delete('d8'))
    expect(outcomes(await run())).toEqual(Array(9).fill('deleted'))
    expect(noted.filter(({ kind, id }) => kind === 'act' && id === 'd8')).toEqual([])
  })
})
