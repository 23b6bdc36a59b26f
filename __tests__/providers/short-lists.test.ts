import { describe, expect, it } from 'vitest'
import { createAlibabaEmulator } from '../../emulators/alibaba-model-studio.ts'
import { createBasetenEmulator } from '../../emulators/baseten.ts'
import type { Emulator } from '../../emulators/emulator.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { act } from '../support/act.ts'
import { type FakeClock, fakeClock, START } from '../support/clock.ts'

// A list that comes out short, by a fault of the provider or of something on the way, with status 200 and the right shape.

interface Crowd {
  emulator: Emulator
  origin: string
  inputs: Record<string, string>
  ids: readonly string[]
  isList: (path: string) => boolean
  empty: object
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `pr-${index}`)
const HOUR_MS = 3_600_000
/** A removal that does not end while anybody looks. */
const NEVER_MS = 1000 * HOUR_MS

const CROWDS: readonly [string, (clock: FakeClock) => Crowd][] = [
  [
    'Baseten',
    ({ now }) => {
      const emulator = createBasetenEmulator({ now, deleteVisibleMs: NEVER_MS })
      emulator.world.addModel({ id: 'm1' })
      emulator.world.addDeployment('m1', { id: 'live', name: 'main', production: true })
      for (const id of ids(12)) emulator.world.addDeployment('m1', { id })
      return {
        emulator,
        origin: 'https://api.baseten.co',
        inputs: { provider: 'baseten', 'api-key': 'emulated-baseten-key', 'model-id': 'm1' },
        ids: ids(12),
        isList: (path) => path.endsWith('/deployments'),
        empty: { deployments: [] },
      }
    },
  ],
  [
    'SAP AI Core',
    ({ now }) => {
      const emulator = createSapEmulator({ now, stopMs: 2_000, deleteMs: NEVER_MS })
      const createdAt = new Date(START - HOUR_MS).toISOString()
      for (const id of ids(12)) emulator.world.add({ id, status: 'RUNNING', createdAt })
      const origin = 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com'
      return {
        emulator,
        origin,
        inputs: { provider: 'sap-ai-core', 'service-key': JSON.stringify(sapServiceKey(origin, DEFAULT_CLIENT)) },
        ids: ids(12),
        isList: (path) => path.includes('/lm/deployments?$top=10000'),
        empty: { count: 0, resources: [] },
      }
    },
  ],
  [
    'Alibaba Model Studio',
    ({ now }) => {
      const emulator = createAlibabaEmulator({ now, deleteMs: NEVER_MS })
      emulator.world.seed(...ids(250).map((deployed_model) => ({ deployed_model, created: START - HOUR_MS })))
      return {
        emulator,
        origin: 'https://dashscope-intl.aliyuncs.com',
        inputs: { provider: 'alibaba-model-studio', 'api-key': 'sk-emulated' },
        ids: ids(250),
        isList: (path) => path.includes('/deployments?'),
        empty: { request_id: 'r', output: { page_no: 1, page_size: 100, total: 0, deployments: [] } },
      }
    },
  ],
]

describe.each(CROWDS)('%s: a list that comes out empty, and says that it is whole', (_name, open) => {
  it.each([
    ['once, while all go', 5_000, 1],
    ['for ever, while all go', 5_000, Number.POSITIVE_INFINITY],
    ['for ever, from the beginning', 0, Number.POSITIVE_INFINITY],
  ])('%s: nothing is said to be deleted that is there', async (_when, afterMs, times) => {
    const clock = fakeClock()
    const { emulator, origin, inputs, ids, isList, empty } = open(clock)
    const fault = { status: 200, body: JSON.stringify(empty), headers: { 'content-type': 'application/json' } }
    const when = ({ method, path }: { method: string; path: string }) =>
      method === 'GET' && isList(path) && clock.elapsed() >= afterMs
    emulator.faults.push({ kind: 'status', ...fault, times, when })
    const acted = await act({
      inputs: { ...inputs, 'deployment-id': ids.join(','), timeout: '2m' },
      clock,
      emulators: { [origin]: emulator },
    })
    expect(acted.results).toHaveLength(ids.length)
    expect(acted.results.filter(({ outcome }) => outcome === 'deleted' || outcome === 'already-gone')).toEqual([])
  })
})
