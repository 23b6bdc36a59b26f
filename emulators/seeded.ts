import { createAlibabaEmulator } from './alibaba-model-studio.ts'
import { createBasetenEmulator, DEFAULT_API_KEY } from './baseten.ts'
import type { Emulator } from './emulator.ts'
import { createGithubEmulator } from './github.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from './sap-ai-core.ts'

/** How long the emulated providers take; a few seconds where absent. Milliseconds. */
export interface Delays {
  sapStopMs?: number
  sapDeleteMs?: number
  alibabaDeleteMs?: number
}

/**
 * All four emulators with the same small world: pull request 42 of `octo/hello` is closed, 43 is open, 7 was merged a month
 * ago, and each provider has deployments of them beside what must stay.
 */
export function createSeededEmulators({ sapStopMs = 3000, sapDeleteMs = 2000, alibabaDeleteMs = 2500 }: Delays = {}) {
  const baseten = createBasetenEmulator()
  const sap = createSapEmulator({ stopMs: sapStopMs, deleteMs: sapDeleteMs })
  const alibaba = createAlibabaEmulator({
    deleteMs: alibabaDeleteMs,
    releaseMs: alibabaDeleteMs,
    stopMs: alibabaDeleteMs,
  })
  const github = createGithubEmulator()
  seedBaseten(baseten.world)
  seedSap(sap.world)
  seedAlibaba(alibaba.world)
  seedGithub(github.world)
  return { baseten, sap, alibaba, github }
}

/** An emulated provider, and how a step gets in: values for the inputs and variables that hold its credentials. */
export interface EmulatedProvider {
  /** The value of the input `provider`. */
  name: string
  emulator: Emulator
  inputs: (url: string) => Readonly<Record<string, string>>
  variables: (url: string) => Readonly<Record<string, string>>
}

/** Every emulated provider. */
export function emulatedProviders({ baseten, sap, alibaba }: SeededEmulators): EmulatedProvider[] {
  return [
    {
      name: 'baseten',
      emulator: baseten,
      inputs: () => ({ 'api-key': DEFAULT_API_KEY }),
      variables: () => ({ BASETEN_API_KEY: DEFAULT_API_KEY }),
    },
    {
      name: 'sap-ai-core',
      emulator: sap,
      inputs: (url) => ({ 'service-key': serviceKey(url), token: sap.tokens.issue() }),
      variables: (url) => ({ AICORE_SERVICE_KEY: serviceKey(url) }),
    },
    {
      name: 'alibaba-model-studio',
      emulator: alibaba,
      inputs: () => ({ 'api-key': ALIBABA_KEY }),
      variables: () => ({ DASHSCOPE_API_KEY: ALIBABA_KEY }),
    },
  ]
}

/** The key of the emulated Model Studio account. */
export const ALIBABA_KEY = 'sk-emulated'

/** The service key of the SAP emulator at `url`. */
export function serviceKey(url: string): string {
  return JSON.stringify(sapServiceKey(url, DEFAULT_CLIENT))
}

export type SeededEmulators = ReturnType<typeof createSeededEmulators>

/** The model and the chain that stay, while their deployments come and go. */
export const MODEL = 'q2w8xz1'
export const CHAIN = 'c7h2n00'

