import { describe, expect, it } from 'vitest'
import { DEFAULT_CLIENT, sapServiceKey } from '../../../emulators/sap-ai-core.ts'
import { ID, OLD, ORIGIN, PATH, tenant } from './setup.ts'

describe('SAP AI Core, exact deletion', () => {
  it('RUNNING: stopped, waited for, deleted, waited for until GET answers 404', async () => {
    const { sap, run, writes, story } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD })

    const { ok, outputs } = await run()

    expect(ok).toBe(true)
    expect(outputs['status']).toBe('deleted')
    expect(outputs['deleted-ids']).toBe(`["${ID}"]`)
    expect(sap.world.has(ID)).toBe(false)
    expect(writes()).toEqual(['PATCH', 'DELETE'])
    expect(story()).toEqual([
      'accepted stop RUNNING',
      'status STOPPING',
      'stopped STOPPED',
      'accepted delete STOPPED',
      'deleted STOPPED',
    ])
  })

  it.each([
    ['UNKNOWN', 'RUNNING', ['DELETE']],
    ['PENDING', 'RUNNING', ['PATCH', 'DELETE']],
    ['RUNNING', 'RUNNING', ['PATCH', 'DELETE']],
    ['RUNNING', 'STOPPED', ['DELETE']],
    ['PENDING', 'STOPPED', ['DELETE']],
    ['STOPPING', 'STOPPED', ['DELETE']],
    ['STOPPED', 'STOPPED', ['DELETE']],
    ['DEAD', 'RUNNING', ['DELETE']],
    ['STOPPED', 'DELETED', []],
    ['UNKNOWN', 'DELETED', []],
  ])('%s with target %s: gone, and nothing was sent but %j', async (status, targetStatus, expected) => {
    const { sap, run, writes, story } = tenant({ stoppingMs: 2000 })
    sap.world.add({ id: ID, status, targetStatus, createdAt: OLD })

    const { outputs } = await run()

    expect(outputs['status']).toBe('deleted')
    expect(sap.world.has(ID)).toBe(false)
    expect(writes()).toEqual(expected)
    expect(story().filter((line) => line.startsWith('refused'))).toEqual([])
  })

  it("the tombstone is SAP's own answer to the DELETE", async () => {
    const { sap, run } = tenant()
    sap.world.add({ id: ID, status: 'STOPPED', createdAt: OLD })

    const { outputs } = await run()

    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({
      id: ID,
      message: 'Deployment deletion scheduled',
      targetStatus: 'DELETED',
    })
  })

  it('is not done at 202: deleted is said only once GET answers 404', async () => {
    const { sap, run, clock } = tenant({ deleteMs: 60_000 })
    sap.world.add({ id: ID, status: 'STOPPED', createdAt: OLD })

    const { outputs } = await run()

    expect(outputs['status']).toBe('deleted')
    expect(clock.elapsed()).toBeGreaterThanOrEqual(60_000)
    expect(sap.requests.findLast(({ path }) => path === PATH)?.status).toBe(404)
  })

  it('fields that are null or missing do not matter', async () => {
    const { sap, run } = tenant()
    sap.world.add({
      id: ID,
      status: 'RUNNING',
      targetStatus: null,
      createdAt: null,
      modifiedAt: null,
      configurationName: undefined,
      scenarioId: null,
      statusMessage: null,
      lastOperation: undefined,
      ttl: null,
      details: undefined,
    })

    expect((await run()).outputs['status']).toBe('deleted')
  })

  it('COMPLETED that SAP deletes: deleted', async () => {
    const { sap, run, writes } = tenant({ deleteCompleted: true })
    sap.world.add({ id: ID, status: 'COMPLETED', createdAt: OLD })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes()).toEqual(['DELETE'])
  })

  it("COMPLETED that SAP does not delete: one DELETE, then refused with SAP's words", async () => {
    const { sap, run, writes } = tenant()
    sap.world.add({ id: ID, status: 'COMPLETED', createdAt: OLD })

    const { ok, results } = await run()

    expect(ok).toBe(false)
    expect(results[0]).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('01010076') })
    expect(writes()).toEqual(['DELETE'])
  })

  it('an unrecognised status is waited out until it is one of the known', async () => {
    const { sap, run, clock, writes } = tenant()
    sap.world.add({ id: ID, status: 'UPGRADING', createdAt: OLD })
    clock.at(20_000, () => sap.world.change(ID, { status: 'RUNNING' }))

    expect((await run()).outputs['status']).toBe('deleted')
    expect(writes()).toEqual(['PATCH', 'DELETE'])
  })

  it.each([true, 400, 415] as const)(
    'a server that demands the body of older documents (%s) gets it',
    async (demand) => {
      const { sap, run, api } = tenant({ demandDeleteBody: demand })
      sap.world.add({ id: ID, status: 'STOPPED', createdAt: OLD })

      expect((await run()).outputs['status']).toBe('deleted')
      const deletes = api().filter(({ method }) => method === 'DELETE')
      expect(deletes.map(({ body }) => body)).toEqual(['', '{"targetStatus":"DELETED"}'])
    },
  )

  it('the shared orchestration deployment is refused, known by its scenario or by its name', async () => {
    for (const seed of [
      { scenarioId: 'orchestration' },
      { scenarioId: 'Orchestration' },
      { configurationName: 'defaultOrchestrationConfig' },
      { scenarioId: '', configurationName: 'defaultOrchestrationConfig' },
    ]) {
      const { sap, run, writes } = tenant()
      sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD, ...seed })

      const { ok, results } = await run()

      expect(ok).toBe(false)
      expect(results[0]).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('orchestration') })
      expect(writes()).toEqual([])
    }
  })

  it('it is refused, too, where a secret was taken out of what tells so', async () => {
    const { sap, run, writes } = tenant()
    const client = { ...DEFAULT_CLIENT, clientsecret: 'orchestration' }
    sap.tokens.clients.push(client)
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD, scenarioId: 'orchestration' })

    const { results } = await run({ 'service-key': JSON.stringify(sapServiceKey(ORIGIN, client)) })

    expect(results[0]).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('tells that it does not') })
    expect(writes()).toEqual([])
  })

  it("the shared orchestration deployment goes with 'allow: orchestration'", async () => {
    const { sap, run } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD, scenarioId: 'orchestration' })

    expect((await run({ allow: 'orchestration' })).outputs['status']).toBe('deleted')
  })

  it('several at once: each goes its own way, a missing one is reported apart', async () => {
    const { sap, run } = tenant()
    for (const status of ['RUNNING', 'STOPPED', 'DEAD', 'UNKNOWN', 'PENDING', 'STOPPING']) {
      sap.world.add({ id: `d-${status}`, status, createdAt: OLD })
    }
    const ids = ['d-RUNNING', 'd-STOPPED', 'd-DEAD', 'd-UNKNOWN', 'd-PENDING', 'd-STOPPING', 'd-never-there']

    const { ok, outputs, results } = await run({ 'deployment-id': ids.join('\n') })

    expect(ok).toBe(true)
    expect(sap.world.size()).toBe(0)
    expect(results.map(({ outcome }) => outcome)).toEqual([...Array(6).fill('deleted'), 'already-gone'])
    expect(outputs['deleted-count']).toBe('6')
  })

  it('other deployments of the resource group are not touched', async () => {
    const { sap, run } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD })
    sap.world.add({ id: `${ID}0`, status: 'RUNNING', createdAt: OLD })

    await run()

    expect(sap.world.get(`${ID}0`)).toMatchObject({ status: 'RUNNING', targetStatus: 'RUNNING' })
    expect(sap.world.events.every(({ id }) => id === ID)).toBe(true)
  })

  it('a name that changes into a protected one while it stops: not deleted any more', async () => {
    const { sap, run, clock, writes } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD, configurationName: 'pr-7' })
    clock.at(5000, () => sap.world.change(ID, { configurationName: 'prod-chat' }))

    const { results } = await run({ protect: 'prod-*' })

    expect(results[0]).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('prod-chat') })
    expect(writes()).toEqual(['PATCH'])
  })
})
