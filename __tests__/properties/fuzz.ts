import { type Acted, act } from '../support/act.ts'
import { fakeClock } from '../support/clock.ts'
import { bent, type PlannedBend } from './bend.ts'
import type { Account, Model } from './drive.ts'
import { STEP } from './scenario.ts'
import { createWire, type Sent } from './wire.ts'

/** One run on answers that are bent. */
export interface Fuzzed {
  acted: Acted
  account: Account
  writes: readonly Sent[]
  requests: number
}

/** Runs the step on a provider's account, whose answers are bent on their way; a sweep takes whatever the lists show. */
export async function fuzz<W>(
  model: Model<W>,
  world: W,
  { plan, sweep }: { plan: readonly PlannedBend[]; sweep: boolean },
): Promise<Fuzzed> {
  const clock = fakeClock()
  const account = model.build(world, clock, { ...STEP, sweep }, false)
  const writes: Sent[] = []
  const wire = createWire({
    emulators: account.emulators,
    clock,
    latencyMs: 0,
    faults: [],
    changes: [],
    happen: () => undefined,
    onWrite: (write) => void writes.push(write),
    onAnswer: () => () => undefined,
    onCarriedOut: () => undefined,
  })
  const acted = await act({
    inputs: { ...account.inputs(), ...(sweep ? { name: '*' } : {}), timeout: '2m' },
    transport: bent(wire.transport, plan),
    clock,
  })
  return { acted, account, writes, requests: wire.sent.length }
}