function seedBaseten(world: SeededEmulators['baseten']['world']): void {
  const model = (id: string, name: string) => world.addModel({ id, name, createdAt: iso(60 * DAY) })
  const deployment = (parent: string, id: string, name: string, age: number, status = 'ACTIVE') =>
    world.addDeployment(parent, { id, name, status, createdAt: iso(age) })

  model(MODEL, 'llama-chat')
  world.addDeployment(MODEL, { id: 'w5d1kk9', name: 'main', production: true, createdAt: iso(40 * DAY) })
  world.addDeployment(MODEL, { id: 's3t4g5n', name: 'release-9', environment: 'staging', createdAt: iso(9 * DAY) })
  deployment(MODEL, 'qv7m3p2', 'PR-42_1a2b3c4', 3 * DAY)
  deployment(MODEL, 'r8n4t6y', 'PR-42_9f8e7d6', 2 * DAY, 'INACTIVE')
  deployment(MODEL, 'k3j5h7g', 'PR-43_0b1c2d3', DAY)
  deployment(MODEL, 'm2x4c6v', 'PR-7_5e6f7a8', 30 * DAY, 'INACTIVE')
  deployment(MODEL, 'z9y8x7w', 'PR-9999_4d5e6f7', 20 * DAY, 'SCALED_TO_ZERO')
  deployment(MODEL, 't1u2v3w', 'smoke-8fa2b6c', 10 * MINUTE)
  // A pull request that lives in an environment of its own.
  world.addDeployment(MODEL, { id: 'e4f2a1b', name: 'release-10', environment: 'pr-42', createdAt: iso(3 * DAY) })
  seedExperiments(world)

  // Pull requests that have a model of their own.
  for (const [number, id, age] of [
    [42, 'b4n8c2d', 3 * DAY],
    [43, 'b5n9c3e', DAY],
  ] as const) {
    model(id, `llama-chat-pr-${number}`)
    world.addDeployment(id, { id: `${id}-1`, name: 'deployment-1', production: true, createdAt: iso(age) })
  }

  for (const [number, id, age] of [
    [42, 'c7h2n42', 3 * DAY],
    [43, 'c7h2n43', DAY],
  ] as const) {
    world.addChain({ id, name: `rag-pr-${number}`, createdAt: iso(age) })
    world.addChainDeployment(id, { id: `${id}-1`, createdAt: iso(age) })
  }
  world.addChain({ id: CHAIN, name: 'rag', createdAt: iso(60 * DAY) })
  world.addChainDeployment(CHAIN, { id: 'cd00now', environment: 'production', createdAt: iso(2 * DAY) })
  world.addChainDeployment(CHAIN, { id: 'cd00old', createdAt: iso(35 * DAY), status: 'INACTIVE' })
}

/** Old deployments of a team, of which some are used; requests and bill say which. */
function seedExperiments(world: SeededEmulators['baseten']['world']): void {
  world.addModel({ id: 'x4p7e2r', name: 'experiments', createdAt: iso(60 * DAY) })
  world.addDeployment('x4p7e2r', { id: 'x0m1a2n', name: 'main', production: true, createdAt: iso(60 * DAY) })
  const add = (id: string, name: string, labels: Record<string, unknown>, instanceTypeName: string) => {
    world.addDeployment('x4p7e2r', { id, name, labels, instanceTypeName, createdAt: iso(40 * DAY) })
    // The longest that a bill covers, and one day more.
    for (let day = 0; day <= 32; day++) world.traffic.bill(id, { date: iso(day * DAY).slice(0, 10), minutes: 1440 })
  }
  add('i5d1l3e', 'demo-june', { team: 'ml' }, 'H100:26x234')
  add('u5e2d4y', 'demo-july', { team: 'ml' }, 'A10G:4x16')
  add('k5e6p7t', 'demo-keynote', { team: 'ml', keep: true }, 'A10G:4x16')
  world.traffic.serve('i5d1l3e', 40, { at: Date.now() - 12 * DAY })
  world.traffic.serve('u5e2d4y', 214, { at: Date.now() - 30 * MINUTE })
}

