import { describe, expect, it } from 'vitest'
import { codeOf, sap } from './sap-ai-core-harness.ts'

function fleet(options: Parameters<typeof sap>[0] = {}) {
  const world = sap({ resourceGroups: ['default', 'other'], ...options })
  const { add, addConfiguration } = world.world
  const config = addConfiguration({ id: 'config-1', name: 'pr-1', scenarioId: 'scenario-1', executableId: 'exec-1' })
  addConfiguration({ id: 'config-2', name: 'PR-12', scenarioId: 'scenario-2', executableId: 'exec-2' })
  addConfiguration({ id: 'config-3', name: 'elsewhere', resourceGroup: 'other' })
  add({ id: 'd0001', configurationId: config.id, status: 'RUNNING' })
  add({ id: 'd0002', configurationId: config.id, status: 'STOPPED', executableId: null, scenarioId: undefined })
  add({ id: 'd0003', configurationId: 'config-2', status: 'RUNNING' })
  add({ id: 'd0004', configurationId: 'config-3', status: 'RUNNING', resourceGroup: 'other' })
  return world
}

describe('the resource group', () => {
  it.each(['/deployments', '/deployments/d0001', '/deployments/$count', '/configurations'])(
    'is required on %s',
    async (path) => {
      const reply = await fleet().call('GET', path, undefined, { 'AI-Resource-Group': '' })
      expect([reply.status, reply.body]).toEqual([
        400,
        { error: expect.objectContaining({ code: expect.any(String) }) },
      ])
    },
  )

  it('shows only what belongs to it', async () => {
    const world = fleet()
    expect(await world.list()).toEqual(['d0001', 'd0002', 'd0003'])
    const other = { 'AI-Resource-Group': 'other' }
    expect((await world.call('GET', '/deployments', undefined, other)).body['count']).toBe(1)
    expect((await world.get('d0004')).status).toBe(404)
    expect((await world.delete('d0004')).status).toBe(404)
    expect(world.world.has('d0004')).toBe(true)
  })

  it('that nobody knows is refused with 403 as plain text, or with 404', async () => {
    const nowhere = { 'AI-Resource-Group': 'nowhere' }
    const refused = await fleet().call('GET', '/deployments', undefined, nowhere)
    expect([refused.status, refused.text]).toEqual([403, 'RBAC: access denied'])
    const missing = await fleet({ unknownGroup: 404 }).call('GET', '/deployments', undefined, nowhere)
    expect(missing.status).toBe(404)
    expect(codeOf(missing)).not.toBe('01010016')
  })

  it('can be taken away by a test', async () => {
    const world = fleet()
    world.world.resourceGroups.delete('default')
    expect((await world.call('GET', '/deployments')).status).toBe(403)
  })
})

