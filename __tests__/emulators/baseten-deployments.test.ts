import { describe, expect, it } from 'vitest'
import { STATUSES } from '../../emulators/baseten.ts'
import { START, setup } from './baseten-setup.ts'

describe('reading deployments', () => {
  it('shows a deployment whole', async () => {
    const { call, path, model, production } = setup()
    expect((await call('GET', `${path}/deployments/${production.id}`)).body).toEqual({
      id: production.id,
      created_at: '2026-11-01T12:00:00.000Z',
      name: 'live',
      model_id: model.id,
      is_production: true,
      is_development: false,
      status: 'ACTIVE',
      active_replica_count: 1,
      autoscaling_settings: expect.objectContaining({ min_replica: 0, max_replica: 1 }),
      instance_type_name: 'A10G:4x16',
      environment: 'production',
      labels: null,
      region: null,
      request_backpressure_settings: { policy: null },
    })
  })

  it('has no autoscaling settings until it is deployed', async () => {
    const { call, path, model, world } = setup()
    const building = world.addDeployment(model.id, { status: 'BUILDING' })
    const { body } = await call('GET', `${path}/deployments/${building.id}`)
    expect(body).toMatchObject({ autoscaling_settings: null, active_replica_count: 0 })
  })

  it('knows the aliases production and development', async () => {
    const { call, path, model, production, world } = setup()
    expect((await call('GET', `${path}/deployments/production`)).body.id).toBe(production.id)
    expect((await call('GET', `${path}/deployments/development`)).status).toBe(404)
    const development = world.addDeployment(model.id, { development: true })
    const { body } = await call('GET', `${path}/deployments/development`)
    expect(body).toMatchObject({ id: development.id, is_development: true, is_production: false })
  })

  it('lists all of them at once, by whole name on request', async () => {
    const { call, path, model, world } = setup()
    world.addDeployment(model.id, { name: 'PR-42_abc' })
    expect((await call('GET', `${path}/deployments`)).body.deployments).toHaveLength(3)
    expect((await call('GET', `${path}/deployments?name=PR-4_abc1234`)).body.deployments).toHaveLength(1)
    expect((await call('GET', `${path}/deployments?name=PR-4`)).body.deployments).toEqual([])
  })

  it('may be older than the name filter', async () => {
    const { call, path } = setup({ deploymentNameFilter: false })
    expect((await call('GET', `${path}/deployments?name=live`)).body.deployments).toHaveLength(2)
  })

  it('does not show a push that has not arrived yet', async () => {
    const { call, path, model, world, wait } = setup()
    const { id } = world.push(model.id, { visibleFrom: START + 10_000 })
    expect((await call('GET', `${path}/deployments/${id}`)).status).toBe(404)
    expect((await call('DELETE', `${path}/deployments/${id}`)).status).toBe(404)
    expect((await call('GET', `${path}/deployments`)).body.deployments).toHaveLength(2)
    wait(10_000)
    expect((await call('GET', `${path}/deployments/${id}`)).status).toBe(200)
  })
})

