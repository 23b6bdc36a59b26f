import { type Access, accessOf } from './alibaba-model-studio/access.ts'
import { getInstance, getOperation, listInstances, releaseInstance } from './alibaba-model-studio/capacity.ts'
import { deleteDeployment, getDeployment, listDeployments, listModels } from './alibaba-model-studio/deployments.ts'
import { errorOf } from './alibaba-model-studio/errors.ts'
import { type AlibabaOptions, type ApiKey, settle } from './alibaba-model-studio/options.ts'
import { createReplies, type Replies } from './alibaba-model-studio/replies.ts'
import { addDeployment } from './alibaba-model-studio/seeding.ts'
import type { State } from './alibaba-model-studio/state.ts'
import { createTimeline } from './alibaba-model-studio/timeline.ts'
import { type AlibabaWorld, createWorld } from './alibaba-model-studio/world.ts'
import { emulate } from './core.ts'
import type { Emulator } from './emulator.ts'

export { type ErrorRow, errorFault, errorOf, errors } from './alibaba-model-studio/errors.ts'
export type { Deployment, DeploymentSeed, Instance, InstanceSeed, Operation } from './alibaba-model-studio/objects.ts'
export type { AlibabaOptions, ApiKey, Settings } from './alibaba-model-studio/options.ts'
export type { WorldEvent } from './alibaba-model-studio/state.ts'
export type { AlibabaWorld } from './alibaba-model-studio/world.ts'

export interface AlibabaEmulator extends Emulator {
  readonly world: AlibabaWorld
}

/** Alibaba Cloud Model Studio (DashScope): the management of model deployments and throughput reservations. */
export function createAlibabaEmulator(options: AlibabaOptions = {}): AlibabaEmulator {
  const state = createState(options)
  const replies = createReplies(state.settings)
  const emulator = emulate(options, (request) => {
    state.timeline.catchUp()
    const access = accessOf(state, request.headers)
    return 'code' in access ? replies.refuse(access) : answer(state, replies, access, request)
  })
  return { ...emulator, world: createWorld(state) }
}

const DEFAULT_KEYS: readonly ApiKey[] = [{ key: 'sk-emulated', workspace: 'llm-emulated' }]

function createState(options: AlibabaOptions): State {
  const { apiKeys = DEFAULT_KEYS, workspaces = [], deployments = [] } = options
  const state: State = {
    settings: settle(options),
    timeline: createTimeline(options.now ?? Date.now),
    deployments: new Map(),
    deletedCodes: new Set(),
    operations: new Map(),
    keys: new Map(apiKeys.map((each) => [each.key, each])),
    workspaces: new Set([...apiKeys.map((each) => each.workspace), ...workspaces]),
    models: [{ model_name: 'qwen-plus', base_capacity: 1 }],
    events: [],
  }
  for (const seed of deployments) addDeployment(state, seed)
  return state
}

function answer(state: State, replies: Replies, access: Access, request: Request): Response {
  const { pathname, searchParams: query } = new URL(request.url)
  const { method, headers } = request
  const noPath = () => replies.refuse(errorOf('NotFound', 'Request path not found.'))
  const noMethod = () => replies.refuse(errorOf('InvalidParameter', `Request method '${method}' is not supported.`))

  const root = `${state.settings.basePath}/deployments`
  if (pathname !== root && !pathname.startsWith(`${root}/`)) return noPath()
  const parts = segments(pathname.slice(root.length))
  const [id, collection, item, ...rest] = parts
  if (rest.length > 0 || parts.includes('')) return noPath()

  if (id === undefined) return method === 'GET' ? listDeployments(state, replies, access, query) : noMethod()
  if (id === 'models') {
    if (collection !== undefined) return noPath()
    return method === 'GET' ? listModels(state, replies, query) : noMethod()
  }
  if (collection === undefined) {
    if (method === 'GET') return getDeployment(state, replies, access, id)
    return method === 'DELETE' ? deleteDeployment(state, replies, access, id) : noMethod()
  }
  if (collection === 'capacity-operations' && item !== undefined) {
    return method === 'GET' ? getOperation(state, replies, access, id, item) : noMethod()
  }
  if (collection !== 'capacity-instances') return noPath()
  if (item === undefined) return method === 'GET' ? listInstances(state, replies, access, id, query) : noMethod()
  if (method === 'GET') return getInstance(state, replies, access, id, item)
  if (method !== 'DELETE') return noMethod()
  const requestId =
    headers.get('x-acs-req-uuid') ?? headers.get('x-dashscope-requestid') ?? headers.get('x-request-id') ?? undefined
  const reason = query.get('reason') ?? ''
  return releaseInstance(state, replies, access, { id, instanceId: item, reason, requestId })
}

/** The parts of a path, decoded one by one so that an encoded slash stays inside its part. */
function segments(path: string): string[] {
  const parts = path.split('/').slice(1)
  return parts.map((part) => {
    try {
      return decodeURIComponent(part)
    } catch {
      return part
    }
  })
}
