import { expect, it } from 'vitest'
import { ALIBABA } from './alibaba-model-studio.ts'
import { explore, faultsIn, worldsOf } from './explore.ts'

it('Alibaba Model Studio: whatever happens in the account and on the way, the action keeps to its word', {
  timeout: 3_600_000,
}, async () => {
  const tally = await explore(ALIBABA)
  const worlds = worldsOf(ALIBABA)
  expect(tally.worlds).toBeGreaterThanOrEqual(worlds)
  expect(faultsIn(tally)).toBeGreaterThan(worlds / 2)
  expect(tally.changes).toBeGreaterThan(worlds / 4)
  expect([...tally.outcomes.keys()]).toEqual(
    expect.arrayContaining(['deleted', 'already-gone', 'refused', 'failed', 'timed-out', 'cancelled', 'planned']),
  )
})
