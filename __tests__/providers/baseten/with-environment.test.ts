import { describe, expect, it } from 'vitest'
import { beforeFirst, together } from './steps.ts'
import { CONFIRM, createAccount, LOOK, MODEL, outcomes, reasonOf, request, useBaseten } from './support.ts'

const undeploy = useBaseten()
const DELETE = 'DELETE m1/deployments/d1'
const DELETE_STAGING = 'DELETE m1/environments/staging'
const ALLOWED = { allow: 'environment' }

/** `d1` serves staging; `d2` is free. */
function createStaged(options: Parameters<typeof createAccount>[1] = {}) {
  const account = createAccount(['d1', 'd2'], options)
  account.world.promote(MODEL, 'd1', 'staging')
  return account
}

describe('environment not null, or current or candidate deployment of an environment', () => {
  it('without allow: environment it is left alone, and told how to allow it', async () => {
    const account = createStaged()
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain(
      "the environment staging: promote another deployment there, or set 'allow: environment'",
    )
    expect(account.writes()).toEqual([])
  })

  it('with it: DELETE environment, look again, DELETE deployment, one GET, and a list without it', async () => {
    const account = createStaged()
    const { ok, outputs, results } = await undeploy(account, ALLOWED)
    expect(ok).toBe(true)
    expect(account.sent()).toEqual([...LOOK, DELETE_STAGING, ...LOOK, DELETE, ...CONFIRM])
    expect(results[0]).toMatchObject({ id: 'd1', outcome: 'deleted', reason: 'confirmed gone' })
    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({ id: 'd1', deleted: true, model_id: MODEL })
    expect(account.world.hasEnvironment(MODEL, 'staging')).toBe(false)
  })

  it('its environment becomes null later: waits, and only then DELETE deployment', async () => {
    const account = createStaged({ environmentFreeMs: 20_000 })
    const acted = await undeploy(account, ALLOWED)
    expect(outcomes(acted)).toEqual(['d1 deleted'])
    expect(account.deleteTimes()[1]).toBeGreaterThanOrEqual(20_000)
    expect(account.writes()).toEqual([DELETE_STAGING, DELETE])
  })

  it('it never becomes free: the deadline names both, and no DELETE of the deployment was sent', async () => {
    const account = createStaged({ environmentFreeMs: 3_600_000 })
    const acted = await undeploy(account, { ...ALLOWED, timeout: '5m' })
    expect(outcomes(acted)).toEqual(['d1 timed-out'])
    expect(reasonOf(acted, 'd1')).toContain('in the environment staging')
    expect(acted.log.join('\n')).toMatch(/error: deployment d1 of model m1/)
    expect(account.writes()).toEqual([DELETE_STAGING])
  })

  it('somebody deletes it after the environment was deleted: already gone', async () => {
    const account = createStaged({ environmentFreeMs: 3_600_000 })
    account.clock.at(5000, () => account.world.removeDeployment(MODEL, 'd1'))
    const acted = await undeploy(account, ALLOWED)
    expect(outcomes(acted)).toEqual(['d1 already-gone'])
    expect(reasonOf(acted, 'd1')).toContain('disappeared before this run deleted it')
    expect(account.writes()).toEqual([DELETE_STAGING])
  })

  it('the candidate of a promotion: the environment goes, the promotion with it, and the plan says so', async () => {
    const account = createStaged()
    account.world.promoteAsCandidate(MODEL, 'd2', 'staging', 'RAMPING_UP')
    const acted = await undeploy(account, { ...ALLOWED, 'deployment-id': 'd2' })
    expect(outcomes(acted)).toEqual(['d2 deleted'])
    expect(acted.log.join('\n')).toContain(
      'deployment d1 (PR-1_1a2b3c4) is scaled to zero; the promotion of deployment d2 (PR-2_1a2b3c4) (RAMPING_UP) is cancelled',
    )
    expect(account.world.deploymentIds(MODEL)).toEqual(['live', 'd1'])
  })

  it('several environments: all of them first, one after the other', async () => {
    const account = createStaged()
    account.world.addEnvironment(MODEL, { name: 'canary', candidate: 'd1' })
    const acted = await undeploy(account, ALLOWED)
    expect(outcomes(acted)).toEqual(['d1 deleted'])
    expect(account.writes()).toHaveLength(3)
    expect(account.writes().slice(0, 2).sort()).toEqual(['DELETE m1/environments/canary', DELETE_STAGING])
    expect(account.writes()[2]).toBe(DELETE)
  })

  it('wait: false still waits until it is free of the environment', async () => {
    const account = createStaged({ environmentFreeMs: 8000 })
    const { outputs, ms } = await undeploy(account, { ...ALLOWED, wait: 'false' })
    expect(outputs['status']).toBe('accepted')
    expect(account.writes()).toEqual([DELETE_STAGING, DELETE])
    expect(ms).toBeGreaterThanOrEqual(8000)
  })

  it('dry-run: says which environments would go, and sends nothing but reads', async () => {
    const account = createStaged()
    account.world.addEnvironment(MODEL, { name: 'canary', candidate: 'd1' })
    const acted = await undeploy(account, { ...ALLOWED, 'dry-run': 'true' })
    expect(outcomes(acted)).toEqual(['d1 planned'])
    expect(account.writes()).toEqual([])
    const told = JSON.stringify(acted.report.targets)
    expect(told).toContain('in the environment canary, staging')
    expect(told).toContain('delete-environment')
    expect(told).toContain('in the environment canary, which is deleted first')
    expect(told).toContain('delete the environment staging')
  })

  it('a run that broke off after it deleted the environment is taken up where it stands', async () => {
    const account = createStaged({ environmentFreeMs: 10_000 })
    account.world.removeEnvironment(MODEL, 'staging')
    const acted = await undeploy(account, ALLOWED)
    expect(outcomes(acted)).toEqual(['d1 deleted'])
    expect(account.writes()).toEqual([DELETE])
    expect(account.deleteTimes()[0]).toBeGreaterThanOrEqual(10_000)
  })
})

