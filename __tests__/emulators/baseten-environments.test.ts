import { describe, expect, it } from 'vitest'
import { setup } from './baseten-setup.ts'

function staged(options: Parameters<typeof setup>[0] = {}) {
  const given = setup(options)
  const held = given.world.addDeployment(given.model.id, { environment: 'staging', name: 'staged' })
  return {
    ...given,
    held,
    at: `${given.path}/deployments/${held.id}`,
    environment: `${given.path}/environments/staging`,
  }
}

describe('reading environments', () => {
  it('has production from the beginning', async () => {
    const { call, world } = setup()
    const model = world.addModel()
    const { body } = await call('GET', `/v1/models/${model.id}/environments`)
    expect(body.environments).toMatchObject([{ name: 'production', current_deployment: null }])
  })

  it('shows current and candidate deployment and the promotion', async () => {
    const { call, held, spare, model, world, environment } = staged()
    world.promoteAsCandidate(model.id, spare.id, 'staging', 'RAMPING_UP')
    expect((await call('GET', environment)).body).toMatchObject({
      name: 'staging',
      model_id: model.id,
      current_deployment: { id: held.id, environment: 'staging' },
      candidate_deployment: { id: spare.id, environment: null },
      in_progress_promotion: { status: 'RAMPING_UP', percent_traffic_to_new_version: 0 },
      autoscaling_settings: { min_replica: 0 },
    })
  })

  it('shows settings a test gives it', async () => {
    const { call, world, model, held, environment } = staged()
    world.addEnvironment(model.id, { name: 'staging', minReplica: 2 })
    const { body } = await call('GET', environment)
    expect(body).toMatchObject({ autoscaling_settings: { min_replica: 2 }, current_deployment: { id: held.id } })
  })

  it('answers 404 for an unknown one', async () => {
    const { call, path } = setup()
    expect((await call('GET', `${path}/environments/none`)).status).toBe(404)
  })
})

describe('deleting an environment', () => {
  it('keeps the deployment that served it, at zero replicas and free to be deleted', async () => {
    const { call, at, environment, model, world, log, held } = staged()
    const body = { name: 'staging', model_id: model.id, deleted: true }
    expect(await call('DELETE', environment)).toEqual({ status: 200, body })
    expect(world.hasEnvironment(model.id, 'staging')).toBe(false)
    const left = { environment: null, status: 'SCALED_TO_ZERO', active_replica_count: 0 }
    expect((await call('GET', at)).body).toMatchObject(left)
    expect((await call('GET', environment)).status).toBe(404)
    expect((await call('DELETE', environment)).status).toBe(404)
    expect((await call('DELETE', at)).status).toBe(200)
    expect(log()).toEqual([
      ['deleted', 'staging', 'client', 200],
      ['deleted', held.id, 'client', 200],
    ])
  })

  it('leaves a status alone that is not running', async () => {
    const { call, held, model, environment, world } = staged()
    world.setStatus(model.id, held.id, 'BUILD_FAILED')
    await call('DELETE', environment)
    expect(held.status).toBe('BUILD_FAILED')
  })

  it('may free the deployment only later', async () => {
    const { call, at, environment, wait } = staged({ environmentFreeMs: 8_000 })
    await call('DELETE', environment)
    wait(7_999)
    expect((await call('GET', at)).body.environment).toBe('staging')
    expect((await call('DELETE', at)).status).toBe(400)
    wait(1)
    expect((await call('GET', at)).body.environment).toBeNull()
    expect((await call('DELETE', at)).status).toBe(200)
  })

  it('may never free it', async () => {
    const { call, at, environment, wait } = staged({ environmentFreeMs: Number.POSITIVE_INFINITY })
    await call('DELETE', environment)
    wait(1e9)
    expect((await call('GET', at)).body.environment).toBe('staging')
  })

  it('cancels a promotion and frees its candidate', async () => {
    const { call, path, spare, model, environment, world } = staged()
    world.promoteAsCandidate(model.id, spare.id, 'staging', 'RAMPING_UP')
    await call('DELETE', environment)
    expect((await call('DELETE', `${path}/deployments/${spare.id}`)).status).toBe(200)
  })

  it('never deletes production', async () => {
    const { call, path, production, world, model } = setup()
    expect((await call('DELETE', `${path}/environments/production`)).status).toBe(400)
    expect(world.environment(model.id, 'production').current).toBe(production.id)
  })

  it.each([
    ['404', 404],
    ['405', 405],
  ] as const)('may be unknown to the server: %s', async (environmentDelete, status) => {
    const { call, environment, model, world } = staged({ environmentDelete })
    expect((await call('DELETE', environment)).status).toBe(status)
    expect((await call('GET', environment)).status).toBe(200)
    expect(world.hasEnvironment(model.id, 'staging')).toBe(true)
  })

  it('may answer 204', async () => {
    const { call, environment, model, world } = staged({ environmentDelete: '204' })
    expect(await call('DELETE', environment)).toEqual({ status: 204, body: undefined })
    expect(world.hasEnvironment(model.id, 'staging')).toBe(false)
  })

  it('may answer a tombstone that deletes nothing', async () => {
    const { call, environment, model, settings, world } = staged({ tombstoneDeletedFalse: true })
    expect((await call('DELETE', environment)).body.deleted).toBe(false)
    settings.tombstoneDeletedFalse = false
    settings.tombstoneOtherId = true
    expect((await call('DELETE', environment)).body.name).toBe('another')
    expect(world.hasEnvironment(model.id, 'staging')).toBe(true)
  })
})

describe('cancelling a promotion', () => {
  it('ends one at once that takes no traffic yet', async () => {
    const { call, path, spare, model, environment, world, log } = staged()
    world.promoteAsCandidate(model.id, spare.id, 'staging')
    expect((await call('POST', `${environment}/cancel_promotion`, { body: '{}' })).body.status).toBe('CANCELED')
    const { body } = await call('GET', environment)
    expect(body).toMatchObject({ candidate_deployment: null, in_progress_promotion: null })
    expect((await call('DELETE', `${path}/deployments/${spare.id}`)).status).toBe(200)
    expect(log()[0]).toEqual(['canceled', 'staging', 'client', 200])
  })

  it('ramps down one that does, and frees its candidate then', async () => {
    const { call, path, spare, model, environment, world, wait } = staged({ cancelPromotionMs: 6_000 })
    world.promoteAsCandidate(model.id, spare.id, 'staging', 'RAMPING_UP')
    expect((await call('POST', `${environment}/cancel_promotion`)).body.status).toBe('RAMPING_DOWN')
    wait(5_999)
    expect((await call('GET', environment)).body.in_progress_promotion.status).toBe('RAMPING_DOWN')
    expect((await call('DELETE', `${path}/deployments/${spare.id}`)).status).toBe(400)
    wait(1)
    expect((await call('GET', environment)).body.in_progress_promotion).toBeNull()
    expect((await call('DELETE', `${path}/deployments/${spare.id}`)).status).toBe(200)
  })

  it('refuses where there is none', async () => {
    const { call, path, environment } = staged({ refusalStatus: 409 })
    expect((await call('POST', `${environment}/cancel_promotion`)).status).toBe(409)
    expect((await call('POST', `${path}/environments/none/cancel_promotion`)).status).toBe(404)
  })
})
