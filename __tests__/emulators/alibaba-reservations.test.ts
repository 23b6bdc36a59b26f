import { describe, expect, it } from 'vitest'
import type { AlibabaOptions, InstanceSeed } from '../../emulators/alibaba-model-studio.ts'
import { account, START } from './alibaba-account.ts'

function reservation(instances: InstanceSeed[], options: AlibabaOptions = {}) {
  return account({ deployments: [{ deployed_model: 'r', plan: 'ptu', instances }], ...options })
}

const two: InstanceSeed[] = [{ instance_id: 'i1' }, { instance_id: 'i2' }]
const path = (instance: string, reason = '') => `/deployments/r/capacity-instances/${instance}${reason}`
const operation = (id: string | undefined) => `/deployments/r/capacity-operations/${id}`

describe('GET capacity-instances', () => {
  const instances: InstanceSeed[] = [
    { instance_id: 'gone', deleted: true },
    { instance_id: 'old', created: START - 1000 },
    { instance_id: 'young', created: START, charge_type: 'pre_paid', status: 'SUSPENDED' },
  ]

  it('has a page shape of its own, shows deleted ones and has 20 a page by default', async () => {
    const { body } = await reservation(instances).get('/deployments/r/capacity-instances')
    expect(body.output).toMatchObject({ items: 3, page: 1, itemsPerPage: 20, pageCount: 1 })
    expect(body.output.records?.map((each) => each.instance_id)).toEqual(['young', 'old', 'gone'])
    expect(body.output.records?.[2]).toMatchObject({ status: 'STOPPED', deleted: true, can_delete: false })
    expect(body.output).not.toHaveProperty('total')
  })

  it('leaves deleted ones out with include_deleted=false only', async () => {
    const { get } = reservation(instances)
    const live = (await get('/deployments/r/capacity-instances?include_deleted=false')).body.output
    expect([live.items, live.records?.length]).toEqual([2, 2])
    expect((await get('/deployments/r/capacity-instances?include_deleted=true')).body.output.items).toBe(3)
  })

  it('filters by statuses and charge types', async () => {
    const { get } = reservation(instances)
    const ids = async (query: string) =>
      (await get(`/deployments/r/capacity-instances?${query}`)).body.output.records?.map((each) => each.instance_id)
    expect(await ids('statuses=RUNNING,STOPPED')).toEqual(['old', 'gone'])
    expect(await ids('charge_types=pre_paid')).toEqual(['young'])
  })

  it('pages, and refuses sizes out of range', async () => {
    const { get } = reservation(Array.from({ length: 45 }, (_, index) => ({ instance_id: `i${index}` })))
    const second = (await get('/deployments/r/capacity-instances?page_no=2&page_size=20')).body.output
    expect(second).toMatchObject({ items: 45, page: 2, pageCount: 3 })
    expect((await get('/deployments/r/capacity-instances?page_size=101')).body.code).toBe('InvalidParameter')
  })

  it('knows reservations only', async () => {
    const { get } = account({ deployments: [{ deployed_model: 'x', plan: 'lora' }] })
    expect((await get('/deployments/x/capacity-instances')).body.code).toBe('MODEL_CODE_NOT_FOUND')
    expect((await get('/deployments/y/capacity-instances')).status).toBe(404)
  })

  it.each([{ plan: 'ptu' }, { plan: 'ptu_v2' }, { ptu_service_tier: 'ptu_fast' }, { ptu_capacity: { input_tpm: 1 } }])(
    'takes %o as a reservation',
    async (fields) => {
      const { get } = account({ deployments: [{ deployed_model: 'x', ...fields }] })
      expect((await get('/deployments/x/capacity-instances')).status).toBe(200)
    },
  )

  it('reads a single one, and not the one of another reservation', async () => {
    const { get } = reservation(instances)
    expect((await get(path('gone'))).body.output).toMatchObject({ instance_id: 'gone', deleted: true })
    expect((await get(path('nobody'))).body.code).toBe('CAPACITY_INSTANCE_NOT_FOUND')
  })
})