describe('what allow: environment does not lift', () => {
  const everything = { allow: 'environment,development,last' }

  it('production', async () => {
    const account = createStaged()
    const acted = await undeploy(account, { ...everything, 'deployment-id': 'live' })
    expect(outcomes(acted)).toEqual(['live refused'])
    expect(reasonOf(acted, 'live')).toContain('serves production')
    expect(account.writes()).toEqual([])
  })

  it('production and staging at once', async () => {
    const account = createStaged()
    account.world.environment(MODEL, 'production').candidate = 'd1'
    const acted = await undeploy(account, everything)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(account.writes()).toEqual([])
  })

  it('the candidate of an environment that production serves: deleting it would scale production to zero', async () => {
    const account = createStaged()
    account.world.environment(MODEL, 'staging').current = 'live'
    account.world.environment(MODEL, 'staging').candidate = 'd2'
    const acted = await undeploy(account, { ...everything, 'deployment-id': 'd2' })
    expect(outcomes(acted)).toEqual(['d2 refused'])
    expect(reasonOf(acted, 'd2')).toContain('its deployment live serves production too')
    expect(account.writes()).toEqual([])
  })

  it('one of two environments cannot go: the other is not deleted either', async () => {
    const account = createStaged()
    account.world.addEnvironment(MODEL, { name: 'blue', current: 'd2' })
    account.world.environment(MODEL, 'blue').current = 'live'
    account.world.environment(MODEL, 'blue').candidate = 'd1'
    const acted = await undeploy(account, everything)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(account.writes()).toEqual([])
  })

  it('the last deployment of its model: its environment is not deleted for nothing', async () => {
    const account = createStaged()
    for (const id of ['live', 'd2']) account.world.removeDeployment(MODEL, id)
    const acted = await undeploy(account, ALLOWED)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('last deployment')
    expect(account.writes()).toEqual([])
  })

  it('protect: a protected deployment keeps its environment', async () => {
    const account = createStaged()
    const acted = await undeploy(account, { ...ALLOWED, protect: 'PR-1_*' })
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(account.writes()).toEqual([])
  })
})

describe('the development deployment in another environment', () => {
  const createDevelopment = () => {
    const account = createAccount([], { developmentDeletable: true })
    account.world.addDeployment(MODEL, { id: 'dev', development: true })
    account.world.promote(MODEL, 'dev', 'staging')
    return account
  }

  it.each(['development', 'environment'])('allow: %s alone is not enough', async (allow) => {
    const account = createDevelopment()
    expect(outcomes(await undeploy(account, { 'deployment-id': 'dev', allow }))).toEqual(['dev refused'])
    expect(account.writes()).toEqual([])
  })

  it('both: the environment goes, then the deployment', async () => {
    const account = createDevelopment()
    const acted = await undeploy(account, { 'deployment-id': 'dev', allow: 'development,environment' })
    expect(outcomes(acted)).toEqual(['dev deleted'])
    expect(account.writes()).toEqual([DELETE_STAGING, 'DELETE m1/deployments/dev'])
  })
})