describe('the list of deployments', () => {
  it('has count and resources in the documented form', async () => {
    const { body, headers } = await fleet().call('GET', '/deployments?$top=1')
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(body).toEqual({
      count: 1,
      resources: [
        {
          id: 'd0001',
          configurationId: 'config-1',
          configurationName: 'pr-1',
          scenarioId: 'scenario-1',
          executableId: 'exec-1',
          status: 'RUNNING',
          targetStatus: 'RUNNING',
          lastOperation: 'CREATE',
          latestRunningConfigurationId: 'config-1',
          deploymentUrl: expect.stringContaining('/v2/inference/deployments/d0001'),
          ttl: null,
          details: expect.any(Object),
          createdAt: '2026-11-01T00:00:00Z',
          modifiedAt: '2026-11-01T00:00:00Z',
          submissionTime: '2026-11-01T00:00:00Z',
        },
      ],
    })
  })

  it.each([
    ['status=RUNNING', ['d0001', 'd0003']],
    ['configurationId=config-2', ['d0003']],
    ['scenarioId=scenario-1', ['d0001', 'd0002']],
    ['executableIds=exec-1', ['d0001', 'd0002']],
    ['executableIds=exec-1,exec-2&status=STOPPED', ['d0002']],
    ['configurationId=config-3', []],
  ])('filters by %s, also where the answer leaves the field out', async (query, ids) => {
    const world = fleet()
    expect(await world.list(`?${query}`)).toEqual(ids)
    expect((await world.call('GET', `/deployments/$count?${query}`)).text).toBe(String(ids.length))
  })

  it('pages with $top and $skip; count is the page, or the total by option', async () => {
    const world = fleet()
    expect(await world.list('?$top=2')).toEqual(['d0001', 'd0002'])
    expect(await world.list('?$top=2&$skip=2')).toEqual(['d0003'])
    expect(await world.list('?$top=2&$skip=3')).toEqual([])
    const count = async () => (await world.call('GET', '/deployments?$top=2')).body['count']
    expect(await count()).toBe(2)
    world.settings.countIsTotal = true
    expect(await count()).toBe(3)
  })

  it('pages by top and skip without the $ as well, as one client of SAP writes them', async () => {
    expect(await fleet().list('?top=1&skip=1')).toEqual(['d0002'])
  })

  it('refuses pages above the maximum, or cuts them by option', async () => {
    const world = fleet({ maxTop: 2 })
    expect((await world.call('GET', '/deployments?$top=3')).status).toBe(400)
    expect(await world.list()).toHaveLength(2)
    world.settings.overMaxTop = 'clamp'
    expect(await world.list('?$top=3')).toHaveLength(2)
    expect((await fleet().call('GET', '/deployments?$top=100001')).status).toBe(400)
    expect((await fleet().call('GET', '/deployments?$top=100000')).status).toBe(200)
  })

  it.each([
    '$top=-1',
    '$top=x',
    '$skip=1.5',
    'status=DELETED',
    'status=running',
    'status=RUNNING&status=DEAD',
    'configurationId=a',
    'executableIds=',
    '$select=id',
    '$filter=x',
    'createdBefore=2026-01-01',
  ])('refuses the query %s', async (query) => {
    expect((await fleet().call('GET', `/deployments?${query}`)).status).toBe(400)
  })

  it('takes 1,000 executable ids and not one more', async () => {
    const ids = Array.from({ length: 1000 }, (_, at) => `exec-${at}`).join(',')
    expect(await fleet().list(`?executableIds=${ids}`)).toHaveLength(3)
    expect((await fleet().call('GET', `/deployments?executableIds=${ids},more`)).status).toBe(400)
  })

  it('ignores unknown parameters by option', async () => {
    expect(await fleet({ unknownQuery: 'ignore' }).list('?$filter=x')).toHaveLength(3)
  })

  it('has the order a test wants, since none is documented', async () => {
    const world = fleet({ order: (a, b) => (a.id < b.id ? 1 : -1) })
    expect(await world.list()).toEqual(['d0003', 'd0002', 'd0001'])
  })

  it('shows 10,000 where no $top is given, and lists 5,000 quickly', async () => {
    const world = sap()
    for (let at = 0; at < 10_001; at += 1) world.world.add({ configurationName: `pr-${at % 50}` })
    expect(world.world.size()).toBe(10_001)
    const start = performance.now()
    expect(await world.list()).toHaveLength(10_000)
    expect(await world.list('?$top=5000&$skip=5000')).toHaveLength(5000)
    expect(performance.now() - start).toBeLessThan(30_000)
    expect(world.world.configurations.size).toBe(50)
  })
})

