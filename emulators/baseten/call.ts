import { json } from '../core.ts'
import { restrictedOf, sees } from './access.ts'
import { forbidden, notFound, refused } from './answers.ts'
import type { BasetenEvent } from './events.ts'
import type { Chain, Model, Runnable } from './objects.ts'
import { AT_REST } from './objects.ts'
import type { Races } from './races.ts'
import type { ApiKey, DeactivateAnswer } from './settings.ts'
import type { Shelf } from './shelf.ts'
import type { BasetenState } from './world.ts'

/** One authenticated request, with the account it is about. */
export interface Call {
  key: ApiKey
  query: URLSearchParams
  body: string
  state: BasetenState
  races: Races
}

/** Which object a request is about, as events name it. */
export type Target = Pick<BasetenEvent, 'kind' | 'id' | 'parent' | 'status'>

/** A visible model, or the answer that there is none for this key. */
export function findModel(call: Call, id: string): Model | Response {
  return findOwner(call, call.state.models, id, 'model')
}

/** A visible chain, or the answer that there is none for this key. */
export function findChain(call: Call, id: string): Chain | Response {
  return findOwner(call, call.state.chains, id, 'chain')
}

function findOwner<T extends Model | Chain>(call: Call, shelf: Shelf<T>, id: string, what: string): T | Response {
  const found = shelf.visible(id)
  if (!found) return notFound(what)
  if (sees(call.key, found.teamId)) return found
  return call.state.settings.foreignStatus === 403 ? forbidden('No access to this team') : notFound(what)
}

/** The name answers give of an owner's team. */
export function teamName(call: Call, owner: Model | Chain): string {
  return call.state.teams.get(owner.teamId)?.name ?? owner.teamId
}

/** A list in the order that is set. */
export function ordered<T>(call: Call, items: T[], idOf: (item: T) => string): T[] {
  const order = call.state.settings.listOrder
  if (order === 'inserted') return items
  if (order === 'reversed') return items.toReversed()
  return items.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
}

/** Refuses, and keeps it in the events. */
export function refuse(call: Call, target: Target, reason: string, status?: number): Response {
  const { settings, log } = call.state
  const answer = status ?? settings.refusalStatus
  log({ what: 'refused', ...target, reason, by: 'client', answer })
  return answer === 403 ? forbidden(reason) : refused(answer, reason)
}

/** The refusal where one of the environments is restricted for the key. */
export function restriction(call: Call, target: Target, environments: Iterable<string>): Response | undefined {
  const name = restrictedOf(call.key, environments)
  return name === undefined ? undefined : refuse(call, target, `The environment ${name} is restricted`, 403)
}

/** The same for reading, where that is switched on. */
export function readRestriction(call: Call, environments: Iterable<string>): Response | undefined {
  const name = call.state.settings.restrictedReads ? restrictedOf(call.key, environments) : undefined
  return name === undefined ? undefined : forbidden(`The environment ${name} is restricted`)
}

/** The tombstone that was wished for, when it is one that deletes nothing. */
export function emptyTombstone(call: Call, target: Target, tombstone: Record<string, unknown>): Response | undefined {
  const { settings, log } = call.state
  if (!settings.tombstoneDeletedFalse && !settings.tombstoneOtherId) return undefined
  log({ what: 'refused', ...target, reason: 'tombstone of nothing', by: 'client', answer: 200 })
  if (settings.tombstoneDeletedFalse) return json(200, { ...tombstone, deleted: false })
  return json(200, { ...tombstone, ['id' in tombstone ? 'id' : 'name']: 'another', deleted: true })
}

/** What a DELETE of something answers that is gone: it may still be visible. */
export function deletedAlready(call: Call, visible: boolean, what: string, tombstone: object): Response {
  const again = visible && call.state.settings.deleteWhileVisible === 'tombstone'
  return again ? json(200, tombstone) : notFound(what)
}

/** Whether the server wants the deployment deactivated before it deletes it. */
export function mustRest(call: Call, deployment: Runnable): boolean {
  return call.state.settings.deleteRequiresInactive && !AT_REST.includes(deployment.status)
}

/** Deactivates; what is INACTIVE or on its way there stays as it is. */
export function deactivate(call: Call, deployment: Runnable, target: Target): Response {
  const { settings, log, now } = call.state
  const { status } = deployment
  const wish: DeactivateAnswer = status === 'INACTIVE' ? settings.deactivateInactive : settings.deactivate
  if (typeof wish === 'number') return refuse(call, target, `Cannot deactivate: ${status}`, wish)
  if (wish === 'unsuccessful') {
    log({ what: 'refused', ...target, reason: 'success: false', by: 'client', answer: 200 })
    return json(200, { success: false })
  }
  if (status !== 'INACTIVE' && status !== 'DEACTIVATING') {
    deployment.status = 'DEACTIVATING'
    deployment.becomes = { status: 'INACTIVE', at: now() + settings.deactivateMs }
  }
  log({ what: 'deactivated', ...target, by: 'client', answer: 200 })
  return json(200, wish === 'empty' ? {} : { success: true })
}
