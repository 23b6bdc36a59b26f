import { describe, expect, it } from 'vitest'
import { ID, onDelete, SINGAPORE, studio } from './studio.ts'
import { useWire } from './wire.ts'

const wire = useWire()
const JSON_TYPE = { 'content-type': 'application/json' }

/** An answer word for word. */
function answer(status: number, body: unknown) {
  return { kind: 'status', status, body: JSON.stringify(body), headers: JSON_TYPE } as const
}

describe('the envelope', () => {
  it('output: read, and the tombstone is the deployment object as DELETE showed it', async () => {
    const account = studio({ model_name: 'qwen-plus', plan: 'mu' }, { deletedField: true })

    const { outputs } = await wire.run(account, SINGAPORE)

    const tombstone = JSON.parse(outputs['tombstone'] ?? '')
    expect(tombstone).toMatchObject({ deployed_model: ID, status: 'DELETING', model_name: 'qwen-plus', deleted: true })
    expect(tombstone).toHaveProperty('gmt_create', '2026-11-21T11:00:00')
    expect(tombstone).not.toHaveProperty('request_id')
    expect(JSON.parse(outputs['tombstones'] ?? '')).toEqual([tombstone])
  })

  it('data in place of output: read the same', async () => {
    const { outputs } = await wire.run(studio({}, { outputField: 'data' }), SINGAPORE)

    expect(outputs['status']).toBe('deleted')
    expect(JSON.parse(outputs['tombstone'] ?? '')).toMatchObject({ deployed_model: ID, status: 'DELETING' })
  })

  it.each(['message', 'msg'] as const)('%s: the words of a refusal are shown', async (messageField) => {
    const stateRefusal = { status: 400, code: 'OperationDenied', message: 'Stop it before that.' }
    const account = studio({}, { messageField, stateRefusal, refuseDelete: ['RUNNING'] })

    const { results } = await wire.run(account, SINGAPORE)

    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('Stop it before that.') }])
    expect(results).toMatchObject([{ reason: expect.stringContaining('HTTP 400 OperationDenied') }])
  })

  it('request_id: in the report, with method, path and status', async () => {
    const { report } = await wire.run(studio(), SINGAPORE)

    const steps = report.targets[0]?.steps ?? []
    expect(steps.find(({ method }) => method === 'DELETE')).toMatchObject({
      path: `/api/v1/deployments/${ID}`,
      httpStatus: 200,
      requestId: expect.stringMatching(/^5378b78b-/),
    })
  })

  it('only deployed_model and status: enough', async () => {
    const omit = ['gmt_create', 'gmt_modified', 'model_name', 'workspace_id', 'charge_type', 'plan', 'base_model']
    const { outputs } = await wire.run(studio({ omit }), SINGAPORE)
    expect(outputs['status']).toBe('deleted')
  })

  it('optional members of another type: ignored', async () => {
    const account = studio({ gmt_create: 1_750_000_000 })
    expect((await wire.run(account, SINGAPORE)).outputs['status']).toBe('deleted')
  })

  it.each([
    ['no output', { request_id: 'r' }],
    ['output null', { output: null }],
    ['no deployed_model', { output: { status: 'RUNNING' } }],
    ['no status', { output: { deployed_model: ID } }],
    ['a status that is a number', { output: { deployed_model: ID, status: 7 } }],
    ['a list', []],
    ['a word', 'RUNNING'],
  ])('GET answers 200 with %s: looked at again until the deadline, no DELETE', async (_what, body) => {
    const account = studio()
    account.emulator.faults.push({ ...answer(200, body), times: Number.POSITIVE_INFINITY })

    const { outputs } = await wire.run(account, SINGAPORE)

    expect(outputs['status']).toBe('timed-out')
    expect(new Set(account.calls())).toEqual(new Set(['GET 200']))
    expect(account.calls().length).toBeLessThan(70)
  })

  it('GET answers about another deployment: failed, no DELETE', async () => {
    const account = studio()
    account.emulator.faults.push(answer(200, { output: { deployed_model: `${ID}0`, status: 'RUNNING' } }))

    const { outputs, results } = await wire.run(account, SINGAPORE)

    expect(outputs['status']).toBe('failed')
    expect(results).toMatchObject([{ reason: expect.stringContaining('another deployment') }])
    expect(account.deletes()).toEqual([])
  })
})

