import { json } from '../core.ts'
import { badRequest, type Call, noRoute, refuse } from './call.ts'
import { timestamp } from './model.ts'

/** A resource group as the API shows it (SAP AI Core API 2.42, BckndResourceGroup). There is no status for "deleting". */
export interface SapGroup {
  resourceGroupId: string
  createdAt: string
  /** PROVISIONED, PROVISIONING or ERROR. */
  status: string
  statusMessage?: string
  /** Keys begin with `ext.ai.sap.com/`. */
  labels?: { key: string; value: string }[]
  tenantId?: string
  zoneId?: string
  servicePlan?: string
}

/** The groups of a tenant. */
export interface SapGroups {
  /** Puts a group in, in place of one with the same ID. */
  add(group: string | (Partial<SapGroup> & { resourceGroupId: string })): SapGroup
  get(id: string): SapGroup | undefined
  has(id: string): boolean
  all(): SapGroup[]
  delete(id: string): void
  clear(): void
  /** Whether its deletion was accepted. */
  isLeaving(id: string): boolean
  /** Marks a group whose deletion was accepted. */
  leave(id: string): void
}

/** An empty tenant, on the world's clock. */
export function createGroups(time: () => number, ids: readonly string[]): SapGroups {
  const groups = new Map<string, SapGroup>()
  const leaving = new WeakSet<SapGroup>()
  const add: SapGroups['add'] = (seed) => {
    const { resourceGroupId, ...rest } = typeof seed === 'string' ? { resourceGroupId: seed } : seed
    const group = { resourceGroupId, createdAt: timestamp(time()), status: 'PROVISIONED', ...TENANT, ...rest }
    groups.set(resourceGroupId, group)
    return group
  }
  for (const id of ids) add(id)
  return {
    add,
    get: (id) => groups.get(id),
    has: (id) => groups.has(id),
    all: () => [...groups.values()],
    delete: (id) => void groups.delete(id),
    clear: () => groups.clear(),
    isLeaving(id) {
      const group = groups.get(id)
      return group !== undefined && leaving.has(group)
    },
    leave(id) {
      const group = groups.get(id)
      if (group !== undefined) leaving.add(group)
    },
  }
}

const TENANT = { tenantId: 'tenant-emulated', zoneId: '', servicePlan: 'extended' }

/** Letters and digits at both ends, 3 to 253 characters (BckndResourceGroupsPostRequest). */
const GROUP_ID = /^[a-zA-Z0-9][a-zA-Z0-9.-]{1,251}[a-zA-Z0-9]$/
const SELECTOR = /^([^ =,!]+)(!?=)([^ =,!]+)$/

/** GET /admin/resourceGroups: everything in one answer, or pages by `maxpagesize` and the `Link` header. */
export function listGroups(call: Call): Response {
  const problem = accessProblem(call)
  if (problem !== undefined) return problem
  const { searchParams: params } = call.url
  for (const name of params.keys())
    if (!PARAMETERS.has(name)) return badRequest(call, `unknown query parameter ${name}`)
  const all = selected(call, params.get('labelSelector'))
  if (typeof all === 'string') return badRequest(call, all)
  const size = /(?:^|[,;\s])maxpagesize=(\d+)/.exec(call.request.headers.get('prefer') ?? '')?.[1]
  const token = params.get('continueToken')
  if (size !== undefined || token !== null) return batch(call, all, Number(size ?? 50), token)
  const [skip, top] = [Number(params.get('$skip') ?? 0), Number(params.get('$top') ?? all.length)]
  if (![skip, top].every((number) => Number.isInteger(number) && number >= 0))
    return badRequest(call, '$top is malformed')
  const resources = all.slice(skip, skip + top)
  return json(200, { count: params.get('$count') === 'true' ? all.length : resources.length, resources })
}

const PARAMETERS: ReadonlySet<string> = new Set(['$top', '$skip', '$count', 'labelSelector', 'continueToken'])

