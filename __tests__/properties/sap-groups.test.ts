import fc from 'fast-check'
import { it } from 'vitest'
import { GROUP_SCENARIOS, playGroups } from './sap-groups.ts'
import { EXTENT } from './scenario.ts'

/** A part of all worlds, beside those of single deployments. */
const SHARE = 0.15

it('SAP AI Core, resource groups: nothing outside them is written to, and a group goes only once it was seen empty', {
  timeout: 3_600_000,
}, async ({ expect }) => {
  let played = 0
  const property = fc.asyncProperty(GROUP_SCENARIOS, async (scenario) => {
    const wrong = await playGroups(scenario)
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
    played++
  })
  const worlds = Math.ceil(EXTENT.worlds * SHARE)
  await fc.assert(property, { numRuns: worlds, seed: EXTENT.seed })
  process.stdout.write(`sap-ai-core, resource groups: ${played} worlds from seed ${EXTENT.seed}\n`)
  expect(played).toBeGreaterThanOrEqual(worlds)
})
