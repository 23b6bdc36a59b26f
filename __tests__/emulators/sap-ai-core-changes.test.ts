import { describe, expect, it } from 'vitest'
import { codeOf, sap } from './sap-ai-core-harness.ts'

/** SAP AI Launchpad docs, deployments page: which status permits what. */
const MATRIX = [
  ['UNKNOWN', false, true],
  ['PENDING', true, false],
  ['RUNNING', true, false],
  ['STOPPING', false, false],
  ['STOPPED', false, true],
  ['DEAD', false, true],
  ['COMPLETED', false, false],
  ['SOMETHING', false, false],
] as const

describe('the permitted actions', () => {
  it.each(MATRIX)('%s: stop %s', async (status, mayStop) => {
    const world = sap()
    world.world.add({ id: 'd0001', status })
    const reply = await world.stop('d0001')
    expect(reply.status).toBe(mayStop ? 202 : 412)
    if (mayStop) {
      expect(reply.body).toEqual({ id: 'd0001', message: 'Deployment modification scheduled' })
    } else {
      expect(codeOf(reply)).toBe('01010076')
      expect(world.story()).toEqual([`refused stop ${status}`])
      expect(world.world.get('d0001')?.status).toBe(status)
    }
  })

  it.each(MATRIX)('%s: stop %s, delete %s', async (status, _mayStop, mayDelete) => {
    const world = sap()
    world.world.add({ id: 'd0001', status })
    const reply = await world.delete('d0001')
    expect(reply.status).toBe(mayDelete ? 202 : 412)
    if (mayDelete) {
      expect(reply.body).toMatchObject({ id: 'd0001', message: expect.any(String), targetStatus: 'DELETED' })
      expect((await world.get('d0001')).body).toMatchObject({
        status,
        targetStatus: 'DELETED',
        lastOperation: 'DELETE',
      })
    } else {
      expect(codeOf(reply)).toBe('01010076')
      expect(reply.text).toContain(`Current status ${status} cannot be changed`)
      expect(world.story()).toEqual([`refused delete ${status}`])
    }
  })

  it.each([400, 409, 412] as const)('are refused with HTTP %i by option', async (refusal) => {
    const world = sap({ refusal })
    world.world.add({ id: 'd0001', status: 'UNKNOWN' })
    const reply = await world.stop('d0001')
    expect([reply.status, codeOf(reply)]).toEqual([refusal, '01010076'])
  })

  it('let COMPLETED be deleted by option', async () => {
    const world = sap({ deleteCompleted: true })
    world.world.add({ id: 'd0001', status: 'COMPLETED' })
    expect((await world.delete('d0001')).status).toBe(202)
  })

  it('answer 404 for what is not there, and note that it was asked', async () => {
    const world = sap()
    expect([(await world.stop('d9999')).status, (await world.delete('d9999')).status]).toEqual([404, 404])
    expect(world.story()).toEqual(['missing stop', 'missing delete'])
  })
})

describe('a second request', () => {
  it('to stop is accepted while RUNNING still shows, and changes nothing', async () => {
    const world = sap({ stoppingMs: 2000, stopMs: 5000 })
    world.world.add({ id: 'd0001' })
    await world.stop('d0001')
    world.clock.now += 1000
    expect((await world.stop('d0001')).status).toBe(202)
    world.clock.now += 4000
    expect(world.world.get('d0001')?.status).toBe('STOPPED')
  })

  it.each([
    ['refuse', 412],
    ['accept', 202],
    ['missing', 404],
  ] as const)('to delete: %s', async (repeatedDelete, status) => {
    const world = sap({ repeatedDelete, deleteMs: 5000 })
    world.world.add({ id: 'd0001', status: 'STOPPED' })
    await world.delete('d0001')
    world.clock.now += 4000
    expect((await world.delete('d0001')).status).toBe(status)
    world.clock.now += 1000
    expect((await world.delete('d0001')).status).toBe(404)
    expect(world.world.has('d0001')).toBe(false)
  })

  it('to stop what is being deleted is refused', async () => {
    const world = sap()
    world.world.add({ id: 'd0001', status: 'RUNNING', targetStatus: 'DELETED' })
    expect((await world.stop('d0001')).status).toBe(412)
  })
})

describe('the body of a DELETE', () => {
  const seed = { targetStatus: 'DELETED' }
  const withBody = async (options: Parameters<typeof sap>[0], body?: unknown) => {
    const world = sap(options)
    world.world.add({ id: 'd0001', status: 'STOPPED' })
    return (await world.call('DELETE', '/deployments/d0001', body)).status
  }

  it('is tolerated and not needed', async () => {
    expect(await withBody({})).toBe(202)
    expect(await withBody({}, seed)).toBe(202)
    expect(await withBody({}, { targetStatus: 'STOPPED' })).toBe(400)
    expect(await withBody({}, 'not JSON')).toBe(400)
  })

  it('can be refused', async () => {
    expect(await withBody({ deleteBody: false })).toBe(202)
    expect(await withBody({ deleteBody: false }, seed)).toBe(400)
  })

  it('can be demanded', async () => {
    expect(await withBody({ demandDeleteBody: true })).toBe(400)
    expect(await withBody({ demandDeleteBody: 415 })).toBe(415)
    expect(await withBody({ demandDeleteBody: true }, seed)).toBe(202)
  })
})

