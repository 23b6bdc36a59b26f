import type { Clock } from '../lib/clock.ts'

const FIRST_MS = 500
const LARGEST_MS = 20_000

/**
 * The wait before try number `attempt + 1`, in ms: doubling from half a second to twenty seconds, and reduced by
 * a random part of up to a half, so that runs that failed together do not retry together.
 */
export function backoff(attempt: number, random: () => number): number {
  const full = Math.min(LARGEST_MS, FIRST_MS * 2 ** Math.max(0, attempt - 1))
  return Math.round(full * (1 - random() / 2))
}

/**
 * How long a `Retry-After` header asks to wait, in ms from `now` (Unix ms): it is a number of seconds or an HTTP date (RFC 9110,
 * section 10.2.3). Undefined if it is absent or neither.
 */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** How to go on after a failed try. */
export type Verdict = { retry: false } | { retry: true; afterMs?: number | undefined }

export interface RetryOptions {
  clock: Clock
  random: () => number
  /** Ends a wait between two tries immediately. */
  signal: AbortSignal
  /** Unix ms. No wait starts that would end later. */
  deadline: number
  /** Whether an error may be temporary, given how many tries were made. */
  judge: (error: unknown, attempt: number) => Verdict
  /** What the caller gets after the last try. */
  lastError: (error: unknown, attempts: number) => unknown
}

/** Runs `work` until it succeeds, or until retrying makes no sense. Rejects with `lastError`. */
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
 * Server errors may be temporary, including the nonstandard ones of proxies, but not those for what a server never supports. Below
 * 500: no answer in time, the wrong connection, too early, too often, and a proxy that lost its client.
 */
export function isRetryable(status: number): boolean {
  return [408, 421, 425, 429, 499].includes(status) || (status >= 500 && status !== 501 && status !== 505)
}
