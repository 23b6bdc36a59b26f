import { describe, expect, it } from 'vitest'
import { STATUSES } from '../../../emulators/baseten.ts'
import { CONFIRM, createAccount, hoursAgo, LOOK, MODEL, outcomes, reasonOf, useBaseten } from './support.ts'

const undeploy = useBaseten()

describe('Baseten, one deployment', () => {
  it('three reads for the look, DELETE, one GET that answers 404, and a list without it', async () => {
    const account = createAccount()
    const acted = await undeploy(account)
    expect(account.sent()).toEqual([...LOOK, 'DELETE m1/deployments/d1', ...CONFIRM])
    expect(acted.ok).toBe(true)
    expect(acted.outputs).toMatchObject({ status: 'deleted', 'deleted-ids': '["d1"]', 'deleted-count': '1' })
    expect(acted.report.targets[0]?.steps.at(-1)).toMatchObject({ httpStatus: 404 })
    expect(account.world.deploymentIds(MODEL)).toEqual(['live'])
  })

  it('the tombstone is handed on as Baseten wrote it', async () => {
    const { outputs } = await undeploy(createAccount())
    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({ id: 'd1', deleted: true, model_id: MODEL })
  })

  it('DELETE carries no body and no content type', async () => {
    const account = createAccount()
    await undeploy(account)
    const sent = account.baseten.requests.find(({ method }) => method === 'DELETE')
    expect(sent?.body).toBe('')
    expect(sent?.headers['content-type']).toBeUndefined()
  })

  it.each([...STATUSES, 'ACTIVATING'])('%s: deleted directly', async (status) => {
    const account = createAccount()
    account.world.setStatus(MODEL, 'd1', status)
    const { outputs, results } = await undeploy(account)
    expect(outputs['status']).toBe('deleted')
    expect(account.writes()).toEqual(['DELETE m1/deployments/d1'])
    expect(results[0]).toMatchObject({ lastStatus: status, modelId: MODEL, name: 'PR-1_1a2b3c4' })
  })

  it('still visible for a while: waits for the 404, and sends no second DELETE', async () => {
    const account = createAccount(['d1'], { deleteVisibleMs: 5000 })
    const { outputs, ms } = await undeploy(account)
    expect(outputs['status']).toBe('deleted')
    expect(ms).toBeGreaterThanOrEqual(5000)
    expect(ms).toBeLessThan(6500)
    expect(account.deletes()).toHaveLength(1)
    const looks = account.sent().slice(4, -1)
    expect(looks).toEqual(looks.fill('GET m1/deployments/d1'))
    expect(account.sent().at(-1)).toBe('GET m1/deployments')
  })

  it('visible to the end: not confirmed, and so no success', async () => {
    const account = createAccount(['d1'], { deleteVisibleMs: 3_600_000 })
    const acted = await undeploy(account, { timeout: '10m' })
    expect(acted.ok).toBe(false)
    expect(outcomes(acted)).toEqual(['d1 timed-out'])
    expect(reasonOf(acted, 'd1')).toContain('deletion was accepted but not confirmed')
    expect(acted.outputs).toMatchObject({ status: 'timed-out', 'deleted-ids': '[]' })
    expect(account.deletes()).toHaveLength(1)
    expect(account.sent().length).toBeLessThan(70)
  })

  it('wait: false: done once DELETE is accepted, without another look', async () => {
    const account = createAccount(['d1'], { deleteVisibleMs: 3_600_000 })
    const { ok, outputs } = await undeploy(account, { wait: 'false' })
    expect(ok).toBe(true)
    expect(account.sent()).toEqual([...LOOK, 'DELETE m1/deployments/d1'])
    expect(outputs).toMatchObject({ status: 'accepted', 'deleted-ids': '[]', 'deleted-count': '0' })
    expect(JSON.parse(outputs['tombstone'] ?? '')).toMatchObject({ deleted: true })
  })
})

