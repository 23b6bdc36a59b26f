import { expect, it } from 'vitest'
import { BASETEN } from './baseten.ts'
import { explore, faultsIn, worldsOf } from './explore.ts'

it('Baseten: whatever happens in the account and on the way, the action keeps to its word', {
  timeout: 3_600_000,
}, async () => {
  const tally = await explore(BASETEN)
  const worlds = worldsOf(BASETEN)
  expect(tally.worlds).toBeGreaterThanOrEqual(worlds)
  expect(faultsIn(tally)).toBeGreaterThan(worlds / 2)
  expect(tally.changes).toBeGreaterThan(worlds / 4)
  expect([...tally.outcomes.keys()]).toEqual(
    expect.arrayContaining(['deleted', 'already-gone', 'refused', 'failed', 'timed-out', 'cancelled', 'planned']),
  )
})
