import { describe, expect, it } from 'vitest'
import { beforeFirst, environmentStep, together } from './steps.ts'
import { CARRIED_OUT, createAccount, isDelete, isRead, MODEL, outcomes, reasonOf, useBaseten } from './support.ts'

const undeploy = useBaseten()
const DELETE = 'DELETE m1/environments/staging'
const LIST = 'GET m1/environments'
const GET = 'GET m1/environments/staging'

/** `m1` with the environments staging, which `d1` serves, and canary, which nothing does. */
function createStaged(options: Parameters<typeof createAccount>[1] = {}) {
  const account = createAccount(['d1', 'd2'], options)
  account.world.promote(MODEL, 'd1', 'staging')
  account.world.addEnvironment(MODEL, { name: 'canary' })
  return account
}

describe('Baseten, resource: environment', () => {
  it('one list, DELETE, one list without it, and one GET that answers 404', async () => {
    const account = createStaged()
    const { ok, outputs, results } = await undeploy(account, environmentStep('staging'))
    expect(ok).toBe(true)
    expect(account.sent()).toEqual([LIST, DELETE, LIST, GET])
    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({ name: 'staging', model_id: MODEL, deleted: true })
    expect(results[0]).toMatchObject({
      resource: 'environment',
      id: 'staging',
      modelId: MODEL,
      name: 'staging',
      outcome: 'deleted',
      reason: 'confirmed gone',
    })
  })

  it('in another letter case it is mistyped: failed, with the one that is there', async () => {
    const account = createStaged()
    const acted = await undeploy(account, environmentStep('Staging'))
    expect(outcomes(acted)).toEqual(['Staging failed'])
    expect(reasonOf(acted, 'Staging')).toContain('it differs from environment staging in letter case only')
    expect(account.writes()).toEqual([])
  })

  it('its deployment stays, scaled to zero, and the plan says so', async () => {
    const account = createStaged()
    const { log } = await undeploy(account, environmentStep('staging'))
    expect(log.join('\n')).toContain('deployment d1 (PR-1_1a2b3c4) is scaled to zero')
    expect(account.world.deployment(MODEL, 'd1')).toMatchObject({ status: 'SCALED_TO_ZERO', environment: null })
  })

  it('several of a model: one list for all of them', async () => {
    const account = createStaged()
    const acted = await undeploy(account, environmentStep('staging, canary'))
    expect(outcomes(acted)).toEqual(['staging deleted', 'canary deleted'])
    expect(account.sent().filter((text) => text === LIST).length).toBeLessThanOrEqual(3)
    expect(account.deletes().sort()).toEqual(['DELETE m1/environments/canary', DELETE])
  })

  it('204 without a tombstone is a success too', async () => {
    const account = createStaged({ environmentDelete: '204' })
    const { outputs } = await undeploy(account, environmentStep('staging'))
    expect(outputs).toMatchObject({ status: 'deleted', tombstone: '', tombstones: '[null]' })
    expect(account.world.hasEnvironment(MODEL, 'staging')).toBe(false)
  })

  it('wait: false: accepted, and not looked at again', async () => {
    const account = createStaged()
    const { outputs } = await undeploy(account, environmentStep('staging', { wait: 'false' }))
    expect(outputs['status']).toBe('accepted')
    expect(account.sent()).toEqual([LIST, DELETE])
  })

  it('dry-run: says what it would do and what goes with it, and sends nothing but reads', async () => {
    const account = createStaged()
    account.world.promoteAsCandidate(MODEL, 'd2', 'staging', 'RAMPING_UP')
    const acted = await undeploy(account, environmentStep('staging', { 'dry-run': 'true' }))
    expect(outcomes(acted)).toEqual(['staging planned'])
    expect(reasonOf(acted, 'staging')).toContain(
      'the promotion of deployment d2 (PR-2_1a2b3c4) (RAMPING_UP) is cancelled',
    )
    expect(acted.summary).toMatch(/deployment d1 .* is scaled to zero/)
    expect(account.writes()).toEqual([])
  })

  it.each(['RELEASING', 'RAMPING_UP', 'RAMPING_DOWN', 'PAUSED', 'UNHEARD_OF'])(
    'a promotion in %s is told before the DELETE that cancels it',
    async (status) => {
      const account = createStaged()
      account.world.promoteAsCandidate(MODEL, 'd2', 'staging', status)
      const acted = await undeploy(account, environmentStep('staging'))
      expect(outcomes(acted)).toEqual(['staging deleted'])
      expect(acted.log.join('\n')).toContain(`the promotion of deployment d2 (PR-2_1a2b3c4) (${status}) is cancelled`)
    },
  )

  it.each(['SUCCEEDED', 'FAILED', 'CANCELED'])(
    'a promotion that is over (%s) is not told as running',
    async (status) => {
      const account = createStaged()
      account.world.environment(MODEL, 'staging').promotion = { status, percent: 100 }
      const { log } = await undeploy(account, environmentStep('staging'))
      expect(log.join('\n')).not.toContain('promotion')
    },
  )
})

