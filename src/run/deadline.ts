import { type Clock, type TimeoutSignal, timeoutSignal } from '../lib/clock.ts'
import type { StopReason } from '../teardown/options.ts'

/** When to start nothing new, and when to abort what is under way. */
export interface Limits {
  /** Unix ms, UTC. */
  deadline: number
  /** Begin nothing new once this aborts. */
  stop: AbortSignal
  /** Abort what is under way: at the timeout, and shortly after a cancellation. */
  cutOff: AbortSignal
  reason: () => StopReason
  /** Ends the watch. */
  done: () => void
}

/** After a cancellation, a request under way may take this long to end by itself. Milliseconds. */
const GRACE_MS = 2000

/** Watches the deadline and `cancelled`, the runner's signal. */
export function createLimits(clock: Clock, cancelled: AbortSignal, deadline: number): Limits {
  const over = timeoutSignal(clock, deadline - clock.now())
  const cutOff = new AbortController()
  let grace: TimeoutSignal | undefined
  over.signal.addEventListener('abort', () => cutOff.abort())
  const onCancel = () => {
    grace = timeoutSignal(clock, GRACE_MS)
    grace.signal.addEventListener('abort', () => cutOff.abort())
  }
  if (cancelled.aborted) onCancel()
  cancelled.addEventListener('abort', onCancel, { once: true })
  return {
    deadline,
    stop: AbortSignal.any([over.signal, cancelled]),
    cutOff: cutOff.signal,
    reason: () => (cancelled.aborted ? 'cancelled' : 'timed-out'),
    done() {
      cancelled.removeEventListener('abort', onCancel)
      over.cancel()
      grace?.cancel()
      // A read that waits to be tried again must not outlive the run.
      cutOff.abort()
    },
  }
}