describe('one deployment', () => {
  it('shows the same and status details, which the list leaves out', async () => {
    const world = fleet()
    world.world.add({ id: 'd0005', statusDetails: { reason: 'x' } })
    const { body } = await world.get('d0005')
    expect(body['statusDetails']).toEqual({ reason: 'x' })
    const listed = await world.call('GET', '/deployments')
    expect(listed.text).not.toContain('statusDetails')
  })

  it('loses its target status with $select=status, here and in the list', async () => {
    const world = fleet()
    const times = { createdAt: '2026-11-01T00:00:00Z', modifiedAt: '2026-11-01T00:00:00Z' }
    const short = { id: 'd0001', configurationId: 'config-1', status: 'RUNNING', ...times }
    expect((await world.call('GET', '/deployments/d0001?$select=status')).body).toEqual(short)
    expect((await world.call('GET', '/deployments?$select=status&$top=1')).body['resources']).toEqual([short])
  })

  it('may have null and missing fields', async () => {
    const world = sap()
    world.world.add({ id: 'd0001', configurationName: null, ttl: undefined, createdAt: undefined })
    const { body } = await world.get('d0001')
    expect(body['configurationName']).toBeNull()
    expect(body).not.toHaveProperty('ttl')
    expect(body).not.toHaveProperty('createdAt')
  })

  it('that is unknown is a 404 with code, message, request id and target', async () => {
    const world = fleet()
    const reply = await world.get('d9999')
    expect(reply.status).toBe(404)
    expect(reply.body['error']).toEqual({
      code: '01010016',
      message: expect.any(String),
      requestId: reply.headers.get('x-request-id'),
      target: '/v2/lm/deployments/d9999',
    })
    world.settings.notFoundCode = '01010404'
    world.settings.requestIdKey = 'requestID'
    const other = await world.get('d9999')
    expect(other.body['error']).toMatchObject({ code: '01010404', requestID: other.headers.get('x-request-id') })
  })

  it.each(['abc', 'a%2Fbcd', 'with%20blank', 'x'.repeat(65), '%E0%A4%A'])('refuses the id %s', async (id) => {
    const world = fleet()
    for (const method of ['GET', 'DELETE']) {
      expect((await world.call(method, `/deployments/${id}`)).status).toBe(400)
    }
  })
})

describe('configurations', () => {
  const names = async (query: string) => {
    const { body } = await fleet().call('GET', `/configurations?${query}`)
    return (body['resources'] as { name: string }[]).map(({ name }) => name)
  }

  it('are searched by substring, with case or without', async () => {
    expect(await names('$search=pr-1')).toEqual(['pr-1'])
    expect(await names('$search=pr-1&searchCaseInsensitive=true')).toEqual(['pr-1', 'PR-12'])
    expect(await names('scenarioId=scenario-2')).toEqual(['PR-12'])
    expect(await names('$top=1&$skip=1')).toEqual(['PR-12'])
  })

  it.each(['$search=', `$search=${'x'.repeat(81)}`, '$search=a~b', 'searchCaseInsensitive=1', 'status=RUNNING'])(
    'refuse the query %s',
    async (query) => {
      expect((await fleet().call('GET', `/configurations?${query}`)).status).toBe(400)
    },
  )

  it('are shown by id within their group, and cannot be deleted', async () => {
    const world = fleet()
    const shown = await world.call('GET', '/configurations/config-1')
    expect(shown.body).toMatchObject({ id: 'config-1', name: 'pr-1', executableId: 'exec-1' })
    expect(shown.body).not.toHaveProperty('resourceGroup')
    expect((await world.call('GET', '/configurations/config-3')).status).toBe(404)
    expect((await world.call('DELETE', '/configurations/config-1')).status).toBe(405)
  })
})

describe('other paths', () => {
  it('tell in /lm/meta, without a resource group, whether bulk updates work', async () => {
    for (const bulk of [false, true]) {
      const reply = await fleet({ bulk }).call('GET', '/meta', undefined, { 'AI-Resource-Group': '' })
      expect(reply.body).toMatchObject({ aiApi: { capabilities: { bulkUpdates: { deployments: bulk } } } })
    }
  })

  it('are not there', async () => {
    const world = fleet()
    expect((await world.raw('/lm/deployments')).status).toBe(404)
    expect((await world.call('GET', '/scenarios')).status).toBe(404)
    expect((await world.call('GET', '/deployments/d0001/logs')).status).toBe(404)
    expect((await world.call('DELETE', '/deployments')).status).toBe(405)
    expect((await world.call('PUT', '/meta')).status).toBe(405)
    expect(world.world.size()).toBe(4)
  })
})
