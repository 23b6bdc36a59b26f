import { expect, it } from 'vitest'
import type { Exchange } from '../../../src/http/exchange.ts'
import type { Observation } from '../../../src/providers/observation.ts'
import { verifyMissing } from '../../../src/providers/shared/list-observer.ts'
import { type Target, targetKey } from '../../../src/providers/target.ts'

const exchange: Exchange = { at: 0, ms: 0, method: 'GET', path: '/list' }
const ID = Array.from({ length: 20 }, (_, index) => `d${index}`)

/** What is said of targets when these exist, and which were asked for. */
async function said(ids: readonly string[], existing: readonly string[] = [], failing: readonly string[] = []) {
  const asked: string[] = []
  const targets = ids.map((id): Target => ({ resource: 'deployment', id }))
  const verified = await verifyMissing(targets, async ({ id }): Promise<Observation> => {
    asked.push(id)
    if (failing.includes(id)) throw new Error('no')
    if (!existing.includes(id)) return { state: 'absent', exchange }
    return { state: 'present', snapshot: { status: 'ACTIVE' }, exchange }
  })
  return { states: targets.map((target) => verified.get(targetKey(target))?.state), asked }
}

it('each that a list does not show is asked for, however many: none speaks for another', async () => {
  const { states, asked } = await said(ID, ['d7', 'd19'])
  expect(asked).toEqual(ID)
  expect(states).toEqual(ID.map((id) => (['d7', 'd19'].includes(id) ? 'present' : 'absent')))
})

it('what cannot be said of one says nothing of the others', async () => {
  const { states } = await said(ID.slice(0, 3), ['d2'], ['d1'])
  expect(states).toEqual(['absent', 'unreadable', 'present'])
})

it('nobody is missing: nobody is asked', async () => {
  expect(await said([])).toEqual({ states: [], asked: [] })
})