function seedSap(world: SeededEmulators['sap']['world']): void {
  const deployment = (id: string, configurationName: string, age: number, status = 'RUNNING') =>
    world.add({ id, configurationName, status, createdAt: iso(age) })

  world.add({
    id: 'd1a7f0c2e4b69835',
    configurationName: 'defaultOrchestrationConfig',
    scenarioId: 'orchestration',
    createdAt: iso(90 * DAY),
    status: 'RUNNING',
  })
  deployment('d2b8e1d3f5c7a946', 'llama-production', 40 * DAY)
  deployment('d748fdae9f88a9b0', 'llama-pr-42', 3 * DAY)
  deployment('d3c9f2e4a6d8b057', 'llama-pr-42-retry', 2 * DAY, 'STOPPED')
  deployment('d4d0a3f5b7e9c168', 'llama-pr-43', DAY)
  deployment('d5e1b4a6c8f0d279', 'llama-pr-7', 30 * DAY, 'DEAD')
  deployment('d6f2c5b7d9a1e380', 'smoke-8fa2b6c', 10 * MINUTE, 'PENDING')
  // What the generative AI hub deployed for everybody.
  world.add({
    id: 'd8c4a1e3f5b7d902',
    configurationName: 'gpt-4o_autogenerated',
    scenarioId: 'foundation-models',
    createdAt: iso(60 * DAY),
  })

  // Pull requests and a team that have resource groups of their own.
  const group = (resourceGroup: string, age: number, labels: Record<string, string>) => {
    const list = Object.entries(labels).map(([key, value]) => ({ key: `ext.ai.sap.com/${key}`, value }))
    world.resourceGroups.add({ resourceGroupId: resourceGroup, createdAt: iso(age), labels: list })
    return (id: string, configurationName: string, status = 'RUNNING') =>
      world.add({ id, configurationName, status, createdAt: iso(age), resourceGroup })
  }
  const addTo42 = group('pr-42', 3 * DAY, { 'pull-request': '42', team: 'search' })
  addTo42('d42a0b1c2d3e4f50', 'llama-preview')
  addTo42('d42b1c2d3e4f5061', 'embeddings-preview', 'STOPPED')
  world.addExecution({ id: 'e42c2d3e4f506172', resourceGroup: 'pr-42', status: 'RUNNING', createdAt: iso(DAY) })
  group('pr-43', DAY, { 'pull-request': '43', team: 'search' })('d43a0b1c2d3e4f50', 'llama-preview')
  const addToTeam = group('team-search', 90 * DAY, { team: 'search' })
  addToTeam('d7ea0b1c2d3e4f50', 'llama-production')
  addToTeam('d7eb1c2d3e4f5061', 'llama-experiment', 'STOPPED')
}

function seedAlibaba(world: SeededEmulators['alibaba']['world']): void {
  const created = (age: number) => Date.now() - age
  world.seed(
    { deployed_model: 'qwen-plus-2025-12-01-main', charge_type: 'pre_paid', created: created(40 * DAY) },
    { deployed_model: 'qwen-plus-2025-12-01-pr42', created: created(3 * DAY) },
    { deployed_model: 'qwen3-8b-ft-202511132025-0260-pr42', status: 'STOPPED', created: created(2 * DAY) },
    { deployed_model: 'qwen-plus-2025-12-01-pr43', created: created(DAY) },
    { deployed_model: 'qwen-plus-2025-12-01-pr7', status: 'FAILED', created: created(30 * DAY) },
    { deployed_model: 'qwen-plus-2025-12-01-smoke', created: created(10 * MINUTE) },
    {
      deployed_model: 'qwen-max-2025-10-01-load',
      plan: 'ptu_v2',
      created: created(2 * DAY),
      instances: [{ instance_id: 'ci-1' }, { instance_id: 'ci-2' }],
    },
  )
}

function seedGithub(world: SeededEmulators['github']['world']): void {
  for (const [number, state] of [
    [7, 'MERGED'],
    [42, 'CLOSED'],
    [43, 'OPEN'],
  ] as const) {
    world.addPull({ number, state })
    const environment = `preview-${number}`
    const ref = `refs/pull/${number}/merge`
    world.addDeployment({ environment, ref, transient: true, states: ['in_progress', 'success'] })
  }
  world.addDeployment({ environment: 'production', production: true, states: ['success'] })
}

const MINUTE = 60_000
const DAY = 86_400_000

/** The time `age` ms ago, as Baseten and SAP write it. */
function iso(age: number): string {
  return `${new Date(Date.now() - age).toISOString().slice(0, 19)}Z`
}
