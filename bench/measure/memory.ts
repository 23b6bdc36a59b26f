import type { Action } from '../action.ts'
import { TARGET_NAME } from '../emulated/account.ts'
import { startEmulators } from '../emulated/emulators.ts'
import { interleaved, median } from '../statistics.ts'
import { measure, withPeak } from '../subject.ts'
import type { Variant } from '../variants.ts'

/** Peak memory in bytes, medians; undefined where the system does not tell. */
export interface Memory {
  listed: number
  deleted: number
  rounds: number
  bareNode: number | undefined
  variants: { variant: Variant; peak: number | undefined }[]
}

export interface MemoryOptions {
  variants: readonly Variant[]
  listed: number
  deleted: number
  rounds: number
  action: Action
}

/** A sweep of a large account: everything is listed, a part of it is deleted. */
export async function measureMemory({ variants, listed, deleted, rounds, action }: MemoryOptions): Promise<Memory> {
  await using emulators = startEmulators()

  const sweep = (variant: Variant) => () =>
    emulators.withAccount(
      { ...variant.account, targets: deleted, others: listed - deleted, stopMs: 1000, removeMs: 1000 },
      async ({ inputs, tally }) => {
        const what = { name: TARGET_NAME, 'max-deletions': String(deleted) }
        const { peakBytes } = await action.run({ ...inputs, ...what }, withPeak)
        const { left } = await tally()
        if (left > 0) throw new Error(`${left} of ${deleted} deployments are still there`)
        return peakBytes
      },
    )

  const bare = withPeak({ command: process.execPath, args: ['-e', '0'], env: {} })
  const entries: Record<string, () => Promise<number | undefined>> = {
    'bare-node': async () => (await measure(bare)).peakBytes,
    ...Object.fromEntries(variants.map((variant) => [variant.id, sweep(variant)])),
  }
  const peaks = await interleaved(rounds, entries)
  return {
    listed,
    deleted,
    rounds,
    bareNode: middle(peaks['bare-node'] ?? []),
    variants: variants.map((variant) => ({ variant, peak: middle(peaks[variant.id] ?? []) })),
  }
}

function middle(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : median(known)
}
