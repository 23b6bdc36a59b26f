import { describe, expect, it } from 'vitest'
import type { Transport } from '../../src/http/transport.ts'
import { type FakeClock, fakeClock } from '../support/clock.ts'
import { transportTo } from '../support/transport.ts'
import { ago, DAY, sapAccount } from '../sweep/accounts.ts'

const ORIGIN = 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com'

/** An account with one that is selected by pr-*, and something that happens while the list is read. */
function account(meanwhile: () => void) {
  const made = sapAccount()
  made.world.add({ id: 'd000000000000001', status: 'STOPPED', configurationName: 'pr-1', createdAt: ago(DAY) })
  const honest = transportTo({ [ORIGIN]: made.emulator })
  const transport: Transport = async (request) => {
    if (request.url.pathname.endsWith('/lm/deployments')) meanwhile()
    return honest(request)
  }
  return { ...made, transport }
}

/** A clock on which time can pass without any of its sleepers being woken, as while something is worked out without a pause. */
function stuckClock(): { clock: FakeClock; pass: (ms: number) => void } {
  const inner = fakeClock()
  let passed = 0
  const pass = (ms: number) => {
    passed += ms
  }
  return { clock: { ...inner, now: () => inner.now() + passed }, pass }
}

describe('a plan that is made only when the step is over', () => {
  it.each(['pr-*', 'nothing-like-this'])(
    'after the deadline (name: %s): timed-out, nothing is deleted',
    async (name) => {
      const { clock, pass } = stuckClock()
      const { run, transport, asked } = account(() => pass(16 * 60_000))
      const { ok, outputs, report } = await run({ name }, { clock, transport })
      expect([ok, outputs['status'], outputs['deleted-count'], asked()]).toEqual([false, 'timed-out', '0', []])
      expect(report['problems']).toEqual([
        "Nothing was deleted, because 'timeout' was over before it was known what to delete",
      ])
      expect(report['plan']).toMatchObject([{ id: 'd000000000000001' }])
    },
  )

  it.each(['pr-*', 'nothing-like-this'])('after a cancellation (name: %s): cancelled, and no success', async (name) => {
    const cancel = new AbortController()
    const { run, transport, asked } = account(() => cancel.abort())
    const { ok, outputs, report } = await run({ name }, { transport, cancelled: cancel.signal })
    expect([ok, outputs['status'], outputs['deleted-count'], asked()]).toEqual([false, 'cancelled', '0', []])
    expect(report['problems']).toEqual([
      'Nothing was deleted, because the step was cancelled before it was known what to delete',
    ])
  })
})
