import { describe, expect, it } from 'vitest'
import { beforeFirst, CHAIN, chainStep, createChain, together } from './steps.ts'
import { CARRIED_OUT, hoursAgo, isDelete, outcomes, reasonOf, useBaseten } from './support.ts'

const undeploy = useBaseten()
const GET = 'GET /v1/chains/c1'
const DELETE = 'DELETE /v1/chains/c1'

describe('Baseten, resource: chain', () => {
  it('GET, DELETE, one GET that answers 404, and a list without it', async () => {
    const account = createChain()
    const { ok, outputs, results } = await undeploy(account, chainStep(CHAIN))
    expect(ok).toBe(true)
    expect(account.sent()).toEqual([GET, DELETE, GET, 'GET /v1/chains'])
    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({ id: CHAIN, deleted: true })
    expect(results[0]).toMatchObject({
      resource: 'chain',
      id: CHAIN,
      modelId: null,
      name: 'rag',
      outcome: 'deleted',
      reason: 'confirmed gone',
    })
  })

  it('takes all its deployments with it, and says so before', async () => {
    const account = createChain(['d1', 'd2'])
    const { log } = await undeploy(account, chainStep(CHAIN))
    expect(log.join('\n')).toContain('exists with 3 deployments, and everything in it is deleted')
    expect(account.happened().sort()).toEqual(['deleted c1', 'deleted d1', 'deleted d2', 'deleted live'])
    expect(account.writes()).toEqual([DELETE])
  })

  it('several: each with a GET of its own, and no other chain nor any model is touched', async () => {
    const account = createChain()
    for (const id of ['c2', 'c3']) account.world.addChain({ id })
    const acted = await undeploy(account, chainStep('c3\nc1'))
    expect(outcomes(acted)).toEqual(['c3 deleted', 'c1 deleted'])
    expect(account.world.hasChain('c2')).toBe(true)
    expect(account.sent().filter((text) => text.includes('c2') || text.includes('m1'))).toEqual([])
    expect(JSON.parse(acted.outputs['tombstones'] ?? '')).toEqual([
      { id: 'c3', deleted: true },
      { id: 'c1', deleted: true },
    ])
  })

  it('one of them is missing: it is looked for over half a minute, the others go', async () => {
    const account = createChain()
    const acted = await undeploy(account, chainStep('c9,c1'))
    expect(outcomes(acted)).toEqual(['c9 already-gone', 'c1 deleted'])
    expect(account.sent().filter((text) => text === 'GET /v1/chains/c9').length).toBeLessThan(16)
    expect(acted.ms).toBeGreaterThanOrEqual(30_000)
  })

  it('still visible for a while: waits for the 404', async () => {
    const account = createChain(['d1'], { deleteVisibleMs: 4000 })
    const { outputs, ms } = await undeploy(account, chainStep(CHAIN))
    expect(outputs['status']).toBe('deleted')
    expect(ms).toBeGreaterThanOrEqual(4000)
    expect(account.deletes()).toHaveLength(1)
  })

  it('dry-run sends nothing but reads', async () => {
    const account = createChain()
    const acted = await undeploy(account, chainStep(CHAIN, { 'dry-run': 'true' }))
    expect(outcomes(acted)).toEqual(['c1 planned'])
    expect(account.writes()).toEqual([])
  })

  it('its name is protected: it stays', async () => {
    const account = createChain()
    expect(outcomes(await undeploy(account, chainStep(CHAIN, { protect: 'rag' })))).toEqual(['c1 refused'])
    expect(account.writes()).toEqual([])
  })

  it('refused for five seconds: final, and nothing is deactivated', async () => {
    const account = createChain()
    account.faults.push({ kind: 'status', status: 422, body: '{"message":"in use"}', when: isDelete, times: 99 })
    const acted = await undeploy(account, chainStep(CHAIN))
    expect(outcomes(acted)).toEqual(['c1 refused'])
    expect(reasonOf(acted, CHAIN)).toContain('in use')
    expect(new Set(account.writes())).toEqual(new Set([DELETE]))
    expect(account.writes().length).toBeLessThan(7)
  })

  it('DELETE 404: already gone, somebody was quicker', async () => {
    const account = createChain()
    beforeFirst(account, 'DELETE', () => account.world.removeChain(CHAIN))
    expect(outcomes(await undeploy(account, chainStep(CHAIN)))).toEqual(['c1 already-gone'])
    expect(account.deletes()).toHaveLength(1)
  })

  it.each(['lost-answer', 'reset-before', 'html', 'truncated'] as const)(
    'DELETE %s: looks, and goes on from what is there',
    async (kind) => {
      const account = createChain()
      account.faults.push({ kind, when: isDelete })
      const outcome = CARRIED_OUT.has(kind) ? 'already-gone' : 'deleted'
      expect(outcomes(await undeploy(account, chainStep(CHAIN)))).toEqual([`c1 ${outcome}`])
      expect(account.world.hasChain(CHAIN)).toBe(false)
    },
  )

  it('tombstones that say otherwise fail: deleted: false, and another ID', async () => {
    const no = await undeploy(createChain([], { tombstoneDeletedFalse: true }), chainStep(CHAIN))
    expect(outcomes(no)).toEqual(['c1 failed'])
    const other = await undeploy(createChain([], { tombstoneOtherId: true }), chainStep(CHAIN))
    expect(outcomes(other)).toEqual(['c1 failed'])
  })

  it('the GET answers about another chain: nothing is deleted', async () => {
    const account = createChain()
    account.world.chain(CHAIN).overrides = { id: 'c2' }
    expect(outcomes(await undeploy(account, chainStep(CHAIN)))).toEqual(['c1 failed'])
    expect(account.writes()).toEqual([])
  })

  it('a restricted environment in it: 403, and that chain fails alone', async () => {
    const account = createChain()
    account.world.addChain({ id: 'c2' })
    account.world.keys.set('limited-key', { key: 'limited-key', restricted: ['staging'] })
    account.world.addChainEnvironment(CHAIN, { name: 'staging' })
    const acted = await undeploy(account, chainStep('c1,c2', { 'api-key': 'limited-key' }))
    expect(outcomes(acted)).toEqual(['c1 failed', 'c2 deleted'])
  })

  it('a chain of another team: not found, and nothing is said to be deleted', async () => {
    const account = createChain()
    account.world.keys.set('other-key', { key: 'other-key', teams: ['none'] })
    const acted = await undeploy(account, chainStep(CHAIN, { 'api-key': 'other-key' }))
    expect(outcomes(acted)).toEqual(['c1 already-gone'])
    expect(account.world.hasChain(CHAIN)).toBe(true)
  })

  it('two runs at once: both end well', async () => {
    const account = createChain(['d1'], { deleteVisibleMs: 2000 })
    const runs = await together(account, chainStep(CHAIN), chainStep(CHAIN))
    expect(runs.flatMap(outcomes)).toEqual(['c1 deleted', 'c1 deleted'])
  })

  it('created nobody knows when, with fields that no document names: deleted all the same', async () => {
    const account = createChain()
    account.world.chain(CHAIN).overrides = { created_at: hoursAgo(1).slice(0, 4), deployments_count: 'many', new: {} }
    expect(outcomes(await undeploy(account, chainStep(CHAIN)))).toEqual(['c1 deleted'])
  })
})
