import { describe, expect, it } from 'vitest'
import { TransportFault } from '../../emulators/emulator.ts'
import { setup } from './baseten-setup.ts'

describe('what others do meanwhile', () => {
  it('promotes a deployment: the one before is demoted, not deleted', async () => {
    const { call, path, model, production, spare, world, log } = setup()
    world.promote(model.id, spare.id, 'production')
    expect((await call('GET', path)).body.production_deployment_id).toBe(spare.id)
    expect((await call('DELETE', `${path}/deployments/${spare.id}`)).status).toBe(400)
    expect((await call('GET', `${path}/deployments/${production.id}`)).body).toMatchObject({
      is_production: false,
      environment: null,
    })
    expect(log().slice(0, 2)).toEqual([
      ['demoted', production.id, 'world'],
      ['promoted', spare.id, 'world'],
    ])
  })

  it('promotes between the last look and the DELETE', async () => {
    const { call, path, model, spare, settings, world } = setup()
    const at = `${path}/deployments/${spare.id}`
    settings.before = (method) => {
      if (method === 'DELETE') world.promote(model.id, spare.id, 'staging')
    }
    expect((await call('GET', at)).body.environment).toBeNull()
    expect((await call('DELETE', at)).status).toBe(400)
  })

  it('carries a promotion to its end', async () => {
    const { call, path, model, spare, world } = setup()
    world.promoteAsCandidate(model.id, spare.id, 'staging', 'RAMPING_UP')
    world.finishPromotion(model.id, 'staging')
    expect((await call('GET', `${path}/environments/staging`)).body).toMatchObject({
      current_deployment: { id: spare.id },
      candidate_deployment: null,
      in_progress_promotion: null,
    })
    expect(() => world.finishPromotion(model.id, 'staging')).toThrow('no candidate')
  })

  it('promotes a copy under a new ID', async () => {
    const { call, path, model, spare, world } = setup()
    const copy = world.promoteCopy(model.id, spare.id, 'staging')
    expect(copy.id).not.toBe(spare.id)
    expect(copy.name).toBe('PR-4_abc1234.1793534400')
    expect((await call('DELETE', `${path}/deployments/${copy.id}`)).status).toBe(400)
    expect((await call('DELETE', `${path}/deployments/${spare.id}`)).status).toBe(200)
  })

  it('demotes production, so that it can be deleted', async () => {
    const { call, path, model, production, world } = setup()
    world.demote(model.id, production.id)
    expect((await call('GET', path)).body.production_deployment_id).toBeNull()
    expect((await call('DELETE', `${path}/deployments/${production.id}`)).status).toBe(200)
  })

  it('makes the first published deployment of a model production, failed or not', async () => {
    const { call, world } = setup()
    const model = world.addModel()
    world.push(model.id, { development: true })
    const first = world.push(model.id)
    world.push(model.id)
    world.setStatus(model.id, first.id, 'DEPLOY_FAILED')
    const { body } = await call('GET', `/v1/models/${model.id}`)
    expect(body).toMatchObject({ deployments_count: 3, production_deployment_id: first.id })
  })

  it('deletes a deployment, an environment or a model', async () => {
    const { call, path, model, spare, world, log } = setup()
    world.promote(model.id, spare.id, 'staging')
    world.removeDeployment(model.id, spare.id)
    expect((await call('GET', `${path}/deployments/${spare.id}`)).status).toBe(404)
    expect((await call('GET', `${path}/environments/staging`)).body.current_deployment).toBeNull()
    world.removeEnvironment(model.id, 'staging')
    expect((await call('GET', `${path}/environments/staging`)).status).toBe(404)
    world.removeModel(model.id)
    expect((await call('GET', path)).status).toBe(404)
    expect(log().every(([, , by]) => by === 'world')).toBe(true)
  })

  it('deletes a candidate, which ends its promotion', async () => {
    const { call, path, model, spare, world } = setup()
    world.promoteAsCandidate(model.id, spare.id, 'staging')
    world.removeDeployment(model.id, spare.id)
    expect((await call('GET', `${path}/environments/staging`)).body).toMatchObject({
      candidate_deployment: null,
      in_progress_promotion: null,
    })
  })

  it('deletes a chain deployment and a chain, and promotes one', async () => {
    const { call, world } = setup()
    const chain = world.addChain()
    const [first, second] = [world.addChainDeployment(chain.id), world.addChainDeployment(chain.id)]
    const at = `/v1/chains/${chain.id}`
    world.promoteChain(chain.id, first.id, 'production')
    expect((await call('DELETE', `${at}/deployments/${first.id}`)).status).toBe(400)
    world.removeChainDeployment(chain.id, second.id)
    expect((await call('GET', `${at}/deployments/${second.id}`)).status).toBe(404)
    world.removeChain(chain.id)
    expect((await call('GET', at)).status).toBe(404)
  })

  it('re-creates a model by name, with a new ID or the same', async () => {
    const { call, path, model, spare, world } = setup({ deleteVisibleMs: 1_000 })
    const again = world.recreateModel(model.id, { id: model.id })
    expect(world.hasDeployment(model.id, spare.id)).toBe(false)
    expect((await call('GET', path)).body.deployments_count).toBe(0)
    const renewed = world.recreateModel(again.id)
    expect(renewed.id).not.toBe(model.id)
    expect(renewed.name).toBe('whisper')
  })

  it('re-creates a deployment under the same ID', async () => {
    const { call, path, model, spare, world } = setup()
    await call('DELETE', `${path}/deployments/${spare.id}`)
    world.addDeployment(model.id, { id: spare.id, status: 'BUILDING' })
    expect((await call('GET', `${path}/deployments/${spare.id}`)).body.status).toBe('BUILDING')
  })

  it('changes a status, now or at a time, to any string', async () => {
    const { call, path, model, spare, world, wait } = setup()
    const at = `${path}/deployments/${spare.id}`
    world.setStatus(model.id, spare.id, 'ACTIVATING')
    expect((await call('GET', at)).body.status).toBe('ACTIVATING')
    spare.becomes = { status: 'ACTIVE', at: world.now() + 1_000 }
    wait(1_000)
    expect((await call('GET', at)).body.status).toBe('ACTIVE')
  })

  it('throws for what does not exist, so that a test notices', () => {
    const { world, model } = setup()
    expect(() => world.promote(model.id, 'none', 'staging')).toThrow('no deployment none')
    expect(() => world.model('none')).toThrow('no model none')
    expect(() => world.environment(model.id, 'none')).toThrow('no environment none')
    expect(() => world.chainDeployment('none', 'none')).toThrow('no chain none')
  })
})

