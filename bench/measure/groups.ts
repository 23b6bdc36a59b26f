import type { Action } from '../action.ts'
import { startEmulators } from '../emulated/emulators.ts'
import { LATENCY_MS } from './scale.ts'

/** What taking resource groups of SAP AI Core down came to, each with as many deployments. */
export interface Groups {
  groups: number
  each: number
  isBulk: boolean
  ms: number
  floorMs: number
  reads: number
  writes: number
}

/** How many requests the action has under way at once. */
const WIDTH = 4
/** How long the emulator takes to stop a deployment, and to remove it or a group. The delays are ours. Milliseconds. */
const STOP_MS = 3000
const REMOVE_MS = 2000

export async function measureGroups(action: Action, groups: number, each: number, isBulk: boolean): Promise<Groups> {
  await using emulators = startEmulators()
  const targets = groups * each
  const plan = {
    ...{ provider: 'sap-ai-core' as const, targets, groups, bulk: isBulk, latencyMs: LATENCY_MS },
    ...{ stopMs: STOP_MS, removeMs: REMOVE_MS },
  }
  return await emulators.withAccount(plan, async ({ inputs, ids, tally }) => {
    const { ms } = await action.run({ ...inputs, 'resource-group': ids.join('\n'), timeout: '60m' })
    const { reads, writes, left } = await tally()
    if (left > 0) throw new Error(`${left} of ${targets + groups} are still there`)
    // One GET proves the end of each deployment and of each group; the group's own removal comes last.
    const floorMs = ((writes + targets + groups) * LATENCY_MS) / WIDTH + STOP_MS + 2 * REMOVE_MS
    return { groups, each, isBulk, ms, floorMs, reads, writes }
  })
}
