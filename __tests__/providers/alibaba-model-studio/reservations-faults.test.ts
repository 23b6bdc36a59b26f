import { describe, expect, it } from 'vitest'
import { errorFault, errorOf } from '../../../emulators/alibaba-model-studio.ts'
import type { FaultKind } from '../../../emulators/emulator.ts'
import { fakeClock } from '../../support/clock.ts'
import { accepted, NEVER, onInstances, onOperation, onRelease, RESERVATION, reserved } from './reserved.ts'
import { ID } from './studio.ts'

const FAULTS: readonly [string, FaultKind][] = [
  ['a reset connection', { kind: 'reset-before' }],
  ['a lost answer', { kind: 'lost-answer' }],
  ['silence', { kind: 'hang' }],
  ['silence after it was done', { kind: 'hang-after' }],
  ['half an answer', { kind: 'truncated' }],
  ['JSON of another shape', { kind: 'wrong-type' }],
  ["a gateway's HTML page", { kind: 'html' }],
  ['an endless answer', { kind: 'huge' }],
  ['HTTP 503', { kind: 'status', status: 503, body: '{"code":"BILLING_SERVICE_UNAVAILABLE"}' }],
  ['HTTP 500 after it was done', { kind: 'status', status: 500, processed: true }],
  ["a gateway's 404", { kind: 'status', status: 404, body: 'default backend - 404' }],
  ['HTTP 429', { kind: 'status', status: 429, body: '{"code":"Throttling.RateQuota"}' }],
]

describe('faults on the way', () => {
  it.each(FAULTS)('a release meets %s: each instance is released once, deleted', async (_what, fault) => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }])
    account.emulator.faults.push({ ...fault, when: onRelease })
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(accepted(account).toSorted()).toEqual(['i1', 'i2'])
  })

  it.each(FAULTS)('every other release meets %s: still deleted', async (_what, fault) => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }, { instance_id: 'i3' }])
    let count = 0
    account.emulator.faults.push({ ...fault, times: NEVER, when: (request) => onRelease(request) && count++ % 2 === 0 })
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(accepted(account).toSorted()).toEqual(['i1', 'i2', 'i3'])
  })

  it.each(FAULTS)('a release meets %s for ever: timed out, and no DELETE of the reservation', async (_what, fault) => {
    const account = reserved([{ instance_id: 'i1', can_delete: true }, { instance_id: 'i2' }], { releaseMs: NEVER })
    account.emulator.faults.push({ ...fault, times: NEVER, when: onRelease })
    const { ok } = await account.run({ timeout: '10m' })

    expect(ok).toBe(false)
    expect(account.deletions()).toEqual([])
    expect(account.releases().length).toBeLessThanOrEqual(8)
  })

  it.each(FAULTS)('the DELETE of the reservation meets %s: gone', async (_what, fault) => {
    const account = reserved()
    account.emulator.faults.push({ ...fault, when: ({ method, path }) => method === 'DELETE' && path === RESERVATION })
    // After half a minute of silence it is gone, and no look has shown it DELETING.
    const isSilent = String(_what).includes('silence after')
    expect((await account.run()).outputs['status']).toBe(isSilent ? 'already-gone' : 'deleted')
    expect(account.events().filter((event) => event === 'accepted')).toHaveLength(1)
  })

  it.each(FAULTS)('the list of instances meets %s once: read again, deleted', async (_what, fault) => {
    const account = reserved()
    account.emulator.faults.push({ ...fault, when: onInstances })
    expect((await account.run()).outputs['status']).toBe('deleted')
  })

  it.each(FAULTS)('the poll of an operation meets %s once: read again, deleted', async (_what, fault) => {
    const account = reserved()
    account.emulator.faults.push({ ...fault, when: onOperation })
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(accepted(account)).toEqual(['i1'])
  })
})

describe('a read that contradicts the one before', () => {
  it.each([
    ['the list of instances, 404 MODEL_CODE_NOT_FOUND', onInstances, 'MODEL_CODE_NOT_FOUND'],
    ['the poll of an operation, 404 MODEL_CODE_NOT_FOUND', onOperation, 'MODEL_CODE_NOT_FOUND'],
    ['the poll of an operation, 404 CAPACITY_OPERATION_NOT_FOUND', onOperation, 'CAPACITY_OPERATION_NOT_FOUND'],
  ])('%s once: looked at again, deleted', async (_what, when, code) => {
    const account = reserved()
    account.emulator.faults.push(errorFault(errorOf(code), { when }))
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(accepted(account)).toEqual(['i1'])
  })

  it('the reservation goes between the two reads of the first look: already gone', async () => {
    const account = reserved()
    account.emulator.faults.push(
      errorFault(errorOf('MODEL_CODE_NOT_FOUND'), {
        when: (request) => {
          if (onInstances(request)) account.world.remove(ID)
          return onInstances(request)
        },
      }),
    )
    const { outputs } = await account.run()
    expect(outputs['status']).toBe('already-gone')
    expect(account.deletes()).toEqual([])
  })
})

