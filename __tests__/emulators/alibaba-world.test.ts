import { describe, expect, it } from 'vitest'
import { createAlibabaEmulator } from '../../emulators/alibaba-model-studio.ts'
import { account, START } from './alibaba-account.ts'

const deployments = [{ deployed_model: 'x' }]

describe('the world', () => {
  it('is changed from outside: status, fields, removal', async () => {
    const { get, world } = account({ deployments })
    world.setStatus('x', 'UPDATING_FAILED')
    world.update('x', { charge_type: 'pre_paid', pre_paid_gmt_expired: '2027-01-01T00:00:00' })
    expect((await get('/deployments/x')).body.output).toMatchObject({
      status: 'UPDATING_FAILED',
      charge_type: 'pre_paid',
      pre_paid_gmt_expired: '2027-01-01T00:00:00',
    })
    world.remove('x')
    expect((await get('/deployments/x')).status).toBe(404)
    expect(world.events.map((each) => each.what)).toEqual(['changed', 'changed', 'removed'])
  })

  it('gets new objects at any time, and lists what there is', () => {
    const { world } = account({ deployments })
    world.seed({ deployed_model: 'y' }, { deployed_model: 'z', workspace_id: 'llm-new' })
    expect(world.ids()).toEqual(['x', 'y', 'z'])
    expect(world.workspaces.has('llm-new')).toBe(true)
    expect([world.has('z'), world.has('nobody'), world.get('nobody')]).toEqual([true, false, undefined])
  })

  it('reuses an ID for another object with another gmt_create', async () => {
    const { del, get, wait, world } = account({ deployments, deleteMs: 10_000 })
    await del('/deployments/x')
    wait(5_000)
    world.recreate('x', { model_name: 'other' })
    wait(60_000)
    expect((await get('/deployments/x')).body.output).toMatchObject({
      status: 'RUNNING',
      model_name: 'other',
      gmt_create: '2026-06-17T11:00:43',
    })
    expect(world.events.map((each) => each.what)).toEqual(['accepted', 'removed', 'recreated'])
  })

  it('reuses the ID of a deployment that is gone already', async () => {
    const { get, wait, world } = account({ deployments: [{ deployed_model: 'r', plan: 'ptu' }] })
    world.remove('r')
    wait(1000)
    world.recreate('r', { plan: 'ptu', status: 'STOPPED' })
    expect((await get('/deployments/r')).body.output.status).toBe('STOPPED')
  })

  it('has deletions that someone else began', () => {
    const { wait, world } = account({ deployments: [{ deployed_model: 'x', status: 'DELETING' }] })
    world.seed({ deployed_model: 'y' })
    world.setStatus('y', 'OFFLINING')
    wait(20_000)
    expect(world.ids()).toEqual([])
    expect(world.events.map((each) => [each.what, each.id])).toEqual([
      ['changed', 'y'],
      ['deleted', 'x'],
      ['deleted', 'y'],
    ])
  })

  it('has operations and instances that someone else began', async () => {
    const { del, wait, world } = account({ deployments: [{ deployed_model: 'r', plan: 'ptu' }] })
    world.addInstance('r', { instance_id: 'late' })
    const running = world.startOperation('r', { ms: 10_000, instanceId: 'late' })
    expect(world.instances('r').map((each) => each.status)).toEqual(['SCALING'])
    const release = (await del('/deployments/r/capacity-instances/late')).body.output.operation_id ?? ''
    wait(10_000)
    expect([world.operation(running)?.status, world.operation(release)?.status]).toEqual(['SUCCEEDED', 'PROCESSING'])
    expect(world.instances('r').map((each) => each.status)).toEqual(['DELETING'])
    world.endOperation(release, 'FAILED')
    expect(world.operation(release)).toMatchObject({ status: 'FAILED', error: { code: 'InternalError' } })
    expect(world.instances('r').map((each) => each.status)).toEqual(['RUNNING'])
  })

  it('ends a waiting operation without giving the next one its turn twice', async () => {
    const { wait, world } = account({ deployments: [{ deployed_model: 'r', plan: 'ptu' }] })
    const ids = [1, 2, 3].map(() => world.startOperation('r', { ms: 1_000 }))
    world.endOperation(ids[1] ?? '', 'FAILED')
    wait(1_000)
    expect(ids.map((id) => world.operation(id)?.status)).toEqual(['SUCCEEDED', 'FAILED', 'PROCESSING'])
    wait(1_000)
    expect(world.operation(ids[2] ?? '')?.status).toBe('SUCCEEDED')
    // Ending what is over changes nothing.
    world.endOperation(ids[2] ?? '', 'FAILED')
    expect(world.operation(ids[2] ?? '')?.status).toBe('SUCCEEDED')
  })

  it('does not start a running operation anew when a waiting one ends', () => {
    const { wait, world } = account({ deployments: [{ deployed_model: 'r', plan: 'ptu' }] })
    world.addInstance('r', { instance_id: 'i', status: 'SUSPENDED' })
    const running = world.startOperation('r', { instanceId: 'i' })
    const waiting = world.startOperation('r')
    wait(1_000)
    world.endOperation(waiting, 'FAILED')
    expect(world.operation(running)?.fromStatus).toBe('SUSPENDED')
    world.endOperation(running, 'SUCCEEDED')
    expect(world.instances('r').map((each) => each.status)).toEqual(['SUSPENDED'])
  })

  it('names what a test got wrong', () => {
    const { world } = account({ deployments })
    expect(() => world.setStatus('nobody', 'RUNNING')).toThrow('no such deployment in the emulated account: nobody')
    expect(() => world.unsubscribe('x', 'i')).toThrow('no such capacity instance in x: i')
    expect(() => world.endOperation('1', 'FAILED')).toThrow('no such operation: 1')
  })

  it('is settled at each look, in the order of time', async () => {
    const { del, wait, world } = account({
      deployments: [
        { deployed_model: 'late', deleteMs: 2_000 },
        { deployed_model: 'soon', deleteMs: 1_000 },
      ],
    })
    await del('/deployments/late')
    await del('/deployments/soon')
    wait(3_000)
    const gone = world.events.filter((each) => each.what === 'deleted')
    expect(gone.map((each) => [each.id, each.at - START])).toEqual([
      ['soon', 1_000],
      ['late', 2_000],
    ])
  })
})

describe('the emulator', () => {
  it('records requests and plays faults like every other', async () => {
    const { emulator, del, world } = account({ deployments })
    emulator.faults.push({ kind: 'lost-answer' })
    await expect(del('/deployments/x')).rejects.toThrow('reset')
    expect(world.get('x')?.status).toBe('DELETING')
    expect(emulator.requests).toMatchObject([{ at: START, method: 'DELETE', path: '/api/v1/deployments/x' }])
    expect(emulator.requests[0]?.headers['authorization']).toBe('Bearer sk-emulated')
  })

  it('works without options, on the real clock', async () => {
    const { handle, world } = createAlibabaEmulator()
    world.seed({ deployed_model: 'x' })
    const headers = { authorization: 'Bearer sk-emulated' }
    expect((await handle(new Request('http://localhost/api/v1/deployments/x', { headers }))).status).toBe(200)
  })

  it('deletes thousands at once quickly', async () => {
    const seeds = Array.from({ length: 3000 }, (_, index) => ({ deployed_model: `m-${index}` }))
    const { del, wait, world } = account({ deployments: seeds })
    const begin = performance.now()
    for (const seed of seeds) await del(`/deployments/${seed.deployed_model}`)
    wait(20_000)
    expect(world.ids()).toEqual([])
    expect(performance.now() - begin).toBeLessThan(30_000)
  })
})
