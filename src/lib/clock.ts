/** Time as a parameter, so that everything inside runs in a test without waiting. */
export interface Clock {
  /** Unix time in ms, UTC, never going backwards within a run. */
  now(): number
  /** Resolves after `ms`, or at once when `signal` aborts; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The real clock: monotonic, so that a corrected system time neither shortens nor stretches a deadline. */
export const systemClock: Clock = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const finish = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', finish)
        resolve()
      }
      const timer = setTimeout(finish, ms)
      signal?.addEventListener('abort', finish, { once: true })
    }),
}

export interface TimeoutSignal {
  signal: AbortSignal
  /** The signal will not abort any more. */
  cancel: () => void
}

/** The reason of an abort that only ends a wait. Without one, Node makes an error with a stack each time. */
export const NO_ERROR = 'the wait is over'

/** A signal that aborts after `ms`, with what `reason` makes then. */
export function timeoutSignal(clock: Clock, ms: number, reason?: () => unknown): TimeoutSignal {
  const over = new AbortController()
  const cancelled = new AbortController()
  void clock.sleep(ms, cancelled.signal).then(() => {
    if (!cancelled.signal.aborted) over.abort(reason?.())
  })
  return { signal: over.signal, cancel: () => cancelled.abort(NO_ERROR) }
}
