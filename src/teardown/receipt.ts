import { HttpError } from '../http/error.ts'
import { ProviderError, type Receipt, UnclearAnswer } from '../providers/provider.ts'

/** What an action that threw comes to: failed where the provider said so, else nobody knows. */
export function receiptFor(error: unknown): Receipt {
  const problem = text(error)
  if (error instanceof ProviderError) {
    return { result: 'failed', problem, ...(error.exchange ? { exchange: error.exchange } : {}) }
  }
  if (error instanceof UnclearAnswer) return { result: 'unsure', problem, exchange: error.exchange }
  if (!(error instanceof HttpError)) return { result: 'unsure', problem }
  const { exchange, retryAfterMs } = error
  return { result: 'unsure', problem, exchange, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** The message of anything that was thrown. */
export function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
