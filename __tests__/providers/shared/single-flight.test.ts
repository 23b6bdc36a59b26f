import { describe, expect, it } from 'vitest'
import { coalesce, singleFlightNext } from '../../../src/providers/shared/single-flight.ts'

describe('a list that several ask for', () => {
  it('in the same moment: one request, the same answer', async () => {
    let asked = 0
    const ask = coalesce(async () => ++asked)
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1])
  })

  it('a moment later, even while the first is under way: a request of its own, since what it is to see may be newer', async () => {
    let asked = 0
    const ask = coalesce(async () => ++asked)
    const first = ask()
    await Promise.resolve()
    expect(await Promise.all([first, ask()])).toEqual([1, 2])
  })

  it('that cannot be read: all are told, and the next one asks again', async () => {
    let asked = 0
    const ask = coalesce(async () => {
      if (++asked === 1) throw new Error('no')
      return asked
    })
    const results = await Promise.allSettled([ask(), ask()])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await ask()).toBe(2)
  })
})

describe('the next list, for those who know more than one under way may show', () => {
  /** Each answer is its number, and comes when told. */
  function slowly() {
    const waiting: (() => void)[] = []
    let asked = 0
    const ask = singleFlightNext(() => {
      const number = ++asked
      return new Promise<number>((resolve) => waiting.push(() => resolve(number)))
    })
    const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
    return { ask, answer: () => waiting.shift()?.(), settle, asked: () => asked }
  }

  it('asked while one is under way: however many ask, one more request', async () => {
    const { ask, answer, settle, asked } = slowly()
    const first = ask()
    await settle()
    const others = [ask(), ask(), ask()]
    await settle()
    expect(asked()).toBe(1)
    answer()
    await settle()
    answer()
    expect([await first, ...(await Promise.all(others))]).toEqual([1, 2, 2, 2])
  })

  it('one that fails does not keep the next from being asked', async () => {
    let asked = 0
    const ask = singleFlightNext(async () => {
      if (++asked === 1) throw new Error('no')
      return asked
    })
    await expect(ask()).rejects.toThrow('no')
    expect(await ask()).toBe(2)
  })
})
