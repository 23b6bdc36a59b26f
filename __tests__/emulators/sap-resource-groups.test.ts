import { describe, expect, it } from 'vitest'
import { codeOf, type Reply, sap } from './sap-ai-core-harness.ts'

/** A tenant with `count` groups beside `default`; `call` needs no group for what administers the tenant. */
function tenant(options: Parameters<typeof sap>[0] = {}, count = 0) {
  const emulated = sap(options)
  for (let n = 1; n <= count; n++) emulated.world.resourceGroups.add(`pr-${n}`)
  const admin = (method: string, path: string, headers: Record<string, string> = {}) =>
    emulated.raw(`/v2/admin${path}`, { method, headers: { authorization: `Bearer ${emulated.token}`, ...headers } })
  return { ...emulated, admin }
}

const idsOf = ({ body }: Reply) =>
  (body['resources'] as { resourceGroupId: string }[]).map(({ resourceGroupId }) => resourceGroupId)

describe('the list of resource groups', () => {
  it('has every group in one answer, without a resource group header', async () => {
    const { admin } = tenant({}, 3)
    const reply = await admin('GET', '/resourceGroups')
    expect(idsOf(reply)).toEqual(['default', 'pr-1', 'pr-2', 'pr-3'])
    expect(reply.body['count']).toBe(4)
    expect(reply.headers.has('link')).toBe(false)
  })

  it('$top and $skip page it, and $count counts all', async () => {
    const { admin } = tenant({}, 3)
    const reply = await admin('GET', '/resourceGroups?$top=2&$skip=1&$count=true')
    expect([idsOf(reply), reply.body['count']]).toEqual([['pr-1', 'pr-2'], 4])
  })

  it('labelSelector takes pairs that must, and pairs that must not hold', async () => {
    const { admin, world } = tenant()
    const key = 'ext.ai.sap.com/kind'
    world.resourceGroups.add({ resourceGroupId: 'preview', labels: [{ key, value: 'preview' }] })
    world.resourceGroups.add({ resourceGroupId: 'customer', labels: [{ key, value: 'customer' }] })
    expect(idsOf(await admin('GET', `/resourceGroups?labelSelector=${key}=preview`))).toEqual(['preview'])
    expect(idsOf(await admin('GET', `/resourceGroups?labelSelector=${key}!=customer`))).toEqual(['default', 'preview'])
    expect((await admin('GET', '/resourceGroups?labelSelector=nonsense')).status).toBe(400)
  })

  it('maxpagesize pages it by a Link, whose token expires with 410', async () => {
    const { admin, raw, clock, token } = tenant({}, 3)
    const prefer = { prefer: 'maxpagesize=2' }
    const first = await admin('GET', '/resourceGroups', prefer)
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const follow = () => raw(next, { headers: { authorization: `Bearer ${token}`, ...prefer } })
    const second = await follow()
    expect([idsOf(first), idsOf(second), second.headers.has('link')]).toEqual([
      ['default', 'pr-1'],
      ['pr-2', 'pr-3'],
      false,
    ])
    clock.now += 15 * 60_000
    expect((await follow()).status).toBe(410)
  })

  it('is refused to the key of a consumer, which may see its own group', async () => {
    const { admin } = tenant({ consumerOf: 'pr-1' }, 2)
    const told = await Promise.all(
      ['/resourceGroups', '/resourceGroups/pr-1', '/resourceGroups/pr-2', '/resourceQuota/deployments'].map((path) =>
        admin('GET', path),
      ),
    )
    expect(told.map(({ status }) => status)).toEqual([403, 200, 403, 403])
  })

  it('needs a token', async () => {
    expect((await tenant().raw('/v2/admin/resourceGroups')).status).toBe(401)
  })
})