describe('DELETE capacity-instances/{instance_id}', () => {
  it('answers an operation, which runs and then releases', async () => {
    const { del, get, wait, world } = reservation(two, { releaseMs: 5_000 })
    const { status, body } = await del(path('i1'))
    expect(status).toBe(200)
    expect(body.output).toMatchObject({ operation_type: 'DELETE', operation_status: 'PROCESSING', instance_id: 'i1' })
    expect((await get(path('i1'))).body.output.status).toBe('DELETING')
    wait(5_000)
    const over = (await get(operation(body.output.operation_id))).body.output
    expect(over).toMatchObject({ operation_status: 'SUCCEEDED', from_status: 'RUNNING', current_status: 'STOPPED' })
    expect((await get(path('i1'))).body.output).toMatchObject({ deleted: true, status: 'STOPPED' })
    expect(world.get('r')?.status).toBe('RUNNING')
    expect((await get('/deployments/r')).body.output.ptu_capacity).toEqual({ input_tpm: 10_000, output_tpm: 1_000 })
  })

  it('has operation IDs that no Number can hold', async () => {
    const { del } = reservation(two)
    const first = (await del(path('i1'))).body.output.operation_id ?? ''
    const second = (await del(path('i2'))).body.output.operation_id ?? ''
    expect(first).toMatch(/^[0-9]{19}$/)
    expect(first).not.toBe(second)
    expect(Number(first)).toBe(Number(second))
  })

  it('queues a second release behind the first, and both read PROCESSING', async () => {
    const { del, get, wait } = reservation(two, { releaseMs: 5_000 })
    await del(path('i1'))
    const { output } = (await del(path('i2'))).body
    expect(output.operation_status).toBe('PROCESSING')
    expect((await get(path('i2'))).body.output.status).toBe('RUNNING')
    wait(5_000)
    expect((await get(path('i2'))).body.output.status).toBe('DELETING')
    wait(4_999)
    expect((await get(operation(output.operation_id))).body.output.operation_status).toBe('PROCESSING')
    wait(1)
    expect((await get(operation(output.operation_id))).body.output.operation_status).toBe('SUCCEEDED')
  })

  it('refuses the second one with 409 where that is wanted', async () => {
    const { del, wait } = reservation(two, { busy: 'conflict' })
    await del(path('i1'))
    const { status, body } = await del(path('i2'))
    expect([status, body.code]).toEqual([409, 'CAPACITY_INSTANCE_OPERATION_CONFLICT'])
    wait(5_000)
    expect((await del(path('i2'))).status).toBe(200)
  })

  it('refuses another release of an instance that is being released', async () => {
    const { del } = reservation(two)
    await del(path('i1'))
    expect((await del(path('i1'))).body.code).toBe('CAPACITY_INSTANCE_OPERATION_CONFLICT')
  })

  it('refuses an active prepaid one, until the console unsubscribed it', async () => {
    const { del, world, get } = reservation([{ instance_id: 'p', charge_type: 'pre_paid' }])
    const { status, body } = await del(path('p'))
    expect([status, body.code]).toEqual([400, 'PREPAID_UNSUBSCRIBE_REQUIRED'])
    expect(world.events).toMatchObject([{ what: 'release-refused', id: 'r', instance: 'p' }])
    world.unsubscribe('r', 'p')
    expect((await get(path('p'))).body.output).toMatchObject({ deleted: true, status: 'STOPPED' })
  })

  it('refuses released, unknown and unreleasable ones', async () => {
    const { del } = reservation([
      { instance_id: 'gone', deleted: true },
      { instance_id: 'stuck', can_delete: false },
    ])
    expect((await del(path('gone'))).body.code).toBe('CAPACITY_INSTANCE_OPERATION_UNSUPPORTED')
    expect((await del(path('stuck'))).body.code).toBe('CAPACITY_INSTANCE_OPERATION_UNSUPPORTED')
    expect(await del(path('nobody'))).toMatchObject({ status: 404, body: { code: 'CAPACITY_INSTANCE_NOT_FOUND' } })
    expect((await del('/deployments/q/capacity-instances/i')).body.code).toBe('MODEL_CODE_NOT_FOUND')
  })

  it('says FAILED with HTTP 200, later or at once, and the instance stays', async () => {
    const releaseFailure = { code: 'BILLING_SERVICE_UNAVAILABLE', message: 'later' }
    const { del, get, wait, world } = reservation([
      { instance_id: 'i1', releaseFailure },
      { instance_id: 'i2', releaseFailure, releaseMs: 0 },
    ])
    const { output } = (await del(path('i1'))).body
    wait(5_000)
    expect(await get(operation(output.operation_id))).toMatchObject({
      status: 200,
      body: { output: { operation_status: 'FAILED', error_code: 'BILLING_SERVICE_UNAVAILABLE' } },
    })
    expect((await del(path('i2'))).body.output.operation_status).toBe('FAILED')
    expect(world.instances('r').map((each) => [each.status, each.deleted])).toEqual([
      ['RUNNING', false],
      ['RUNNING', false],
    ])
    expect(world.events.map((each) => each.what).filter((what) => what === 'release-failed')).toHaveLength(2)
  })
})

