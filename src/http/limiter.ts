import type { Clock } from '../lib/clock.ts'

/** One limiter for all requests to one account: limits how many are in progress, and delays all of them after a 429. */
export interface Limiter {
  /** Runs `work` as soon as there is room and no pause; returns its result. */
  pass<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>
  /** Nothing starts for `ms` from now. */
  pause(ms: number): void
}

/** The longest a timer can wait; a server may ask for more. Milliseconds. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1

/** A limiter for at most `concurrency` requests at once. */
export function createLimiter(clock: Clock, concurrency: number): Limiter {
  let underWay = 0
  let closedUntil = 0
  const queue: (() => void)[] = []

  const enter = async (): Promise<void> => {
    if (underWay < concurrency) underWay++
    else await new Promise<void>((resolve) => queue.push(resolve))
  }
  const leave = (): void => {
    const next = queue.shift()
    if (next) next()
    else underWay--
  }

  return {
    async pass(work, signal) {
      await enter()
      try {
        while (closedUntil > clock.now() && !signal.aborted) {
          await clock.sleep(Math.min(closedUntil - clock.now(), LONGEST_SLEEP_MS), signal)
        }
        return await work()
      } finally {
        leave()
      }
    },
    pause(ms) {
      closedUntil = Math.max(closedUntil, clock.now() + ms)
    },
  }
}