describe('the deletion of a resource group', () => {
  it('is accepted, and the group is shown as before until it is gone', async () => {
    const { admin, clock, story } = tenant({ groupDeleteMs: 5000 }, 1)
    const reply = await admin('DELETE', '/resourceGroups/pr-1')
    expect([reply.status, reply.body]).toEqual([202, { id: 'pr-1', message: 'Resource Group deletion scheduled' }])
    expect((await admin('GET', '/resourceGroups/pr-1')).body['status']).toBe('PROVISIONED')
    clock.now += 5000
    expect((await admin('GET', '/resourceGroups/pr-1')).status).toBe(404)
    expect(story()).toEqual(['accepted delete-group', 'deleted'])
  })

  it('takes what is in it along', async () => {
    const { admin, clock, world } = tenant({ groupDeleteMs: 1000 }, 1)
    const { id } = world.add({ resourceGroup: 'pr-1' })
    await admin('DELETE', '/resourceGroups/pr-1')
    clock.now += 1000
    expect(world.has(id)).toBe(false)
  })

  it.each(['default', 'shared', 'nobody'])('of %s is not done', async (id) => {
    const { admin, world } = tenant()
    world.resourceGroups.add('shared')
    const reply = await admin('DELETE', `/resourceGroups/${id}`)
    expect(reply.status).toBe(id === 'nobody' ? 404 : 400)
    expect(world.resourceGroups.has('default')).toBe(true)
  })

  it('may be refused while deployments are in it', async () => {
    const { admin, world } = tenant({ groupRefusedWhileUsed: true }, 1)
    world.add({ resourceGroup: 'pr-1' })
    const reply = await admin('DELETE', '/resourceGroups/pr-1')
    expect([reply.status, codeOf(reply)]).toEqual([400, expect.any(String)])
  })

  it('is refused while one is under way', async () => {
    const { admin } = tenant({}, 1)
    await admin('DELETE', '/resourceGroups/pr-1')
    expect((await admin('DELETE', '/resourceGroups/pr-1')).status).toBe(400)
  })

  it('leaves alone what was made anew under the same ID', async () => {
    const { admin, clock, world } = tenant({ groupDeleteMs: 5000 }, 1)
    await admin('DELETE', '/resourceGroups/pr-1')
    world.resourceGroups.add('pr-1')
    clock.now += 5000
    expect((await admin('GET', '/resourceGroups/pr-1')).status).toBe(200)
  })
})

describe('executions', () => {
  it('are listed by group, and stopped', async () => {
    const { call, clock, world } = tenant({ stopMs: 3000 }, 1)
    const group = { 'AI-Resource-Group': 'pr-1' }
    const { id } = world.addExecution({ resourceGroup: 'pr-1' })
    expect((await call('GET', '/executions')).body['count']).toBe(0)
    expect((await call('GET', '/executions', undefined, group)).body['count']).toBe(1)
    expect((await call('PATCH', `/executions/${id}`, { targetStatus: 'STOPPED' }, group)).status).toBe(202)
    const statusOf = async () => (await call('GET', `/executions/${id}`, undefined, group)).body['status']
    expect(await statusOf()).toBe('STOPPING')
    clock.now += 3000
    expect(await statusOf()).toBe('STOPPED')
    const again = await call('PATCH', `/executions/${id}`, { targetStatus: 'STOPPED' }, group)
    expect([again.status, codeOf(again)]).toEqual([412, '01010076'])
  })
})

describe('the quota', () => {
  it('tells how many groups and deployments there are, and how many may be', async () => {
    const { admin, world } = tenant({}, 2)
    world.add()
    expect((await admin('GET', '/resourceQuota/resourceGroups')).body).toEqual({
      usage: { count: 3 },
      quota: { maxCount: 50 },
    })
    expect((await admin('GET', '/resourceQuota/deployments')).body).toMatchObject({
      usage: { count: 1 },
      quotas: [{ deploymentQuota: { maxCount: 81 } }],
    })
  })

  it('may be forbidden', async () => {
    const { admin } = tenant({ quotaForbidden: true })
    expect((await admin('GET', '/resourceQuota/resourceGroups')).status).toBe(403)
  })
})
