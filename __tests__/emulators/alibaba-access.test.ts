import { describe, expect, it } from 'vitest'
import { errorFault, errorOf, errors } from '../../emulators/alibaba-model-studio.ts'
import { account } from './alibaba-account.ts'

const apiKeys = [
  { key: 'sk-emulated', workspace: 'llm-a' },
  { key: 'sk-b', workspace: 'llm-b', workspaces: [] },
]
const deployments = [
  { deployed_model: 'a', workspace_id: 'llm-a' },
  { deployed_model: 'b', workspace_id: 'llm-b' },
]

describe('authorization', () => {
  it.each(['', 'Bearer', 'Bearer ', 'Basic sk-emulated', 'sk-emulated', 'Bearer sk-other'])(
    'answers 401 InvalidApiKey to %j',
    async (authorization) => {
      const { status, body } = await account().call('GET', '/deployments', { authorization })
      expect([status, body.code]).toEqual([401, 'InvalidApiKey'])
    },
  )

  it('answers 401 once a key is revoked, before any change', async () => {
    const { del, world } = account({ deployments: [{ deployed_model: 'x' }] })
    world.keys.delete('sk-emulated')
    expect((await del('/deployments/x')).status).toBe(401)
    expect(world.get('x')?.status).toBe('RUNNING')
    expect(world.events).toEqual([])
  })
})

describe('workspaces', () => {
  const list = async (one: ReturnType<typeof account>, headers: Record<string, string> = {}) =>
    (await one.call('GET', '/deployments', headers)).body.output.deployments?.map((each) => each.deployed_model)

  it('are all listed by default, and one where the header names it', async () => {
    const one = account({ apiKeys, deployments })
    expect(await list(one)).toEqual(['a', 'b'])
    expect(await list(one, { 'X-DashScope-WorkSpace': 'llm-b' })).toEqual(['b'])
  })

  it('are listed for the key alone where that is wanted; the others are missing to it', async () => {
    const one = account({ apiKeys, deployments, scope: 'workspace' })
    expect(await list(one)).toEqual(['a'])
    expect((await one.get('/deployments/b')).body.code).toBe('NotFound')
    expect((await one.del('/deployments/b')).body.code).toBe('NotFound')
    expect(one.world.get('b')?.status).toBe('RUNNING')
  })

  it('answer 404 WorkSpaceNotFound when unknown', async () => {
    const headers = { 'X-DashScope-WorkSpace': 'llm-nobody' }
    const { status, body } = await account({ apiKeys, deployments }).call('GET', '/deployments/a', headers)
    expect([status, body.code]).toEqual([404, 'WorkSpaceNotFound'])
  })

  it('answer 403 Workspace.AccessDenied when closed to the key', async () => {
    const headers = { authorization: 'Bearer sk-b', 'X-DashScope-WorkSpace': 'llm-a' }
    const { status, body } = await account({ apiKeys, deployments }).call('GET', '/deployments/a', headers)
    expect([status, body.code]).toEqual([403, 'Workspace.AccessDenied'])
  })
})

describe('envelopes', () => {
  it('have another request_id each time', async () => {
    const { get } = account()
    const ids = [await get('/deployments'), await get('/deployments/x'), await get('/y')].map((each) => each.body)
    expect(new Set(ids.map((each) => each.request_id)).size).toBe(3)
  })

  it('repeat it in a header where that is wanted only', async () => {
    const request = () => new Request('https://host/api/v1/deployments', { headers: { authorization: 'Bearer k' } })
    const plain = await account().emulator.handle(request())
    expect([...plain.headers.keys()]).toEqual(['content-type'])
    const named = await account({ requestIdHeader: 'x-request-id' }).emulator.handle(request())
    expect(named.headers.get('x-request-id')).toBe(((await named.json()) as { request_id: string }).request_id)
  })

  it('use data, msg and a success code where that is wanted', async () => {
    const { get } = account({ outputField: 'data', messageField: 'msg', successCode: 'Success' })
    expect((await get('/deployments')).body).toMatchObject({ code: 'Success', data: { total: 0 } })
    expect((await get('/deployments/x')).body).toMatchObject({ code: 'NotFound', msg: 'Model: x not found!' })
  })
})

describe('errors', () => {
  it.each(errors)('plays $status $code as a fault', async (error) => {
    const { emulator, del, get, world } = account({ deployments: [{ deployed_model: 'x' }] })
    emulator.faults.push(errorFault(error))
    expect(await del('/deployments/x')).toEqual({
      status: error.status,
      body: { request_id: expect.any(String), code: error.code, message: error.message },
    })
    expect(world.get('x')?.status).toBe('RUNNING')
    expect((await get('/deployments/x')).status).toBe(200)
  })

  it('can change the world first, carry headers and hit chosen requests', async () => {
    const { emulator, del, get, world } = account({ deployments: [{ deployed_model: 'x' }] })
    const when = (request: { method: string }) => request.method === 'DELETE'
    emulator.faults.push(errorFault(errorOf('Throttling'), { when, processed: true, headers: { 'retry-after': '7' } }))
    expect((await get('/deployments/x')).status).toBe(200)
    expect((await del('/deployments/x')).status).toBe(429)
    expect(world.get('x')?.status).toBe('DELETING')
  })

  it('are named by code', () => {
    expect(errorOf('NotFound', 'Model: x not found!')).toEqual({
      status: 404,
      code: 'NotFound',
      message: 'Model: x not found!',
    })
    expect(() => errorOf('Nonsense')).toThrow('no such Alibaba error code: Nonsense')
  })

  it('cover the whole table of documented codes', () => {
    const codes = new Set(errors.map((each) => `${each.status} ${each.code}`))
    for (const known of [
      '400 InvalidParameter',
      '400 UnsupportedOperation',
      '400 PREPAID_UNSUBSCRIBE_REQUIRED',
      '400 CAPACITY_INSTANCE_REQUIRED',
      '400 CAPACITY_INSTANCE_OPERATION_UNSUPPORTED',
      '400 MODEL_CODE_DELETED',
      '400 Arrearage',
      '401 InvalidApiKey',
      '401 NOT AUTHORIZED',
      '403 AccessDenied',
      '403 AccessDenied.Unpurchased',
      '403 Model.AccessDenied',
      '403 App.AccessDenied',
      '403 Workspace.AccessDenied',
      '403 Endpoint.AccessDenied',
      '403 BILLING_ACCOUNT_NOT_READY',
      '404 NotFound',
      '404 WorkSpaceNotFound',
      '404 ModelNotFound',
      '404 CAPACITY_INSTANCE_NOT_FOUND',
      '404 CAPACITY_OPERATION_NOT_FOUND',
      '409 Conflict',
      '409 IDEMPOTENCY_KEY_CONFLICT',
      '409 CAPACITY_INSTANCE_OPERATION_CONFLICT',
      '429 Throttling',
      '429 Throttling.RateQuota',
      '429 Throttling.BurstRate',
      '429 Throttling.AllocationQuota',
      '429 CommodityNotPurchased',
      '429 PrepaidBillOverdue',
      '429 PostpaidBillOverdue',
      '500 InternalError',
      '500 SystemError',
      '500 RequestTimeOut',
      '503 ModelServingError',
      '503 ModelUnavailable',
      '503 BILLING_SERVICE_UNAVAILABLE',
    ]) {
      expect(codes).toContain(known)
    }
  })
})
