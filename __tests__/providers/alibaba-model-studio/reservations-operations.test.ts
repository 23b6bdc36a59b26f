import { describe, expect, it } from 'vitest'
import { errorFault, errorOf, type InstanceSeed } from '../../../emulators/alibaba-model-studio.ts'
import { accepted, logOf, NEVER, onOperation, onRelease, RESERVATION, reserved } from './reserved.ts'
import { ID } from './studio.ts'

const releaseFailure = { code: 'BILLING_SERVICE_UNAVAILABLE', message: 'Billing is closed today.' }

describe('the operation of a release', () => {
  it('PROCESSING: polled until it is over, and nothing else is released or deleted meanwhile', async () => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }], { releaseMs: 60_000 })
    expect((await account.run()).outputs['status']).toBe('deleted')

    expect(account.releases().map(({ status }) => status)).toEqual([200, 200])
    expect(account.emulator.requests.filter(onOperation).length).toBeGreaterThan(4)
    expect(account.events()).not.toContain('release-refused')
  })

  it('its ID stays a text: two that are the same as Numbers are polled apart', async () => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }])
    await account.run()

    const polled = new Set(account.emulator.requests.filter(onOperation).map(({ path }) => path.split('/').at(-1)))
    expect([...polled]).toEqual(['1900000000000000001', '1900000000000000002'])
    expect(new Set([...polled].map(Number)).size).toBe(1)
  })

  it('its ID comes as a Number, which no longer is that ID: never polled, the release repeated under one key', async () => {
    const account = reserved([{ instance_id: 'i1' }], { releaseMs: NEVER })
    const { ok } = await account.runEdited((request, { output }) => {
      if (request.method === 'DELETE') output['operation_id'] = Number(output['operation_id'])
      for (const record of output.records ?? []) Object.assign(record, { status: 'RUNNING', can_delete: true })
    })

    expect(ok).toBe(false)
    expect(account.emulator.requests.filter(onOperation)).toEqual([])
    expect(accepted(account)).toEqual(['i1'])
    expect(new Set(account.releases().map(({ key }) => key)).size).toBe(1)
  })

  it('SUCCEEDED in the very answer: no poll needed', async () => {
    const account = reserved([{ instance_id: 'i1' }], { releaseMs: 0 })
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(account.emulator.requests.filter(onOperation)).toEqual([])
  })

  it('still PROCESSING although the instance is gone: no DELETE before it is over', async () => {
    const account = reserved([{ instance_id: 'i1' }], { stopMs: 0 })
    const { outputs } = await account.runEdited((request, { output }) => {
      if (onOperationUrl(request) && account.clock.elapsed() < 60_000) output['operation_status'] = 'PROCESSING'
    })

    expect(outputs['status']).toBe('deleted')
    expect(account.clock.elapsed()).toBeGreaterThanOrEqual(60_000)
  })

  it.each([
    ['another instance', { instance_id: 'i9' }],
    ['another reservation', { model_service_id: 'somebody-elses' }],
  ])('the answer is about %s: failed, nothing more is asked for', async (_what, wrong) => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }])
    const { results } = await account.runEdited((request, { output }) => {
      if (request.method === 'DELETE') Object.assign(output, wrong)
    })

    expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('check the account') }])
    expect(account.deletes()).toHaveLength(1)
  })

  it('the poll answers about another operation: never believed, failed without DELETE', async () => {
    const account = reserved()
    const { ok } = await account.runEdited((request, { output }) => {
      if (onOperationUrl(request)) Object.assign(output, { operation_id: '7', operation_status: 'SUCCEEDED' })
    })
    expect(ok).toBe(false)
    expect(account.deletions()).toEqual([])
  })
})

describe('an operation that FAILED, with HTTP 200', () => {
  it('when polled: looked at again, three tries under three keys, then failed with its message', async () => {
    const account = reserved([{ instance_id: 'i1', releaseFailure }, { instance_id: 'i2' }])
    const { ok, results } = await account.run()

    expect(ok).toBe(false)
    expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('Billing is closed today.') }])
    expect(results).toMatchObject([
      { reason: expect.stringMatching(/i1.*FAILED 3 times.*BILLING_SERVICE_UNAVAILABLE/) },
    ])
    const keys = account.releases().flatMap(({ instance, key }) => (instance === 'i1' ? [key] : []))
    expect([keys.length, new Set(keys).size]).toEqual([3, 3])
    expect(account.deletions()).toEqual([])
  })

  it('in the very answer: looked at again, three tries under three keys, then failed with its message', async () => {
    const account = reserved([{ instance_id: 'i1', releaseFailure, releaseMs: 0 }])
    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('Billing is closed today.') }])
    expect(account.releases()).toHaveLength(3)
    expect(account.deletions()).toEqual([])
  })

  it('once, and then no more: released at the second try, deleted', async () => {
    const seed: InstanceSeed = { instance_id: 'i1', releaseFailure }
    const account = reserved([seed])
    const acted = await account.runEdited((_request, { output }) => {
      if (output['operation_status'] === 'FAILED') delete seed.releaseFailure
    })

    expect(acted.outputs['status']).toBe('deleted')
    expect(account.events().slice(0, 4)).toEqual(['release-accepted', 'release-failed', 'release-accepted', 'released'])
    expect(logOf(acted)).toContain('FAILED: BILLING_SERVICE_UNAVAILABLE: Billing is closed today.')
  })

  it('is never taken for a release: the reservation is not deleted on it', async () => {
    const account = reserved([{ instance_id: 'i1', releaseFailure, releaseMs: 0 }])
    await account.run()
    expect(account.world.instances(ID)).toMatchObject([{ deleted: false }])
    expect(account.events()).not.toContain('accepted')
  })
})

