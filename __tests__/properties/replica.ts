import type { FaultKind } from '../../emulators/emulator.ts'
import type { FakeClock } from '../support/clock.ts'
import type { Account } from './drive.ts'
import type { PlannedChange, Sent } from './wire.ts'

/** Reads that are answered by a replica, which is behind. Plain data. */
export interface Lag {
  /** Which: lists or what is no list, all of them, or every second, as a balancer that flaps does. */
  reads: 'none' | 'lists' | 'single' | 'all' | 'every second'
  /** How far behind it is, in ms. */
  ms: number
  /** For so long after the start, in ms, at most as long as it is behind, it does not have the targets yet. */
  hiddenMs: number
  /** The answers come from a cache that says how old they are. */
  isCached: boolean
}

export const NO_LAG: Lag = { reads: 'none', ms: 0, hiddenMs: 0, isCached: false }

/** A second copy of the account to which everything happens as to the first, but later. */
export interface Replica {
  lag: Lag
  /** A request that may change something reaches it, too, with the fault that it met. */
  write(request: Request, fault?: FaultKind): void
  change(change: PlannedChange): void
  /** Whether it answers this read, the number `nth` of all reads. */
  answers(read: Sent, nth: number): boolean
  /** The answer as it was `lag.ms` ago. */
  read(request: Request): Promise<Response>
}

/** `build` makes the same account as the first one, on a clock of its own. */
export function createReplica(build: (clock: FakeClock) => Account, clock: FakeClock, lag: Lag): Replica {
  const startedAt = clock.now()
  let now = startedAt
  const account = build({ ...clock, now: () => now })
  const pending: { at: number; happen: () => unknown }[] = []
  let turn: Promise<unknown> = Promise.resolve()
  if (lag.hiddenMs > 0) pending.push({ at: startedAt - lag.ms + lag.hiddenMs, happen: account.hideTargets() })

  const later = (happen: () => unknown) => void pending.push({ at: clock.now(), happen })

  const handle = async (request: Request): Promise<Response> => {
    const emulator = account.emulators[new URL(request.url).origin]
    if (emulator === undefined) throw new Error(`a request to ${request.url}`)
    return emulator.handle(account.authorize(request))
  }

  const catchUp = async (): Promise<void> => {
    const until = clock.now() - lag.ms
    while (pending[0] !== undefined && pending[0].at <= until) {
      const { at, happen } = pending.shift() ?? { at: until, happen: () => undefined }
      now = Math.max(now, at)
      await happen()
    }
    now = Math.max(now, until)
  }

  return {
    lag,
    write(request, fault) {
      later(async () => {
        const emulator = account.emulators[new URL(request.url).origin]
        if (fault !== undefined) emulator?.faults.push({ ...fault })
        // What became of it there is nobody's business.
        await handle(request).catch(() => undefined)
        emulator?.faults.splice(0)
      })
    },
    change: (change) => later(() => account.change(change)),
    answers({ path }, nth) {
      switch (lag.reads) {
        case 'none':
          return false
        case 'all':
          return true
        case 'every second':
          return nth % 2 === 1
        case 'lists':
          return account.isList(path)
        case 'single':
          return !account.isList(path)
      }
    },
    async read(request) {
      const mine = turn.then(async () => {
        await catchUp()
        return handle(request)
      })
      turn = mine.catch(() => undefined)
      return mine
    },
  }
}
