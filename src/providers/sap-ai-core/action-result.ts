import type { HttpResponse } from '../../http/client.ts'
import { ProviderError } from '../errors.ts'
import { isSuccess } from '../shared/response.ts'
import { parseBody } from '../shared/schema.ts'
import type { ActionResult } from '../step.ts'
import { codeOf, describeSap, NOT_IN_THIS_STATUS, UNKNOWN_ID } from './errors.ts'
import { RECEIPT } from './schema.ts'

/** Which status SAP has for "not allowed in this state" is undocumented; 415 asks for a body. */
const REFUSALS: ReadonlySet<number> = new Set([400, 409, 412, 415])

/** What the answer to PATCH or DELETE of the target with this ID means. Throws for answers that retrying cannot fix. */
export function actionResultOf(answer: HttpResponse, id: string): ActionResult {
  const { exchange, status } = answer
  if (isSuccess(answer)) {
    // Any success will do, with or without a body; but a body must be about what was asked for.
    if (answer.body === undefined) return { result: 'accepted', exchange }
    if (parseBody(RECEIPT, answer).id === id) return { result: 'accepted', tombstone: answer.body, exchange }
    const text = `SAP AI Core answered ${exchange.method} with another ID; check the account`
    throw new ProviderError('target', text, exchange)
  }
  const code = codeOf(answer)
  if (status === 404 || code === UNKNOWN_ID) return { result: 'not-found', exchange }
  if (REFUSALS.has(status) || code === NOT_IN_THIS_STATUS) {
    return { result: 'refused', problem: describeSap(answer), status, exchange }
  }
  throw new ProviderError('target', describeSap(answer), exchange)
}
