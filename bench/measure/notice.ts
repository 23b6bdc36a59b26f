import { setTimeout as sleep } from 'node:timers/promises'
import type { Action } from '../action.ts'
import { startEmulators } from '../emulated/emulators.ts'
import type { Rival } from '../rivals.ts'
import { median } from '../statistics.ts'
import { type Measured, measure } from '../subject.ts'
import type { Variant } from '../variants.ts'

/** How late the end of a removal was noticed, for removals of about `removeMs`. */
export interface Notice {
  who: 'action' | Rival['name']
  variant: Variant
  removeMs: number
  rounds: number
  /** From the moment the provider no longer knows the target to the end of the process. */
  medianMs: number
  worstMs: number
  /** The worst as a part of the time that the removal took. */
  worstShare: number
  /** Reads after DELETE, median. */
  polls: number
}

export interface NoticeOptions {
  variants: readonly Variant[]
  removals: readonly number[]
  rounds: number
  rival: Rival | undefined
  action: Action
}

/** All at once, as nearly all of it is waiting; each starts a little after the one before. */
export async function measureNotice({ variants, removals, rounds, rival, action }: NoticeOptions): Promise<Notice[]> {
  await using emulators = startEmulators()
  const gate = staggered(STAGGER_MS)

  async function once(variant: Variant, removeMs: number, rival?: Rival): Promise<{ late: number; polls: number }> {
    await gate()
    return emulators.withAccount({ ...variant.account, targets: 1, stopMs: 0, removeMs }, async (account) => {
      const { inputs, ids } = account
      const run: Promise<Measured> = rival
        ? measure(rival.subject(variant.account.provider, account))
        : action.run({ ...inputs, 'deployment-id': ids.join() })
      const { endedAt } = await run
      const { lastWriteAt, polls, left } = await account.tally()
      if (left > 0) throw new Error('the deployment is still there')
      return { late: endedAt - (lastWriteAt + removeMs), polls }
    })
  }

  /** Around the given time and not always at it, since how late one is depends on where it falls between two looks. */
  async function often(variant: Variant, removeMs: number, rival?: Rival): Promise<Notice> {
    const times = Array.from({ length: rounds }, (_, index) => removeMs * (1 + SPREAD * (index - (rounds - 1) / 2)))
    const runs = await Promise.all(times.map((ms) => once(variant, Math.round(ms), rival)))
    const late = runs.map((run) => run.late)
    return {
      who: rival?.name ?? 'action',
      variant,
      removeMs,
      rounds,
      medianMs: median(late),
      worstMs: Math.max(...late),
      worstShare: Math.max(...runs.map((run, index) => run.late / (times[index] ?? Number.NaN))),
      polls: median(runs.map((run) => run.polls)),
    }
  }

  const longestFirst = [...removals].sort((a, b) => b - a)
  const rows = longestFirst.flatMap((removeMs) => [
    ...variants.map((variant) => often(variant, removeMs)),
    ...(rival === undefined ? [] : variants.slice(-1).map((variant) => often(variant, removeMs, rival))),
  ])
  return await Promise.all(rows)
}

const STAGGER_MS = 300
const SPREAD = 0.04

/** Lets one caller through every `ms`. */
function staggered(ms: number): () => Promise<void> {
  let last = Promise.resolve()
  return () => {
    const mine = last
    last = last.then(() => sleep(ms))
    return mine
  }
}
