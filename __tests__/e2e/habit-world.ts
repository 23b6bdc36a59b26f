import { runStep, type StepEnd } from '../../demo/runner.ts'
import { createAlibabaEmulator } from '../../emulators/alibaba-model-studio.ts'
import { createBasetenEmulator, DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import type { Emulator } from '../../emulators/emulator.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { type Served, serve } from '../../emulators/serve.ts'

type With = Readonly<Record<string, string>>

/** What a step that was written like this left behind. */
export interface Tried extends StepEnd {
  /** Requests that change something, `METHOD path`. */
  writes: string[]
  requests: number
}

const created = (days: number) => `${new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19)}Z`

/** The deployments that steps are tried on: of pull requests 7, 8, 9 and 42, and what production serves. */
export const NAMES = ['PR-7_a', 'PR-8_a', 'PR-9_demo', 'PR-42_x', 'Release-2']

/** What some of them were labelled with. */
const LABELS: Readonly<Record<string, Record<string, unknown>>> = {
  'PR-7_a': { team: 'ml' },
  'PR-8_a': { team: 'ml' },
  'PR-9_demo': { team: 'web', keep: true },
}

function basetenAccount(): Emulator {
  const baseten = createBasetenEmulator()
  baseten.world.addModel({ id: 'm1', name: 'llama-chat' })
  baseten.world.addDeployment('m1', { id: 'live', name: 'main', production: true, createdAt: created(90) })
  for (const [index, name] of NAMES.entries()) {
    const labels = LABELS[name] ?? null
    baseten.world.addDeployment('m1', { id: `qv${index}m3p2`, name, labels, createdAt: created(3) })
  }
  return baseten
}

function sapAccount(): Emulator {
  const sap = createSapEmulator({ stopMs: 10, deleteMs: 10 })
  for (const [index, configurationName] of NAMES.entries()) {
    sap.world.add({ id: `d748fdae9f88a9b${index}`, configurationName, createdAt: created(3) })
  }
  return sap
}

function alibabaAccount(): Emulator {
  const alibaba = createAlibabaEmulator({ deleteMs: 10 })
  for (const name of NAMES) alibaba.world.seed({ deployed_model: name, created: Date.now() - 3 * 86_400_000 })
  return alibaba
}

const ACCOUNTS: Readonly<Record<string, { open: () => Emulator; inputs: (url: string) => Record<string, string> }>> = {
  baseten: {
    open: basetenAccount,
    inputs: (url) => ({ 'model-id': 'm1', 'api-key': DEFAULT_API_KEY, 'api-url': url }),
  },
  'sap-ai-core': {
    open: sapAccount,
    inputs: (url) => ({ 'service-key': JSON.stringify(sapServiceKey(url, DEFAULT_CLIENT)) }),
  },
  'alibaba-model-studio': { open: alibabaAccount, inputs: (url) => ({ 'api-key': 'sk-emulated', 'api-url': url }) },
}

/** Runs the committed bundle on an account of its own. An input that is `undefined` is left out of the complete step. */
export async function tryStep(inputs: Readonly<Record<string, string | undefined>>, env: With = {}): Promise<Tried> {
  const { provider = 'baseten' } = inputs
  const account = ACCOUNTS[provider] ?? ACCOUNTS['baseten']
  if (account === undefined) throw new Error('no account')
  const emulator = account.open()
  const server: Served = await serve(emulator)
  try {
    const all = { provider, ...account.inputs(server.url), ...inputs }
    const given = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
    const end = await runStep({ inputs: Object.fromEntries(given), env: { ...env } })
    const asked = emulator.requests.filter(({ path }) => path !== '/oauth/token')
    return {
      ...end,
      requests: asked.length,
      writes: asked.flatMap(({ method, path }) => (method === 'GET' ? [] : [`${method} ${path}`])),
    }
  } finally {
    await server.close()
  }
}