describe('a read that fails for ever keeps back whatever would change something', () => {
  const BROKEN: readonly [string, FaultKind][] = [
    ...FAULTS,
    ['404 MODEL_CODE_NOT_FOUND', { kind: 'status', status: 404, body: '{"code":"MODEL_CODE_NOT_FOUND"}' }],
    [
      '404 CAPACITY_OPERATION_NOT_FOUND',
      { kind: 'status', status: 404, body: '{"code":"CAPACITY_OPERATION_NOT_FOUND"}' },
    ],
    ['401', { kind: 'status', status: 401, body: '{"code":"InvalidApiKey"}' }],
    ['403', { kind: 'status', status: 403, body: '{"code":"AccessDenied"}' }],
    ['200 with an error code', { kind: 'status', status: 200, body: '{"code":"InternalError"}' }],
  ]

  it.each(BROKEN)('the list of instances, %s: failed, nothing is released or deleted', async (_what, fault) => {
    const account = reserved()
    account.emulator.faults.push({ ...fault, times: NEVER, when: onInstances })
    const { ok, outputs } = await account.run()

    expect([ok, outputs['deleted-count']]).toEqual([false, '0'])
    expect(account.deletes()).toEqual([])
  })

  it.each(BROKEN)('the poll of an operation, %s: failed, nothing more is released or deleted', async (_what, fault) => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }])
    account.emulator.faults.push({ ...fault, times: NEVER, when: onOperation })
    const { ok } = await account.run()

    expect(ok).toBe(false)
    expect(account.deletes()).toHaveLength(1)
  })

  it('a list of instances that goes on and on: each look ends after the first page, which claims too many', async () => {
    const account = reserved([], { deployment: { status: 'STOPPED' } })
    let count = 0
    const { ok } = await account.runEdited((request, { output }) => {
      if (!request.url.includes('capacity-instances')) return
      const record = { instance_id: `i${count++}`, status: 'RUNNING', charge_type: 'post_paid' }
      Object.assign(output, { records: [record], items: 1_000_000 })
    })

    expect(ok).toBe(false)
    expect(account.deletes()).toEqual([])
    expect(account.emulator.requests.length).toBeLessThan(200)
  })
})

describe('a run that broke off', () => {
  it.each([1, 3, 6, 8, 12, 14, 17])('after %i s: the next one goes on where it stands', async (seconds) => {
    const clock = fakeClock()
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }], { clock, deleteMs: 5_000 })
    const first = await account.run({ timeout: `${seconds}s` })
    const second = await account.run()

    expect([first.outputs['status'], second.outputs['status']]).toEqual(['timed-out', 'deleted'])
    expect(accepted(account).toSorted()).toEqual(['i1', 'i2'])
    expect(account.events().filter((event) => event === 'accepted')).toHaveLength(1)
    expect(account.events()).not.toContain('release-refused')
  })

  it('by a cancellation between two releases: nothing more is asked for, and the report names what is left', async () => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }])
    const cancel = new AbortController()
    account.clock.at(3_000, () => cancel.abort())
    const { results } = await account.run({}, { cancelled: cancel.signal })

    expect(results).toMatchObject([{ outcome: 'cancelled', lastStatus: expect.stringContaining('i2 RUNNING') }])
    expect(account.releases()).toHaveLength(1)
  })

  it('two runs at once: both end green, each instance is released once', async () => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }])
    const ends = await Promise.all([account.run(), account.run()])

    expect(ends.map(({ ok }) => ok)).toEqual([true, true])
    expect(accepted(account).toSorted()).toEqual(['i1', 'i2'])
  })

  it('somebody else recreates the reservation in between: the new one is left alone', async () => {
    const account = reserved([{ instance_id: 'i1' }], { releaseMs: 60_000 })
    account.clock.at(20_000, () => account.world.recreate(ID, { plan: 'ptu', instances: [{ instance_id: 'i1' }] }))
    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('is kept') }])
    expect(account.deletes()).toHaveLength(1)
    expect(account.world.instances(ID)).toMatchObject([{ deleted: false }])
  })
})
