import { describe, expect, it } from 'vitest'
import { readTogether } from '../../../src/providers/shared/together.ts'
import { fakeClock } from '../../support/clock.ts'

/** Reads that take so long, the first one by turns; each answer is the time at which it came. */
function reads(clock: ReturnType<typeof fakeClock>, slow: readonly number[]) {
  const waits = [...slow]
  let quick = 0
  return {
    both: [
      async () => {
        await clock.sleep(waits.shift() ?? 0)
        return clock.elapsed()
      },
      async () => {
        quick++
        return clock.elapsed()
      },
    ] as const,
    rounds: () => quick,
  }
}

describe('answers that are judged together', () => {
  it('count if they come within three seconds of each other', async () => {
    const clock = fakeClock()
    const { both, rounds } = reads(clock, [3000])
    expect(await readTogether(clock, both)).toEqual([3000, 0])
    expect(rounds()).toBe(1)
  })

  it('are all read again if one takes longer', async () => {
    const clock = fakeClock()
    const { both, rounds } = reads(clock, [3001, 10])
    expect(await readTogether(clock, both)).toEqual([3011, 3001])
    expect(rounds()).toBe(2)
  })

  it('count in the third round, however slow it is', async () => {
    const clock = fakeClock()
    const { both, rounds } = reads(clock, [5000, 5000, 5000, 5000])
    expect(await readTogether(clock, both)).toEqual([15_000, 10_000])
    expect(rounds()).toBe(3)
  })

  it('are none if one read fails', async () => {
    const fails = async (): Promise<never> => {
      throw new Error('no answer')
    }
    await expect(readTogether(fakeClock(), [fails, async () => 1])).rejects.toThrow('no answer')
  })
})