describe('Baseten, several deployments of a model', () => {
  it('one look for all, and one list confirms all, once GET agrees about each of them', async () => {
    const account = createAccount(['d1', 'd2', 'd3'])
    const acted = await undeploy(account, { 'deployment-id': 'd1,d2,d3' })
    expect(outcomes(acted)).toEqual(['d1 deleted', 'd2 deleted', 'd3 deleted'])
    expect(account.sent()).toEqual([
      ...LOOK,
      'DELETE m1/deployments/d1',
      'DELETE m1/deployments/d2',
      'DELETE m1/deployments/d3',
      'GET m1/deployments',
      'GET m1/deployments/d1',
      'GET m1/deployments/d2',
      'GET m1/deployments/d3',
    ])
  })

  it('what is left alone at the end is confirmed by a GET of its own', async () => {
    const account = createAccount(['d1', 'd2'])
    account.faults.push({
      kind: 'status',
      status: 503,
      when: ({ method, path }) => method === 'DELETE' && path.endsWith('d2'),
    })
    await undeploy(account, { 'deployment-id': 'd1,d2' })
    expect(account.sent().slice(-2)).toEqual(['GET m1/deployments/d2', 'GET m1/deployments'])
  })

  it('the oldest goes first, whatever the order of the list and of the input', async () => {
    const account = createAccount([])
    for (const [id, hours] of [
      ['young', 1],
      ['oldest', 40],
      ['middle', 20],
    ] as const) {
      account.world.addDeployment(MODEL, { id, createdAt: hoursAgo(hours) })
    }
    await undeploy(account, { 'deployment-id': 'middle,young,oldest' })
    expect(account.deletes()).toEqual([
      'DELETE m1/deployments/oldest',
      'DELETE m1/deployments/middle',
      'DELETE m1/deployments/young',
    ])
  })

  it('a refused one, a missing one and a good one: each gets its own outcome', async () => {
    const account = createAccount(['d1', 'd2'])
    const acted = await undeploy(account, { 'deployment-id': 'd1,live,nobody,d2' })
    expect(outcomes(acted)).toEqual(['d1 deleted', 'live refused', 'nobody already-gone', 'd2 deleted'])
    expect(acted.ok).toBe(false)
    expect(acted.outputs).toMatchObject({ status: 'failed', 'deleted-count': '2', 'failed-count': '1' })
    expect(reasonOf(acted, 'live')).toContain('serves production')
  })

  it('60 of them: one look, every DELETE once, and one GET for each at its end', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `d${index}`)
    const account = createAccount(ids, { rateLimits: true })
    const { outputs } = await undeploy(account, { 'deployment-id': ids.join('\n') })
    expect(outputs).toMatchObject({ status: 'deleted', 'deleted-count': '60' })
    expect(account.sent().slice(0, 3)).toEqual(LOOK)
    expect(new Set(account.deletes()).size).toBe(60)
    expect(account.deletes()).toHaveLength(60)
    expect(account.sent().filter((text) => text.startsWith('GET')).length).toBeLessThan(60 + 30)
  })
})

describe('Baseten, tombstones', () => {
  const tombstone = (status: number, body: string) =>
    ({ kind: 'status', status, body, when: ({ method }: { method: string }) => method === 'DELETE' }) as const

  it('deleted: false is a failure', async () => {
    const account = createAccount(['d1'], { tombstoneDeletedFalse: true })
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 failed'])
    expect(reasonOf(acted, 'd1')).toContain('deleted: false')
    expect(account.deletes()).toHaveLength(1)
  })

  it('of another ID: a failure', async () => {
    const account = createAccount(['d1'], { tombstoneOtherId: true })
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 failed'])
    expect(reasonOf(acted, 'd1')).toContain('another ID')
  })

  it('of another model: a failure', async () => {
    const account = createAccount()
    account.faults.push(tombstone(200, '{"id":"d1","deleted":true,"model_id":"m2"}'))
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 failed'])
    expect(reasonOf(acted, 'd1')).toContain('another ID')
  })

  it.each(['{"success":true}', '[]', 'null', '"deleted"', '{"id":"d1","deleted":"yes"}'])(
    'of another shape (%s): nobody knows, so it looks before it asks again',
    async (body) => {
      const account = createAccount()
      account.faults.push(tombstone(200, body))
      const { outputs } = await undeploy(account)
      expect(outputs['status']).toBe('deleted')
      expect(account.sent()).toEqual([
        ...LOOK,
        'DELETE m1/deployments/d1',
        ...LOOK,
        'DELETE m1/deployments/d1',
        ...CONFIRM,
      ])
    },
  )

  it.each([200, 202, 204])(
    'none at all (HTTP %i without a body): accepted, and confirmed by the GET',
    async (status) => {
      const account = createAccount(['d1'], { deleteVisibleMs: 3000 })
      account.faults.push({ ...tombstone(status, ''), processed: true })
      const { outputs, results } = await undeploy(account)
      expect(outputs).toMatchObject({ status: 'deleted', tombstone: '' })
      expect(results[0]).toMatchObject({ tombstone: null })
      expect(account.deletes()).toHaveLength(1)
    },
  )
})
