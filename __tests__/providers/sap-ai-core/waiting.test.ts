import { describe, expect, it } from 'vitest'
import { ID, MINUTE, OLD, tenant } from './setup.ts'

describe('SAP AI Core, stuck', () => {
  it('STOPPING for ever: timed out at the deadline, naming status, target status and message', async () => {
    const { sap, run, clock, writes } = tenant()
    const statusMessage = 'Waiting for the pods to terminate'
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD, statusMessage, behaviour: { stopEnds: 'STUCK' } })

    const { ok, outputs, results } = await run({ timeout: '10m' })

    expect(ok).toBe(false)
    expect(outputs['status']).toBe('timed-out')
    expect(results[0]?.['lastStatus']).toBe(`STOPPING (target STOPPED; ${statusMessage})`)
    expect(results[0]?.['reason']).toContain(`last seen STOPPING (target STOPPED; ${statusMessage})`)
    expect(clock.elapsed()).toBe(10 * MINUTE)
    expect(writes()).toEqual(['PATCH'])
  })

  it('target DELETED for ever: timed out, the deletion was accepted but not confirmed', async () => {
    const { sap, run, writes } = tenant()
    sap.world.add({ id: ID, status: 'STOPPED', createdAt: OLD, behaviour: { deleteEnds: 'STUCK' } })

    const { results, outputs } = await run()

    expect(results[0]).toMatchObject({ outcome: 'timed-out', lastStatus: 'STOPPED (target DELETED)' })
    expect(results[0]?.['reason']).toContain('accepted but not confirmed')
    expect(outputs['deleted-ids']).toBe('[]')
    expect(writes()).toEqual(['DELETE'])
  })

  it.each(['UNKNOWN', 'PENDING'])('%s for ever is no obstacle: deleted', async (status) => {
    const { sap, run } = tenant()
    sap.world.add({ id: ID, status, createdAt: OLD })

    expect((await run()).outputs['status']).toBe('deleted')
  })

  it('an unrecognised status for ever: timed out, naming it, and nothing was sent', async () => {
    const { sap, run, writes } = tenant()
    sap.world.add({ id: ID, status: 'UPGRADING', createdAt: OLD })

    const { results } = await run()

    expect(results[0]).toMatchObject({ outcome: 'timed-out', lastStatus: 'UPGRADING (target RUNNING)' })
    expect(writes()).toEqual([])
  })

  it('a stop of a quarter of an hour is waited for, within a longer timeout', async () => {
    const { sap, run } = tenant({ stopMs: 17 * MINUTE })
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD })

    expect((await run({ timeout: '30m' })).outputs['status']).toBe('deleted')
  })

  it('waiting costs few requests: under a hundred and fifty in a quarter of an hour', async () => {
    const { sap, run } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD, behaviour: { stopEnds: 'STUCK' } })

    await run()

    expect(sap.requests.length).toBeLessThan(150)
  })

  it('one that is stuck does not hold up the others', async () => {
    const { sap, run } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD, behaviour: { stopEnds: 'STUCK' } })
    sap.world.add({ id: 'd-other', status: 'RUNNING', createdAt: OLD })

    const { results } = await run({ 'deployment-id': `${ID},d-other` })

    expect(results.map(({ outcome }) => outcome)).toEqual(['timed-out', 'deleted'])
    expect(Number(results[1]?.['durationMs'])).toBeLessThan(MINUTE)
  })
})

describe("SAP AI Core, 'wait: false'", () => {
  it('the stop is waited for all the same; done once the DELETE is accepted', async () => {
    const { sap, run, clock, calls } = tenant({ stopMs: 2 * MINUTE, deleteMs: MINUTE })
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD })

    const { ok, outputs } = await run({ wait: 'false' })

    expect(ok).toBe(true)
    expect(outputs['status']).toBe('accepted')
    expect(outputs['deleted-ids']).toBe('[]')
    expect(JSON.parse(outputs['tombstone'] ?? '')).toMatchObject({ targetStatus: 'DELETED' })
    expect(calls().at(-1)).toBe('DELETE 202')
    expect(clock.elapsed()).toBeGreaterThanOrEqual(2 * MINUTE)
    expect(sap.world.get(ID)?.targetStatus).toBe('DELETED')
  })

  it('the stop is stuck: timed out, not accepted', async () => {
    const { sap, run } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD, behaviour: { stopEnds: 'STUCK' } })

    expect((await run({ wait: 'false' })).outputs['status']).toBe('timed-out')
  })

  it('the DELETE is refused: looked at again until one is accepted', async () => {
    const { sap, run, justBefore, writes } = tenant()
    sap.world.add({ id: ID, status: 'UNKNOWN', createdAt: OLD })
    justBefore('DELETE', () => sap.world.change(ID, { status: 'PENDING' }))

    expect((await run({ wait: 'false' })).outputs['status']).toBe('accepted')
    expect(writes()).toEqual(['DELETE', 'PATCH', 'DELETE'])
  })

  it('somebody else deletes it already: accepted at once, nothing is sent', async () => {
    const { sap, run, writes } = tenant()
    sap.world.add({ id: ID, status: 'STOPPED', targetStatus: 'DELETED', createdAt: OLD })

    expect((await run({ wait: 'false' })).outputs['status']).toBe('accepted')
    expect(writes()).toEqual([])
  })
})

