import { describe, expect, it } from 'vitest'
import { createBasetenEmulator } from '../../emulators/baseten.ts'
import type { Fault, RecordedRequest } from '../../emulators/emulator.ts'
import { createSapEmulator, DEFAULT_CLIENT, type SapOptions, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { type Acted, act } from '../support/act.ts'
import { fakeClock, START } from '../support/clock.ts'

// A gateway answers 404 for what it cannot reach, and so does a provider that does not know a deployment.

const GATEWAYS: [string, Partial<Fault>][] = [
  ['text', { body: 'default backend - 404', headers: { 'content-type': 'text/plain' } }],
  [
    'JSON',
    { body: '{"message":"no Route matched with those values"}', headers: { 'content-type': 'application/json' } },
  ],
  ['no body', {}],
]
const NEVER_MS = 1e12
const DAY_MS = 86_400_000

const outcomes = ({ results }: Acted) => results.map(({ id, outcome }) => `${id} ${outcome}`)

function baseten(ids: readonly string[], options: Parameters<typeof createBasetenEmulator>[0] = {}) {
  const clock = fakeClock()
  const emulator = createBasetenEmulator({ ...options, now: clock.now })
  const { world } = emulator
  world.addModel({ id: 'm1' })
  world.addDeployment('m1', { id: 'live', name: 'main', production: true })
  for (const id of ids) world.addDeployment('m1', { id, name: `pr-${id}` })
  const run = (inputs: Readonly<Record<string, string>>) =>
    act({
      inputs: { provider: 'baseten', 'api-key': 'emulated-baseten-key', 'model-id': 'm1', timeout: '60s', ...inputs },
      clock,
      emulators: { 'https://api.baseten.co': emulator },
    })
  const not404 = (fault: Partial<Fault>, when: (request: RecordedRequest) => boolean, times = 1) =>
    emulator.faults.push({ kind: 'status', status: 404, ...fault, when, times } as Fault)
  return { ...emulator, clock, run, not404 }
}

function sap(options: SapOptions = {}) {
  const clock = fakeClock()
  const origin = 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com'
  const emulator = createSapEmulator({ stopMs: 2_000, deleteMs: 2_000, ...options, now: clock.now })
  const key = JSON.stringify(sapServiceKey(origin, DEFAULT_CLIENT))
  const add = (id: string, createdAt = new Date(START - DAY_MS).toISOString()) =>
    void emulator.world.add({ id, status: 'RUNNING', configurationName: `pr-${id}`, createdAt })
  const run = (inputs: Readonly<Record<string, string>>) =>
    act({
      inputs: { provider: 'sap-ai-core', 'service-key': key, timeout: '60s', ...inputs },
      clock,
      emulators: { [origin]: emulator },
    })
  return { ...emulator, clock, add, run }
}

describe.each(GATEWAYS)('a gateway answers 404 for what it cannot reach, with %s', (_what, answer) => {
  it('Baseten: once for the model of a sweep: everything is deleted indeed, and nothing only said to be', async () => {
    const account = baseten(['a', 'b', 'c'])
    let looks = 0
    account.not404(answer, ({ method, path }) => method === 'GET' && path === '/v1/models/m1' && ++looks === 2)
    expect(outcomes(await account.run({ name: 'pr-*' }))).toEqual(
      expect.arrayContaining(['a deleted', 'b deleted', 'c deleted']),
    )
    expect(account.world.deploymentIds('m1')).toEqual(['live'])
  })

  it('Baseten: for the deployment for ever, which the list goes on showing: never said to be gone', async () => {
    const account = baseten(['a'], { deleteVisibleMs: NEVER_MS })
    account.not404(answer, ({ path }) => path.endsWith('/deployments/a') && account.clock.elapsed() > 2_000, 999)
    expect(outcomes(await account.run({ 'deployment-id': 'a' }))).toEqual(['a timed-out'])
  })

  it('Baseten: for the model, which is to go, and is still in the list of all: never said to be gone', async () => {
    const account = baseten(['a'])
    account.not404(answer, ({ path }) => path === '/v1/models/m1', 999)
    expect(outcomes(await account.run({ resource: 'model' }))).toEqual(['m1 timed-out'])
    expect(account.world.hasModel('m1')).toBe(true)
  })

  it('Baseten: for everything, from the beginning: the address is wrong, and nothing said to be gone', async () => {
    const account = baseten(['a'])
    account.not404(answer, () => true, 999)
    const acted = await account.run({ 'deployment-id': 'a' })
    expect(outcomes(acted)).toEqual(['a failed'])
    expect(String(acted.results[0]?.['reason'])).toContain("Check 'api-url'")
    expect(acted.ms).toBeLessThan(5000)
  })

  it('Baseten: for DELETE, once: it is sent again', async () => {
    for (const wait of ['true', 'false']) {
      const account = baseten(['a'])
      account.not404(answer, ({ method }) => method === 'DELETE')
      expect(outcomes(await account.run({ 'deployment-id': 'a', wait }))).toEqual([
        wait === 'true' ? 'a deleted' : 'a accepted',
      ])
      expect(account.world.hasDeployment('m1', 'a')).toBe(false)
    }
  })

  it('Baseten: for DELETE, always: asked for ever more rarely, and never said to be accepted', async () => {
    const account = baseten(['a'])
    account.not404(answer, ({ method }) => method === 'DELETE', 999)
    const acted = await account.run({ 'deployment-id': 'a', wait: 'false', timeout: '10m' })
    expect(outcomes(acted)).toEqual(['a timed-out'])
    expect(String(acted.results[0]?.['reason'])).toContain('deletion was not accepted')
    expect(account.requests.filter(({ method }) => method === 'DELETE').length).toBeLessThan(6)
  })

  it('SAP: for the deployment, once, while it stops: stopped and deleted indeed', async () => {
    const tenant = sap({ stopMs: 20_000 })
    tenant.add('dep-1')
    let looks = 0
    tenant.faults.push({
      ...{ kind: 'status', status: 404, ...answer },
      when: ({ method, path }) => method === 'GET' && path.endsWith('dep-1') && ++looks === 3,
    } as Fault)
    expect(outcomes(await tenant.run({ 'deployment-id': 'dep-1' }))).toEqual(['dep-1 deleted'])
    expect(tenant.world.has('dep-1')).toBe(false)
  })
})

describe('the list of all models', () => {
  const JSON_TYPE = { 'content-type': 'application/json' }
  const isRoll = ({ path }: RecordedRequest) => path === '/v1/models'

  it('does not show one that GET finds, and its deployments cannot be listed: nothing is said to be gone', async () => {
    const account = baseten(['a', 'b'], { deleteVisibleMs: NEVER_MS })
    const body = JSON.stringify({ models: [] })
    account.faults.push({ kind: 'status', status: 200, body, headers: JSON_TYPE, times: 999, when: isRoll })
    account.not404({}, ({ path }) => path.endsWith('/deployments') && account.clock.elapsed() > 1_000, 3)
    expect(outcomes(await account.run({ 'deployment-id': 'a,b' }))).toEqual(['a timed-out', 'b timed-out'])
  })

  it('lags behind a deletion for some seconds: waited for', async () => {
    for (const inputs of [{ resource: 'model' }, { 'deployment-id': 'last', allow: 'last' }]) {
      const account = baseten([])
      account.world.removeDeployment('m1', 'live')
      account.world.addDeployment('m1', { id: 'last' })
      const { id, name, createdAt: created_at } = account.world.model('m1')
      const shown = { id, name, created_at, deployments_count: 1, production_deployment_id: null }
      const body = JSON.stringify({ models: [shown] })
      account.faults.push({
        ...{ kind: 'status', status: 200, body, headers: JSON_TYPE, times: 999 },
        when: (request) => isRoll(request) && account.clock.elapsed() < 15_000,
      })
      expect(outcomes(await account.run(inputs))).toEqual([`${'resource' in inputs ? 'm1' : 'last'} deleted`])
      expect(account.clock.elapsed()).toBeGreaterThanOrEqual(15_000)
    }
  })

  it('is read a few times, however many models go with their last deployments', async () => {
    const account = baseten([])
    for (let index = 0; index < 30; index++) {
      account.world.addModel({ id: `m-${index}` })
      account.world.addDeployment(`m-${index}`, { id: `d-${index}`, name: 'pr-1' })
    }
    const acted = await account.run({ 'model-id': '', name: 'pr-*', allow: 'last', 'max-deletions': '30' })
    expect(acted.outputs['deleted-count']).toBe('30')
    expect(account.requests.filter(isRoll).length).toBeLessThan(10)
  })
})

describe('a list leaves out one that is there, and another ID is mistyped', () => {
  it('SAP: each is asked for, so the one that is there is deleted', async () => {
    const tenant = sap()
    const ids = ['dep-1', 'dep-2', 'dep-3', 'dep-4']
    for (const id of ids) tenant.add(id)
    let lists = 0
    tenant.faults.push({
      ...{ kind: 'status', status: 200, headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ count: 3, resources: ids.slice(1).map((id) => tenant.world.get(id)) }),
      when: ({ path }) => path.includes('/lm/deployments?') && ++lists === 1,
    } as Fault)
    const acted = await tenant.run({ 'deployment-id': [...ids, 'dep-l'].join(',') })
    expect(outcomes(acted)).toEqual([...ids.map((id) => `${id} deleted`), 'dep-l already-gone'])
    expect(ids.some((id) => tenant.world.has(id))).toBe(false)
  })
})

