import { describe, expect, it } from 'vitest'
import { sap } from './sap-ai-core-harness.ts'

describe('the way of a deployment', () => {
  it('goes from UNKNOWN over PENDING to RUNNING when it is new', async () => {
    const world = sap({ pendingMs: 1000 })
    const { id } = world.world.create({ configurationName: 'pr-1' })
    const seen = async () => (await world.get(id)).body
    expect(await seen()).toMatchObject({ status: 'UNKNOWN', targetStatus: 'RUNNING', deploymentUrl: '' })
    world.clock.now += 1000
    expect((await seen())['status']).toBe('PENDING')
    world.clock.now += 1000
    expect(await seen()).toMatchObject({
      status: 'RUNNING',
      startTime: '2026-11-01T00:00:02Z',
      deploymentUrl: expect.stringContaining(id),
    })
    expect(world.story()).toEqual(['created UNKNOWN', 'status PENDING', 'status RUNNING'])
  })

  it('stays as it was seeded', async () => {
    const world = sap()
    for (const status of ['UNKNOWN', 'PENDING', 'RUNNING', 'DEAD']) world.world.add({ id: `d-${status}`, status })
    world.clock.now += 365 * 86_400_000
    for (const status of ['UNKNOWN', 'PENDING', 'RUNNING', 'DEAD']) {
      expect(world.world.get(`d-${status}`)?.status).toBe(status)
    }
  })

  it('is stopped, then deleted, each in its time', async () => {
    const world = sap({ stoppingMs: 1000, stopMs: 3000, deleteMs: 2000 })
    world.world.add({ id: 'd0001' })
    const seen = async () => {
      const { status, body } = await world.get('d0001')
      return status === 404 ? 404 : [body['status'], body['targetStatus']]
    }
    await world.stop('d0001')
    expect(await seen()).toEqual(['RUNNING', 'STOPPED'])
    world.clock.now += 1000
    expect(await seen()).toEqual(['STOPPING', 'STOPPED'])
    world.clock.now += 1999
    expect(await seen()).toEqual(['STOPPING', 'STOPPED'])
    world.clock.now += 1
    expect(await seen()).toEqual(['STOPPED', 'STOPPED'])
    await world.delete('d0001')
    expect(await seen()).toEqual(['STOPPED', 'DELETED'])
    expect(await world.list()).toEqual(['d0001'])
    world.clock.now += 2000
    expect(await seen()).toBe(404)
    expect(await world.list()).toEqual([])
    expect(world.world.has('d0001')).toBe(false)
  })

  it('takes 10 s to stop and 5 s to go where nothing is said, and shows STOPPING at once', async () => {
    const world = sap()
    world.world.add({ id: 'd0001' })
    await world.stop('d0001')
    expect(world.world.get('d0001')?.status).toBe('STOPPING')
    world.clock.now += 10_000
    await world.delete('d0001')
    world.clock.now += 5_000
    expect(world.world.has('d0001')).toBe(false)
    expect(world.world.events).toEqual([
      { at: Date.UTC(2026, 10, 1), what: 'accepted', id: 'd0001', status: 'RUNNING', action: 'stop' },
      { at: Date.UTC(2026, 10, 1), what: 'status', id: 'd0001', status: 'STOPPING' },
      { at: Date.UTC(2026, 10, 1, 0, 0, 10), what: 'stopped', id: 'd0001', status: 'STOPPED' },
      { at: Date.UTC(2026, 10, 1, 0, 0, 10), what: 'accepted', id: 'd0001', status: 'STOPPED', action: 'delete' },
      { at: Date.UTC(2026, 10, 1, 0, 0, 15), what: 'deleted', id: 'd0001', status: 'STOPPED' },
    ])
  })

  it('no longer starts once it was stopped while PENDING', async () => {
    const world = sap({ pendingMs: 1000, stopMs: 500 })
    const { id } = world.world.create()
    world.clock.now += 1000
    await world.stop(id)
    world.clock.now += 60_000
    expect(world.world.get(id)?.status).toBe('STOPPED')
  })

  it('no longer turns PENDING once it is deleted while UNKNOWN', async () => {
    const world = sap({ pendingMs: 1000, deleteMs: 5000 })
    const { id } = world.world.create()
    await world.delete(id)
    world.clock.now += 4999
    expect((await world.get(id)).body).toMatchObject({ status: 'UNKNOWN', targetStatus: 'DELETED' })
    world.clock.now += 1
    expect((await world.get(id)).status).toBe(404)
  })

  it.each([
    [{ status: 'STOPPING' }, 10_000, 'STOPPED'],
    [{ status: 'RUNNING', targetStatus: 'STOPPED' }, 10_000, 'STOPPED'],
    [{ status: 'PENDING', targetStatus: 'STOPPED' }, 10_000, 'STOPPED'],
    [{ status: 'STOPPED', targetStatus: 'DELETED' }, 5_000, undefined],
    [{ status: 'UNKNOWN', targetStatus: 'DELETED' }, 5_000, undefined],
  ])('goes on where it was seeded on its way: %j', (seed, ms, status) => {
    const world = sap()
    world.world.add({ id: 'd0001', ...seed })
    world.clock.now += ms - 1
    expect(world.world.get('d0001')?.status).toMatch(/^(STOPPING|STOPPED|UNKNOWN)$/)
    world.clock.now += 1
    expect(world.world.get('d0001')?.status).toBe(status)
  })
})

