import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'

describe('the real clock', () => {
  it('tells Unix time in whole milliseconds, and never goes back', () => {
    const [before, first, second, after] = [Date.now(), systemClock.now(), systemClock.now(), Date.now()]
    expect(Number.isInteger(first)).toBe(true)
    expect(second).toBeGreaterThanOrEqual(first)
    expect(first).toBeGreaterThan(before - 1000)
    expect(first).toBeLessThan(after + 1000)
  })

  it('sleeps no shorter than asked', async () => {
    const before = performance.now()
    await systemClock.sleep(20)
    expect(performance.now() - before).toBeGreaterThanOrEqual(18)
  })

  it('wakes at once when the signal aborts, and rejects nothing', async () => {
    const over = new AbortController()
    const sleep = systemClock.sleep(3_600_000, over.signal)
    over.abort(new Error('cancelled'))
    expect(await sleep).toBeUndefined()
  })

  it('does not sleep at all when the signal has aborted already', async () => {
    expect(await systemClock.sleep(3_600_000, AbortSignal.abort())).toBeUndefined()
  })
})
