import { describe, expect, it, type TestContext } from 'vitest'
import { runStep, startStep } from '../../demo/runner.ts'
import { createAlibabaEmulator } from '../../emulators/alibaba-model-studio.ts'
import { createBasetenEmulator, DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import type { Emulator } from '../../emulators/emulator.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { serve } from '../../emulators/serve.ts'
import { until } from './job.ts'

/** What a run changed is told and counts, whatever comes then; on the built action, for every provider. */

const CREATED = Date.now() - 86_400_000
const createdAt = new Date(CREATED).toISOString()

/** An account whose one target needs something to be done before its deletion. */
interface Account {
  emulator: Emulator
  /** Provider, credentials and what the target needs. */
  inputs(url: string): Record<string, string>
  exact: Record<string, string>
  sweep: Record<string, string>
  /** From now on it must stay. */
  guard(): void
  has(): boolean
  /** What the run does to it before that, as the report has it, and in words. */
  actions: readonly string[]
  words: string
}

function baseten(): Account {
  const emulator = createBasetenEmulator({ deleteRequiresInactive: true, deactivateMs: 100 })
  const { world } = emulator
  world.addModel({ id: 'm1' })
  world.addDeployment('m1', { id: 'live', name: 'live', production: true, createdAt })
  world.addDeployment('m1', { id: 'd1', name: 'pr-1', createdAt })
  return {
    emulator,
    inputs: (url) => ({ provider: 'baseten', 'model-id': 'm1', 'api-key': DEFAULT_API_KEY, 'api-url': url }),
    exact: { 'deployment-id': 'd1' },
    sweep: { name: 'pr-*' },
    guard: () => world.promote('m1', 'd1', 'production'),
    has: () => world.deploymentIds('m1').includes('d1'),
    actions: ['deactivate'],
    words: 'has already requested its deactivation',
  }
}

const SAP_ID = 'd000000000000001'

function sap(): Account {
  const emulator = createSapEmulator({ stopMs: 100, deleteMs: 100 })
  emulator.world.add({ id: SAP_ID, status: 'RUNNING', configurationName: 'pr-1', createdAt })
  return {
    emulator,
    inputs: (url) => ({ provider: 'sap-ai-core', 'service-key': JSON.stringify(sapServiceKey(url, DEFAULT_CLIENT)) }),
    exact: { 'deployment-id': SAP_ID, protect: 'main*' },
    sweep: { name: 'pr-*', protect: 'main*' },
    guard: () => emulator.world.change(SAP_ID, { configurationName: 'main' }),
    has: () => emulator.world.has(SAP_ID),
    actions: ['stop'],
    words: 'has already requested its stop',
  }
}

function alibaba(): Account {
  const emulator = createAlibabaEmulator({ releaseMs: 100, stopMs: 100, deleteMs: 100 })
  const instances = [{ instance_id: 'i1' }, { instance_id: 'i2' }]
  emulator.world.seed({ created: CREATED, deployed_model: 'pr-1', plan: 'ptu_v2', instances })
  return {
    emulator,
    inputs: (url) => ({
      provider: 'alibaba-model-studio',
      'api-key': 'sk-emulated',
      'api-url': url,
      allow: 'reservation',
    }),
    exact: { 'deployment-id': 'pr-1' },
    sweep: { name: 'pr-*' },
    guard: () => emulator.world.update('pr-1', { charge_type: 'pre_paid' }),
    has: () => emulator.world.has('pr-1'),
    actions: ['release'],
    words: 'has already requested the release of its capacity instance i1',
  }
}

const FORMS = ['exact', 'sweep'] as const
const PROVIDERS: readonly [string, () => Account][] = [
  ['Baseten', baseten],
  ['SAP AI Core', sap],
  ['Alibaba Model Studio', alibaba],
]
const CASES = PROVIDERS.flatMap(([provider, open]) => FORMS.map((form) => ({ provider, form, open })))

async function urlOf(emulator: Emulator, { onTestFinished }: TestContext): Promise<string> {
  const { url, close } = await serve(emulator)
  onTestFinished(close)
  return url
}

/** The same emulator; `then` happens right after the first action was accepted. */
function afterFirstAction(emulator: Emulator, then: () => void): Emulator {
  let isDone = false
  return {
    ...emulator,
    async handle(request) {
      const isAction = request.method !== 'GET' && !request.url.includes('/oauth/')
      const response = await emulator.handle(request)
      if (isAction && response.ok && !isDone) {
        isDone = true
        then()
      }
      return response
    },
  }
}

describe.concurrent.each(CASES)('$provider, $form: what was changed and then must stay', ({ form, open }) => {
  it('is refused with what was done, the state it is left in and what to do; exit code 1', async (context) => {
    const account = open()
    const url = await urlOf(afterFirstAction(account.emulator, account.guard), context)
    const { exitCode, outputs, log, summary, files } = await runStep({
      inputs: { ...account.inputs(url), ...account[form], timeout: '60s' },
    })

    const results = JSON.parse(outputs['results'] ?? '[]')
    expect(results).toMatchObject([{ outcome: 'refused', actions: account.actions }])
    expect(results[0].reason).toContain(account.words)
    expect(results[0].reason).toMatch(/It is left \w+: start it again where it is needed, or run this again/)
    expect(outputs).toMatchObject({ status: 'failed', 'failed-count': '1', 'kept-count': '0', 'deleted-count': '0' })
    expect(log).toMatch(new RegExp(`::error.*${account.words}`))
    expect(summary).toContain('1 refused')
    expect(JSON.parse(Object.values(files)[0] ?? '{}').targets).toMatchObject([{ actions: account.actions }])
    expect({ exitCode, isThere: account.has() }).toEqual({ exitCode: 1, isThere: true })
  })
})

describe.concurrent.each(CASES)('$provider, $form: what ends the process early', ({ form, open }) => {
  it('a SIGTERM that is not the runner’s: cancelled, told what was done, and not exit code 0', async (context) => {
    const account = open()
    let isBegun = false
    const slow = afterFirstAction(account.emulator, () => {
      isBegun = true
    })
    const url = await urlOf(slow, context)
    const { exitCode, outputs } = await startStep({
      inputs: { ...account.inputs(url), ...account[form], timeout: '60s' },
    }).then(async (step) => {
      await until(() => isBegun)
      step.kill('SIGTERM')
      return step.ended
    })

    expect(outputs).toMatchObject({ status: 'cancelled', 'deleted-count': '0' })
    const results = JSON.parse(outputs['results'] ?? '[]')
    expect(results).toMatchObject([{ outcome: 'cancelled', actions: account.actions }])
    expect(results[0].reason).toContain(account.words)
    expect(exitCode).toBe(1)
  })

  it('a dry run that is broken off is not exit code 0 either', async (context) => {
    const account = open()
    account.emulator.faults.push({ kind: 'hang', times: 99, when: ({ path }) => !path.includes('/oauth/') })
    const url = await urlOf(account.emulator, context)
    const step = await startStep({ inputs: { ...account.inputs(url), ...account[form], 'dry-run': 'true' } })
    await until(() => account.emulator.requests.some(({ path }) => !path.includes('/oauth/')))
    step.kill('SIGTERM')
    const { exitCode, outputs } = await step.ended
    expect({ exitCode, status: outputs['status'] }).toEqual({ exitCode: 1, status: 'cancelled' })
  })
})
