import { describe, expect, it } from 'vitest'
import { createAccount, isDelete, MODEL, outcomes, reasonOf, request, useBaseten } from './support.ts'

const undeploy = useBaseten()
const model = { resource: 'model' } as const

describe('Baseten, resource: model', () => {
  it('GET, DELETE, one GET that answers 404, and a list without it', async () => {
    const account = createAccount()
    const { ok, outputs, results } = await undeploy(account, model)
    expect(ok).toBe(true)
    expect(account.sent()).toEqual(['GET m1', 'DELETE m1', 'GET m1', 'GET /v1/models'])
    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({ id: MODEL, deleted: true })
    expect(results[0]).toMatchObject({
      resource: 'model',
      id: MODEL,
      modelId: MODEL,
      name: 'llama-chat',
      outcome: 'deleted',
    })
  })

  it('deletes everything under it, production, development and environments included', async () => {
    const account = createAccount(['d1', 'd2'])
    account.world.addDeployment(MODEL, { id: 'dev', development: true })
    account.world.addDeployment(MODEL, { id: 'staged', environment: 'staging' })
    const { outputs } = await undeploy(account, model)
    expect(outputs['status']).toBe('deleted')
    expect(account.happened().sort()).toEqual([
      'deleted d1',
      'deleted d2',
      'deleted dev',
      'deleted live',
      'deleted m1',
      'deleted staged',
    ])
    expect(account.writes()).toEqual(['DELETE m1'])
  })

  it('says what is under it before it deletes', async () => {
    const { log } = await undeploy(createAccount(['d1']), model)
    expect(log.join('\n')).toContain('2 deployments, including production')
  })

  it('only the models that were named, each with a GET of its own', async () => {
    const account = createAccount([])
    for (const id of ['m2', 'm3']) account.world.addModel({ id })
    const acted = await undeploy(account, { ...model, 'model-id': 'm3\nm1' })
    expect(outcomes(acted)).toEqual(['m3 deleted', 'm1 deleted'])
    expect(account.world.hasModel('m2')).toBe(true)
    expect(account.sent().filter((text) => text.includes('m2'))).toEqual([])
    expect(acted.outputs).toMatchObject({ tombstone: '', 'deleted-ids': '["m3","m1"]' })
    expect(JSON.parse(acted.outputs['tombstones'] ?? '')).toEqual([
      { id: 'm3', deleted: true },
      { id: 'm1', deleted: true },
    ])
  })

  it('one of them is missing: it is looked for over half a minute, the others go', async () => {
    const account = createAccount()
    const acted = await undeploy(account, { ...model, 'model-id': 'm9,m1' })
    expect(outcomes(acted)).toEqual(['m9 already-gone', 'm1 deleted'])
    expect(account.sent().filter((text) => text === 'GET m9').length).toBeLessThan(16)
    expect(acted.ms).toBeGreaterThanOrEqual(30_000)
    expect(acted.outputs['status']).toBe('deleted')
  })

  it('if-not-found: fail fails the step for a missing one, and the others go all the same', async () => {
    const account = createAccount()
    const acted = await undeploy(account, { ...model, 'model-id': 'm9,m1', 'if-not-found': 'fail' })
    expect(outcomes(acted)).toEqual(['m9 failed', 'm1 deleted'])
    expect(acted.ok).toBe(false)
  })

  it('still visible for a while: waits for the 404', async () => {
    const account = createAccount(['d1'], { deleteVisibleMs: 4000 })
    const { outputs, ms } = await undeploy(account, model)
    expect(outputs['status']).toBe('deleted')
    expect(ms).toBeGreaterThanOrEqual(4000)
    expect(account.deletes()).toHaveLength(1)
  })

  it('somebody makes a new one of the same name meanwhile: that one stays', async () => {
    const account = createAccount()
    account.baseten.settings.before = (method) => {
      if (method === 'DELETE' && account.world.hasModel(MODEL)) account.world.recreateModel(MODEL, { id: 'm2' })
    }
    const acted = await undeploy(account, model)
    expect(outcomes(acted)).toEqual(['m1 already-gone'])
    expect(account.world.hasModel('m2')).toBe(true)
  })

  it('the answer of the DELETE is lost: looks, finds it gone, and cannot say by whom', async () => {
    const account = createAccount()
    account.faults.push({ kind: 'lost-answer', when: isDelete })
    expect(outcomes(await undeploy(account, model))).toEqual(['m1 already-gone'])
    expect(account.sent().slice(0, 4)).toEqual(['GET m1', 'DELETE m1', 'GET m1', 'GET /v1/models'])
    expect(account.deletes()).toHaveLength(1)
  })

  it('refused for five seconds: final, and nothing is deactivated', async () => {
    const account = createAccount()
    account.faults.push({ kind: 'status', status: 409, body: '{"message":"in use"}', when: isDelete, times: 99 })
    const acted = await undeploy(account, model)
    expect(outcomes(acted)).toEqual(['m1 refused'])
    expect(reasonOf(acted, MODEL)).toContain('in use')
    expect(new Set(account.writes())).toEqual(new Set(['DELETE m1']))
    expect(account.writes().length).toBeLessThan(7)
  })

  it('a restricted environment under it: 403, and that model fails alone', async () => {
    const account = createAccount([])
    account.world.addModel({ id: 'm2' })
    account.world.addEnvironment(MODEL, { name: 'staging' })
    account.world.keys.set('limited-key', { key: 'limited-key', restricted: ['staging'] })
    const acted = await undeploy(account, { ...model, 'model-id': 'm1,m2', 'api-key': 'limited-key' })
    expect(outcomes(acted)).toEqual(['m1 failed', 'm2 deleted'])
    expect(reasonOf(acted, MODEL)).toContain('The environment staging is restricted')
  })

  it('tombstones that say otherwise fail: deleted: false, and another ID', async () => {
    const acted = await undeploy(createAccount([], { tombstoneDeletedFalse: true }), model)
    expect(outcomes(acted)).toEqual(['m1 failed'])
    const other = await undeploy(createAccount([], { tombstoneOtherId: true }), model)
    expect(outcomes(other)).toEqual(['m1 failed'])
  })

  it('the GET answers about another model: nothing is deleted', async () => {
    const account = createAccount()
    account.world.model(MODEL).overrides = { id: 'm2' }
    expect(outcomes(await undeploy(account, model))).toEqual(['m1 failed'])
    expect(account.writes()).toEqual([])
  })

  it('the GET brings an HTML page to the end: nothing is deleted', async () => {
    const account = createAccount()
    account.faults.push({ kind: 'html', when: request('GET m1'), times: 1000 })
    expect(outcomes(await undeploy(account, model))).toEqual(['m1 timed-out'])
    expect(account.writes()).toEqual([])
  })
})
