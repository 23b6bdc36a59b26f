import { describe, expect, it } from 'vitest'
import type { Fault, RecordedRequest } from '../../../emulators/emulator.ts'
import { ago, basetenAccount, DAY, idsOf, reasonOf } from '../../sweep/accounts.ts'

const NOT_FOUND: Fault = { kind: 'status', status: 404, body: '{}', headers: { 'content-type': 'application/json' } }
const FOR_EVER = { times: Number.POSITIVE_INFINITY }

/** The model m1 with production and `d1`; the list of all models does not show it. */
function hidden() {
  const account = basetenAccount()
  account.world.addModel({ id: 'm1' })
  account.world.addDeployment('m1', { id: 'live', production: true, createdAt: ago(30 * DAY) })
  account.world.addDeployment('m1', { id: 'd1', name: 'pr-1', createdAt: ago(DAY) })
  account.world.addEnvironment('m1', { name: 'staging' })
  account.emulator.faults.push({
    ...{ kind: 'status', status: 200, body: '{"models":[]}', headers: { 'content-type': 'application/json' } },
    ...FOR_EVER,
    when: ({ path }: RecordedRequest) => path === '/v1/models',
  } as Fault)
  return account
}

describe('a model that GET shows, and a list of models that does not', () => {
  it.each([
    ['its deployments', '/deployments', { 'deployment-id': 'd1' }],
    ['its environments', '/environments', { 'deployment-id': 'd1' }],
    ['its environments', '/environments', { resource: 'environment', environment: 'staging' }],
  ])('%s cannot be listed for a while: nothing is said to be gone, and it goes later', async (_what, path, inputs) => {
    const account = hidden()
    account.emulator.faults.unshift({ ...NOT_FOUND, times: 2, when: (request) => request.path.endsWith(path) })
    const acted = await account.run({ 'model-id': 'm1', ...inputs })
    expect(idsOf(acted, 'already-gone')).toEqual([])
    expect(idsOf(acted, 'deleted')).toHaveLength(1)
  })

  it('its deployments can never be listed: nothing is said to be gone', async () => {
    for (const inputs of [{ 'deployment-id': 'd1' }, { resource: 'environment', environment: 'staging' }]) {
      const account = hidden()
      const when = ({ path }: RecordedRequest) => /\/(deployments|environments)$/.test(path)
      account.emulator.faults.unshift({ ...NOT_FOUND, ...FOR_EVER, when })
      const acted = await account.run({ 'model-id': 'm1', timeout: '2m', ...inputs })
      expect(idsOf(acted, 'already-gone', 'deleted')).toEqual([])
      expect(account.asked()).toEqual([])
    }
  })

  it('its environments can be neither listed nor found: the model is there, so nothing is said of it or of them', async () => {
    const account = hidden()
    const when = ({ path }: RecordedRequest) => path.includes('/environments')
    account.emulator.faults.unshift({ ...NOT_FOUND, ...FOR_EVER, when })
    const inputs = { resource: 'environment', environment: 'staging', 'model-id': 'm1', timeout: '2m' }
    const acted = await account.run(inputs)
    expect(idsOf(acted, 'timed-out')).toEqual(['staging'])
    expect(reasonOf(acted, 'staging')).not.toContain('no model')
  })
})

describe('a deployment that is made anew under its ID', () => {
  it.each([
    ['two tenths of a second later, in the next second', '2026-11-20T12:00:00.900Z', '2026-11-20T12:00:01.100Z', true],
    [
      'by an answer with a fraction only, in the same second',
      '2026-11-20T12:00:00Z',
      '2026-11-20T12:00:00.900Z',
      false,
    ],
  ])('%s', async (_when, before, after, isNew) => {
    const account = basetenAccount()
    account.world.addModel({ id: 'm1' })
    account.world.addDeployment('m1', { id: 'live', production: true, createdAt: ago(30 * DAY) })
    account.world.addDeployment('m1', { id: 'd1', name: 'pr-1', createdAt: before })
    // Seen once, refused once, and then another one has its ID.
    account.emulator.faults.push({
      ...{
        kind: 'status',
        status: 400,
        body: '{"message":"not now"}',
        headers: { 'content-type': 'application/json' },
      },
      when: ({ method }: RecordedRequest) => {
        if (method === 'DELETE') account.world.deployment('m1', 'd1').createdAt = after
        return method === 'DELETE'
      },
    } as Fault)
    const acted = await account.run({ 'model-id': 'm1', 'deployment-id': 'd1' })
    expect(account.world.deploymentIds('m1').includes('d1')).toBe(isNew)
    if (isNew) expect(reasonOf(acted, 'd1')).toContain('a new one has the same ID and is kept')
  })
})

describe('between the plan of a sweep and its deletion', () => {
  it('a protected deployment comes into an environment that would go with it: it stays', async () => {
    const account = basetenAccount()
    const { world } = account
    world.addModel({ id: 'm1' })
    world.addDeployment('m1', { id: 'live', production: true, createdAt: ago(30 * DAY) })
    world.addDeployment('m1', { id: 'keep', name: 'keep-me', createdAt: ago(2 * DAY) })
    world.addDeployment('m1', { id: 'x', name: 'pr-1', createdAt: ago(DAY) })
    world.addEnvironment('m1', { name: 'staging', current: 'x' })
    let looks = 0
    const { handle } = account.emulator
    account.emulator.handle = (request) => {
      if (request.method === 'GET' && request.url.endsWith('/environments') && ++looks === 2) {
        world.promoteAsCandidate('m1', 'keep', 'staging', 'RAMPING_UP')
      }
      return handle(request)
    }
    const acted = await account.run({ 'model-id': 'm1', name: 'pr-*', allow: 'environment', protect: 'keep-*' })
    expect(looks).toBeGreaterThan(1)
    expect(idsOf(acted, 'kept')).toContain('x')
    expect(account.emulator.requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })
})