describe('deleting a deployment', () => {
  it.each(STATUSES)('deletes directly while %s', async (status) => {
    const { call, path, model, spare, world, log } = setup()
    world.setStatus(model.id, spare.id, status)
    const at = `${path}/deployments/${spare.id}`
    const body = { id: spare.id, deleted: true, model_id: model.id }
    expect(await call('DELETE', at)).toEqual({ status: 200, body })
    expect((await call('GET', at)).status).toBe(404)
    expect(world.hasDeployment(model.id, spare.id)).toBe(false)
    expect(world.events).toMatchObject([{ what: 'deleted', status, parent: model.id }])
    expect(log()).toEqual([['deleted', spare.id, 'client', 200]])
  })

  it('answers 404 for an unknown one, one deleted before, and one of another model', async () => {
    const { call, path, spare, world, model } = setup()
    const other = world.addModel()
    expect((await call('DELETE', `${path}/deployments/none`)).status).toBe(404)
    expect((await call('DELETE', `/v1/models/${other.id}/deployments/${spare.id}`)).status).toBe(404)
    await call('DELETE', `${path}/deployments/${spare.id}`)
    expect((await call('DELETE', `${path}/deployments/${spare.id}`)).status).toBe(404)
    expect(world.deploymentIds(model.id)).toHaveLength(1)
  })

  it.each(['production', 'development'])('knows no alias: %s is 404', async (alias) => {
    const { call, path, model, world } = setup({ developmentDeletable: true })
    world.addDeployment(model.id, { development: true })
    expect((await call('DELETE', `${path}/deployments/${alias}`)).status).toBe(404)
    expect(world.deploymentIds(model.id)).toHaveLength(3)
  })

  it.each([400, 409, 412, 422] as const)('refuses the production deployment with %i', async (refusalStatus) => {
    const { call, path, model, production, world, log } = setup({ refusalStatus })
    const answer = await call('DELETE', `${path}/deployments/${production.id}`)
    expect(answer).toMatchObject({ status: refusalStatus, body: { code: 'VALIDATION_ERROR' } })
    expect(world.hasDeployment(model.id, production.id)).toBe(true)
    expect(log()).toEqual([['refused', production.id, 'client', refusalStatus]])
  })

  it('refuses the current deployment of any environment', async () => {
    const { call, path, model, world } = setup()
    const held = world.addDeployment(model.id, { environment: 'staging' })
    expect((await call('DELETE', `${path}/deployments/${held.id}`)).status).toBe(400)
  })

  it('refuses a candidate, although its own environment is null', async () => {
    const { call, path, model, spare, world } = setup()
    world.promoteAsCandidate(model.id, spare.id, 'staging')
    expect((await call('GET', `${path}/deployments/${spare.id}`)).body.environment).toBeNull()
    expect((await call('DELETE', `${path}/deployments/${spare.id}`)).status).toBe(400)
  })

  it('refuses the development deployment, unless the server is of the older kind', async () => {
    const { call, path, model, settings, world } = setup()
    const { id } = world.addDeployment(model.id, { development: true })
    expect((await call('DELETE', `${path}/deployments/${id}`)).status).toBe(400)
    settings.developmentDeletable = true
    expect((await call('DELETE', `${path}/deployments/${id}`)).status).toBe(200)
    expect((await call('GET', path)).body.development_deployment_id).toBeNull()
  })

  it('refuses the only deployment of a model', async () => {
    const { call, world } = setup()
    const model = world.addModel()
    const [first, second] = [world.addDeployment(model.id), world.addDeployment(model.id)]
    const at = `/v1/models/${model.id}/deployments`
    expect((await call('DELETE', `${at}/${first.id}`)).status).toBe(200)
    expect((await call('DELETE', `${at}/${second.id}`)).status).toBe(400)
    expect(world.deploymentIds(model.id)).toEqual([second.id])
  })

  it('does not count what was deleted and is only still visible', async () => {
    const { call, world } = setup({ deleteVisibleMs: 60_000 })
    const model = world.addModel()
    const [first, second] = [world.addDeployment(model.id), world.addDeployment(model.id)]
    const at = `/v1/models/${model.id}/deployments`
    await call('DELETE', `${at}/${first.id}`)
    expect((await call('GET', at)).body.deployments).toHaveLength(2)
    expect((await call('DELETE', `${at}/${second.id}`)).status).toBe(400)
  })

  it('may stay visible for a while', async () => {
    const { call, path, model, spare, world, wait } = setup({ deleteVisibleMs: 3_000 })
    const at = `${path}/deployments/${spare.id}`
    await call('DELETE', at)
    wait(2_999)
    expect((await call('GET', at)).status).toBe(200)
    expect((await call('DELETE', at)).body.deleted).toBe(true)
    expect(world.hasDeployment(model.id, spare.id)).toBe(false)
    wait(1)
    expect((await call('GET', at)).status).toBe(404)
    expect((await call('DELETE', at)).status).toBe(404)
    expect((await call('GET', `${path}/deployments`)).body.deployments).toHaveLength(1)
  })

  it('may answer a tombstone that deletes nothing', async () => {
    const { call, path, model, spare, world } = setup({ tombstoneDeletedFalse: true })
    const { body } = await call('DELETE', `${path}/deployments/${spare.id}`)
    expect(body).toEqual({ id: spare.id, deleted: false, model_id: model.id })
    expect(world.hasDeployment(model.id, spare.id)).toBe(true)
  })

  it('tolerates the body {} and refuses an unknown key', async () => {
    const { call, path, spare } = setup()
    const at = `${path}/deployments/${spare.id}`
    expect((await call('DELETE', at, { body: '{"a":1}' })).status).toBe(400)
    expect((await call('DELETE', at, { body: '{}' })).status).toBe(200)
  })
})