describe('somebody removes it and makes one that has the same ID', () => {
  it('SAP: between the stop and the deletion: the new one is neither stopped nor deleted', async () => {
    const tenant = sap({ stopMs: 10_000 })
    tenant.add('dep-1')
    tenant.clock.at(4_000, () => {
      tenant.world.remove('dep-1')
      tenant.add('dep-1', new Date(START).toISOString())
    })
    const acted = await tenant.run({ 'deployment-id': 'dep-1' })
    expect(outcomes(acted)).toEqual(['dep-1 refused'])
    expect(String(acted.results[0]?.['reason'])).toContain('is kept')
    expect(tenant.world.get('dep-1')).toMatchObject({ status: 'RUNNING' })
    expect(tenant.requests.filter(({ method }) => method === 'PATCH' || method === 'DELETE')).toHaveLength(1)
  })

  it('Baseten: an environment, after the answer to DELETE was lost: already gone, and the new one stays', async () => {
    const account = baseten(['a', 'b'])
    account.world.promote('m1', 'a', 'staging')
    account.faults.push({ kind: 'lost-answer', when: ({ method }) => method === 'DELETE' })
    let looks = 0
    account.faults.push({
      kind: 'reset-before',
      when: ({ method }) => {
        if (method === 'GET' && !account.world.hasEnvironment('m1', 'staging') && ++looks === 1) {
          account.world.addEnvironment('m1', {
            name: 'staging',
            current: 'b',
            createdAt: new Date(START + 60_000).toISOString(),
          })
        }
        return false
      },
    })
    const acted = await account.run({ resource: 'environment', environment: 'staging' })
    expect(outcomes(acted)).toEqual(['staging already-gone'])
    expect(account.world.hasEnvironment('m1', 'staging')).toBe(true)
    expect(account.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1)
  })
})
