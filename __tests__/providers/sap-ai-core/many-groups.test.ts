import { describe, expect, it } from 'vitest'
import { createSapEmulator } from '../../../emulators/sap-ai-core.ts'
import { act } from '../../support/act.ts'
import { fakeClock, START } from '../../support/clock.ts'
import { transportTo } from '../../support/transport.ts'
import { ORIGIN, SERVICE_KEY } from './setup.ts'

const [GROUPS, EACH] = [50, 20]
const [STOP_MS, REMOVE_MS, LATENCY_MS, WIDTH] = [3000, 2000, 50, 4]

/** Takes fifty groups with twenty deployments each down, on a clock on which only requests and SAP's own work take time. */
async function takeDown({ bulk }: { bulk: boolean }) {
  const clock = fakeClock()
  const sap = createSapEmulator({
    ...{ now: clock.now, stopMs: STOP_MS, deleteMs: REMOVE_MS, groupDeleteMs: REMOVE_MS, bulk },
  })
  const createdAt = new Date(START - 86_400_000).toISOString()
  const ids = Array.from({ length: GROUPS }, (_, n) => `pr-${n}`)
  for (const resourceGroupId of ids) {
    sap.world.resourceGroups.add({ resourceGroupId, createdAt })
    for (let n = 0; n < EACH; n++)
      sap.world.add({ resourceGroup: resourceGroupId, createdAt, configurationName: 'llm' })
  }
  const pass = transportTo({ [ORIGIN]: sap })
  const { outputs, ms } = await act({
    inputs: {
      ...{ provider: 'sap-ai-core', 'service-key': SERVICE_KEY, resource: 'resource-group' },
      ...{ 'resource-group': ids.join('\n'), timeout: '60m' },
    },
    transport: async (request) => {
      await clock.sleep(LATENCY_MS / 2, request.signal)
      const answer = await pass(request)
      await clock.sleep(LATENCY_MS / 2, request.signal)
      return answer
    },
    clock,
  })
  const of = (method: string, path: RegExp) =>
    sap.requests.filter((each) => each.method === method && path.test(each.path)).length
  const writes = sap.requests.filter(({ method, path }) => method !== 'GET' && !path.startsWith('/oauth')).length
  // The answers to these writes and to one GET for each target, and SAP's own part.
  const floorMs = ((writes + GROUPS * (EACH + 1)) * LATENCY_MS) / WIDTH + STOP_MS + 2 * REMOVE_MS
  return { outputs, ms, of, writes, floorMs }
}

describe('fifty resource groups with twenty deployments each', () => {
  it('take little longer than the requests that cannot be spared', async () => {
    const { outputs, ms, of, writes, floorMs } = await takeDown({ bulk: false })
    expect(outputs['deleted-count']).toBe('1050')
    expect(writes).toBe(2050)
    expect(ms / floorMs).toBeLessThan(1.15)
    // Of each group: to plan, to decide, stopped, gone, empty; and one more, or two.
    expect(of('GET', /deployments\?/)).toBeLessThan(7 * GROUPS)
    // What is planned is looked into once, and so is what is empty; a few are looked into again.
    expect(of('GET', /executions/)).toBeLessThan(3 * GROUPS)
  })

  it('bulk requests spare most of the writes', async () => {
    const { outputs, ms, writes, floorMs } = await takeDown({ bulk: true })
    expect(outputs['deleted-count']).toBe('1050')
    expect(writes).toBe(150)
    expect(ms / floorMs).toBeLessThan(1.35)
  })
})
