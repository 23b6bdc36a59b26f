import type { Clock } from '../../lib/clock.ts'

const SECOND_MS = 1000

/** Lets at most `most` callers pass within any second; the others wait. All waits end when `signal` aborts. */
export function createPace(clock: Clock, most: number): (signal: AbortSignal) => Promise<void> {
  /** When the last `most` passed; Unix ms. */
  const passed: number[] = []
  return async (signal) => {
    for (;;) {
      const [first] = passed
      const wait = passed.length < most || first === undefined ? 0 : first + SECOND_MS - clock.now()
      if (wait <= 0 || signal.aborted) break
      await clock.sleep(wait, signal)
    }
    passed.push(clock.now())
    if (passed.length > most) passed.shift()
  }
}
