import { describe, expect, it } from 'vitest'
import { setup } from './baseten-setup.ts'

function chained(options: Parameters<typeof setup>[0] = {}) {
  const given = setup(options)
  const chain = given.world.addChain({ name: 'rag' })
  const live = given.world.addChainDeployment(chain.id, { environment: 'production' })
  const loose = given.world.addChainDeployment(chain.id)
  const at = `/v1/chains/${chain.id}`
  return { ...given, chain, live, loose, at, looseAt: `${at}/deployments/${loose.id}` }
}

describe('reading chains', () => {
  it('shows a chain whole, and in the list whatever name is asked for', async () => {
    const { call, chain, at } = chained()
    const body = {
      id: chain.id,
      created_at: '2026-11-01T12:00:00.000Z',
      name: 'rag',
      deployments_count: 2,
      team_name: 'Default',
    }
    expect(await call('GET', at)).toEqual({ status: 200, body })
    expect((await call('GET', '/v1/chains?name=other')).body.chains).toEqual([body])
    expect((await call('GET', '/v1/chains/none')).status).toBe(404)
  })

  it('shows a deployment with its chainlets, without a name and without aliases', async () => {
    const { call, chain, live, at } = chained()
    expect((await call('GET', `${at}/deployments/${live.id}`)).body).toEqual({
      id: live.id,
      created_at: '2026-11-01T12:00:00.000Z',
      chain_id: chain.id,
      environment: 'production',
      chainlets: [expect.objectContaining({ name: 'Entrypoint', status: 'ACTIVE', active_replica_count: 1 })],
      status: 'ACTIVE',
    })
    expect((await call('GET', `${at}/deployments/production`)).status).toBe(404)
    expect((await call('GET', `${at}/deployments`)).body.deployments).toHaveLength(2)
  })

  it('lists environments as chain environments', async () => {
    const { call, chain, live, loose, at, world } = chained()
    world.promoteChain(chain.id, loose.id, 'staging', 'candidate')
    const { environments } = (await call('GET', `${at}/environments`)).body
    expect(environments).toMatchObject([
      { name: 'staging', chain_id: chain.id, current_deployment: null, candidate_deployment: { id: loose.id } },
      { name: 'production', chain_id: chain.id, current_deployment: { id: live.id }, candidate_deployment: null },
    ])
    expect(environments[0]).not.toHaveProperty('in_progress_promotion')
    expect((await call('GET', `${at}/environments/production`)).body).toEqual(environments[1])
    expect((await call('GET', `${at}/environments/none`)).status).toBe(404)
  })

  it('may list them as the specification declares, as model environments', async () => {
    const { call, chain, live, at } = chained({ chainEnvironmentList: 'as-declared' })
    const { environments } = (await call('GET', `${at}/environments`)).body
    expect(environments).toMatchObject([
      { name: 'production', model_id: chain.id, current_deployment: { id: live.id, is_production: true } },
    ])
  })
})

describe('deleting chains', () => {
  it('takes all deployments with it', async () => {
    const { call, chain, live, loose, at, world, log } = chained()
    expect(await call('DELETE', at)).toEqual({ status: 200, body: { id: chain.id, deleted: true } })
    expect(world.hasChain(chain.id)).toBe(false)
    expect(world.hasChainDeployment(chain.id, loose.id)).toBe(false)
    expect((await call('GET', at)).status).toBe(404)
    expect((await call('DELETE', at)).status).toBe(404)
    expect(log()).toEqual([
      ['deleted', live.id, 'client', 200],
      ['deleted', loose.id, 'client', 200],
      ['deleted', chain.id, 'client', 200],
    ])
  })

  it('deletes a deployment directly', async () => {
    const { call, chain, loose, looseAt, world } = chained()
    const body = { id: loose.id, deleted: true, chain_id: chain.id }
    expect(await call('DELETE', looseAt)).toEqual({ status: 200, body })
    expect((await call('GET', looseAt)).status).toBe(404)
    expect((await call('DELETE', looseAt)).status).toBe(404)
    expect(world.hasChainDeployment(chain.id, loose.id)).toBe(false)
  })

  it('stays visible for a while where models do', async () => {
    const { call, at, looseAt, wait } = chained({ deleteVisibleMs: 2_000 })
    await call('DELETE', looseAt)
    expect((await call('GET', looseAt)).status).toBe(200)
    expect((await call('DELETE', looseAt)).status).toBe(200)
    await call('DELETE', at)
    expect((await call('GET', at)).status).toBe(200)
    expect((await call('DELETE', at)).status).toBe(200)
    wait(2_000)
    expect((await call('GET', at)).status).toBe(404)
  })

  it('refuses what an environment holds, unless told otherwise', async () => {
    const { call, live, at, settings } = chained()
    expect((await call('DELETE', `${at}/deployments/${live.id}`)).status).toBe(400)
    settings.chainRefusals = { environment: false, last: false }
    expect((await call('DELETE', `${at}/deployments/${live.id}`)).status).toBe(200)
  })

  it('lets the last one go, unless told otherwise', async () => {
    const { call, world } = setup()
    const chain = world.addChain()
    const only = world.addChainDeployment(chain.id)
    const at = `/v1/chains/${chain.id}/deployments/${only.id}`
    expect((await call('DELETE', at)).status).toBe(200)
    const strict = setup({ chainRefusals: { environment: true, last: true } })
    const other = strict.world.addChain()
    const last = strict.world.addChainDeployment(other.id)
    expect((await strict.call('DELETE', `/v1/chains/${other.id}/deployments/${last.id}`)).status).toBe(400)
  })

  it('may want it inactive first, and may answer empty tombstones', async () => {
    const { call, at, looseAt, loose, settings, wait } = chained({ deleteRequiresInactive: true, deactivateMs: 1_000 })
    expect((await call('DELETE', looseAt)).status).toBe(400)
    await call('POST', `${looseAt}/deactivate`, { body: '{}' })
    wait(1_000)
    settings.tombstoneDeletedFalse = true
    expect((await call('DELETE', looseAt)).body).toMatchObject({ id: loose.id, deleted: false })
    expect((await call('DELETE', at)).body.deleted).toBe(false)
    settings.tombstoneDeletedFalse = false
    expect((await call('DELETE', looseAt)).status).toBe(200)
  })

  it('has no DELETE for chain environments', async () => {
    const { call, at } = chained()
    expect((await call('DELETE', `${at}/environments/production`)).status).toBe(405)
  })
})

describe('deactivating a chain deployment', () => {
  it('wants the body {}: an absent one is refused', async () => {
    const { call, loose, looseAt, wait } = chained({ deactivateMs: 500 })
    expect((await call('POST', `${looseAt}/deactivate`)).status).toBe(400)
    expect((await call('POST', `${looseAt}/deactivate`, { body: '{"x":1}' })).status).toBe(400)
    expect(loose.status).toBe('ACTIVE')
    expect((await call('POST', `${looseAt}/deactivate`, { body: '{}' })).body).toEqual({ success: true })
    expect((await call('GET', looseAt)).body.status).toBe('DEACTIVATING')
    wait(500)
    expect((await call('GET', looseAt)).body.status).toBe('INACTIVE')
  })

  it('answers 404 for an unknown one', async () => {
    const { call, at } = chained()
    expect((await call('POST', `${at}/deployments/none/deactivate`, { body: '{}' })).status).toBe(404)
  })
})
