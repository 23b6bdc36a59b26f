import { describe, expect, it } from 'vitest'
import { createAccount, KEY, LOOK, MODEL, outcomes, reasonOf, request, useBaseten } from './support.ts'

const undeploy = useBaseten()

describe('how the key is sent to Baseten', () => {
  const sentWith = async (key: string, env: Record<string, string> = {}) => {
    const account = createAccount()
    const acted = await undeploy(account, { 'api-key': key }, { env })
    const schemes = new Set(account.baseten.requests.map(({ headers }) => headers['authorization']))
    return { acted, schemes: [...schemes] }
  }

  it('as Api-Key, in every request', async () => {
    expect((await sentWith(KEY)).schemes).toEqual([`Api-Key ${KEY}`])
  })

  it.each([`Api-Key ${KEY}`, `api-key ${KEY}`, `API-KEY   ${KEY} `])('pasted as %j: as Api-Key', async (pasted) => {
    const { acted, schemes } = await sentWith(pasted)
    expect(schemes).toEqual([`Api-Key ${KEY}`])
    expect(acted.ok).toBe(true)
  })

  it.each([`Bearer ${KEY}`, `bearer ${KEY}`])('pasted as %j: as Bearer', async (pasted) => {
    const { acted, schemes } = await sentWith(pasted)
    expect(schemes).toEqual([`Bearer ${KEY}`])
    expect(acted.ok).toBe(true)
  })

  it('a line break at the end, as files and secrets have it, is dropped', async () => {
    expect((await sentWith(`${KEY}\n`)).schemes).toEqual([`Api-Key ${KEY}`])
  })

  it('from BASETEN_API_KEY where the input is empty', async () => {
    expect((await sentWith('', { BASETEN_API_KEY: KEY })).schemes).toEqual([`Api-Key ${KEY}`])
  })

  it('the key, with and without its scheme, is masked before anything is printed', async () => {
    const { acted } = await sentWith(`Bearer ${KEY}`)
    expect(acted.masked).toEqual(expect.arrayContaining([KEY, `Bearer ${KEY}`]))
    expect(acted.log.join('\n')).not.toContain(KEY)
  })

  it.each(['two words', 'line\nbreak', 'Bearer a b'])('%j cannot be a key: nothing is sent', async (key) => {
    const { acted, schemes } = await sentWith(key)
    expect(acted.ok).toBe(false)
    expect(schemes).toEqual([])
  })

  it.each(['', 'Bearer', 'Api-Key '])('%j is no key: nothing is sent', async (key) => {
    const { acted, schemes } = await sentWith(key)
    expect(acted.ok).toBe(false)
    expect(acted.log.join('\n')).toContain("'api-key' is empty")
    expect(schemes).toEqual([])
  })
})

describe('Baseten denies access', () => {
  it.each([401, 403] as const)(
    'HTTP %i for a key that never worked: one look, then no more work',
    async (authStatus) => {
      const account = createAccount(['d1', 'd2', 'd3'], { authStatus })
      const acted = await undeploy(account, { 'api-key': 'wrong-key', 'deployment-id': 'd1,d2,d3' })
      expect(outcomes(acted)).toEqual(['d1 failed', 'd2 failed', 'd3 failed'])
      expect(reasonOf(acted, 'd1')).toContain("Check 'api-key'")
      expect(account.sent()).toEqual(LOOK)
    },
  )

  it('a key for inference only: told to check the key', async () => {
    const account = createAccount()
    account.world.keys.set('inference-key', { key: 'inference-key', manages: false })
    const acted = await undeploy(account, { 'api-key': 'inference-key' })
    expect(reasonOf(acted, 'd1')).toContain('not an inference-only key')
    expect(account.sent()).toEqual(LOOK)
  })

  it('403 at the DELETE for a restricted environment: that target fails, the others go', async () => {
    const account = createAccount(['d1', 'd2'])
    account.faults.push({
      kind: 'status',
      status: 403,
      body: '{"code":"PERMISSION_DENIED","message":"The environment is restricted"}',
      when: request('DELETE m1/deployments/d1'),
    })
    const acted = await undeploy(account, { 'deployment-id': 'd1,d2' })
    expect(outcomes(acted)).toEqual(['d1 failed', 'd2 deleted'])
    expect(reasonOf(acted, 'd1')).toContain('The environment is restricted')
    expect(reasonOf(acted, 'd1')).toContain('limited to some environments')
    expect(account.deletes()).toHaveLength(2)
  })

  it('403 for one model, answered before the others: that one fails, the others go', async () => {
    const account = createAccount([])
    for (const id of ['m2', 'm3']) account.world.addModel({ id })
    account.faults.push({ kind: 'status', status: 403, when: request('DELETE m1'), times: 9 })
    const acted = await undeploy(account, { resource: 'model', 'model-id': 'm1,m2,m3' })
    expect(outcomes(acted)).toEqual(['m1 failed', 'm2 deleted', 'm3 deleted'])
    expect(account.world.hasModel(MODEL)).toBe(true)
  })

  it('403 for the environments only: nothing is deleted, and the key is not blamed', async () => {
    const account = createAccount()
    account.faults.push({ kind: 'status', status: 403, when: request('GET m1/environments') })
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 failed'])
    expect(reasonOf(acted, 'd1')).toContain('The key works')
    expect(account.writes()).toEqual([])
  })

  it('401 in the middle: all work stops', async () => {
    const account = createAccount(['d1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7', 'd8', 'd9', 'd10', 'd11', 'd12'])
    const ids = account.world.deploymentIds(MODEL).filter((id) => id !== 'live')
    account.faults.push({ kind: 'status', status: 401, when: ({ method }) => method === 'DELETE', times: 1000 })
    const acted = await undeploy(account, { 'deployment-id': ids.join(',') })
    expect(new Set(outcomes(acted).map((text) => text.split(' ')[1]))).toEqual(new Set(['failed']))
    // What was under way at the same time is all that was sent.
    expect(account.deletes()).toHaveLength(8)
    expect(reasonOf(acted, 'd12')).toContain("Check 'api-key'")
  })

  it('403 while the deletion is confirmed: not called gone', async () => {
    const account = createAccount()
    account.faults.push({ kind: 'status', status: 403, when: request('GET m1/deployments/d1') })
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 failed'])
    expect(acted.outputs['deleted-count']).toBe('0')
    expect(JSON.parse(acted.outputs['tombstone'] ?? '')).toMatchObject({ deleted: true })
  })

  it('the key is revoked in the middle: not called gone', async () => {
    const account = createAccount(['d1'], { deleteVisibleMs: 60_000 })
    account.clock.at(10_000, () => account.world.revokeKey(KEY))
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 failed'])
    expect(acted.ok).toBe(false)
  })
})
