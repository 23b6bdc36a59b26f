import { describe, expect, it } from 'vitest'
import { createAccount, hoursAgo, LOOK, MODEL, outcomes, reasonOf, useBaseten } from './support.ts'

const undeploy = useBaseten()

describe('Baseten does not know the deployment', () => {
  it('it is looked for over half a minute, and nothing is deleted', async () => {
    const account = createAccount()
    const acted = await undeploy(account, { 'deployment-id': 'nobody' })
    expect(outcomes(acted)).toEqual(['nobody already-gone'])
    expect(reasonOf(acted, 'nobody')).toContain('not found')
    expect(account.sent().slice(0, 4)).toEqual([...LOOK, 'GET m1/deployments/nobody'])
    expect(account.sent().length).toBeLessThan(16 * 4)
    expect(acted.ms).toBeGreaterThanOrEqual(30_000)
    expect(acted.ms).toBeLessThan(32_000)
    expect(acted.log.join('\n')).toContain('it may be too new to be shown, so the action keeps checking for 30 s')
    expect(account.writes()).toEqual([])
    expect(acted.outputs).toMatchObject({ status: 'already-gone', 'deleted-count': '0', 'deleted-ids': '[]' })
  })

  it('if-not-found: warn passes with a warning', async () => {
    const { ok, log } = await undeploy(createAccount(), { 'deployment-id': 'nobody', 'if-not-found': 'warn' })
    expect(ok).toBe(true)
    expect(log.filter((line) => line.startsWith('warning:'))).toEqual([expect.stringContaining('nobody of model m1')])
  })

  it('if-not-found: ignore passes without one', async () => {
    const { ok, log, outputs } = await undeploy(createAccount(), {
      'deployment-id': 'nobody',
      'if-not-found': 'ignore',
    })
    expect(ok).toBe(true)
    expect(outputs['status']).toBe('already-gone')
    expect(log.filter((line) => /^(warning|error):/.test(line))).toEqual([])
  })

  it('if-not-found: fail fails the step with an error', async () => {
    const { ok, log, outputs } = await undeploy(createAccount(), { 'deployment-id': 'nobody', 'if-not-found': 'fail' })
    expect(ok).toBe(false)
    expect(outputs).toMatchObject({ status: 'failed', 'failed-count': '1' })
    expect(log.filter((line) => line.startsWith('error:'))).toEqual([expect.stringContaining("'if-not-found: fail'")])
  })

  it('it was pushed a moment ago and appears after 25 s: it is deleted', async () => {
    const account = createAccount([])
    account.world.addDeployment(MODEL, { id: 'd1', visibleFrom: account.clock.now() + 25_000 })
    expect(outcomes(await undeploy(account))).toEqual(['d1 deleted'])
    expect(account.deletes()).toHaveLength(1)
  })

  it('it is there, but under another model: not found, and left alone', async () => {
    const account = createAccount([])
    account.world.addModel({ id: 'm2' })
    account.world.addDeployment('m2', { id: 'd1' })
    account.world.addDeployment('m2', { id: 'd2' })
    expect(outcomes(await undeploy(account))).toEqual(['d1 already-gone'])
    expect(account.world.hasDeployment('m2', 'd1')).toBe(true)
    expect(account.writes()).toEqual([])
  })

  it.each([
    ['in other letters', 'D1', 'd1', 'it differs from deployment d1 in letter case only'],
    [
      'as YAML reads it without quotes',
      '123456',
      '0123456',
      'it is what YAML makes of deployment 0123456 without quotes',
    ],
    ['as YAML reads it without quotes', '100000', '1e5', 'it is what YAML makes of deployment 1e5 without quotes'],
    ['of its model', MODEL, 'd1', 'it is the ID of the model'],
  ])('an ID %s is another ID: nothing goes, and the step fails and says so', async (_how, given, id, reason) => {
    const account = createAccount([id])
    const acted = await undeploy(account, { 'deployment-id': given })
    expect(outcomes(acted)).toEqual([`${given} failed`])
    expect(reasonOf(acted, given)).toContain(reason)
    expect(account.writes()).toEqual([])
  })
})

describe('Baseten does not know the model', () => {
  it('its deployments are looked for over half a minute, and that is a failure: it may be mistyped', async () => {
    const account = createAccount()
    const acted = await undeploy(account, { 'model-id': 'm9', 'deployment-id': 'd1,d2' })
    expect(outcomes(acted)).toEqual(['d1 failed', 'd2 failed'])
    expect(reasonOf(acted, 'd1')).toBe('not found: model m9 does not exist, or is not visible with this key')
    // Each time three reads, the list of all models, and a GET of each.
    expect(account.sent().slice(0, 6)).toEqual([
      ...['GET m9', 'GET m9/deployments', 'GET m9/environments', 'GET /v1/models'],
      ...['GET m9/deployments/d1', 'GET m9/deployments/d2'],
    ])
    expect(acted.ms).toBeGreaterThanOrEqual(30_000)
    expect(account.writes()).toEqual([])
  })

  it('a model of a team that the key does not see is not found either', async () => {
    const account = createAccount()
    account.baseten.world.keys.set('other-key-012', { key: 'other-key-012', teams: [] })
    const acted = await undeploy(account, { 'api-key': 'other-key-012' })
    expect(outcomes(acted)).toEqual(['d1 failed'])
    expect(reasonOf(acted, 'd1')).toContain('not visible with this key')
  })

  it("where models go with their last deployment ('allow: last'), it may have gone so before: already gone", async () => {
    const account = createAccount()
    const acted = await undeploy(account, { 'model-id': 'm9', allow: 'last' })
    expect(outcomes(acted)).toEqual(['d1 already-gone'])
    expect(reasonOf(acted, 'd1')).toContain('model m9 does not exist')
  })

  it('its name in place of its ID: a failure that says so at once, because no waiting makes a name an ID', async () => {
    const account = createAccount()
    account.world.addModel({ id: 'm2', name: 'llama-chat' })
    const acted = await undeploy(account, { 'model-id': 'llama-chat' })
    expect(acted.ms).toBeLessThan(2000)
    expect(reasonOf(acted, 'd1')).toBe("not found: llama-chat is the name of model m2; write that ID in 'model-id'")
  })

  it.each([1, 6])(
    'a name in place of an ID, among %d IDs: a failure that says so, and the others go',
    async (count) => {
      const account = createAccount(Array.from({ length: count }, (_, index) => `d${index + 1}`))
      account.world.addDeployment(MODEL, { id: 'qv7m3p2', name: 'PR-42_1a2b3c4', createdAt: hoursAgo(2) })
      const ids = Array.from({ length: count }, (_, index) => `d${index + 1}`)
      const acted = await undeploy(account, { 'deployment-id': ['PR-42_1a2b3c4', ...ids].join(',') })
      expect(reasonOf(acted, 'PR-42_1a2b3c4')).toContain('it is the name of deployment qv7m3p2')
      expect(outcomes(acted)).toEqual(['PR-42_1a2b3c4 failed', ...ids.map((id) => `${id} deleted`)])
      expect(account.world.deploymentIds(MODEL)).toContain('qv7m3p2')
    },
  )

  it('it is deleted by somebody, while the deployment is being deactivated: already gone', async () => {
    const account = createAccount(['d1'], { deleteRequiresInactive: true, deactivateMs: 3_600_000 })
    account.clock.at(5000, () => account.world.removeModel(MODEL))
    expect(outcomes(await undeploy(account))).toEqual(['d1 already-gone'])
  })
})
