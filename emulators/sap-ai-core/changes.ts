import { json } from '../core.ts'
import { badRequest, type Call, errorOf, refuse } from './call.ts'
import { notFound, unknown } from './lists.ts'
import type { SapAction } from './model.ts'
import { ID } from './query.ts'
import type { Entry } from './world.ts'

const MODIFIED = 'Deployment modification scheduled'

/** PATCH /lm/deployments/{id}: stop, or another configuration. */
export function patchDeployment(call: Call, id: string): Response {
  if (!isJson(call)) return refuse(call, 415, '01010005', 'Unsupported media type')
  const change = objectOf(call.body)
  if (change === undefined) return badRequest(call, 'the body is no JSON object')
  const { targetStatus, configurationId } = change
  if ((targetStatus === undefined) === (configurationId === undefined)) {
    return badRequest(call, 'exactly one of targetStatus and configurationId is needed')
  }
  if (configurationId !== undefined) return configure(call, id, configurationId)
  if (targetStatus === 'STOPPED') return act(call, id, 'stop', { message: MODIFIED })
  // Docs of 2025 showed a PATCH to DELETED; the API's description allows STOPPED only.
  if (targetStatus === 'DELETED' && call.settings.patchDeleted) {
    return act(call, id, 'delete', { message: MODIFIED })
  }
  return badRequest(call, `targetStatus ${JSON.stringify(targetStatus)} is not one of ['STOPPED']`)
}

/** DELETE /lm/deployments/{id} */
export function deleteDeployment(call: Call, id: string): Response {
  const { deleteBody, demandDeleteBody } = call.settings
  if (call.body === '' && demandDeleteBody) {
    return refuse(call, demandDeleteBody === true ? 400 : demandDeleteBody, '01010002', 'Request body expected')
  }
  if (call.body !== '' && !(deleteBody && objectOf(call.body)?.['targetStatus'] === 'DELETED')) {
    return badRequest(call, 'unexpected request body')
  }
  return act(call, id, 'delete', { message: 'Deployment deletion scheduled', targetStatus: 'DELETED' })
}

/** PATCH /lm/deployments: 202 whatever becomes of the single items. */
export function patchDeployments(call: Call): Response {
  const { bulk, bulkOff } = call.settings
  if (!bulk) return refuse(call, bulkOff, '01010004', 'Bulk updates are not enabled')
  if (mediaType(call) !== 'application/merge-patch+json') return refuse(call, 415, '01010005', 'Unsupported media type')
  const items = objectOf(call.body)?.['deployments']
  if (!Array.isArray(items) || items.length < 1 || items.length > 100) {
    return badRequest(call, 'deployments must have 1 to 100 items')
  }
  const wanted = items.map(wantedOf)
  if (wanted.includes(undefined)) return badRequest(call, 'an item is malformed')
  if (new Set(wanted.map((item) => item?.id)).size < wanted.length) return badRequest(call, 'an id occurs twice')
  const deployments = wanted.flatMap((item) => (item === undefined ? [] : [bulkItem(call, item)]))
  return json(202, { deployments })
}

interface Wanted {
  id: string
  action: 'stop' | 'delete'
}

function wantedOf(item: unknown): Wanted | undefined {
  if (typeof item !== 'object' || item === null || !('id' in item) || !('targetStatus' in item)) return undefined
  const { id, targetStatus } = item
  if (typeof id !== 'string' || !ID.test(id)) return undefined
  if (targetStatus === 'STOPPED') return { id, action: 'stop' }
  return targetStatus === 'DELETED' ? { id, action: 'delete' } : undefined
}

function bulkItem(call: Call, { id, action }: Wanted): unknown {
  const outcome = attempt(call, id, action)
  if (outcome === 'done') return { id, message: MODIFIED }
  const [code, message] = outcome === 'missing' ? notFound(call, id) : forbidden(outcome)
  return { id, error: errorOf(call, code, message) }
}

function configure(call: Call, id: string, configurationId: unknown): Response {
  const configuration = typeof configurationId === 'string' ? call.state.configurations.get(configurationId) : undefined
  if (configuration?.resourceGroup !== call.group) return badRequest(call, 'no such configuration')
  const outcome = attempt(call, id, 'configure')
  if (outcome === 'done') call.state.configure(id, configuration)
  return answer(call, id, outcome, { id, message: MODIFIED })
}

function act(call: Call, id: string, action: 'stop' | 'delete', success: object): Response {
  return answer(call, id, attempt(call, id, action), { id, ...success })
}

function answer(call: Call, id: string, outcome: Outcome, success: object): Response {
  if (outcome === 'done') return json(202, success)
  if (outcome === 'missing') return unknown(call, id)
  return refuse(call, call.settings.refusal, ...forbidden(outcome))
}

/** Anything but done or missing is the status that forbids it. */
type Outcome = 'done' | 'missing' | { status: string }

/** Does what the status allows. */
function attempt(call: Call, id: string, action: SapAction): Outcome {
  const { state, settings } = call
  const entry = state.find(id, call.group)
  const isAgain = action === 'delete' && entry?.resource.targetStatus === 'DELETED'
  if (entry === undefined || (isAgain && settings.repeatedDelete === 'missing')) {
    state.note('missing', id, action)
    return 'missing'
  }
  if (!(isAgain && settings.repeatedDelete === 'accept') && !allows(call, entry, action)) {
    state.note('refused', id, action)
    return { status: entry.resource.status }
  }
  if (action === 'stop') state.stop(entry)
  else if (action === 'delete') state.delete(entry)
  else state.note('accepted', id, action)
  return 'done'
}

/**
 * The permitted actions (SAP AI Launchpad docs, deployments page). A status that is not in their table permits nothing,
 * and so does a deletion under way.
 */
function allows(call: Call, { resource }: Entry, action: SapAction): boolean {
  if (resource.targetStatus === 'DELETED') return false
  const { status } = resource
  if (action === 'delete') {
    return /^(UNKNOWN|STOPPED|DEAD)$/.test(status) || (status === 'COMPLETED' && call.settings.deleteCompleted === true)
  }
  return status === 'PENDING' || status === 'RUNNING'
}

function forbidden({ status }: { status: string }): [code: string, message: string] {
  return ['01010076', `Invalid Request, Current status ${status} cannot be changed..`]
}

function mediaType(call: Call): string {
  return (call.request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

function isJson(call: Call): boolean {
  return /^application\/(merge-patch\+)?json$/.test(mediaType(call))
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
