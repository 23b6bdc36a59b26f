import type { Clock } from '../lib/clock.ts'

const FIRST_MS = 500
const LARGEST_MS = 20_000

/**
 * The wait before try number `attempt + 1`, in ms: doubling from half a second to twenty seconds, and jittered downwards
 * by up to a half, so that many runs that failed together do not come back together.
 */
export function backoff(attempt: number, random: () => number): number {
  const full = Math.min(LARGEST_MS, FIRST_MS * 2 ** Math.max(0, attempt - 1))
  return Math.round(full * (1 - random() / 2))
}

/**
 * How long a `Retry-After` header asks to stay away, in ms from `now` (Unix ms): it is a number of seconds or an HTTP date
 * (RFC 9110, section 10.2.3). Undefined where it is absent or neither.
 */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** What a failed try says about the next one. */
export type Verdict = { retry: false } | { retry: true; afterMs?: number | undefined }

export interface RetryOptions {
  clock: Clock
  random: () => number
  /** Ends a wait between two tries at once. */
  signal: AbortSignal
  /** Unix ms. No wait begins that would end later. */
  deadline: number
  /** Whether an error may pass by itself, given how many tries were made. */
  judge: (error: unknown, attempt: number) => Verdict
  /** What the caller gets after the last try. */
  lastError: (error: unknown, attempts: number) => unknown
}

/** Runs `work` again and again until it succeeds, or until trying again makes no sense. Rejects with `lastError`. */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, random, signal, deadline, judge, lastError } = options
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const verdict = judge(error, attempt)
      if (!verdict.retry) throw lastError(error, attempt)
      const wait = Math.max(verdict.afterMs ?? 0, backoff(attempt, random))
      if (clock.now() + wait >= deadline) throw lastError(error, attempt)
      await clock.sleep(wait, signal)
    }
  }
}

/**
 * Whatever failed on the other side may pass, also what proxies have numbers of their own for; but not what a server never does. Of
 * the statuses below 500: no answer in time, the wrong connection, too early, too often, and a proxy that lost its client.
 */
export function isRetryable(status: number): boolean {
  return [408, 421, 425, 429, 499].includes(status) || (status >= 500 && status !== 501 && status !== 505)
}