describe('HTTP 200 with a code', () => {
  it.each(['200', 'Success', ''])('"%s": success', async (successCode) => {
    const { outputs } = await wire.run(studio({}, { successCode }), SINGAPORE)
    expect(outputs['status']).toBe('deleted')
  })

  it.each(['InvalidParameter', '400', 'success', 'OK'])('"%s" at GET: an error, no DELETE', async (code) => {
    const account = studio()
    const output = { deployed_model: ID, status: 'RUNNING' }
    account.emulator.faults.push(answer(200, { code, message: 'Not as it seems.', output }))

    const { outputs, results } = await wire.run(account, SINGAPORE)

    expect(outputs['status']).toBe('failed')
    expect(results).toMatchObject([{ reason: expect.stringContaining(`HTTP 200 ${code}: Not as it seems.`) }])
    expect(account.deletes()).toEqual([])
  })

  it('an error at DELETE: failed, never accepted', async () => {
    const account = studio({}, { okWithError: { code: 'InvalidParameter', message: 'no', processed: false } })

    const { ok, outputs } = await wire.run(account, SINGAPORE, { wait: 'false' })

    expect([ok, outputs['status'], outputs['tombstone']]).toEqual([false, 'failed', ''])
    expect(account.deletes()).toHaveLength(1)
  })

  it.each([
    'Throttling',
    'InternalError',
    'SystemError',
    'RequestTimeOut',
    'ModelServingError',
    'ModelUnavailable',
    'BILLING_SERVICE_UNAVAILABLE',
  ])('%s at DELETE although the deletion began: looked at, no second DELETE, deleted', async (code) => {
    const account = studio({}, { okWithError: { code, message: 'later', processed: true } })

    const { outputs } = await wire.run(account, SINGAPORE)

    expect(outputs['status']).toBe('deleted')
    expect(account.deletes()).toHaveLength(1)
  })

  it('InternalError at DELETE and nothing began: looked at, then sent again', async () => {
    const account = studio()
    account.emulator.faults.push({ ...answer(200, { code: 'InternalError', message: 'later' }), when: onDelete })

    const { outputs } = await wire.run(account, SINGAPORE)

    expect(outputs['status']).toBe('deleted')
    expect(account.calls().slice(0, 4)).toEqual(['GET 200', 'DELETE 200', 'GET 200', 'DELETE 200'])
  })

  it('InternalError at GET: looked at again', async () => {
    const account = studio()
    account.emulator.faults.push(answer(200, { code: 'InternalError', message: 'later' }))
    expect((await wire.run(account, SINGAPORE)).outputs['status']).toBe('deleted')
  })
})

describe('the answer to DELETE', () => {
  it.each([200, 202, 204])('%i without a body: taken, and looked after until it is gone', async (deleteStatus) => {
    const account = studio({}, { emptyDeleteBody: true, deleteStatus })

    const { outputs } = await wire.run(account, SINGAPORE)

    expect([outputs['status'], outputs['tombstone']]).toEqual(['deleted', ''])
    expect(account.deletes()).toHaveLength(1)
    expect(account.events()).toEqual(['accepted', 'deleted'])
  })

  it.each([201, 202])('%i with the deployment: taken', async (deleteStatus) => {
    expect((await wire.run(studio({}, { deleteStatus }), SINGAPORE)).outputs['status']).toBe('deleted')
  })

  it('OFFLINING in place of DELETING: taken', async () => {
    const { outputs } = await wire.run(studio({}, { deletingStatus: 'OFFLINING' }), SINGAPORE)
    expect(outputs['status']).toBe('deleted')
    expect(JSON.parse(outputs['tombstone'] ?? '')).toMatchObject({ status: 'OFFLINING' })
  })

  it('another deployment: failed, saying to check the account', async () => {
    const account = studio()
    const body = { output: { deployed_model: 'qwen-plus', status: 'DELETING' } }
    account.emulator.faults.push({ ...answer(200, body), when: onDelete })

    const { ok, outputs, results } = await wire.run(account, SINGAPORE)

    expect([ok, outputs['status'], outputs['tombstone']]).toEqual([false, 'failed', ''])
    expect(results).toMatchObject([{ reason: expect.stringContaining('check the account') }])
    expect(account.deletes()).toHaveLength(1)
  })

  it.each([
    ['JSON of something else', { hello: 'gateway' }],
    ['a list', []],
    ['an output without deployed_model', { output: { status: 'DELETING' } }],
  ])('%s: not acceptance; looked at, then sent again', async (_what, body) => {
    const account = studio()
    account.emulator.faults.push({ ...answer(200, body), when: onDelete })

    const { outputs } = await wire.run(account, SINGAPORE, { wait: 'false' })

    expect(outputs['status']).toBe('accepted')
    expect(account.events()).toEqual(['accepted'])
    expect(account.calls()).toEqual(['GET 200', 'DELETE 200', 'GET 200', 'DELETE 200'])
  })
})

describe('gmt_create', () => {
  it('with a fraction in one answer and without in the next: the same deployment', async () => {
    const created = Date.UTC(2026, 10, 20, 8, 0, 1, 680)
    const account = studio({ created, deleteMs: 10_000 }, { fractionIn: ['delete', 'get'] })
    account.clock.at(5_000, () => {
      account.world.settings.fractionIn = []
    })

    const { outputs, results } = await account.run()

    expect(outputs['status']).toBe('deleted')
    expect(results).toMatchObject([{ reason: 'confirmed gone' }])
  })

  it('one second later: another deployment', async () => {
    const created = Date.UTC(2026, 10, 20, 8)
    const account = studio({ created, deleteMs: Number.POSITIVE_INFINITY })
    account.clock.at(5_000, () => account.world.recreate(ID, { created: created + 1000 }))

    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'deleted', reason: expect.stringContaining('is kept') }])
    expect(account.world.has(ID)).toBe(true)
    expect(account.deletes()).toHaveLength(1)
  })

  it('unreadable: an exact target is deleted all the same', async () => {
    const account = studio({ gmt_create: 'yesterday' })
    expect((await account.run()).outputs['status']).toBe('deleted')
  })

  it('in the future by the difference of zones: deleted all the same', async () => {
    const account = studio({ created: Date.UTC(2026, 10, 21, 11) }, { zoneOffsetHours: 8 })
    expect((await account.run()).outputs['status']).toBe('deleted')
  })
})