describe('DELETE of the environment does not go well', () => {
  it('404, but it goes on being shown: not supported here, and the deployment is not deleted', async () => {
    const account = createStaged({ environmentDelete: '404' })
    const acted = await undeploy(account, ALLOWED)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('deleting the environment staging is not supported here')
    expect(account.writes()).toEqual([DELETE_STAGING])
  })

  it('405: not supported here', async () => {
    const account = createStaged({ environmentDelete: '405' })
    const acted = await undeploy(account, ALLOWED)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('not supported here')
    expect(account.writes()).toEqual([DELETE_STAGING])
  })

  it('204 is a success', async () => {
    const account = createStaged({ environmentDelete: '204' })
    expect(outcomes(await undeploy(account, ALLOWED))).toEqual(['d1 deleted'])
  })

  it('refused for five seconds: final, in the words of the API, and the deployment is not deleted', async () => {
    const account = createStaged()
    const body = '{"message":"not now"}'
    account.faults.push({ kind: 'status', status: 409, body, when: request(DELETE_STAGING), times: 99 })
    const acted = await undeploy(account, ALLOWED)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('not now')
    expect(new Set(account.writes())).toEqual(new Set([DELETE_STAGING]))
    expect(account.writes().length).toBeLessThan(7)
  })

  it('deleted: false: failed, and the deployment is not deleted', async () => {
    const account = createStaged({ tombstoneDeletedFalse: true })
    expect(outcomes(await undeploy(account, ALLOWED))).toEqual(['d1 failed'])
    expect(account.writes()).toEqual([DELETE_STAGING])
  })

  it('its answer is lost: looks, sees it gone, and goes on', async () => {
    const account = createStaged()
    account.faults.push({ kind: 'lost-answer', when: request(DELETE_STAGING) })
    expect(outcomes(await undeploy(account, ALLOWED))).toEqual(['d1 deleted'])
    expect(account.writes()).toEqual([DELETE_STAGING, DELETE])
  })

  it('503: looks, and asks again', async () => {
    const account = createStaged()
    account.faults.push({ kind: 'status', status: 503, when: request(DELETE_STAGING) })
    expect(outcomes(await undeploy(account, ALLOWED))).toEqual(['d1 deleted'])
    expect(account.writes()).toEqual([DELETE_STAGING, DELETE_STAGING, DELETE])
  })
})

describe('races about a deployment and its environment', () => {
  it('it is promoted to production before the environment is deleted: it stays', async () => {
    const account = createStaged()
    beforeFirst(account, 'DELETE', () => account.world.promote(MODEL, 'd1', 'production'))
    const acted = await undeploy(account, ALLOWED)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('serves production')
    expect(account.world.hasDeployment(MODEL, 'd1')).toBe(true)
  })

  it('somebody makes the environment anew with it: that one is not deleted a second time', async () => {
    const account = createStaged({ environmentFreeMs: 3_600_000 })
    account.clock.at(2000, () => account.world.promote(MODEL, 'd1', 'staging'))
    const acted = await undeploy(account, { ...ALLOWED, timeout: '2m' })
    expect(outcomes(acted)).toEqual(['d1 timed-out'])
    expect(account.writes()).toEqual([DELETE_STAGING])
    expect(account.world.hasEnvironment(MODEL, 'staging')).toBe(true)
  })

  it('the current one and the candidate of one environment, both to go: both go', async () => {
    const account = createStaged()
    account.world.promoteAsCandidate(MODEL, 'd2', 'staging')
    const acted = await undeploy(account, { ...ALLOWED, 'deployment-id': 'd1,d2' })
    expect(outcomes(acted)).toEqual(['d1 deleted', 'd2 deleted'])
    expect(account.world.deploymentIds(MODEL)).toEqual(['live'])
  })

  it('two runs at once for the same one: both end well', async () => {
    const account = createStaged({ environmentFreeMs: 3000 })
    const runs = await together(account, ALLOWED, ALLOWED)
    expect(runs.flatMap(outcomes).sort()).toEqual(['d1 already-gone', 'd1 deleted'])
  })

  it('a run for the environment and one for its deployment: both end well', async () => {
    const account = createStaged({ environmentFreeMs: 3000 })
    const environment = { resource: 'environment', 'deployment-id': undefined, environment: 'staging' }
    const runs = await together(account, environment, ALLOWED)
    expect(runs.flatMap(outcomes)).toEqual(['staging deleted', 'd1 deleted'])
  })
})
