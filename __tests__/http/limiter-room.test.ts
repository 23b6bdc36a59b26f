import { expect, it } from 'vitest'
import { createLimiter } from '../../src/http/limiter.ts'
import { fakeClock } from '../support/clock.ts'

it.each([1, 2, 4])('never more than %i at once, whoever comes while others leave and wait', async (room) => {
  const clock = fakeClock()
  const limiter = createLimiter(clock, room)
  const { signal } = new AbortController()
  let underWay = 0
  let most = 0
  const work = async (ms: number) => {
    underWay += 1
    most = Math.max(most, underWay)
    await clock.sleep(ms)
    underWay -= 1
  }
  const arrivals = Array.from({ length: 40 }, async (_, index) => {
    await clock.sleep(index * 7)
    await limiter.pass(() => work(20 + ((index * 13) % 30)), signal)
  })
  await Promise.all(arrivals)
  expect(most).toBe(room)
})