describe('odd ways', () => {
  it.each(['DEAD', 'UNKNOWN'] as const)('a stop may end in %s', async (stopEnds) => {
    const world = sap()
    world.world.add({ id: 'd0001', behaviour: { stopEnds, stopMs: 1000 } })
    await world.stop('d0001')
    world.clock.now += 1000
    expect((await world.get('d0001')).body['status']).toBe(stopEnds)
    expect((await world.delete('d0001')).status).toBe(202)
  })

  it('may vanish while stopping', async () => {
    const world = sap()
    world.world.add({ id: 'd0001', behaviour: { stopEnds: 'GONE' } })
    await world.stop('d0001')
    world.clock.now += 10_000
    expect((await world.get('d0001')).status).toBe(404)
  })

  it('may be stuck in STOPPING, or with the target DELETED', async () => {
    const world = sap({ tokenLifetimeS: 999_999 })
    world.world.add({ id: 'd0001', behaviour: { stopEnds: 'STUCK' } })
    world.world.add({ id: 'd0002', status: 'DEAD', behaviour: { deleteEnds: 'STUCK' } })
    await world.stop('d0001')
    await world.delete('d0002')
    world.clock.now += 86_400_000
    expect((await world.get('d0001')).body).toMatchObject({ status: 'STOPPING', targetStatus: 'STOPPED' })
    expect((await world.get('d0002')).body).toMatchObject({ status: 'DEAD', targetStatus: 'DELETED' })
  })

  it('may answer "not found" by id for a while, though the list has it', async () => {
    const world = sap()
    world.world.add({ id: 'd0001', status: 'STOPPED', behaviour: { hiddenMs: 60_000 } })
    expect(await world.list()).toEqual(['d0001'])
    expect((await world.get('d0001')).status).toBe(404)
    expect((await world.delete('d0001')).status).toBe(404)
    expect(world.world.get('d0001')?.targetStatus).toBe('STOPPED')
    world.clock.now += 60_000
    expect((await world.get('d0001')).status).toBe(200)
  })
})

describe('changes from outside', () => {
  it('change any field, and end what was on its way', async () => {
    const world = sap()
    world.world.add({ id: 'd0001' })
    await world.stop('d0001')
    world.world.change('d0001', { status: 'DEAD', statusMessage: 'out of memory' })
    world.clock.now += 60_000
    expect((await world.get('d0001')).body).toMatchObject({ status: 'DEAD', statusMessage: 'out of memory' })
    expect(() => world.world.change('d9999', { status: 'DEAD' })).toThrow('d9999')
  })

  it('start anew where a stopped one runs again', async () => {
    const world = sap({ stopMs: 1000 })
    world.world.add({ id: 'd0001' })
    await world.stop('d0001')
    world.world.change('d0001', { status: 'RUNNING' })
    world.clock.now += 500
    await world.stop('d0001')
    world.clock.now += 999
    expect(world.world.get('d0001')?.status).toBe('STOPPING')
    world.clock.now += 1
    expect(world.world.get('d0001')?.status).toBe('STOPPED')
  })

  it('take away and put in again under the same id, untouched by the old one', async () => {
    const world = sap({ deleteMs: 1000 })
    world.world.add({ id: 'd0001', status: 'STOPPED' })
    await world.delete('d0001')
    world.world.remove('d0001')
    expect(world.world.has('d0001')).toBe(false)
    world.world.add({ id: 'd0001', status: 'RUNNING' })
    world.clock.now += 5000
    expect((await world.get('d0001')).body).toMatchObject({ status: 'RUNNING', targetStatus: 'RUNNING' })
  })

  it('come at their own time, though nobody looked until later', async () => {
    const world = sap({ stopMs: 1000 })
    world.world.add({ id: 'd0001' })
    world.world.after(2000, () => world.world.change('d0001', { status: 'DEAD' }))
    world.world.after(3000, () => world.world.remove('d0001'))
    await world.stop('d0001')
    const start = world.clock.now
    world.clock.now += 10_000
    expect((await world.get('d0001')).status).toBe(404)
    expect(world.world.events.slice(2).map(({ at, what }) => [at - start, what])).toEqual([
      [1000, 'stopped'],
      [2000, 'status'],
      [3000, 'deleted'],
    ])
  })
})

describe('faults', () => {
  it('of a lost answer leave the deletion done', async () => {
    const world = sap({ deleteMs: 0 })
    world.world.add({ id: 'd0001', status: 'STOPPED' })
    world.faults.push({ kind: 'lost-answer', when: ({ method }) => method === 'DELETE' })
    await expect(world.delete('d0001')).rejects.toThrow('reset')
    expect((await world.delete('d0001')).status).toBe(404)
    expect(world.requests.map(({ method, status }) => [method, status])).toEqual([
      ['DELETE', undefined],
      ['DELETE', 404],
    ])
  })
})
