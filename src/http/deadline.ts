import { type Clock, timeoutSignal } from '../lib/clock.ts'
import type { Transport } from './transport.ts'

/** The request's own deadline has passed. */
export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout'
}

/**
 * Gives `work` a signal that aborts with `signal`, or after `ms` with a {@link RequestTimeout}. Once `work` has ended, the timer
 * is cancelled and the listener on `signal` is removed: the signal outlives thousands of requests, and would keep each in memory.
 * AbortSignal.any() would have the same effect, because Node keeps it as long as anything listens to it.
 */
export async function withinDeadline<T>(
  { clock, ms, signal }: { clock: Clock; ms: number; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController()
  const timeout = timeoutSignal(clock, ms, () => new RequestTimeout())
  const onAbort = () => own.abort(signal.aborted ? signal.reason : timeout.signal.reason)
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  timeout.signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await work(own.signal)
  } catch (error) {
    throw own.signal.aborted ? own.signal.reason : error
  } finally {
    timeout.cancel()
    signal.removeEventListener('abort', onAbort)
  }
}

/**
 * A transport that gives up as soon as its signal aborts. undici notices an abort only once it is connected, and a proxy or host
 * that accepts a connection and never answers can delay that for minutes: past the step's timeout, and past the moment when
 * the runner kills a cancelled step. A request that has not been sent at that point is never sent.
 */
export function abortable(transport: Transport): Transport {
  return (request) => Promise.race([transport(request), rejection(request.signal)])
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
