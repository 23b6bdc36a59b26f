import type { Action } from '../action.ts'
import type { Emulators, Opened } from '../emulated/emulators.ts'
import type { Tally } from '../emulated/tally.ts'
import type { Rival } from '../rivals.ts'
import { median } from '../statistics.ts'
import { type Measured, measure } from '../subject.ts'
import type { Variant } from '../variants.ts'

/** What taking so many deployments down came to: medians. */
export interface Scale {
  who: 'action' | Rival['name']
  variant: Variant
  targets: number
  rounds: number
  ms: number
  reads: number
  writes: number
}

export const LATENCY_MS = 50

/** How often, and where. */
export interface ScaleOptions {
  emulators: Emulators
  targets: number
  rounds: number
}

/** A list of deployments that the action takes down. */
export async function measureScale(variant: Variant, action: Action, options: ScaleOptions): Promise<Scale> {
  const run = ({ inputs, ids }: Opened) => action.run({ ...inputs, 'deployment-id': ids.join('\n'), timeout: '60m' })
  return { who: 'action', ...(await repeat(variant, options, run)) }
}

/** The same list, taken down by what one would write instead. */
export async function measureRival(variant: Variant, rival: Rival, options: ScaleOptions): Promise<Scale> {
  const run = (account: Opened) => measure(rival.subject(variant.account.provider, account))
  return { who: rival.name, ...(await repeat(variant, options, run)) }
}

async function repeat(
  variant: Variant,
  { emulators, targets, rounds }: ScaleOptions,
  run: (account: Opened) => Promise<Measured>,
): Promise<Omit<Scale, 'who'>> {
  const runs: (Tally & { ms: number })[] = []
  const { stopMs, removeMs } = variant
  for (let round = 0; round < rounds; round++) {
    await emulators.withAccount(
      { ...variant.account, targets, latencyMs: LATENCY_MS, stopMs, removeMs },
      async (account) => {
        const { ms } = await run(account)
        const tally = await account.tally()
        if (tally.left > 0) throw new Error(`${tally.left} of ${targets} deployments are still there`)
        runs.push({ ...tally, ms })
      },
    )
  }
  const middle = (of: (run: Tally & { ms: number }) => number) => median(runs.map(of))
  return {
    variant,
    targets,
    rounds,
    ms: middle(({ ms }) => ms),
    reads: middle(({ reads }) => reads),
    writes: middle(({ writes }) => writes),
  }
}

/**
 * The least a teardown can take that proves each end: the answers to these writes and to one GET for each target, one after the
 * other, and the provider's own part.
 */
export function floorMs({ variant, writes, targets }: Scale): number {
  return ((writes + targets) * LATENCY_MS) / variant.width + variant.stopMs + variant.removeMs
}
