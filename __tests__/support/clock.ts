import type { Clock } from '../../src/lib/clock.ts'

/** A clock that stands still while anything works, and jumps to the next sleeper's time once nothing does. */
export interface FakeClock extends Clock {
  /** How long has passed since the start, in ms. */
  elapsed(): number
  /** Runs `action` when the clock gets to `ms` after the start. */
  at(ms: number, action: () => void): void
}

export const START = Date.UTC(2026, 10, 21, 12)

interface Sleeper {
  due: number
  order: number
  wake: () => void
}

/** Begins at {@link START}. What works in between must not need real time: no sockets, no timers. */
export function fakeClock(start: number = START): FakeClock {
  const sleepers = new Set<Sleeper>()
  let now = start
  let order = 0
  let scheduled = false

  function schedule(): void {
    if (scheduled || sleepers.size === 0) return
    scheduled = true
    // Streams and promises need several turns until everything has come to rest.
    setImmediate(() => setImmediate(jump))
  }

  function jump(): void {
    scheduled = false
    const next = [...sleepers].sort((a, b) => a.due - b.due || a.order - b.order)[0]
    if (next === undefined) return
    sleepers.delete(next)
    now = Math.max(now, next.due)
    next.wake()
    schedule()
  }

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const sleeper: Sleeper = { due: now + Math.max(0, ms), order: order++, wake: finish }
      function finish(): void {
        sleepers.delete(sleeper)
        signal?.removeEventListener('abort', finish)
        resolve()
      }
      sleepers.add(sleeper)
      signal?.addEventListener('abort', finish, { once: true })
      schedule()
    })
  }

  return {
    now: () => now,
    sleep,
    elapsed: () => now - start,
    at: (ms, action) => void sleep(start + ms - now).then(action),
  }
}