describe('an environment that must stay', () => {
  it('production: an input mistake, and nothing is sent', async () => {
    const account = createStaged()
    const { ok, log } = await undeploy(account, environmentStep('staging,production', { allow: 'environment,last' }))
    expect(ok).toBe(false)
    expect(log.join('\n')).toContain("'environment' has 'production', which is never deleted")
    expect(account.sent()).toEqual([])
  })

  it.each([
    [
      'current deployment',
      (account: ReturnType<typeof createStaged>) => account.world.addEnvironment(MODEL, { name: 'blue' }),
    ],
    [
      'candidate',
      (account: ReturnType<typeof createStaged>) =>
        account.world.addEnvironment(MODEL, { name: 'blue', candidate: 'live' }),
    ],
  ])('its %s serves production too: refused, since deleting it takes that out of service', async (what, make) => {
    const account = createStaged()
    const blue = make(account)
    if (what === 'current deployment') blue.current = 'live'
    const acted = await undeploy(account, environmentStep('blue', { allow: 'environment,development,last' }))
    expect(outcomes(acted)).toEqual(['blue refused'])
    expect(reasonOf(acted, 'blue')).toContain('its deployment live serves production too')
    expect(account.writes()).toEqual([])
  })

  it('its deployment is flagged as production, although the environment production is not shown: refused', async () => {
    const account = createStaged()
    account.world.deployment(MODEL, 'd1').overrides = { is_production: true }
    account.world.model(MODEL).environments.delete('production')
    const acted = await undeploy(account, environmentStep('staging'))
    expect(outcomes(acted)).toEqual(['staging refused'])
    expect(account.writes()).toEqual([])
  })

  it('development: refused, unless allow: development', async () => {
    const account = createStaged()
    account.world.addEnvironment(MODEL, { name: 'development' })
    const acted = await undeploy(account, environmentStep('development'))
    expect(outcomes(acted)).toEqual(['development refused'])
    expect(reasonOf(acted, 'development')).toContain("'allow: development'")
    const allowed = await undeploy(account, environmentStep('development', { allow: 'development' }))
    expect(outcomes(allowed)).toEqual(['development deleted'])
  })

  it('its name is protected: refused', async () => {
    const account = createStaged()
    const acted = await undeploy(account, environmentStep('staging,canary', { protect: 'stag*' }))
    expect(outcomes(acted)).toEqual(['staging refused', 'canary deleted'])
  })
})

describe('an environment that is not there', () => {
  it('never seen: looked for over half a minute, then already gone', async () => {
    const account = createStaged()
    const acted = await undeploy(account, environmentStep('nobody'))
    expect(outcomes(acted)).toEqual(['nobody already-gone'])
    expect(account.sent().slice(0, 2)).toEqual([LIST, 'GET m1/environments/nobody'])
    expect(account.sent().length).toBeLessThan(32)
    expect(acted.ms).toBeGreaterThanOrEqual(30_000)
  })

  it('its model is not there: a failure, after the model was asked for and looked for in the list', async () => {
    const account = createStaged()
    const acted = await undeploy(account, environmentStep('staging', { 'model-id': 'm9' }))
    expect(outcomes(acted)).toEqual(['staging failed'])
    const look = ['GET m9/environments', 'GET m9', 'GET /v1/models', 'GET m9/environments/staging']
    expect(account.sent().slice(0, 8)).toEqual([...look, ...look])
  })

  it('the list answers 404, although the model is there: nothing is known, so nothing is deleted', async () => {
    const account = createStaged()
    account.faults.push({ kind: 'status', status: 404, when: ({ path }) => path.endsWith('/environments'), times: 99 })
    const acted = await undeploy(account, environmentStep('staging'))
    expect(outcomes(acted)).toEqual(['staging timed-out'])
    expect(account.writes()).toEqual([])
  })

  it('DELETE 404 and the list no longer shows it: already gone', async () => {
    const account = createStaged()
    beforeFirst(account, 'DELETE', () => account.world.removeEnvironment(MODEL, 'staging'))
    const acted = await undeploy(account, environmentStep('staging'))
    expect(outcomes(acted)).toEqual(['staging already-gone'])
    expect(account.sent().slice(0, 4)).toEqual([LIST, DELETE, LIST, GET])
    expect(account.deletes()).toEqual([DELETE])
  })

  it('DELETE 404, but the list goes on showing it: not supported here, and no second DELETE', async () => {
    const account = createStaged({ environmentDelete: '404' })
    const acted = await undeploy(account, environmentStep('staging'))
    expect(outcomes(acted)).toEqual(['staging refused'])
    expect(reasonOf(acted, 'staging')).toContain('not supported here')
    expect(account.deletes()).toEqual([DELETE])
    expect(acted.ms).toBeGreaterThanOrEqual(30_000)
  })

  it('DELETE 405: not supported here, after one more look and no second DELETE', async () => {
    const account = createStaged({ environmentDelete: '405' })
    const acted = await undeploy(account, environmentStep('staging'))
    expect(outcomes(acted)).toEqual(['staging refused'])
    expect(reasonOf(acted, 'staging')).toMatch(/not supported here: .*HTTP 405/)
    expect(account.sent()).toEqual([LIST, DELETE, LIST])
  })
})