/** A page that is found again by a token, which the server forgets after a while: 410, start anew. */
function batch(call: Call, all: SapGroup[], size: number, token: string | null): Response {
  const { state, settings } = call
  const [, from = '0', at = ''] = /^(\d+)-(\d+)$/.exec(token ?? `0-${state.time()}`) ?? []
  if (at === '' || state.time() - Number(at) > settings.continueTokenMs) {
    return refuse(call, 410, '01010011', 'ResourceExpired: the continue token is no longer valid')
  }
  const start = Number(from)
  const resources = all.slice(start, start + size)
  const end = start + resources.length
  const next = new URL(call.url)
  next.searchParams.set('continueToken', `${end}-${state.time()}`)
  const headers: Record<string, string> =
    end < all.length ? { link: `<${next.pathname}${next.search}>; rel="next"` } : {}
  return json(200, { count: resources.length, resources }, headers)
}

/** The groups that a label selector leaves; a string says what is wrong with it. */
function selected({ state }: Call, selector: string | null): SapGroup[] | string {
  const all = state.resourceGroups.all()
  if (selector === null) return all
  const terms = selector.split(',').map((term) => SELECTOR.exec(term))
  if (terms.includes(null)) return 'labelSelector is malformed'
  return all.filter(({ labels = [] }) =>
    terms.every((term) => {
      const has = labels.some(({ key, value }) => key === term?.[1] && value === term[3])
      return term?.[2] === '=' ? has : !has
    }),
  )
}

/** GET /admin/resourceGroups/{id} */
export function showGroup(call: Call, id: string): Response {
  const group = call.state.resourceGroups.get(id)
  const own = call.settings.consumerOf
  if (own !== undefined && id !== own) return forbidden()
  return group === undefined ? unknownGroup(call, id) : json(200, group)
}

/** DELETE /admin/resourceGroups/{id}: asynchronous. `default` cannot be deleted, `shared` is no group of the tenant's own. */
export function deleteGroup(call: Call, id: string): Response {
  const { state, settings } = call
  const problem = accessProblem(call)
  if (problem !== undefined) return problem
  if (!state.resourceGroups.has(id)) {
    state.note('missing', id, 'delete-group')
    return unknownGroup(call, id)
  }
  if (!GROUP_ID.test(id) || id === 'default' || id === 'shared' || state.resourceGroups.isLeaving(id)) {
    state.note('refused', id, 'delete-group')
    return refuse(call, 400, '01010023', `Invalid Request, resource group ${id} cannot be deleted`)
  }
  if (settings.groupRefusedWhileUsed && state.inGroup(id).length > 0) {
    state.note('refused', id, 'delete-group')
    return refuse(call, 400, '01010024', `Invalid Request, resource group ${id} is in use`)
  }
  state.leaveGroup(id)
  return json(202, { id, message: 'Resource Group deletion scheduled' })
}

/** GET /admin/resourceQuota/{what} */
export function showQuota(call: Call, what: string): Response {
  const { state, settings } = call
  if (settings.quotaForbidden || settings.consumerOf !== undefined) return forbidden()
  const usage = call.url.searchParams.get('quotaOnly') === 'true'
  if (what === 'resourceGroups') {
    const count = state.resourceGroups.all().length
    return json(200, { ...(usage ? {} : { usage: { count } }), quota: { maxCount: settings.maxGroups } })
  }
  if (what !== 'deployments') return noRoute()
  const used = { count: state.size(), items: [{ resourcePlanId: 'infer.s', count: state.size() }] }
  const quotas = [{ resourcePlanType: 'All', deploymentQuota: { maxCount: settings.maxDeployments } }]
  return json(200, { ...(usage ? {} : { usage: used }), quotas })
}

/** A key of a consumer tenant may see its own group only. */
function accessProblem({ settings }: Call): Response | undefined {
  return settings.consumerOf === undefined ? undefined : forbidden()
}

function forbidden(): Response {
  return new Response('RBAC: access denied', { status: 403, headers: { 'content-type': 'text/plain' } })
}

function unknownGroup(call: Call, id: string): Response {
  return refuse(call, 404, '01010021', `Invalid Request, could not find resource group ${id}`)
}
