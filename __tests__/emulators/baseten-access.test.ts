import { describe, expect, it } from 'vitest'
import { createBasetenEmulator, DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import { setup } from './baseten-setup.ts'

const DENIED = { code: 'PERMISSION_DENIED', message: 'Authorization error' }

describe('keys', () => {
  it.each(['Api-Key', 'Bearer', 'bearer'])('takes the scheme %s', async (scheme) => {
    const { call } = setup()
    expect(await call('GET', '/v1/teams', { scheme })).toMatchObject({ status: 200 })
  })

  it.each(['Basic', 'Token'])('does not take the scheme %s', async (scheme) => {
    const { call } = setup()
    expect(await call('GET', '/v1/teams', { scheme })).toEqual({ status: 403, body: DENIED })
  })

  it('answers an unknown key with 403, not 401', async () => {
    const { call } = setup({ apiKeys: ['mine'] })
    expect(await call('GET', '/v1/models', { key: 'other' })).toEqual({ status: 403, body: DENIED })
    expect((await call('GET', '/v1/models', { key: 'mine' })).status).toBe(200)
  })

  it('answers it with 401 on request', async () => {
    const { call } = setup({ authStatus: 401 })
    expect(await call('GET', '/v1/models', { key: 'other' })).toEqual({ status: 401, body: DENIED })
  })

  it('refuses a request without a key', async () => {
    const response = await createBasetenEmulator().handle(new Request('https://api.baseten.co/v1/models'))
    expect(response.status).toBe(403)
  })

  it('refuses a key once it is revoked', async () => {
    const { call, world } = setup()
    world.revokeKey(DEFAULT_API_KEY)
    expect((await call('GET', '/v1/models')).status).toBe(403)
  })

  it('refuses a key that does not manage, such as an inference-only one', async () => {
    const { call } = setup({ apiKeys: [{ key: 'predict', manages: false }] })
    expect((await call('GET', '/v1/models', { key: 'predict' })).status).toBe(403)
  })

  it('takes a federated key by Api-Key only', async () => {
    const { call } = setup({ apiKeys: [{ key: 'gateway', apiKeySchemeOnly: true }] })
    expect((await call('GET', '/v1/models', { key: 'gateway' })).status).toBe(200)
    expect((await call('GET', '/v1/models', { key: 'gateway', scheme: 'Bearer' })).status).toBe(403)
  })
})

describe('teams', () => {
  function twoTeams(foreignStatus: 403 | 404) {
    const given = setup({ foreignStatus, apiKeys: [] })
    const mine = given.world.addTeam({ name: 'mine' })
    const model = given.world.addModel({ name: 'whisper', teamId: mine.id })
    given.world.addChain()
    given.world.keys.set('limited', { key: 'limited', teams: [mine.id] })
    given.world.keys.set('all', { key: 'all' })
    return { ...given, mine, own: model }
  }

  it('lists the teams a key sees, by exact name on request', async () => {
    const { call, mine } = twoTeams(404)
    expect((await call('GET', '/v1/teams', { key: 'limited' })).body.teams).toEqual([
      { id: mine.id, name: 'mine', default: false, created_at: '2026-11-01T12:00:00.000Z' },
    ])
    expect((await call('GET', '/v1/teams', { key: 'all' })).body.teams).toHaveLength(2)
    expect((await call('GET', '/v1/teams?name=mine', { key: 'all' })).body.teams).toHaveLength(1)
    expect((await call('GET', '/v1/teams?name=min', { key: 'all' })).body.teams).toEqual([])
  })

  it('leaves the objects of other teams out of lists', async () => {
    const { call, own } = twoTeams(404)
    const { models } = (await call('GET', '/v1/models', { key: 'limited' })).body
    expect(models.map(({ id }: { id: string }) => id)).toEqual([own.id])
    expect((await call('GET', '/v1/chains', { key: 'limited' })).body.chains).toEqual([])
  })

  it.each([403, 404] as const)('answers %i for an object or list of another team', async (status) => {
    const { call, path, model, world } = twoTeams(status)
    expect((await call('GET', path, { key: 'limited' })).status).toBe(status)
    expect((await call('DELETE', path, { key: 'limited' })).status).toBe(status)
    expect((await call('GET', `/v1/teams/${model.teamId}/models`, { key: 'limited' })).status).toBe(status)
    expect(world.hasModel(model.id)).toBe(true)
  })

  it('lists the models of one team', async () => {
    const { call, mine, own, model } = twoTeams(404)
    const { body } = await call('GET', `/v1/teams/${mine.id}/models?name=whisper`, { key: 'all' })
    expect(body.models).toMatchObject([{ id: own.id, team_name: 'mine' }])
    expect((await call('GET', '/v1/models?name=whisper', { key: 'all' })).body.models).toHaveLength(2)
    expect((await call('GET', `/v1/teams/${model.teamId}/models`, { key: 'all' })).body.models).toHaveLength(1)
    expect((await call('GET', '/v1/teams/none/models', { key: 'all' })).status).toBe(404)
  })
})

describe('restricted environments', () => {
  it('answers 403 for what touches one, and lets the rest be', async () => {
    const { call, world, model, path, spare } = setup({ apiKeys: [{ key: 'k', restricted: ['staging'] }] })
    const held = world.addDeployment(model.id, { environment: 'staging' })
    for (const [method, at] of [
      ['DELETE', `${path}/deployments/${held.id}`],
      ['POST', `${path}/deployments/${held.id}/deactivate`],
      ['DELETE', `${path}/environments/staging`],
      ['POST', `${path}/environments/staging/cancel_promotion`],
      ['DELETE', path],
    ] as const) {
      expect((await call(method, at, { key: 'k' })).status, at).toBe(403)
    }
    expect((await call('GET', `${path}/deployments/${held.id}`, { key: 'k' })).status).toBe(200)
    expect((await call('DELETE', `${path}/deployments/${spare.id}`, { key: 'k' })).status).toBe(200)
    expect(world.hasEnvironment(model.id, 'staging')).toBe(true)
  })

  it('can forbid reading them as well', async () => {
    const { call, path } = setup({ apiKeys: [{ key: 'k', restricted: ['production'] }], restrictedReads: true })
    expect((await call('GET', `${path}/deployments/production`, { key: 'k' })).status).toBe(403)
    expect((await call('GET', `${path}/environments/production`, { key: 'k' })).status).toBe(403)
    expect((await call('GET', `${path}/deployments`, { key: 'k' })).status).toBe(200)
  })
})

describe('rate limits', () => {
  it('are off unless switched on', async () => {
    const { call, path, spare } = setup()
    for (let n = 0; n < 101; n++) await call('POST', `${path}/deployments/${spare.id}/deactivate`)
    expect((await call('POST', `${path}/deployments/${spare.id}/deactivate`)).status).toBe(200)
  })

  it('let 20 deactivations a minute through, then say how long to wait', async () => {
    const { call, path, spare, wait } = setup({ rateLimits: true })
    const deactivate = () => call('POST', `${path}/deployments/${spare.id}/deactivate`)
    for (let n = 0; n < 20; n++) expect((await deactivate()).status).toBe(200)
    wait(23_000)
    const body = { error: 'Rate limit exceeded. Please try again later.', retry_after: 37 }
    expect(await deactivate()).toEqual({ status: 429, body })
    wait(36_999)
    expect((await deactivate()).body.retry_after).toBe(1)
    wait(1)
    expect((await deactivate()).status).toBe(200)
  })

  it('let 100 requests a second through, counted for each endpoint and each key', async () => {
    const { call, path, wait } = setup({ rateLimits: true, apiKeys: ['a', 'b'] })
    for (let n = 0; n < 100; n++) expect((await call('GET', path, { key: 'a' })).status).toBe(200)
    expect((await call('GET', path, { key: 'a' })).status).toBe(429)
    expect((await call('GET', path, { key: 'b' })).status).toBe(200)
    expect((await call('GET', `${path}/deployments`, { key: 'a' })).status).toBe(200)
    wait(1_000)
    expect((await call('GET', path, { key: 'a' })).status).toBe(200)
  })

  it('count one endpoint over all IDs, and can be lowered', async () => {
    const { call, world, model, path } = setup({ rateLimits: { deactivatePerMinute: 1 } })
    const other = world.addDeployment(model.id)
    const third = world.addDeployment(model.id)
    expect((await call('POST', `${path}/deployments/${other.id}/deactivate`)).status).toBe(200)
    expect((await call('POST', `${path}/deployments/${third.id}/deactivate`)).status).toBe(429)
    expect((await call('POST', `${path}/deployments/production/deactivate`)).status).toBe(200)
    expect(world.deployment(model.id, third.id).status).toBe('ACTIVE')
  })

  it('leave chain deactivation at the wide limit', async () => {
    const { call, world } = setup({ rateLimits: true })
    const chain = world.addChain()
    const deployment = world.addChainDeployment(chain.id)
    const at = `/v1/chains/${chain.id}/deployments/${deployment.id}/deactivate`
    for (let n = 0; n < 21; n++) expect((await call('POST', at, { body: '{}' })).status).toBe(200)
  })
})

describe('paths', () => {
  it('answers 404 for an unknown path and 405 for an unknown method', async () => {
    const { call, path } = setup()
    expect((await call('GET', '/v1/nothing')).status).toBe(404)
    expect((await call('GET', `${path}/`)).status).toBe(404)
    expect((await call('PUT', path)).status).toBe(405)
    expect((await call('DELETE', '/v1/models')).status).toBe(405)
  })

  it('decodes IDs, and takes a broken escape for one that does not exist', async () => {
    const { call, world, model, path } = setup()
    world.addEnvironment(model.id, { name: 'pr/42 x' })
    expect((await call('GET', `${path}/environments/pr%2F42%20x`)).body.name).toBe('pr/42 x')
    expect((await call('GET', '/v1/models/%E0%A4')).status).toBe(404)
  })
})