describe('an operation that SUCCEEDED', () => {
  it('and the instance is listed for a while yet: waited for, not released twice', async () => {
    const account = reserved()
    const { outputs } = await account.runEdited((request, { output }) => {
      if (!request.url.includes('capacity-instances?') || account.clock.elapsed() > 60_000) return
      Object.assign(output, { records: [{ instance_id: 'i1', status: 'STOPPED', charge_type: 'post_paid' }], items: 1 })
    })

    expect(outputs['status']).toBe('deleted')
    expect(account.releases()).toHaveLength(1)
  })

  it('and the instance stays STOPPED without deleted: true: never released by that, no DELETE', async () => {
    const account = reserved()
    const record = { instance_id: 'i1', status: 'STOPPED', deleted: false, charge_type: 'post_paid' }
    const { ok } = await account.runEdited((request, { output }) => {
      if (request.url.includes('capacity-instances?')) Object.assign(output, { records: [record], items: 1 })
    })

    expect(ok).toBe(false)
    expect(account.deletions()).toEqual([])
  })
})

describe('an operation that somebody else started', () => {
  it('SCALING of an instance: waited for, then released', async () => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }])
    account.world.startOperation(ID, { instanceId: 'i2', ms: 60_000 })
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(account.events()).not.toContain('release-refused')
  })

  it('one that no status shows, only can_delete: Alibaba is asked all the same, and queues the release', async () => {
    const account = reserved()
    account.world.startOperation(ID, { ms: 60_000 })
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(account.releases()).toHaveLength(1)
    expect(account.releases()[0]).toMatchObject({ status: 200 })
  })

  it('can_delete: false: asked for once, and refused at once in the words of Alibaba', async () => {
    const account = reserved([{ instance_id: 'i1', can_delete: false }])
    const { results } = await account.run()

    expect(results).toMatchObject([
      { outcome: 'refused', reason: expect.stringContaining('CAPACITY_INSTANCE_OPERATION_UNSUPPORTED') },
    ])
    expect(account.releases()).toHaveLength(1)
    expect(account.deletions()).toEqual([])
    expect(account.clock.elapsed()).toBeLessThan(5_000)
  })

  it('a release of theirs: waited for, not released twice', async () => {
    const account = reserved()
    account.world.startOperation(ID, { type: 'DELETE', instanceId: 'i1', ms: 30_000 })
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(account.releases()).toEqual([])
  })

  it('at the time of DELETE: DELETE is refused until it is over, then deleted', async () => {
    const account = reserved([], { deployment: { status: 'STOPPED' } })
    account.world.startOperation(ID, { ms: 60_000 })
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(account.events().slice(-3)).toEqual(['refused', 'accepted', 'deleted'])
  })

  it('at the time of DELETE, for ever: refused after five minutes', async () => {
    const account = reserved([], { deployment: { status: 'STOPPED' } })
    account.world.startOperation(ID)
    const { results } = await account.run()
    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('running or queued') }])
    expect(account.deletions().length).toBeLessThan(30)
    expect(account.clock.elapsed()).toBeGreaterThanOrEqual(300_000)
  })
})

