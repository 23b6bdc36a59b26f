import { createAlibabaEmulator } from '../../emulators/alibaba-model-studio.ts'
import { createBasetenEmulator, DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import type { Emulator, EmulatorOptions } from '../../emulators/emulator.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../emulators/sap-ai-core.ts'

export type ProviderName = 'baseten' | 'sap-ai-core' | 'alibaba-model-studio'

/** An account with deployments to take down. */
export interface AccountPlan {
  provider: ProviderName
  /** How many deployments are to go. */
  targets: number
  /** How many more there are, which nobody asks to delete. */
  others?: number
  /** How long each request takes to arrive. */
  latencyMs?: number
  /** SAP: from the request to stop until STOPPED. */
  stopMs?: number
  /** From an accepted DELETE until the provider no longer knows the deployment. */
  removeMs?: number
  /** SAP: the targets are spread over so many resource groups, which are to go with them. */
  groups?: number
  /** SAP: bulk PATCH is on. */
  bulk?: boolean
  /** Baseten: requests a second for each endpoint; any number where absent. */
  perSecond?: number
  /** So many times, at even distances, a write is answered 429 with `Retry-After: 1`. */
  refusals?: number
}

/** An account in an emulator. */
export interface Account {
  emulator: Emulator
  /** What a step says in `with:` to get in, apart from what is to go. */
  inputs: (url: string) => Record<string, string>
  ids: string[]
  /** How many of the targets are still there. */
  left: () => number
}

/** Patterns in a sweep match the targets by this name, and nothing else. */
export const TARGET_NAME = 'pr-42-*'
export const BASETEN_MODEL = 'q2w8xz1'

const ALIBABA_KEY = 'sk-bench-3f1c'
/** How old everything is. */
const AN_HOUR_MS = 3_600_000

/** Makes the account, on a clock of its own where one is given. */
export function createAccount(plan: AccountPlan, { now = Date.now }: EmulatorOptions = {}): Account {
  const account = CREATE[plan.provider](plan, now)
  spreadRefusals(account, plan)
  return account
}

const CREATE: Record<ProviderName, (plan: AccountPlan, now: () => number) => Account> = {
  baseten({ targets, others = 0, removeMs = 0, perSecond }, now) {
    const emulator = createBasetenEmulator({
      now,
      deleteVisibleMs: removeMs,
      rateLimits: perSecond === undefined ? false : { perSecond },
    })
    const createdAt = new Date(now() - AN_HOUR_MS).toISOString()
    emulator.world.addModel({ id: BASETEN_MODEL, name: 'llama-chat' })
    emulator.world.addDeployment(BASETEN_MODEL, { id: 'live', name: 'main', production: true, createdAt })
    const add = (name: string) => emulator.world.addDeployment(BASETEN_MODEL, { name, createdAt }).id
    const ids = named('pr-42', targets).map(add)
    named('main', others).map(add)
    return {
      emulator,
      ids,
      inputs: (url) => ({ provider: 'baseten', 'model-id': BASETEN_MODEL, 'api-key': DEFAULT_API_KEY, 'api-url': url }),
      left: () => countIn(emulator.world.deploymentIds(BASETEN_MODEL), ids),
    }
  },
  'sap-ai-core'({ targets, others = 0, stopMs = 0, removeMs = 0, bulk = false, groups = 0 }, now) {
    const emulator = createSapEmulator({ now, stopMs, deleteMs: removeMs, groupDeleteMs: removeMs, bulk })
    const createdAt = new Date(now() - AN_HOUR_MS).toISOString()
    const groupIds = named('group', groups)
    for (const resourceGroupId of groupIds) emulator.world.resourceGroups.add({ resourceGroupId, createdAt })
    const add = (configurationName: string, index: number) => {
      const resourceGroup = groupIds[index % groups] ?? 'default'
      return emulator.world.add({ configurationName, status: 'RUNNING', createdAt, resourceGroup }).id
    }
    const ids = named('pr-42', targets).map(add)
    named('main', others).map(add)
    return {
      emulator,
      ids: groups > 0 ? groupIds : ids,
      inputs: (url) => ({
        provider: 'sap-ai-core',
        ...(groups > 0 ? { resource: 'resource-group' } : {}),
        'service-key': JSON.stringify(sapServiceKey(url, DEFAULT_CLIENT)),
      }),
      left: () =>
        ids.filter((id) => emulator.world.has(id)).length +
        groupIds.filter((id) => emulator.world.resourceGroups.has(id)).length,
    }
  },
  'alibaba-model-studio'({ targets, others = 0, removeMs = 0 }, now) {
    const emulator = createAlibabaEmulator({
      now,
      deleteMs: removeMs,
      apiKeys: [{ key: ALIBABA_KEY, workspace: 'llm-bench' }],
    })
    const add = (deployed_model: string) => {
      emulator.world.seed({ deployed_model, created: now() - AN_HOUR_MS })
      return deployed_model
    }
    const ids = named('pr-42', targets).map(add)
    named('main', others).map(add)
    return {
      emulator,
      ids,
      inputs: (url) => ({ provider: 'alibaba-model-studio', 'api-key': ALIBABA_KEY, 'api-url': url }),
      left: () => countIn(emulator.world.ids(), ids),
    }
  },
}

function named(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`)
}

function countIn(present: readonly string[], ids: readonly string[]): number {
  const there = new Set(present)
  return ids.filter((id) => there.has(id)).length
}

function spreadRefusals({ emulator }: Account, { targets, refusals = 0 }: AccountPlan): void {
  if (refusals === 0) return
  const every = Math.floor(targets / (refusals + 1))
  let writes = 0
  emulator.faults.push({
    kind: 'status',
    status: 429,
    headers: { 'retry-after': '1' },
    times: refusals,
    when: ({ method }) => method !== 'GET' && ++writes % every === 0,
  })
}