describe('request IDs of a release', () => {
  const ids = (uuid: string) => ({ 'x-acs-req-uuid': uuid, 'X-DashScope-RequestId': uuid })

  it('repeat the same operation, also when it is over', async () => {
    const { del, wait, world } = reservation(two)
    const first = (await del(path('i1', '?reason=a'), ids('u1'))).body
    wait(60_000)
    const again = (await del(path('i1', '?reason=a'), ids('u1'))).body
    expect([first.request_id, again.request_id, first.output.request_id]).toEqual(['u1', 'u1', 'u1'])
    expect(again.output.operation_id).toBe(first.output.operation_id)
    expect(again.output.operation_status).toBe('SUCCEEDED')
    expect(world.events.filter((each) => each.what === 'release-accepted')).toHaveLength(1)
  })

  it.each([path('i2'), path('i1', '?reason=other')])('conflict with other parameters: %s', async (other) => {
    const { del } = reservation(two)
    await del(path('i1'), ids('u1'))
    const { status, body } = await del(other, ids('u1'))
    expect([status, body.code]).toEqual([409, 'IDEMPOTENCY_KEY_CONFLICT'])
  })

  it('are read from x-acs-req-uuid, then X-DashScope-RequestId, then X-Request-Id', async () => {
    const { del } = reservation(two)
    const all = { 'x-acs-req-uuid': 'a', 'x-dashscope-requestid': 'b', 'x-request-id': 'c' }
    expect((await del(path('i1'), all)).body.request_id).toBe('a')
    const { body } = await del(path('i2'), { 'x-dashscope-requestid': 'b', 'x-request-id': 'c' })
    expect(body.request_id).toBe('b')
  })
})

describe('GET capacity-operations/{operation_id}', () => {
  it('answers 404 for unknown ones and for those of another reservation, 500 for what is no number', async () => {
    const { get, world } = reservation(two)
    world.seed({ deployed_model: 'q', plan: 'ptu' })
    const id = world.startOperation('q')
    expect(await get(operation('123'))).toMatchObject({ status: 404, body: { code: 'CAPACITY_OPERATION_NOT_FOUND' } })
    expect((await get(operation(id))).body.code).toBe('CAPACITY_OPERATION_NOT_FOUND')
    expect(await get(operation('abc'))).toMatchObject({ status: 500, body: { code: 'InternalError' } })
    expect((await get(`/deployments/q/capacity-operations/${id}`)).body.output.operation_status).toBe('PROCESSING')
  })
})

describe('DELETE of a reservation', () => {
  it('waits for the last release, the stop and nothing less', async () => {
    const { del, wait, world } = reservation([{ instance_id: 'i1' }], { releaseMs: 5_000, stopMs: 3_000 })
    const code = async () => (await del('/deployments/r')).body.code
    expect(await code()).toBe('CAPACITY_INSTANCE_OPERATION_UNSUPPORTED') // an instance is left
    await del(path('i1'))
    expect(await code()).toBe('CAPACITY_INSTANCE_OPERATION_UNSUPPORTED') // an operation is running
    wait(5_000)
    expect(world.get('r')?.status).toBe('STOPPING')
    expect(await code()).toBe('UnsupportedOperation') // not STOPPED yet
    wait(3_000)
    expect(world.get('r')?.status).toBe('STOPPED')
    expect((await del('/deployments/r')).body.output.status).toBe('DELETING')
    wait(20_000)
    expect(world.has('r')).toBe(false)
    const ours = world.events.map((each) => each.what).filter((what) => what !== 'refused')
    expect(ours).toEqual(['release-accepted', 'released', 'stopped', 'accepted', 'deleted'])
  })

  it('refuses as long as a prepaid instance is left, with its own code', async () => {
    const { del } = reservation([{ instance_id: 'p', charge_type: 'pre_paid' }])
    expect((await del('/deployments/r')).body.code).toBe('PREPAID_UNSUBSCRIBE_REQUIRED')
  })

  it('refuses while someone else runs an operation', async () => {
    const { del, world } = account({ deployments: [{ deployed_model: 'r', plan: 'ptu', status: 'STOPPED' }] })
    const id = world.startOperation('r')
    expect((await del('/deployments/r')).status).toBe(400)
    world.endOperation(id, 'SUCCEEDED')
    expect((await del('/deployments/r')).status).toBe(200)
  })

  it('refuses in the words an option gives', async () => {
    const refusal = { status: 409, code: 'CAPACITY_INSTANCE_OPERATION_CONFLICT', message: 'busy' }
    const { del } = reservation(two, { reservationRefusals: { instances: refusal } })
    expect(await del('/deployments/r')).toMatchObject({ status: 409, body: { code: refusal.code } })
  })

  it('answers writes with MODEL_CODE_DELETED once it is gone, reads with NotFound', async () => {
    const { del, get, world } = reservation(two)
    world.remove('r')
    expect(await del('/deployments/r')).toMatchObject({ status: 400, body: { code: 'MODEL_CODE_DELETED' } })
    expect((await del(path('i1'))).body.code).toBe('MODEL_CODE_DELETED')
    expect(await get('/deployments/r')).toMatchObject({ status: 404, body: { code: 'NotFound' } })
    world.settings.deletedReservationCode = 'MODEL_CODE_NOT_FOUND'
    expect(await del('/deployments/r')).toMatchObject({ status: 404, body: { code: 'MODEL_CODE_NOT_FOUND' } })
  })
})
