import { describe, expect, it } from 'vitest'
import type { FaultKind } from '../../../emulators/emulator.ts'
import { afterDelete, onDelete, studio } from './studio.ts'

/** What can go wrong before the DELETE is processed, and after. */
const UNPROCESSED: readonly [string, FaultKind][] = [
  ['connection reset', { kind: 'reset-before' }],
  ['no answer in time', { kind: 'hang' }],
  ["a gateway's HTML page with 200", { kind: 'html' }],
  ["a gateway's 502 page", { kind: 'status', status: 502, body: '<html>', headers: { 'content-type': 'text/html' } }],
  ['408', { kind: 'status', status: 408 }],
  ['503 without a body', { kind: 'status', status: 503 }],
]
const PROCESSED: readonly [string, FaultKind][] = [
  ['lost answer', { kind: 'lost-answer' }],
  ['no answer in time', { kind: 'hang-after' }],
  ['truncated', { kind: 'truncated' }],
  ['JSON of another shape', { kind: 'wrong-type' }],
  ['far too long', { kind: 'huge' }],
  ['trickling for ever', { kind: 'slow' }],
  ['504 without a body', { kind: 'status', status: 504, processed: true }],
  ['520 of a proxy', { kind: 'status', status: 520, processed: true }],
]

describe('DELETE is not processed: looked at first, then sent again, deleted', () => {
  it.each(UNPROCESSED)('%s', async (_what, fault) => {
    const account = studio()
    account.emulator.faults.push({ ...fault, when: onDelete })

    const { ok, outputs } = await account.run()

    expect([ok, outputs['status']]).toEqual([true, 'deleted'])
    expect(account.calls()[2]).toBe('GET 200')
    expect(account.deletes()).toHaveLength(2)
    expect(account.events()).toEqual(['accepted', 'deleted'])
  })
})

describe('DELETE is processed and its answer is unusable: looked at, no second DELETE', () => {
  it.each(PROCESSED)('%s', async (_what, fault) => {
    const account = studio()
    account.emulator.faults.push({ ...fault, when: onDelete })

    const { ok, outputs } = await account.run()

    // Half a minute without an answer is longer than the deletion takes: then no look has shown it DELETING.
    const isSeen = !/in time|trickling/.test(String(_what))
    expect([ok, outputs['status']]).toEqual([true, isSeen ? 'deleted' : 'already-gone'])
    expect(account.deletes()).toHaveLength(1)
    expect(account.events()).toEqual(['accepted', 'deleted'])
  })

  it.each(PROCESSED)(
    '%s, and gone before the next look: already gone, and nobody can say by whom',
    async (_what, fault) => {
      const account = studio({ deleteMs: 0 })
      account.emulator.faults.push({ ...fault, when: onDelete })

      const { outputs, results } = await account.run()

      expect(outputs['status']).toBe('already-gone')
      expect(results).toMatchObject([{ reason: expect.stringContaining('got no clear answer') }])
      expect(account.deletes()).toHaveLength(1)
    },
  )

  it('wait: false, lost answer: accepted once a look shows DELETING', async () => {
    const account = studio()
    account.emulator.faults.push({ kind: 'lost-answer', when: onDelete })

    const { outputs } = await account.run({ wait: 'false' })

    expect(outputs['status']).toBe('accepted')
    expect(account.calls()).toEqual(['GET 200', 'DELETE broken', 'GET 200'])
  })
})

describe('GET fails', () => {
  it.each([...UNPROCESSED, ...PROCESSED])('%s, first look: no DELETE before a readable one', async (_what, fault) => {
    const account = studio()
    account.emulator.faults.push(fault)

    const { outputs } = await account.run()

    expect(outputs['status']).toBe('deleted')
    const calls = account.calls()
    expect(calls[calls.findIndex((call) => call.startsWith('DELETE')) - 1]).toBe('GET 200')
    expect(account.deletes()).toHaveLength(1)
  })

  it.each([...UNPROCESSED, ...PROCESSED])('%s, while waiting: waits on, deleted', async (_what, fault) => {
    const account = studio()
    account.emulator.faults.push({ ...fault, when: afterDelete(account) })

    const { outputs } = await account.run()

    expect(outputs['status']).toBe('deleted')
    expect(account.deletes()).toHaveLength(1)
  })

  it.each(UNPROCESSED)('%s, for ever: fails, nothing is deleted', async (_what, fault) => {
    const account = studio()
    account.emulator.faults.push({ ...fault, times: Number.POSITIVE_INFINITY })

    const { ok, outputs } = await account.run()

    expect([ok, outputs['deleted-count']]).toEqual([false, '0'])
    expect(account.deletes()).toEqual([])
  })
})

describe('reads that lag behind', () => {
  it.each([1, 2, 5])(
    '%i looks show RUNNING after an accepted DELETE: no second DELETE, deleted',
    async (staleReads) => {
      const account = studio({}, { staleReads })

      const { outputs } = await account.run()

      expect(outputs['status']).toBe('deleted')
      expect(account.deletes()).toHaveLength(1)
      expect(account.events()).toEqual(['accepted', 'deleted'])
    },
  )

  it('looks show RUNNING after a lost answer: the second DELETE is refused, which is not the end', async () => {
    const account = studio({}, { staleReads: 1 })
    account.emulator.faults.push({ kind: 'lost-answer', when: onDelete })

    const { outputs } = await account.run()

    expect(outputs['status']).toBe('already-gone')
    expect(account.events()).toEqual(['accepted', 'refused', 'deleted'])
  })
})
