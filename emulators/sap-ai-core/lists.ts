import { json } from '../core.ts'
import { badRequest, type Call, refuse } from './call.ts'
import type { SapDeployment } from './model.ts'
import { FILTERS, PAGING, type Query, readQuery } from './query.ts'
import type { Entry } from './world.ts'

/** GET /lm/deployments */
export function listDeployments(call: Call): Response {
  const query = readQuery(call.url.searchParams, [...FILTERS, ...PAGING, '$select'], call.settings)
  if (typeof query === 'string') return badRequest(call, query)
  const found = matching(call, query).map((entry) => entry.resource)
  if (call.settings.order !== undefined) found.sort(call.settings.order)
  return page(call, query, found, (resource) => shown(resource, query.onlyStatus, false))
}

/** GET /lm/deployments/$count: a bare number as plain text. */
export function countDeployments(call: Call): Response {
  const query = readQuery(call.url.searchParams, FILTERS, call.settings)
  if (typeof query === 'string') return badRequest(call, query)
  return new Response(String(matching(call, query).length), { headers: { 'content-type': 'text/plain' } })
}

/** GET /lm/deployments/{id} */
export function showDeployment(call: Call, id: string): Response {
  const query = readQuery(call.url.searchParams, ['$select'], call.settings)
  if (typeof query === 'string') return badRequest(call, query)
  const entry = call.state.find(id, call.group)
  return entry === undefined ? unknown(call, id) : json(200, shown(entry.resource, query.onlyStatus, true))
}

/** GET /lm/configurations */
export function listConfigurations(call: Call): Response {
  const parameters = ['scenarioId', 'executableIds', '$search', 'searchCaseInsensitive', '$expand'] as const
  const query = readQuery(call.url.searchParams, [...parameters, ...PAGING], call.settings)
  if (typeof query === 'string') return badRequest(call, query)
  const fold = (text: string) => (query.ignoreCase ? text.toLowerCase() : text)
  const found = configurationsOf(call).filter(
    (item) =>
      (query.scenarioId === undefined || item.scenarioId === query.scenarioId) &&
      (query.executableIds === undefined || query.executableIds.has(item.executableId)) &&
      // A substring search in the name, as the API's description says.
      (query.search === undefined || fold(item.name).includes(fold(query.search))),
  )
  return page(call, query, found, ({ resourceGroup: _group, ...item }) => item)
}

/** GET /lm/configurations/{id} */
export function showConfiguration(call: Call, id: string): Response {
  const found = configurationsOf(call).find((item) => item.id === id)
  if (found === undefined) return refuse(call, 404, '01010009', `Configuration ${id} not found`)
  const { resourceGroup: _group, ...item } = found
  return json(200, item)
}

/** 404 for a deployment that this resource group does not have. */
export function unknown(call: Call, id: string): Response {
  return refuse(call, 404, ...notFound(call, id))
}

/** Code and message for the same. */
export function notFound(call: Call, id: string): [code: string, message: string] {
  return [call.settings.notFoundCode, `Invalid Request, could not find deployment ${id}`]
}

function configurationsOf(call: Call) {
  return [...call.state.configurations.values()].filter((item) => item.resourceGroup === call.group)
}

function matching(call: Call, query: Query): Entry[] {
  return call.state.inGroup(call.group).filter(({ resource }) => {
    // Answers may leave out executable and scenario; the server knows them all the same.
    const configuration = call.state.configurations.get(resource.configurationId)
    const scenarioId = configuration?.scenarioId ?? resource.scenarioId
    const executableId = configuration?.executableId ?? resource.executableId ?? ''
    return (
      (query.status === undefined || resource.status === query.status) &&
      (query.configurationId === undefined || resource.configurationId === query.configurationId) &&
      (query.scenarioId === undefined || scenarioId === query.scenarioId) &&
      (query.executableIds === undefined || query.executableIds.has(executableId))
    )
  })
}

function page<T>(call: Call, query: Query, all: T[], show: (item: T) => unknown): Response {
  const resources = all.slice(query.skip, query.skip + query.top).map(show)
  return json(200, { count: call.settings.countIsTotal ? all.length : resources.length, resources })
}

/** `$select=status` leaves only the required members; only GET by id has the status details. */
function shown(resource: SapDeployment, onlyStatus: boolean, withDetails: boolean): unknown {
  if (onlyStatus) {
    const { id, configurationId, status, createdAt, modifiedAt } = resource
    return { id, configurationId, status, createdAt, modifiedAt }
  }
  if (withDetails || resource.statusDetails === undefined) return resource
  const { statusDetails: _details, ...item } = resource
  return item
}