describe('SAP AI Core, dry run', () => {
  it.each([
    ['RUNNING', 'RUNNING', ['stop', 'wait until it is stopped', 'delete once it is stopped', 'wait until it is gone']],
    ['PENDING', 'RUNNING', ['stop', 'wait until it is stopped', 'delete once it is stopped', 'wait until it is gone']],
    ['STOPPING', 'STOPPED', ['wait until it is stopped', 'delete once it is stopped', 'wait until it is gone']],
    ['STOPPED', 'STOPPED', ['delete', 'wait until it is gone']],
    ['DEAD', 'RUNNING', ['delete', 'wait until it is gone']],
    ['UNKNOWN', 'RUNNING', ['delete', 'wait until it is gone']],
    ['STOPPED', 'DELETED', ['wait until it is gone']],
  ])('%s with target %s: planned as %j, and only read', async (status, targetStatus, plan) => {
    const { sap, run, calls, tokenRequests } = tenant()
    sap.world.add({ id: ID, status, targetStatus, createdAt: OLD })

    const { ok, outputs, report } = await run({ 'dry-run': 'true' })

    expect(ok).toBe(true)
    expect(outputs['status']).toBe('planned')
    expect(report.targets[0]).toHaveProperty('plan', plan)
    expect(calls()).toEqual(['GET 200'])
    expect(tokenRequests()).toHaveLength(1)
    expect(sap.world.events).toEqual([])
  })

  it('a wrong resource group is an error in a dry run, too', async () => {
    const { sap, run } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD })

    expect((await run({ 'dry-run': 'true', 'resource-group': 'typo' })).outputs['status']).toBe('failed')
  })

  it('the shared orchestration deployment: refused, as it would be', async () => {
    const { sap, run } = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD, scenarioId: 'orchestration' })

    const { results } = await run({ 'dry-run': 'true' })

    expect(results[0]?.['outcome']).toBe('refused')
  })

  it('missing: looked for over half a minute, then already gone', async () => {
    const { run, calls, clock } = tenant()

    expect((await run({ 'dry-run': 'true' })).outputs['status']).toBe('already-gone')
    expect(calls().filter((call) => call === 'GET 404').length).toBeLessThan(16)
    expect(clock.elapsed()).toBeGreaterThanOrEqual(30_000)
    expect(clock.elapsed()).toBeLessThan(32_000)
  })
})

describe('SAP AI Core, a text that is no ID of a deployment', () => {
  it.each([
    ['the name of one', 'llama-pr-42', 'it is the name of deployment d748fdae9f88a9b0; write that ID'],
    ['its configuration', 'c0ffee00-1111', 'it is the configuration ID of deployment d748fdae9f88a9b0'],
    ['its ID in other letters', 'D748FDAE9F88A9B0', 'it differs from deployment d748fdae9f88a9b0 in letter case only'],
  ])('%s: the step fails and says so, and nothing goes', async (_what, id, reason) => {
    for (const ids of [id, `${id},d111,d222,d333`]) {
      const { run, sap, calls } = tenant()
      const about = { configurationName: 'llama-pr-42', configurationId: 'c0ffee00-1111' }
      sap.world.add({ id: 'd748fdae9f88a9b0', status: 'STOPPED', createdAt: OLD, ...about })

      const { results } = await run({ 'deployment-id': ids })

      expect(results[0]).toMatchObject({ id, outcome: 'failed', reason: expect.stringContaining(reason) })
      expect(calls().filter((call) => !call.startsWith('GET'))).toEqual([])
    }
  })
})

describe("SAP AI Core, 'if-not-found'", () => {
  it.each([
    ['ignore', true, 'already-gone', 0],
    ['warn', true, 'already-gone', 1],
    ['fail', false, 'failed', 0],
  ])('%s: ok %s, status %s', async (setting, expected, status, warnings) => {
    const { run } = tenant()

    const { ok, outputs, log } = await run({ 'if-not-found': setting })

    expect(ok).toBe(expected)
    expect(outputs['status']).toBe(status)
    expect(log.filter((line) => line.startsWith('warning:'))).toHaveLength(warnings)
  })
})
