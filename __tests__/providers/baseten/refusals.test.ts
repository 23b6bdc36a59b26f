import { describe, expect, it } from 'vitest'
import { createAccount, isDelete, LOOK, MODEL, outcomes, reasonOf, useBaseten } from './support.ts'

const undeploy = useBaseten()
const DELETE = 'DELETE m1/deployments/d1'
const DEACTIVATE = 'POST m1/deployments/d1/deactivate'
const REFUSAL = { kind: 'status', status: 400, body: '{"code":"VALIDATION_ERROR","message":"not like this"}' } as const

describe('Baseten refuses a DELETE', () => {
  it.each([400, 409, 412, 422] as const)(
    'HTTP %i: looks again, deactivates, waits for INACTIVE, and deletes once more',
    async (refusalStatus) => {
      const account = createAccount(['d1'], { deleteRequiresInactive: true, deactivateMs: 4000, refusalStatus })
      const { outputs, ms } = await undeploy(account)
      expect(outputs['status']).toBe('deleted')
      expect(account.writes()).toEqual([DELETE, DEACTIVATE, DELETE])
      expect(account.sent().slice(0, 8)).toEqual([...LOOK, DELETE, ...LOOK, DEACTIVATE])
      expect(ms).toBeGreaterThanOrEqual(4000)
    },
  )

  it('deactivate carries {} as JSON', async () => {
    const account = createAccount(['d1'], { deleteRequiresInactive: true })
    await undeploy(account)
    const sent = account.baseten.requests.find(({ method }) => method === 'POST')
    expect(sent?.body).toBe('{}')
    expect(sent?.headers['content-type']).toBe('application/json')
    expect(sent?.headers['authorization']).toMatch(/^Api-Key /)
  })

  it('deactivate without "success" in its answer counts as carried out', async () => {
    const account = createAccount(['d1'], { deleteRequiresInactive: true, deactivate: 'empty' })
    const { outputs } = await undeploy(account)
    expect(outputs['status']).toBe('deleted')
    expect(account.writes()).toEqual([DELETE, DEACTIVATE, DELETE])
  })

  it.each(['unsuccessful', 400, 409] as const)('deactivate answers %s: refused in the end', async (deactivate) => {
    const account = createAccount(['d1'], { deleteRequiresInactive: true, deactivate })
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('neither deletes nor deactivates it in status ACTIVE')
    expect(account.writes().slice(0, 4)).toEqual([DELETE, DEACTIVATE, DELETE, DEACTIVATE])
    expect(account.writes().length).toBeLessThan(9)
    expect(acted.ms).toBeLessThan(30_000)
  })

  it('deactivate answers 404, although it is still there: refused in the end, not asked for ever', async () => {
    const account = createAccount(['d1'], { deleteRequiresInactive: true })
    account.faults.push({ kind: 'status', status: 404, when: ({ method }) => method === 'POST', times: 99 })
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(account.writes().slice(0, 2)).toEqual([DELETE, DEACTIVATE])
    expect(account.writes().length).toBeLessThan(9)
  })

  it('deactivate answers 5xx: looks, and asks again', async () => {
    const account = createAccount(['d1'], { deleteRequiresInactive: true })
    account.faults.push({ kind: 'status', status: 502, when: ({ method }) => method === 'POST' })
    const { outputs } = await undeploy(account)
    expect(outputs['status']).toBe('deleted')
    expect(account.writes()).toEqual([DELETE, DEACTIVATE, DEACTIVATE, DELETE])
  })

  it('the answer of a deactivate is lost: looks, sees DEACTIVATING, and does not ask again', async () => {
    const account = createAccount(['d1'], { deleteRequiresInactive: true, deactivateMs: 5000 })
    account.faults.push({ kind: 'lost-answer', when: ({ method }) => method === 'POST' })
    const { outputs } = await undeploy(account)
    expect(outputs['status']).toBe('deleted')
    expect(account.writes()).toEqual([DELETE, DEACTIVATE, DELETE])
  })

  it('DEACTIVATING already: waits without a deactivate of its own', async () => {
    const account = createAccount(['d1'], { deleteRequiresInactive: true })
    account.world.setStatus(MODEL, 'd1', 'DEACTIVATING')
    account.clock.at(20_000, () => account.world.setStatus(MODEL, 'd1', 'INACTIVE'))
    const { outputs } = await undeploy(account)
    expect(outputs['status']).toBe('deleted')
    expect(account.writes()).toEqual([DELETE, DELETE])
    expect(account.deleteTimes()[1]).toBeGreaterThanOrEqual(20_000)
  })

  it('it fails while it is being deactivated: that is rest enough', async () => {
    const account = createAccount(['d1'], { deleteRequiresInactive: true, deactivateMs: 3_600_000 })
    account.clock.at(10_000, () => account.world.setStatus(MODEL, 'd1', 'FAILED'))
    const { outputs } = await undeploy(account)
    expect(outputs['status']).toBe('deleted')
    expect(account.writes()).toEqual([DELETE, DEACTIVATE, DELETE])
  })

  it('it is deleted by somebody while it is being deactivated: already gone', async () => {
    const account = createAccount(['d1'], { deleteRequiresInactive: true, deactivateMs: 3_600_000 })
    account.clock.at(10_000, () => account.world.removeDeployment(MODEL, 'd1'))
    const { outputs } = await undeploy(account)
    expect(outputs['status']).toBe('already-gone')
    expect(account.writes()).toEqual([DELETE, DEACTIVATE])
  })

  it('refused for five seconds in INACTIVE: final, with the words of the API', async () => {
    const account = createAccount()
    account.world.setStatus(MODEL, 'd1', 'INACTIVE')
    account.faults.push({ ...REFUSAL, when: isDelete, times: 99 })
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('HTTP 400 VALIDATION_ERROR: not like this')
    expect(new Set(account.writes())).toEqual(new Set([DELETE]))
    expect(account.writes().length).toBeLessThan(7)
  })

  it('wait: false still waits for the deactivation that must come first', async () => {
    const account = createAccount(['d1'], { deleteRequiresInactive: true, deactivateMs: 8000 })
    const { outputs, ms } = await undeploy(account, { wait: 'false' })
    expect(outputs['status']).toBe('accepted')
    expect(account.writes()).toEqual([DELETE, DEACTIVATE, DELETE])
    expect(ms).toBeGreaterThanOrEqual(8000)
  })

  it('never INACTIVE: the deadline names the last status', async () => {
    const account = createAccount(['d1'], { deleteRequiresInactive: true, deactivateMs: 3_600_000 })
    const acted = await undeploy(account, { timeout: '5m' })
    expect(outcomes(acted)).toEqual(['d1 timed-out'])
    expect(reasonOf(acted, 'd1')).toContain('last seen DEACTIVATING')
  })

  it('25 deactivations against a limit of 20 a minute: all are deleted in the end', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => `d${index}`)
    const account = createAccount(ids, { deleteRequiresInactive: true, rateLimits: true })
    const { outputs, ms } = await undeploy(account, { 'deployment-id': ids.join(',') })
    expect(outputs).toMatchObject({ status: 'deleted', 'deleted-count': '25' })
    expect(ms).toBeGreaterThan(55_000)
    expect(account.writes().filter((text) => text.startsWith('POST')).length).toBeLessThan(40)
  })
})

describe('Baseten, the development deployment', () => {
  it('is left alone, and no DELETE is sent', async () => {
    const account = createAccount([])
    account.world.addDeployment(MODEL, { id: 'dev', development: true })
    const acted = await undeploy(account, { 'deployment-id': 'dev' })
    expect(outcomes(acted)).toEqual(['dev refused'])
    expect(reasonOf(acted, 'dev')).toContain("'allow: development'")
    expect(account.writes()).toEqual([])
  })

  it('goes with allow: development, where Baseten lets it', async () => {
    const account = createAccount([], { developmentDeletable: true })
    account.world.addDeployment(MODEL, { id: 'dev', development: true })
    const acted = await undeploy(account, { 'deployment-id': 'dev', allow: 'development' })
    expect(outcomes(acted)).toEqual(['dev deleted'])
  })

  it('with allow: development a refusal is reported after one DELETE, and nothing is deactivated', async () => {
    const account = createAccount([])
    account.world.addDeployment(MODEL, { id: 'dev', development: true })
    const acted = await undeploy(account, { 'deployment-id': 'dev', allow: 'development' })
    expect(outcomes(acted)).toEqual(['dev refused'])
    expect(account.writes()).toEqual(['DELETE m1/deployments/dev'])
  })
})
