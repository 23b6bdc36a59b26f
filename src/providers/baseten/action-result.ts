import type { HttpResponse } from '../../http/client.ts'
import { ProviderError } from '../errors.ts'
import { isSuccess } from '../shared/response.ts'
import { parseBody } from '../shared/schema.ts'
import type { ActionResult } from '../step.ts'
import type { Target } from '../target.ts'
import { describeBaseten } from './api.ts'
import { DEACTIVATED, ENVIRONMENT_TOMBSTONE, TOMBSTONE } from './schema.ts'

/** Statuses of refusals. Which one Baseten uses is undocumented, so the target is read again. */
const REFUSALS: ReadonlySet<number> = new Set([400, 409, 412, 422])

/** The result of a DELETE of `subject`. */
export function deletionResult(answer: HttpResponse, subject: Target): ActionResult {
  const { exchange } = answer
  const other = otherResult(answer, subject)
  if (other !== undefined) return other
  // Any success counts, with or without a tombstone, but a tombstone must be of the requested resource.
  if (answer.body === undefined) return { result: 'accepted', exchange }
  const { id, parent, deleted } = tombstoneOf(answer, subject)
  const isOther = id !== subject.id || (parent ?? subject.parent) !== subject.parent
  if (isOther || !deleted) {
    const said = deleted ? 'the tombstone of another ID' : 'deleted: false'
    throw new ProviderError('target', `Baseten answered DELETE with ${said}; check the account`, exchange)
  }
  return { result: 'accepted', tombstone: answer.body, exchange }
}

/** The result of a deactivation. */
export function deactivationResult(answer: HttpResponse, subject: Target): ActionResult {
  const { exchange, status } = answer
  const other = otherResult(answer, subject)
  if (other !== undefined) return other
  const { success } = answer.body === undefined ? { success: true } : parseBody(DEACTIVATED, answer)
  if (success) return { result: 'accepted', exchange }
  return { result: 'refused', problem: 'Baseten answered success: false', status, exchange }
}

/** The result for anything but a success. */
function otherResult(answer: HttpResponse, { resource }: Target): ActionResult | undefined {
  const { exchange, status } = answer
  if (isSuccess(answer)) return undefined
  if (status === 404) return { result: 'not-found', exchange }
  // Older servers cannot delete environments and do not know the method.
  if (REFUSALS.has(status) || (status === 405 && resource === 'environment')) {
    return { result: 'refused', problem: describeBaseten(answer), status, exchange }
  }
  throw new ProviderError('target', describeBaseten(answer), exchange)
}

function tombstoneOf(
  answer: HttpResponse,
  { resource }: Target,
): { id: string; parent: string | undefined; deleted: boolean } {
  if (resource === 'environment') {
    const { name, model_id, deleted } = parseBody(ENVIRONMENT_TOMBSTONE, answer)
    return { id: name, parent: model_id, deleted }
  }
  const { id, model_id, chain_id, deleted } = parseBody(TOMBSTONE, answer)
  return { id, parent: resource === 'chain-deployment' ? chain_id : model_id, deleted }
}
