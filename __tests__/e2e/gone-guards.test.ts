import { describe, it } from 'vitest'
import { runStep } from '../../demo/runner.ts'
import { createAlibabaEmulator } from '../../emulators/alibaba-model-studio.ts'
import { createBasetenEmulator, DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import type { Emulator } from '../../emulators/emulator.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { serve } from '../../emulators/serve.ts'
import { FAST, fastNow } from './fast-clock.ts'
import { FORMS, inFront } from './gone-accounts.ts'

/**
 * A guard that rises after this run has changed a target; the built action. `told.test.ts` has a deactivation with a promotion, a
 * stop with a protected name, and a release with a payment ahead.
 */

interface Case {
  emulator: Emulator
  inputs(url: string): Record<string, string>
  id: string
  guard(): void
  has(): boolean
  actions: readonly string[]
  words: string
  state: RegExp
}

const createdAt = new Date(Date.now() - 86_400_000).toISOString()

function baseten(guard: 'production' | 'protected name', isStaged: boolean): Case {
  const now = fastNow()
  const emulator = createBasetenEmulator({ now, deleteRequiresInactive: !isStaged, environmentFreeMs: 3000 })
  const { world } = emulator
  world.addModel({ id: 'm1' })
  world.addDeployment('m1', { id: 'live', name: 'live', production: true, createdAt })
  world.addDeployment('m1', { id: 'd1', name: 'pr-1', createdAt })
  if (isStaged) world.promote('m1', 'd1', 'staging')
  return {
    emulator,
    inputs: (url) => ({
      ...{ provider: 'baseten', 'model-id': 'm1', 'api-key': DEFAULT_API_KEY, 'api-url': url },
      ...(isStaged ? { allow: 'environment' } : {}),
    }),
    id: 'd1',
    guard() {
      if (guard === 'production') world.promote('m1', 'd1', 'production')
      else world.deployment('m1', 'd1').name = 'main'
    },
    has: () => world.deploymentIds('m1').includes('d1'),
    actions: [isStaged ? 'delete-environment' : 'deactivate'],
    words: isStaged ? 'has already requested the deletion of the environment staging' : 'requested its deactivation',
    state: /It is left (?:ACTIVE|SCALED_TO_ZERO|DEACTIVATING|INACTIVE)/,
  }
}

function sap(): Case {
  const emulator = createSapEmulator({ now: fastNow(), stopMs: 1000, deleteMs: 1000 })
  const id = 'd000000000000001'
  emulator.world.add({ id, status: 'RUNNING', configurationName: 'pr-1', createdAt })
  return {
    emulator,
    inputs: (url) => ({ provider: 'sap-ai-core', 'service-key': JSON.stringify(sapServiceKey(url, DEFAULT_CLIENT)) }),
    id,
    guard: () => emulator.world.change(id, { scenarioId: 'orchestration' }),
    has: () => emulator.world.has(id),
    actions: ['stop'],
    words: 'has already requested its stop',
    state: /It is left (?:RUNNING|STOPPING|STOPPED)/,
  }
}

function alibaba(): Case {
  const emulator = createAlibabaEmulator({ now: fastNow(), releaseMs: 1000, stopMs: 1000, deleteMs: 1000 })
  const { world } = emulator
  world.seed({
    created: Date.parse(createdAt),
    deployed_model: 'pr-1',
    plan: 'ptu_v2',
    instances: [{ instance_id: 'i1' }],
  })
  return {
    emulator,
    inputs: (url) => ({
      ...{ provider: 'alibaba-model-studio', 'api-key': 'sk-emulated', 'api-url': url },
      allow: 'reservation',
    }),
    id: 'pr-1',
    guard: () => world.addInstance('pr-1', { instance_id: 'i2', charge_type: 'pre_paid' }),
    has: () => world.has('pr-1'),
    actions: ['release'],
    words: 'has already requested the release of its capacity instance i1',
    state: /It is left \w+/,
  }
}

const CASES: readonly [string, () => Case][] = [
  ['Baseten, its environment deleted, then promoted to production', () => baseten('production', true)],
  ['Baseten, its environment deleted, then renamed to a protected name', () => baseten('protected name', true)],
  ['Baseten, deactivated, then renamed to a protected name', () => baseten('protected name', false)],
  ['SAP AI Core, stopped, then the shared orchestration deployment', sap],
  ['Alibaba Model Studio, released, then capacity is bought ahead', alibaba],
]

describe.concurrent.each(CASES)('%s', (_what, open) => {
  it.for(FORMS)(
    '%s: refused, exit code 1, with what was done, the state it is left in, and what to do',
    async (form, { expect, onTestFinished }) => {
      const { emulator, inputs, id, guard, has, actions, words, state } = open()
      let isRisen = false
      const far = inFront(emulator, async ({ method, path }, proceed) => {
        const response = await proceed()
        if (!isRisen && method !== 'GET' && !path.includes('/oauth/') && response.ok) {
          isRisen = true
          guard()
        }
        return response
      })
      const { url, close } = await serve(far)
      onTestFinished(close)
      const selected = form === 'exact' ? { 'deployment-id': id } : { name: 'pr-*' }
      const { exitCode, outputs, log } = await runStep({
        inputs: { ...inputs(url), ...selected, protect: 'main*', timeout: '5m' },
        env: FAST,
      })
      const results = JSON.parse(outputs['results'] ?? '[]')
      expect(results).toMatchObject([{ outcome: 'refused', actions }])
      expect(results[0].reason).toContain(words)
      expect(results[0].reason).toMatch(state)
      expect(results[0].reason).toMatch(/start it again where it is needed, or run this again/)
      expect(log).toMatch(/^::error.*refused/m)
      expect({ exitCode, status: outputs['status'], isThere: has() }).toEqual({
        ...{ exitCode: 1, status: 'failed', isThere: true },
      })
    },
  )
})
