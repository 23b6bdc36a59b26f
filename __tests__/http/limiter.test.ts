import { describe, expect, it } from 'vitest'
import { createLimiter } from '../../src/http/limiter.ts'
import { fakeClock, START } from '../support/clock.ts'
import { answer, DELETE, failureOf, GET, rig } from './wire.ts'

const NEVER = new AbortController().signal

describe('the limiter', () => {
  it('lets no more than its concurrency be under way at once, and everything through in order', async () => {
    const clock = fakeClock()
    const limiter = createLimiter(clock, 3)
    let [now, most] = [0, 0]
    const order: number[] = []
    const work = (number: number) => async () => {
      most = Math.max(most, ++now)
      order.push(number)
      await clock.sleep(100)
      now -= 1
      return number
    }

    const results = await Promise.all(Array.from({ length: 10 }, (_, number) => limiter.pass(work(number), NEVER)))

    expect(most).toBe(3)
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(results).toEqual(order)
    expect(clock.elapsed()).toBe(400)
  })

  it('a failure makes room like a success', async () => {
    const limiter = createLimiter(fakeClock(), 1)
    const failed = limiter.pass(() => Promise.reject(new Error('broken')), NEVER)
    const next = limiter.pass(async () => 'through', NEVER)
    await expect(failed).rejects.toThrow('broken')
    expect(await next).toBe('through')
  })

  it('after a pause, nothing starts before it is over', async () => {
    const clock = fakeClock()
    const limiter = createLimiter(clock, 5)
    limiter.pause(5000)
    limiter.pause(2000)
    const starts = await Promise.all([1, 2, 3].map(() => limiter.pass(async () => clock.elapsed(), NEVER)))
    expect(starts).toEqual([5000, 5000, 5000])
  })

  it('a pause that is made longer while others wait holds them as well', async () => {
    const clock = fakeClock()
    const limiter = createLimiter(clock, 5)
    limiter.pause(1000)
    clock.at(500, () => limiter.pause(3000))
    expect(await limiter.pass(async () => clock.elapsed(), NEVER)).toBe(3500)
  })

  it('a pause longer than a timer can hold is waited for in pieces, not skipped', async () => {
    const sleeps: number[] = []
    const over = new AbortController()
    const clock = {
      now: () => 0,
      sleep: async (ms: number) => {
        sleeps.push(ms)
        if (sleeps.length === 3) over.abort()
      },
    }
    const limiter = createLimiter(clock, 1)
    limiter.pause(Number.POSITIVE_INFINITY)
    await limiter.pass(async () => undefined, over.signal)
    expect(sleeps).toEqual([2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1])
  })
})

describe('after a 429', () => {
  it('all requests of the account stay away as long as it says, writes too', async () => {
    const { http, sent } = rig([answer(429, {}, { 'retry-after': '2' }), answer(200)])
    await failureOf(http.write(DELETE))
    await Promise.all([http.read(GET), http.write(DELETE)])
    expect(sent.map(({ at }) => at)).toEqual([0, 2_000, 2_000])
  })

  it('a write that is held back for longer is not sent: what it was decided on is outdated by then', async () => {
    const { http, sent } = rig([answer(429, {}, { 'retry-after': '10' }), answer(200)])
    await failureOf(http.write(DELETE))
    const [, problem] = await Promise.all([
      http.read(GET),
      failureOf(http.write({ ...DELETE, notAfter: START + 3000 })),
    ])
    expect(problem.message).toContain('not sent')
    expect(sent.map(({ at, method }) => `${method} ${at}`)).toEqual(['DELETE 0', 'GET 10000'])
  })

  it('without a time, they stay away for a moment', async () => {
    const { http, sent } = rig([answer(429), answer(200)])
    await failureOf(http.write(DELETE))
    await http.write(DELETE)
    expect(sent[1]?.at).toBeGreaterThanOrEqual(250)
  })

  it('a 503 holds back only the request that met it', async () => {
    const { http, sent } = rig([answer(503, {}, { 'retry-after': '10' }), answer(200)])
    await failureOf(http.write(DELETE))
    await http.write(DELETE)
    expect(sent.map(({ at }) => at)).toEqual([0, 0])
  })
})
