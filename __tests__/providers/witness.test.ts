import { expect, it } from 'vitest'
import type { Exchange } from '../../src/http/exchange.ts'
import type { Observation, Target } from '../../src/providers/provider.ts'
import { witnessed } from '../../src/providers/witness.ts'

const exchange: Exchange = { at: 0, ms: 0, method: 'GET', path: '/list' }
const targets = ['a', 'b', 'c'].map((id): Target => ({ resource: 'deployment', id }))

/** What is said of a, b and c when these exist, and who was asked for. */
async function said(existing: readonly string[], failing: readonly string[] = []) {
  const asked: string[] = []
  const words = await witnessed(targets, exchange, async ({ id }): Promise<Observation> => {
    asked.push(id)
    if (failing.includes(id)) throw new Error('no')
    if (!existing.includes(id)) return { state: 'absent', exchange }
    return { state: 'present', sighting: { status: 'ACTIVE', facts: undefined }, exchange }
  })
  return { states: targets.map((target) => words.get(target)?.state), asked }
}

it('one that is gone indeed speaks for all', async () => {
  expect(await said([])).toEqual({ states: ['absent', 'absent', 'absent'], asked: ['c'] })
})

it('one that is there: each is asked for', async () => {
  expect(await said(['a', 'c'])).toEqual({ states: ['present', 'absent', 'present'], asked: ['c', 'a', 'b'] })
})

it('one of whom nothing can be said speaks for nobody', async () => {
  expect(await said(['b'], ['c'])).toEqual({ states: ['absent', 'present', 'unreadable'], asked: ['c', 'a', 'b'] })
})

it('nobody is missing: nobody is asked', async () => {
  const look = async (): Promise<Observation> => {
    throw new Error('asked')
  }
  expect((await witnessed([], exchange, look)).size).toBe(0)
})
