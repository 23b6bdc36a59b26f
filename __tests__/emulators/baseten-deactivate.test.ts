import { describe, expect, it } from 'vitest'
import { setup } from './baseten-setup.ts'

describe('deactivating', () => {
  it('is DEACTIVATING for a time, then INACTIVE without replicas', async () => {
    const { call, path, spare, wait, log } = setup({ deactivateMs: 4_000 })
    const at = `${path}/deployments/${spare.id}`
    spare.replicas = 3
    expect(await call('POST', `${at}/deactivate`)).toEqual({ status: 200, body: { success: true } })
    expect((await call('GET', at)).body).toMatchObject({ status: 'DEACTIVATING', active_replica_count: 3 })
    wait(4_000)
    expect((await call('GET', at)).body).toMatchObject({ status: 'INACTIVE', active_replica_count: 0 })
    expect(log()).toEqual([['deactivated', spare.id, 'client', 200]])
  })

  it('does not start anew while it is under way', async () => {
    const { call, path, spare, wait } = setup({ deactivateMs: 4_000 })
    const at = `${path}/deployments/${spare.id}`
    await call('POST', `${at}/deactivate`)
    wait(3_000)
    await call('POST', `${at}/deactivate`)
    wait(1_000)
    expect((await call('GET', at)).body.status).toBe('INACTIVE')
  })

  it.each([undefined, '{}', ' '])('takes the body %j', async (body) => {
    const { call, path, spare } = setup()
    const at = `${path}/deployments/${spare.id}/deactivate`
    expect((await call('POST', at, body === undefined ? {} : { body })).status).toBe(200)
  })

  it.each([
    ['{"force":true}', 'extra_forbidden'],
    ['[]', 'dict_type'],
    ['null', 'dict_type'],
    ['{', 'dict_type'],
  ])('refuses the body %s with 400', async (body, type) => {
    const { call, path, spare } = setup()
    const answer = await call('POST', `${path}/deployments/${spare.id}/deactivate`, { body })
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR' } })
    expect(answer.body.message).toContain(type)
    expect(spare.status).toBe('ACTIVE')
  })

  it('knows the aliases', async () => {
    const { call, path, production, world, model } = setup()
    expect((await call('POST', `${path}/deployments/development/deactivate`)).status).toBe(404)
    const development = world.addDeployment(model.id, { development: true })
    await call('POST', `${path}/deployments/production/deactivate`)
    await call('POST', `${path}/deployments/development/deactivate`)
    expect([production.status, development.status]).toEqual(['DEACTIVATING', 'DEACTIVATING'])
  })

  it('answers 404 for an unknown one', async () => {
    const { call, path } = setup()
    expect((await call('POST', `${path}/deployments/none/deactivate`)).status).toBe(404)
  })

  it('may answer nothing but {}, as success has a default', async () => {
    const { call, path, spare } = setup({ deactivate: 'empty' })
    expect((await call('POST', `${path}/deployments/${spare.id}/deactivate`)).body).toEqual({})
    expect(spare.status).toBe('DEACTIVATING')
  })

  it('may answer success: false and do nothing', async () => {
    const { call, path, spare, log } = setup({ deactivate: 'unsuccessful' })
    expect(await call('POST', `${path}/deployments/${spare.id}/deactivate`)).toEqual({
      status: 200,
      body: { success: false },
    })
    expect(spare.status).toBe('ACTIVE')
    expect(log()).toEqual([['refused', spare.id, 'client', 200]])
  })

  it.each([
    ['ok', 200, { success: true }],
    ['unsuccessful', 200, { success: false }],
    [409, 409, expect.objectContaining({ code: 'VALIDATION_ERROR' })],
  ] as const)('may answer an INACTIVE one %s', async (deactivateInactive, status, body) => {
    const { call, path, model, spare, world } = setup({ deactivateInactive })
    world.setStatus(model.id, spare.id, 'INACTIVE')
    expect(await call('POST', `${path}/deployments/${spare.id}/deactivate`)).toEqual({ status, body })
    expect(spare.status).toBe('INACTIVE')
  })
})

describe('a server that wants deployments inactive before it deletes them', () => {
  it('refuses until the deployment is INACTIVE', async () => {
    const { call, path, spare, wait, log } = setup({ deleteRequiresInactive: true, deactivateMs: 1_000 })
    const at = `${path}/deployments/${spare.id}`
    expect((await call('DELETE', at)).status).toBe(400)
    await call('POST', `${at}/deactivate`, { body: '{}' })
    expect((await call('DELETE', at)).status).toBe(400)
    wait(1_000)
    expect((await call('DELETE', at)).status).toBe(200)
    expect(log().map(([what]) => what)).toEqual(['refused', 'deactivated', 'refused', 'deleted'])
  })

  it.each(['FAILED', 'BUILD_FAILED', 'DEPLOY_FAILED', 'BUILD_STOPPED'])('lets a %s one go', async (status) => {
    const { call, path, model, spare, world } = setup({ deleteRequiresInactive: true })
    world.setStatus(model.id, spare.id, status)
    expect((await call('DELETE', `${path}/deployments/${spare.id}`)).status).toBe(200)
  })
})
