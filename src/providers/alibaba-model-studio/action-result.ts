import * as v from 'valibot'
import type { HttpResponse } from '../../http/client.ts'
import { ProviderError } from '../errors.ts'
import type { ActionResult } from '../step.ts'
import type { Target } from '../target.ts'
import { contentOf, outputOf } from './api.ts'
import { codeOf, describeAlibaba, errorOf, isFine, isStray, remedyFor, saysGone } from './errors.ts'

const DELETED = v.object({ deployed_model: v.string() })

/** The result of DELETE of a deployment. Throws for answers that retrying cannot fix, and for unclear ones. */
export function actionResultOf(answer: HttpResponse, target: Target): ActionResult {
  const { exchange } = answer
  const common = commonResult(answer)
  if (common !== undefined) return common
  if (!isFine(answer)) throw errorOf(answer)
  if (answer.body === undefined) return { result: 'accepted', exchange }
  const { deployed_model } = contentOf(DELETED, answer)
  if (deployed_model !== target.id) {
    throw new ProviderError(
      'target',
      'Model Studio answered DELETE with another deployment; check the account',
      exchange,
    )
  }
  return { result: 'accepted', tombstone: outputOf(answer), exchange }
}

/** Answers with the same meaning for every DELETE: the deployment does not exist, or cannot be deleted now. */
export function commonResult(answer: HttpResponse): ActionResult | undefined {
  const { exchange, status } = answer
  const code = codeOf(answer)
  // A deleted reservation has a code of its own for writes; only GET proves that it is gone.
  if (saysGone(answer) || isStray(answer) || (status === 400 && code === 'MODEL_CODE_DELETED')) {
    return { result: 'not-found', exchange }
  }
  // No document names the status and code of "not in this state": read again, then give up with the provider's message.
  if (status === 400 || status === 403 || status === 409) {
    return { result: 'refused', problem: `${describeAlibaba(answer)}. ${remedyFor(answer)}`, status, code, exchange }
  }
  return undefined
}
