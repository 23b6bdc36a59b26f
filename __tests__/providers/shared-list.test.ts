import { describe, expect, it } from 'vitest'
import { shared } from '../../src/providers/shared-list.ts'

describe('a list that several ask for', () => {
  it('in the same moment: one request, the same answer', async () => {
    let asked = 0
    const ask = shared(async () => ++asked)
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1])
  })

  it('a moment later, even while the first is under way: a request of its own, since what it is to see may be newer', async () => {
    let asked = 0
    const ask = shared(async () => ++asked)
    const first = ask()
    await Promise.resolve()
    expect(await Promise.all([first, ask()])).toEqual([1, 2])
  })

  it('that cannot be read: all are told, and the next one asks again', async () => {
    let asked = 0
    const ask = shared(async () => {
      if (++asked === 1) throw new Error('no')
      return asked
    })
    const results = await Promise.allSettled([ask(), ask()])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await ask()).toBe(2)
  })
})
