import { json } from '../core.ts'
import { badRequest, type Call, refuse } from './call.ts'
import { timestamp } from './model.ts'

/** A run of a workflow, which lives beside deployments in a resource group (SAP AI Core API 2.42, AiExecution). */
export interface SapExecution {
  id: string
  configurationId: string
  /** PENDING, RUNNING, COMPLETED, DEAD, STOPPING, STOPPED or UNKNOWN. */
  status: string
  targetStatus: string
  createdAt: string
  modifiedAt: string
}

export interface ExecutionEntry {
  readonly resource: SapExecution
  readonly group: string
}

export type ExecutionSeed = Partial<SapExecution> & { resourceGroup?: string }

export function executionOf(seed: ExecutionSeed, serial: number, at: number): ExecutionEntry {
  const { resourceGroup = 'default', ...fields } = seed
  const id = fields.id ?? `e${serial.toString(16).padStart(15, '0')}`
  const times = { createdAt: timestamp(at), modifiedAt: timestamp(at) }
  const resource = {
    configurationId: 'config-run',
    status: 'RUNNING',
    targetStatus: 'COMPLETED',
    ...times,
    ...fields,
    id,
  }
  return { resource, group: resourceGroup }
}

/** GET /lm/executions */
export function listExecutions(call: Call): Response {
  const all = call.state.executionsOf(call.group).map(({ resource }) => resource)
  const skip = Number(call.url.searchParams.get('$skip') ?? 0)
  const top = Number(call.url.searchParams.get('$top') ?? 10_000)
  if (![skip, top].every((number) => Number.isInteger(number) && number >= 0))
    return badRequest(call, '$top is malformed')
  const status = call.url.searchParams.get('status')
  const resources = all.filter((each) => status === null || each.status === status).slice(skip, skip + top)
  return json(200, { count: resources.length, resources })
}

/** GET /lm/executions/{id} */
export function showExecution(call: Call, id: string): Response {
  const entry = call.state.execution(id, call.group)
  return entry === undefined ? unknownExecution(call, id) : json(200, entry.resource)
}

/** PATCH /lm/executions/{id}: only to STOPPED, and only of what runs or is about to. */
export function patchExecution(call: Call, id: string): Response {
  const { state, settings } = call
  const entry = state.execution(id, call.group)
  if (entry === undefined) {
    state.note('missing', id, 'stop-execution')
    return unknownExecution(call, id)
  }
  if (!/"targetStatus"\s*:\s*"STOPPED"/.test(call.body)) return badRequest(call, 'targetStatus must be STOPPED')
  if (entry.resource.status !== 'PENDING' && entry.resource.status !== 'RUNNING') {
    state.note('refused', id, 'stop-execution')
    const message = `Invalid Request, Current status ${entry.resource.status} cannot be changed..`
    return refuse(call, settings.refusal, '01010076', message)
  }
  state.stopExecution(entry)
  return json(202, { id, message: 'Execution modification scheduled' })
}

function unknownExecution(call: Call, id: string): Response {
  return refuse(call, 404, '01010018', `Invalid Request, could not find execution ${id}`)
}