describe('a release that is turned down', () => {
  const conflict = errorOf('CAPACITY_INSTANCE_OPERATION_CONFLICT')

  it('409 CAPACITY_INSTANCE_OPERATION_CONFLICT: waited and looked, then sent again under the same key', async () => {
    const account = reserved()
    account.emulator.faults.push(errorFault(conflict, { when: onRelease, times: 4 }))
    expect((await account.run()).outputs['status']).toBe('deleted')

    expect(account.releases().map(({ status }) => status)).toEqual([409, 409, 409, 409, 200])
    expect(new Set(account.releases().map(({ key }) => key)).size).toBe(1)
    const methods = account.calls().map((call) => call.split(' ')[0])
    expect(methods.join(' ')).not.toContain('DELETE DELETE')
  })

  it('409 CAPACITY_INSTANCE_OPERATION_CONFLICT for ever: it may pass, so it is borne until the deadline', async () => {
    const account = reserved()
    account.emulator.faults.push(errorFault(conflict, { when: onRelease, times: NEVER }))
    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'timed-out' }])
    expect(account.releases().length).toBeLessThan(70)
    expect(account.deletions()).toEqual([])
  })

  it('400 PREPAID_UNSUBSCRIBE_REQUIRED: refused with the way to the billing console, sent once', async () => {
    const account = reserved()
    account.emulator.faults.push(errorFault(errorOf('PREPAID_UNSUBSCRIBE_REQUIRED'), { when: onRelease, times: NEVER }))
    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('billing console') }])
    expect(account.deletes()).toHaveLength(1)
  })

  it.each(['CAPACITY_INSTANCE_OPERATION_UNSUPPORTED', 'CAPACITY_INSTANCE_REQUIRED', 'InvalidParameter'])(
    '400 %s: refused in the words of Alibaba, sent once',
    async (code) => {
      const account = reserved()
      account.emulator.faults.push(errorFault(errorOf(code), { when: onRelease, times: NEVER }))
      const { results } = await account.run()

      expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining(code) }])
      expect(account.deletes()).toHaveLength(1)
    },
  )

  it('409 IDEMPOTENCY_KEY_CONFLICT: failed for good, sent once', async () => {
    const account = reserved()
    account.emulator.faults.push(errorFault(errorOf('IDEMPOTENCY_KEY_CONFLICT'), { when: onRelease, times: NEVER }))
    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('IDEMPOTENCY_KEY_CONFLICT') }])
    expect(account.deletes()).toHaveLength(1)
  })

  it('404 CAPACITY_INSTANCE_NOT_FOUND, and it is gone from the list: goes on, deleted', async () => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }])
    const missing = errorFault(errorOf('CAPACITY_INSTANCE_NOT_FOUND'), {
      when: (request) => {
        if (onRelease(request)) account.world.unsubscribe(ID, request.path.split('/').at(-1) ?? '')
        return onRelease(request)
      },
    })
    account.emulator.faults.push(missing)
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(accepted(account)).toHaveLength(1)
  })

  it('404 CAPACITY_INSTANCE_NOT_FOUND, and it is still listed: looked at some times, then failed, sent once', async () => {
    const account = reserved()
    account.emulator.faults.push(errorFault(errorOf('CAPACITY_INSTANCE_NOT_FOUND'), { when: onRelease, times: NEVER }))
    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('still RUNNING') }])
    expect(account.deletes()).toHaveLength(1)
  })

  it.each(['InvalidApiKey', 'WorkSpaceNotFound'])('%s: failed, nothing more is sent', async (code) => {
    const account = reserved([{ instance_id: 'i1' }, { instance_id: 'i2' }])
    account.emulator.faults.push(errorFault(errorOf(code), { when: onRelease, times: NEVER }))
    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'failed' }])
    expect(account.emulator.requests.at(-1)?.method).toBe('DELETE')
    expect(account.deletes()).toHaveLength(1)
  })

  it.each(['CommodityNotPurchased', 'PrepaidBillOverdue', 'PostpaidBillOverdue'])(
    '429 %s: failed, sent once',
    async (code) => {
      const account = reserved()
      account.emulator.faults.push(errorFault(errorOf(code), { when: onRelease, times: NEVER }))
      const { results } = await account.run()

      expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('Settle the bill') }])
      expect(account.deletes()).toHaveLength(1)
    },
  )
})

describe('a DELETE of the reservation that is turned down', () => {
  it('400 PREPAID_UNSUBSCRIBE_REQUIRED: refused with the way to the billing console, sent once', async () => {
    const account = reserved([], { deployment: { status: 'STOPPED' } })
    const fault = errorFault(errorOf('PREPAID_UNSUBSCRIBE_REQUIRED'), {
      when: ({ method, path }) => method === 'DELETE' && path === RESERVATION,
      times: NEVER,
    })
    account.emulator.faults.push(fault)
    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('billing console') }])
    expect(account.deletions()).toHaveLength(1)
  })

  it('409 CAPACITY_INSTANCE_OPERATION_CONFLICT: waited and looked, then sent again, deleted', async () => {
    const account = reserved()
    const fault = errorFault(errorOf('CAPACITY_INSTANCE_OPERATION_CONFLICT'), {
      when: ({ method, path }) => method === 'DELETE' && path === RESERVATION,
      times: 3,
    })
    account.emulator.faults.push(fault)
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(account.deletions().map(({ status }) => status)).toEqual([409, 409, 409, 200])
  })

  it('because an instance was bought meanwhile: that one is released too, then deleted', async () => {
    const account = reserved([], { deployment: { status: 'STOPPED' } })
    const fault = errorFault(errorOf('CAPACITY_INSTANCE_OPERATION_UNSUPPORTED'), {
      when: ({ method, path }) => {
        if (method === 'DELETE' && path === RESERVATION) account.world.addInstance(ID, { instance_id: 'new' })
        return method === 'DELETE' && path === RESERVATION
      },
    })
    account.emulator.faults.push(fault)
    expect((await account.run()).outputs['status']).toBe('deleted')
    expect(accepted(account)).toEqual(['new'])
  })
})

function onOperationUrl({ url }: Request): boolean {
  return url.includes('/capacity-operations/')
}
