import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { timeoutSignal } from '../../src/lib/clock.ts'
import { fakeClock } from '../support/clock.ts'
import { answer, DELETE, failureOf, GET, hang, rig } from './wire.ts'

it('a request that has ended leaves nothing behind: its timer never fires, and nothing listens to the run', async () => {
  const run = new AbortController()
  const { http, sent, clock } = rig([answer(200)], { signal: run.signal, requestTimeoutMs: 5000 })
  for (let times = 0; times < 20; times++) await http.read(GET)
  await clock.sleep(60_000)

  expect(sent.map(({ signal }) => signal.aborted)).toEqual(Array.from({ length: 20 }, () => false))
  expect(getEventListeners(run.signal, 'abort')).toEqual([])
  expect(sent.flatMap(({ signal }) => getEventListeners(signal, 'abort'))).toEqual([])
})

it('a request that failed leaves nothing behind either', async () => {
  const run = new AbortController()
  const { http } = rig([hang], { signal: run.signal, requestTimeoutMs: 5000 })
  expect((await failureOf(http.write(DELETE))).failure).toBe('timeout')
  expect(getEventListeners(run.signal, 'abort')).toEqual([])
})

it('a timeout aborts after its time with its reason, and not once it is cancelled', async () => {
  const clock = fakeClock()
  const [kept, cancelled] = [timeoutSignal(clock, 1000, () => 'over'), timeoutSignal(clock, 1000)]
  cancelled.cancel()
  await clock.sleep(999)
  expect(kept.signal.aborted).toBe(false)
  await clock.sleep(1)
  expect([kept.signal.aborted, kept.signal.reason, cancelled.signal.aborted]).toEqual([true, 'over', false])
})
