import { act } from '../../__tests__/support/act.ts'
import { fakeClock } from '../../__tests__/support/clock.ts'
import { createAccount } from '../emulated/account.ts'
import type { Variant } from '../variants.ts'

/** What waiting costs, worked out on a fake clock, where requests take no time: the worst that chance can make of it. */
export interface Patience {
  variant: Variant
  /** The latest notice of removals that take less than ten seconds, in ms. */
  worstShortMs: number
  /** The latest notice of longer ones, as a part of the time waited. */
  worstLongShare: number
  /** Reads in a wait of ten minutes. */
  pollsInTenMinutes: number
}

const ORIGIN = 'https://emulated.example'
const TEN_SECONDS = 10_000
const TEN_MINUTES = 600_000

export async function measurePatience(variant: Variant): Promise<Patience> {
  let worstShortMs = 0
  let worstLongShare = 0
  // Every time from a tenth of a second to ten minutes, in steps of six per cent.
  for (let removeMs = 100; removeMs < TEN_MINUTES; removeMs = Math.round(removeMs * 1.06)) {
    const { late } = await wait(variant, removeMs, LONGEST_PAUSES)
    if (removeMs < TEN_SECONDS) worstShortMs = Math.max(worstShortMs, late)
    else worstLongShare = Math.max(worstLongShare, late / removeMs)
  }
  const { polls } = await wait(variant, TEN_MINUTES, SHORTEST_PAUSES)
  return { variant, worstShortMs, worstLongShare, pollsInTenMinutes: polls }
}

/** Jitter only ever shortens a pause. */
const LONGEST_PAUSES = () => 0
const SHORTEST_PAUSES = () => 1 - Number.EPSILON

async function wait(
  variant: Variant,
  removeMs: number,
  random: () => number,
): Promise<{ late: number; polls: number }> {
  const clock = fakeClock()
  const { emulator, inputs, ids } = createAccount(
    { ...variant.account, targets: 1, stopMs: 0, removeMs },
    { now: clock.now },
  )
  const { ok } = await act({
    inputs: { ...inputs(ORIGIN), 'deployment-id': ids.join() },
    emulators: { [ORIGIN]: emulator },
    clock,
    random,
  })
  if (!ok) throw new Error('the run on the fake clock failed')
  const last = emulator.requests.findLastIndex(({ method, path }) => method !== 'GET' && !path.startsWith('/oauth'))
  const deletedAt = emulator.requests[last]?.at ?? Number.NaN
  // By their order: on this clock, the look before the last write has the same time.
  const polls = emulator.requests.slice(last + 1).filter(({ method }) => method === 'GET').length
  return { late: clock.now() - (deletedAt + removeMs), polls }
}
