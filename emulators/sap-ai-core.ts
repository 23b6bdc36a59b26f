import { emulate, json } from './core.ts'
import type { Emulator } from './emulator.ts'
import { badRequest, type Call, noRoute, refuse } from './sap-ai-core/call.ts'
import { deleteDeployment, patchDeployment, patchDeployments } from './sap-ai-core/changes.ts'
import { listExecutions, patchExecution, showExecution } from './sap-ai-core/executions.ts'
import { deleteGroup, listGroups, showGroup, showQuota } from './sap-ai-core/groups.ts'
import {
  countDeployments,
  listConfigurations,
  listDeployments,
  showConfiguration,
  showDeployment,
} from './sap-ai-core/lists.ts'
import { type SapOptions, type SapSettings, settingsOf } from './sap-ai-core/model.ts'
import { ID } from './sap-ai-core/query.ts'
import { createTokens, type SapTokens } from './sap-ai-core/tokens.ts'
import { createState, type SapWorld } from './sap-ai-core/world.ts'

export type { SapExecution } from './sap-ai-core/executions.ts'
export type { SapGroup } from './sap-ai-core/groups.ts'
export type { SapClient, SapDeployment, SapEvent, SapOptions, SapSeed } from './sap-ai-core/model.ts'
export { DEFAULT_CLIENT } from './sap-ai-core/model.ts'
export { sapServiceKey } from './sap-ai-core/service-key.ts'

export interface SapEmulator extends Emulator {
  readonly world: SapWorld
  readonly tokens: SapTokens
  /** The options with their defaults; may be changed while it runs. */
  readonly settings: SapSettings
}

/** An emulator of SAP AI Core: the token service at `/oauth/token`, the AI API under `/v2`. */
export function createSapEmulator(options: SapOptions = {}): SapEmulator {
  const now = options.now ?? Date.now
  const settings = settingsOf(options)
  const state = createState(settings, now)
  const tokens = createTokens(settings, now)
  let serial = 0

  const emulator = emulate({ ...options, now }, (request, body) => {
    state.settle()
    serial += 1
    const requestId = `e0000000-0000-4000-8000-${serial.toString(16).padStart(12, '0')}`
    const url = new URL(request.url)
    const group = request.headers.get('ai-resource-group') ?? ''
    const call: Call = { request, body, url, requestId, group, settings, state }
    const response = url.pathname === '/oauth/token' ? tokens.endpoint(request, body) : api(call)
    response.headers.set('x-request-id', requestId)
    return response
  })

  function api(call: Call): Response {
    const [, area, path = ''] = /^\/v2\/(lm|admin)\/(.+)$/.exec(call.url.pathname) ?? []
    if (area === undefined) return noRoute()
    const problem = tokens.problem(call.request)
    if (problem !== undefined) return problem
    // What administers the tenant is in no group.
    if (area === 'admin') return route(call, path, ADMIN)
    if (path === 'meta') return call.request.method === 'GET' ? meta(settings.bulk) : noRoute(405)
    return groupProblem(call) ?? route(call, path, ROUTES)
  }

  return { ...emulator, world: state, tokens, settings }
}

/** The header is required and has no default on the server (SAP AI Core API). */
function groupProblem(call: Call): Response | undefined {
  if (call.group === '') return badRequest(call, 'header AI-Resource-Group is missing')
  if (call.state.resourceGroups.has(call.group)) return undefined
  if (call.settings.unknownGroup === 404) return refuse(call, 404, '01010021', `Unknown resource group ${call.group}`)
  return new Response('RBAC: access denied', { status: 403, headers: { 'content-type': 'text/plain' } })
}

function route(call: Call, path: string, routes: Routes): Response {
  const [kind = '', encoded, ...deeper] = path.split('/')
  if (deeper.length > 0) return noRoute()
  const id = encoded === undefined ? undefined : decoded(encoded)
  const resource = id === '$count' ? `${kind}/$count` : id === undefined ? kind : `${kind}/{id}`
  const methods = routes[resource]
  if (methods === undefined) return noRoute()
  const answer = methods[call.request.method]
  if (answer === undefined) return noRoute(405)
  if (routes === ROUTES && resource.endsWith('{id}') && !ID.test(id ?? ''))
    return badRequest(call, 'the id is malformed')
  return answer(call, id ?? '')
}

type Routes = Record<string, Record<string, (call: Call, id: string) => Response>>

const ROUTES: Routes = {
  deployments: { GET: listDeployments, PATCH: patchDeployments },
  'deployments/$count': { GET: countDeployments },
  'deployments/{id}': { GET: showDeployment, PATCH: patchDeployment, DELETE: deleteDeployment },
  configurations: { GET: listConfigurations },
  'configurations/{id}': { GET: showConfiguration },
  executions: { GET: listExecutions },
  'executions/{id}': { GET: showExecution, PATCH: patchExecution },
}

const ADMIN: Routes = {
  resourceGroups: { GET: listGroups },
  'resourceGroups/{id}': { GET: showGroup, DELETE: deleteGroup },
  'resourceQuota/{id}': { GET: showQuota },
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function meta(bulk: boolean): Response {
  const capabilities = {
    logs: { deployments: true, executions: true },
    multitenant: true,
    shareable: false,
    staticDeployments: false,
    userDeployments: true,
    userExecutions: true,
    timeToLiveDeployments: true,
    bulkUpdates: { deployments: bulk, executions: bulk },
  }
  const limits = {
    deployments: { maxRunningCount: -1 },
    executions: { maxRunningCount: -1 },
    timeToLiveDeployments: { minimum: '10m', maximum: '-1' },
  }
  return json(200, { runtimeIdentifier: 'aicore', aiApi: { version: '2.42.0', capabilities, limits } })
}
