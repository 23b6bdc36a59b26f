import { HttpError } from '../http/errors.ts'
import { messageOf } from '../lib/errors.ts'
import { ProviderError, UnclearAnswer } from '../providers/errors.ts'
import type { ActionResult } from '../providers/step.ts'

/** The result of an action that threw: failed if the provider said so, otherwise unknown. */
export function actionResultFor(error: unknown): ActionResult {
  const problem = messageOf(error)
  if (error instanceof ProviderError) {
    return { result: 'failed', problem, ...(error.exchange ? { exchange: error.exchange } : {}) }
  }
  if (error instanceof UnclearAnswer) return { result: 'unknown', problem, exchange: error.exchange }
  if (!(error instanceof HttpError)) return { result: 'unknown', problem }
  const { exchange, retryAfterMs } = error
  return { result: 'unknown', problem, exchange, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}