describe('a DELETE of an environment that does not go well', () => {
  it.each([400, 409, 412, 422])('refused with %i for five seconds: final in the words of the API', async (status) => {
    const account = createStaged()
    account.faults.push({ kind: 'status', status, body: '{"message":"in use"}', when: isDelete, times: 99 })
    const acted = await undeploy(account, environmentStep('staging'))
    expect(outcomes(acted)).toEqual(['staging refused'])
    expect(reasonOf(acted, 'staging')).toContain('in use')
    expect(new Set(account.writes())).toEqual(new Set([DELETE]))
    expect(account.writes().length).toBeLessThan(7)
  })

  it.each(['lost-answer', 'reset-before', 'hang', 'hang-after', 'html', 'truncated', 'wrong-type'] as const)(
    '%s: looks, and goes on from what is there',
    async (kind) => {
      const account = createStaged()
      account.faults.push({ kind, when: isDelete })
      const acted = await undeploy(account, environmentStep('staging'))
      expect(outcomes(acted)).toEqual([`staging ${CARRIED_OUT.has(kind) ? 'already-gone' : 'deleted'}`])
      expect(account.world.hasEnvironment(MODEL, 'staging')).toBe(false)
    },
  )

  it('deleted: false, or the tombstone of another one: failed', async () => {
    const no = createStaged({ tombstoneDeletedFalse: true })
    expect(outcomes(await undeploy(no, environmentStep('staging')))).toEqual(['staging failed'])
    const other = createStaged({ tombstoneOtherId: true })
    expect(outcomes(await undeploy(other, environmentStep('staging')))).toEqual(['staging failed'])
  })

  it('the tombstone of an environment of the same name of another model: failed', async () => {
    const account = createStaged()
    const body = '{"name":"staging","model_id":"m2","deleted":true}'
    account.faults.push({ kind: 'status', status: 200, body, when: isDelete })
    expect(outcomes(await undeploy(account, environmentStep('staging')))).toEqual(['staging failed'])
  })

  it('an environment restricted for this key: that one fails, the others go', async () => {
    const account = createStaged()
    account.world.keys.set('limited-key', { key: 'limited-key', restricted: ['staging'] })
    const acted = await undeploy(account, environmentStep('staging,canary', { 'api-key': 'limited-key' }))
    expect(outcomes(acted)).toEqual(['staging failed', 'canary deleted'])
    expect(reasonOf(acted, 'staging')).toContain('The environment staging is restricted')
  })

  it('the list is an HTML page to the end: nothing is deleted', async () => {
    const account = createStaged()
    account.faults.push({ kind: 'html', when: isRead, times: 1000 })
    expect(outcomes(await undeploy(account, environmentStep('staging')))).toEqual(['staging timed-out'])
    expect(account.writes()).toEqual([])
  })
})

describe('races about an environment', () => {
  it('two runs at once for the same one: both end well', async () => {
    const account = createStaged()
    const runs = await together(account, environmentStep('staging'), environmentStep('staging'))
    expect(runs.map(({ ok }) => ok)).toEqual([true, true])
    expect(runs.flatMap(outcomes).sort()).toEqual(['staging already-gone', 'staging deleted'])
    expect(account.happened().filter((event) => event.startsWith('deleted'))).toEqual(['deleted staging'])
  })

  it('production moves into it between a refused DELETE and the next: left alone', async () => {
    const account = createStaged()
    account.faults.push({ kind: 'status', status: 409, when: isDelete })
    account.clock.at(1, () => {
      account.world.environment(MODEL, 'production').current = 'd1'
    })
    const acted = await undeploy(account, environmentStep('staging'))
    expect(outcomes(acted)).toEqual(['staging refused'])
    expect(reasonOf(acted, 'staging')).toContain('serves production too')
    expect(account.writes()).toEqual([DELETE])
  })

  it('somebody deletes its model meanwhile: already gone', async () => {
    const account = createStaged()
    beforeFirst(account, 'DELETE', () => account.world.removeModel(MODEL))
    expect(outcomes(await undeploy(account, environmentStep('staging')))).toEqual(['staging already-gone'])
  })
})
