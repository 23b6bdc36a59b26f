import type { Clock } from '../lib/clock.ts'
import { type PullRequestState, pullRequestReason } from '../sweep/classify.ts'

/** The states of pull requests and when they were read. They are refreshed before any action that depends on them. */
export interface PullRequestWatch {
  /** Reads those whose last answer is older than `maxAgeMs`; callers at the same moment share one query. */
  refresh(numbers: Iterable<number>, maxAgeMs: number): Promise<void>
  /** The last answers. */
  readonly states: ReadonlyMap<number, PullRequestState>
  /** Why a deployment of these pull requests is kept, by the last answers; undefined if all of them are closed. */
  obstacle(numbers: Iterable<number>): string | undefined
}

/** `ask` rejects with a message for people if GitHub cannot be asked, and then so does `refresh`. */
export function createPullRequestWatch(
  ask: (numbers: ReadonlySet<number>) => Promise<ReadonlyMap<number, PullRequestState>>,
  clock: Clock,
): PullRequestWatch {
  const states = new Map<number, PullRequestState>()
  const askedAt = new Map<number, number>()
  const wereClosed = new Set<number>()
  let pending: { numbers: Set<number>; answered: Promise<void> } | undefined

  const flush = async (): Promise<void> => {
    const numbers = pending?.numbers ?? new Set()
    pending = undefined
    const at = clock.now()
    for (const [number, state] of await ask(numbers)) {
      states.set(number, state)
      askedAt.set(number, at)
      if (state === 'closed') wereClosed.add(number)
    }
  }

  return {
    states,
    async refresh(numbers, maxAgeMs) {
      const isOld = (number: number) => clock.now() - (askedAt.get(number) ?? Number.NEGATIVE_INFINITY) > maxAgeMs
      const old = [...numbers].filter(isOld)
      if (old.length === 0) return
      pending ??= { numbers: new Set(), answered: Promise.resolve().then(flush) }
      for (const number of old) pending.numbers.add(number)
      await pending.answered
    },
    obstacle(numbers) {
      for (const number of numbers) {
        const reason = pullRequestReason(number, states)
        if (reason === undefined) continue
        return wereClosed.has(number) && states.get(number) === 'open' ? `${reason} again` : reason
      }
      return undefined
    },
  }
}