describe('the body of a PATCH', () => {
  const patch = async (
    body: unknown,
    options: Parameters<typeof sap>[0] = {},
    headers: Record<string, string> = {},
  ) => {
    const world = sap(options)
    world.world.addConfiguration({ id: 'config-2', name: 'next' })
    world.world.add({ id: 'd0001', status: options.patchDeleted ? 'STOPPED' : 'RUNNING', configurationId: 'config-1' })
    const reply = await world.call('PATCH', '/deployments/d0001', body, headers)
    return { ...reply, world: world.world }
  }

  it.each([
    ['not JSON'],
    ['[]'],
    [{}],
    [{ targetStatus: 'STOPPED', configurationId: 'config-2' }],
    [{ targetStatus: 'DELETED' }],
    [{ targetStatus: 'RUNNING' }],
    [{ targetStatus: 'stopped' }],
    [{ targetStatus: null }],
    [{ configurationId: 'nowhere' }],
    [{ configurationId: 7 }],
  ])('%j is a bad request', async (body) => {
    const { status, world } = await patch(body)
    expect(status).toBe(400)
    expect(world.get('d0001')?.targetStatus).toBe('RUNNING')
  })

  it('must be JSON by its content type', async () => {
    expect((await patch({ targetStatus: 'STOPPED' }, {}, { 'content-type': 'text/plain' })).status).toBe(415)
    const merge = { 'content-type': 'application/merge-patch+json' }
    expect((await patch({ targetStatus: 'STOPPED' }, {}, merge)).status).toBe(202)
  })

  it('may ask for DELETED by option', async () => {
    const { status, world } = await patch({ targetStatus: 'DELETED' }, { patchDeleted: true })
    expect(status).toBe(202)
    expect(world.get('d0001')?.targetStatus).toBe('DELETED')
  })

  it('moves a deployment to another configuration, and so to another name', async () => {
    const { status, world } = await patch({ configurationId: 'config-2' })
    expect(status).toBe(202)
    expect(world.get('d0001')).toMatchObject({
      configurationId: 'config-2',
      configurationName: 'next',
      latestRunningConfigurationId: 'config-1',
      lastOperation: 'UPDATE',
      status: 'RUNNING',
    })
  })

  it('moves only what is RUNNING or PENDING', async () => {
    const world = sap()
    world.world.addConfiguration({ id: 'config-2' })
    world.world.add({ id: 'd0001', status: 'DEAD' })
    const reply = await world.call('PATCH', '/deployments/d0001', { configurationId: 'config-2' })
    expect([reply.status, codeOf(reply)]).toEqual([412, '01010076'])
  })
})

describe('bulk', () => {
  const bulk = { 'content-type': 'application/merge-patch+json' }
  const item = (id: string, targetStatus = 'DELETED') => ({ id, targetStatus })

  it('is off where nothing is said, with 403 or 404', async () => {
    for (const [options, status] of [[{}, 403] as const, [{ bulkOff: 404 as const }, 404] as const]) {
      const reply = await sap(options).call('PATCH', '/deployments', { deployments: [item('d0001')] }, bulk)
      expect(reply.status).toBe(status)
    }
  })

  it('answers 202 with a result per item, also where every item failed', async () => {
    const world = sap({ bulk: true })
    world.world.add({ id: 'd0001', status: 'STOPPED' })
    world.world.add({ id: 'd0002', status: 'RUNNING' })
    world.world.add({ id: 'd0003', status: 'RUNNING' })
    const deployments = [item('d0001'), item('d0002', 'STOPPED'), item('d0003'), item('d9999')]
    const reply = await world.call('PATCH', '/deployments', { deployments }, bulk)
    expect(reply.status).toBe(202)
    expect(reply.body['deployments']).toEqual([
      { id: 'd0001', message: 'Deployment modification scheduled' },
      { id: 'd0002', message: 'Deployment modification scheduled' },
      { id: 'd0003', error: expect.objectContaining({ code: '01010076' }) },
      { id: 'd9999', error: expect.objectContaining({ code: '01010016' }) },
    ])
    expect(world.world.get('d0001')?.targetStatus).toBe('DELETED')
    expect(world.world.get('d0002')?.status).toBe('STOPPING')
    const failed = await world.call('PATCH', '/deployments', { deployments: [item('d9999')] }, bulk)
    expect(failed.status).toBe(202)
  })

  it.each([
    ['no items', { deployments: [] }],
    ['another key', { executions: [item('d0001')] }],
    ['101 items', { deployments: Array.from({ length: 101 }, (_, at) => item(`d1${at + 100}`)) }],
    ['an id twice', { deployments: [item('d0001'), item('d0001', 'STOPPED')] }],
    ['a malformed id', { deployments: [item('x')] }],
    ['another target', { deployments: [item('d0001'), item('d0002', 'RUNNING')] }],
    ['no target', { deployments: [{ id: 'd0001' }] }],
  ])('refuses %s as a whole', async (_what, body) => {
    const world = sap({ bulk: true })
    world.world.add({ id: 'd0001', status: 'STOPPED' })
    expect((await world.call('PATCH', '/deployments', body, bulk)).status).toBe(400)
    expect(world.world.events).toEqual([])
  })

  it('takes 100 items, as merge patch only', async () => {
    const deployments = Array.from({ length: 100 }, (_, at) => item(`d1${at + 100}`))
    expect((await sap({ bulk: true }).call('PATCH', '/deployments', { deployments }, bulk)).status).toBe(202)
    expect((await sap({ bulk: true }).call('PATCH', '/deployments', { deployments })).status).toBe(415)
  })
})
