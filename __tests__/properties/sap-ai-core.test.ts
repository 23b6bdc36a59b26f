import { expect, it } from 'vitest'
import { explore, faultsIn, worldsOf } from './explore.ts'
import { SAP_AI_CORE } from './sap-ai-core.ts'

it('SAP AI Core: whatever happens in the account and on the way, the action keeps to its word', {
  timeout: 3_600_000,
}, async () => {
  const tally = await explore(SAP_AI_CORE)
  const worlds = worldsOf(SAP_AI_CORE)
  expect(tally.worlds).toBeGreaterThanOrEqual(worlds)
  expect(faultsIn(tally)).toBeGreaterThan(worlds / 2)
  expect(tally.changes).toBeGreaterThan(worlds / 4)
  expect([...tally.outcomes.keys()]).toEqual(
    expect.arrayContaining(['deleted', 'already-gone', 'refused', 'failed', 'timed-out', 'cancelled', 'planned']),
  )
})
