import { describe, expect, it } from 'vitest'
import { setup } from './baseten-setup.ts'

describe('reading models', () => {
  it('shows a model whole', async () => {
    const { call, path, model, production, world } = setup()
    const development = world.addDeployment(model.id, { development: true })
    expect(await call('GET', path)).toEqual({
      status: 200,
      body: {
        id: model.id,
        created_at: '2026-11-01T12:00:00.000Z',
        name: 'whisper',
        deployments_count: 3,
        production_deployment_id: production.id,
        development_deployment_id: development.id,
        instance_type_name: 'A10G:4x16',
        team_name: 'Default',
      },
    })
  })

  it('answers 404 for one it does not know', async () => {
    const { call } = setup()
    expect(await call('GET', '/v1/models/none')).toEqual({
      status: 404,
      body: { code: 'NOT_FOUND', message: 'model not found' },
    })
    expect((await call('GET', '/v1/models/none/deployments')).status).toBe(404)
    expect((await call('GET', '/v1/models/none/environments')).status).toBe(404)
  })

  it('matches a name whole, never in part', async () => {
    const { call, world } = setup()
    world.addModel({ name: 'whisper-2' })
    const named = async (name: string) => (await call('GET', `/v1/models?name=${name}`)).body.models.length
    expect([await named('whisper'), await named('whisper-2'), await named('whisp')]).toEqual([1, 1, 0])
    expect((await call('GET', '/v1/models')).body.models).toHaveLength(2)
  })

  it.each([
    ['inserted', ['m2', 'm3', 'm1']],
    ['reversed', ['m1', 'm3', 'm2']],
    ['by-id', ['m1', 'm2', 'm3']],
  ] as const)('lists in the order %s, as none is documented', async (listOrder, ids) => {
    const { call, world, model } = setup({ listOrder })
    world.removeModel(model.id)
    for (const id of ['m2', 'm3', 'm1']) world.addModel({ id })
    const { models } = (await call('GET', '/v1/models')).body
    expect(models.map(({ id }: { id: string }) => id)).toEqual(ids)
  })

  it('sends what a test lays over it', async () => {
    const { call, path, model } = setup()
    model.overrides = { surprise: 1, name: undefined }
    const { body } = await call('GET', path)
    expect(body.surprise).toBe(1)
    expect(body).not.toHaveProperty('name')
  })
})

describe('deleting a model', () => {
  it('takes every deployment and environment with it, production included', async () => {
    const { call, path, model, production, spare, world, log } = setup()
    world.addEnvironment(model.id, { name: 'staging' })
    expect(await call('DELETE', path)).toEqual({ status: 200, body: { id: model.id, deleted: true } })
    expect(world.hasModel(model.id)).toBe(false)
    expect(world.hasDeployment(model.id, production.id)).toBe(false)
    expect(world.hasEnvironment(model.id, 'staging')).toBe(false)
    expect(world.deploymentIds(model.id)).toEqual([])
    for (const at of [path, `${path}/deployments`, `${path}/deployments/${spare.id}`, `${path}/environments`]) {
      expect((await call('GET', at)).status).toBe(404)
    }
    expect(log()).toEqual([
      ['deleted', production.id, 'client', 200],
      ['deleted', spare.id, 'client', 200],
      ['deleted', model.id, 'client', 200],
    ])
  })

  it('answers 404 the second time', async () => {
    const { call, path } = setup()
    await call('DELETE', path)
    expect((await call('DELETE', path)).status).toBe(404)
  })

  it('tolerates the body {} and refuses unknown keys', async () => {
    const { call, path, model, world } = setup()
    expect((await call('DELETE', path, { body: '{"force":true}' })).body.message).toContain('extra_forbidden')
    expect(world.hasModel(model.id)).toBe(true)
    expect((await call('DELETE', path, { body: '{}' })).status).toBe(200)
  })

  it('may stay visible for a while, with all that is under it', async () => {
    const { call, path, model, spare, world, wait } = setup({ deleteVisibleMs: 5_000 })
    await call('DELETE', path)
    expect(world.hasModel(model.id)).toBe(false)
    expect((await call('GET', path)).status).toBe(200)
    expect((await call('GET', `${path}/deployments/${spare.id}`)).status).toBe(200)
    expect((await call('GET', '/v1/models')).body.models).toHaveLength(1)
    expect(await call('DELETE', path)).toEqual({ status: 200, body: { id: model.id, deleted: true } })
    expect((await call('DELETE', `${path}/deployments/${spare.id}`)).status).toBe(200)
    expect((await call('POST', `${path}/deployments/${spare.id}/deactivate`)).status).toBe(404)
    expect((await call('DELETE', `${path}/environments/production`)).status).toBe(404)
    wait(5_000)
    expect((await call('GET', path)).status).toBe(404)
    expect((await call('GET', '/v1/models')).body.models).toEqual([])
  })

  it('may answer 404 to DELETE while it is still visible', async () => {
    const { call, path } = setup({ deleteVisibleMs: 5_000, deleteWhileVisible: '404' })
    await call('DELETE', path)
    expect((await call('DELETE', path)).status).toBe(404)
    expect((await call('GET', path)).status).toBe(200)
  })

  it('may answer a tombstone that says nothing was deleted, or one of another model', async () => {
    const { call, path, model, settings, world, log } = setup({ tombstoneDeletedFalse: true })
    expect(await call('DELETE', path)).toEqual({ status: 200, body: { id: model.id, deleted: false } })
    settings.tombstoneDeletedFalse = false
    settings.tombstoneOtherId = true
    expect(await call('DELETE', path)).toEqual({ status: 200, body: { id: 'another', deleted: true } })
    expect(world.hasModel(model.id)).toBe(true)
    expect(log()).toEqual([
      ['refused', model.id, 'client', 200],
      ['refused', model.id, 'client', 200],
    ])
  })
})