describe('faults', () => {
  it('deletes behind a lost answer', async () => {
    const { call, emulator, path, model, spare, world } = setup()
    emulator.faults.push({ kind: 'lost-answer', when: ({ method }) => method === 'DELETE' })
    await expect(call('DELETE', `${path}/deployments/${spare.id}`)).rejects.toThrow(TransportFault)
    expect(world.hasDeployment(model.id, spare.id)).toBe(false)
    expect((await call('DELETE', `${path}/deployments/${spare.id}`)).status).toBe(404)
  })

  it('keeps every request, refused ones too', async () => {
    const { call, emulator, path, production } = setup()
    await call('DELETE', `${path}/deployments/${production.id}`)
    expect(emulator.requests).toMatchObject([
      { method: 'DELETE', path: `${path}/deployments/${production.id}`, status: 400, body: '' },
    ])
  })
})

describe('volume', () => {
  it('seeds and lists 5,000 deployments and deletes them one by one', async () => {
    const { call, world } = setup()
    const model = world.addModel()
    for (let n = 0; n < 5_000; n++) world.addDeployment(model.id, { name: `PR-${n}_abc1234` })
    const at = `/v1/models/${model.id}/deployments`
    const { deployments } = (await call('GET', at)).body
    expect(new Set(deployments.map(({ id }: { id: string }) => id)).size).toBe(5_000)
    for (const id of world.deploymentIds(model.id).slice(1)) await call('DELETE', `${at}/${id}`)
    expect(world.deploymentIds(model.id)).toHaveLength(1)
  })
})
