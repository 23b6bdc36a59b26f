import { expect, it } from 'vitest'
import type { Exchange } from '../../../src/http/exchange.ts'
import type { Observation } from '../../../src/providers/observation.ts'
import { witnessed } from '../../../src/providers/shared/list-observer.ts'
import type { Target } from '../../../src/providers/target.ts'

const exchange: Exchange = { at: 0, ms: 0, method: 'GET', path: '/list' }
const ID = Array.from({ length: 20 }, (_, index) => `d${index}`)
const targetsOf = (ids: readonly string[]) => ids.map((id): Target => ({ resource: 'deployment', id }))

/** What is said of targets when these exist, and who was asked for. */
async function said(
  ids: readonly string[],
  existing: readonly string[] = [],
  { depth = 'confirm', failing = [] }: { depth?: 'decide' | 'confirm'; failing?: readonly string[] } = {},
) {
  const asked: string[] = []
  const targets = targetsOf(ids)
  const words = await witnessed(targets, exchange, depth, async ({ id }): Promise<Observation> => {
    asked.push(id)
    if (failing.includes(id)) throw new Error('no')
    if (!existing.includes(id)) return { state: 'absent', exchange }
    return { state: 'present', snapshot: { status: 'ACTIVE', details: undefined }, exchange }
  })
  return { states: targets.map((target) => words.get(target)?.state), asked }
}

it('up to eight are asked for one by one', async () => {
  const ids = ID.slice(0, 8)
  expect(await said(ids)).toEqual({ states: Array(8).fill('absent'), asked: ids })
  expect((await said(ids, ['d5'])).states).toEqual(ids.map((id) => (id === 'd5' ? 'present' : 'absent')))
})

it('of more, some from all over speak for the others, if they are gone indeed', async () => {
  const { states, asked } = await said(ID)
  expect(states).toEqual(Array(20).fill('absent'))
  expect(asked).toEqual(['d0', 'd5', 'd10', 'd15'])
})

it('one of these is there: each is asked for', async () => {
  const { states, asked } = await said(ID, ['d5', 'd7', 'd19'])
  expect(ID.filter((_, index) => states[index] === 'present')).toEqual(['d5', 'd7', 'd19'])
  expect(asked.sort()).toEqual([...ID].sort())
})

it('nothing can be said of one of these: it speaks for nobody, and each is asked for', async () => {
  const { states } = await said(ID, ['d1'], { failing: ['d5'] })
  expect([states[1], states[2], states[5]]).toEqual(['present', 'absent', 'unreadable'])
})

it('where something is to be decided, nobody speaks for another', async () => {
  const { states, asked } = await said(ID, ['d1'], { depth: 'decide' })
  expect(asked).toEqual(ID)
  expect(states[1]).toBe('present')
})

it('nobody is missing: nobody is asked', async () => {
  expect(await said([])).toEqual({ states: [], asked: [] })
})
