import { describe, expect, it } from 'vitest'
import { beforeFirst, together } from './steps.ts'
import {
  type Account,
  CARRIED_OUT,
  createAccount,
  hoursAgo,
  isDelete,
  LOOK,
  MODEL,
  outcomes,
  reasonOf,
  request,
  useBaseten,
} from './support.ts'

const undeploy = useBaseten()
const LAST = { allow: 'last' }
const ALL = { ...LAST, 'deployment-id': 'd1,d2,d3' }

/** `m1` without production: `d1`, `d2` and `d3`, oldest first, or those named. */
function createPlain(ids: readonly string[] = ['d1', 'd2', 'd3'], options: Parameters<typeof createAccount>[1] = {}) {
  const account = createAccount(ids)
  account.world.removeDeployment(MODEL, 'live')
  // From here on, so that nothing is left of `live`.
  Object.assign(account.baseten.settings, options)
  return account
}

describe('the last deployment of a model', () => {
  it('without allow: last it stays, and is told both ways out', async () => {
    const account = createPlain(['d1'])
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain("'resource: model'")
    expect(reasonOf(acted, 'd1')).toContain("'allow: last'")
    expect(account.writes()).toEqual([])
  })

  it('with it: DELETE model, GET model answers 404, a list without it, and GET of the deployment', async () => {
    const account = createPlain(['d1'])
    const { ok, outputs, results } = await undeploy(account, LAST)
    expect(ok).toBe(true)
    expect(account.sent()).toEqual([...LOOK, 'DELETE m1', 'GET m1', 'GET /v1/models', 'GET m1/deployments/d1'])
    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({ id: MODEL, deleted: true })
    expect(outputs).toMatchObject({ status: 'deleted', 'deleted-ids': '["d1"]' })
    expect(results[0]).toMatchObject({
      resource: 'deployment',
      id: 'd1',
      modelId: MODEL,
      reason: 'confirmed gone, with its model',
    })
  })

  it('the plan says beforehand that the model goes', async () => {
    const account = createPlain(['d1'])
    const acted = await undeploy(account, { ...LAST, 'dry-run': 'true' })
    expect(outcomes(acted)).toEqual(['d1 planned'])
    expect(reasonOf(acted, 'd1')).toBe('is ACTIVE and the last deployment of its model, which is deleted with it')
    expect(acted.summary).toContain('delete-model')
    expect(account.writes()).toEqual([])
  })

  it('the model is still visible for a while: waits for its 404, and not only for that of the deployment', async () => {
    const account = createPlain(['d1'], { deleteVisibleMs: 4000 })
    const { outputs, ms } = await undeploy(account, LAST)
    expect(outputs['status']).toBe('deleted')
    expect(ms).toBeGreaterThanOrEqual(4000)
    expect(account.deletes()).toEqual(['DELETE m1'])
  })

  it('the deployment is gone, but its model is still shown to the end: not deleted, but timed-out', async () => {
    const account = createPlain(['d1'], { deleteVisibleMs: 3_600_000 })
    account.faults.push({
      kind: 'status',
      status: 200,
      body: '{"deployments":[]}',
      when: (sent) => request('GET m1/deployments')(sent) && account.deletes().length > 0,
      times: 1000,
    })
    const acted = await undeploy(account, { ...LAST, timeout: '3m' })
    expect(outcomes(acted)).toEqual(['d1 timed-out'])
    expect(reasonOf(acted, 'd1')).toContain('not listed, but its model is')
  })

  it('wait: false: accepted with the tombstone of the model', async () => {
    const account = createPlain(['d1'])
    const { outputs } = await undeploy(account, { ...LAST, wait: 'false' })
    expect(outputs['status']).toBe('accepted')
    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({ id: MODEL, deleted: true })
  })

  it('not the last one: it goes alone, and the model stays', async () => {
    const account = createPlain()
    expect(outcomes(await undeploy(account, LAST))).toEqual(['d1 deleted'])
    expect(account.deletes()).toEqual(['DELETE m1/deployments/d1'])
  })
})

describe('a selection that covers all that remain', () => {
  it('the others go first, each by itself, and the model with the newest', async () => {
    const account = createPlain()
    const acted = await undeploy(account, ALL)
    expect(outcomes(acted)).toEqual(['d1 deleted', 'd2 deleted', 'd3 deleted'])
    expect(account.deletes()).toEqual(['DELETE m1/deployments/d1', 'DELETE m1/deployments/d2', 'DELETE m1'])
    expect(JSON.parse(acted.outputs['tombstones'] ?? '')).toEqual([
      { id: 'd1', deleted: true, model_id: MODEL },
      { id: 'd2', deleted: true, model_id: MODEL },
      { id: MODEL, deleted: true },
    ])
    expect(account.world.hasModel(MODEL)).toBe(false)
  })

  it('the others are shown for a while after their deletion: the model waits for them', async () => {
    const account = createPlain(['d1', 'd2', 'd3'], { deleteVisibleMs: 5000 })
    const acted = await undeploy(account, ALL)
    expect(outcomes(acted)).toEqual(['d1 deleted', 'd2 deleted', 'd3 deleted'])
    expect(account.deletes().at(-1)).toBe('DELETE m1')
    expect(account.deleteTimes().at(-1)).toBeGreaterThanOrEqual(5000)
  })

  it('dry-run: nothing is sent, and of the newest it is said that its model goes if it is the last', async () => {
    const account = createPlain()
    const acted = await undeploy(account, { ...ALL, 'dry-run': 'true' })
    expect(outcomes(acted)).toEqual(['d1 planned', 'd2 planned', 'd3 planned'])
    expect(acted.summary).toContain('delete its model if it is the last deployment by then')
    expect(account.writes()).toEqual([])
  })

  it.each([['d1,d2,d3'], ['d3,d2,d1']])(
    'one of them (%s) is protected by its name and stays: the newest goes alone, and the model stays',
    async (ids) => {
      const account = createPlain()
      const acted = await undeploy(account, { ...LAST, 'deployment-id': ids, protect: 'PR-1_*' })
      expect(outcomes(acted).sort()).toEqual(['d1 refused', 'd2 deleted', 'd3 deleted'])
      expect(account.world.deploymentIds(MODEL)).toEqual(['d1'])
    },
  )

  it('Baseten refuses one of them for good: the newest goes alone, and the model stays', async () => {
    const account = createPlain()
    account.world.setStatus(MODEL, 'd1', 'INACTIVE')
    const when = request('DELETE m1/deployments/d1')
    account.faults.push({ kind: 'status', status: 409, body: '{"message":"no"}', when, times: 99 })
    const acted = await undeploy(account, ALL)
    expect(outcomes(acted)).toEqual(['d1 refused', 'd2 deleted', 'd3 deleted'])
    expect(account.world.deploymentIds(MODEL)).toEqual(['d1'])
  })

  it('a new one is pushed meanwhile: it is not taken along, and the model stays', async () => {
    const account = createPlain()
    beforeFirst(account, 'DELETE', () =>
      account.world.addDeployment(MODEL, { id: 'new', name: 'main', createdAt: hoursAgo(0) }),
    )
    const acted = await undeploy(account, ALL)
    expect(outcomes(acted)).toEqual(['d1 deleted', 'd2 deleted', 'd3 deleted'])
    expect(account.world.deploymentIds(MODEL)).toEqual(['new'])
    expect(account.deletes()).not.toContain('DELETE m1')
  })
})

describe('a model with a guarded deployment never goes', () => {
  it.each([
    ['production', (account: ReturnType<typeof createPlain>) => account.world.promote(MODEL, 'd1', 'production')],
    ['an environment', (account: ReturnType<typeof createPlain>) => account.world.promote(MODEL, 'd1', 'staging')],
    [
      'development',
      (account: ReturnType<typeof createPlain>) => {
        account.world.model(MODEL).developmentDeploymentId = 'd1'
      },
    ],
  ])('%s: the others go, one by one', async (_what, guard) => {
    const account = createPlain()
    guard(account)
    const acted = await undeploy(account, ALL)
    expect(outcomes(acted)).toEqual(['d1 refused', 'd2 deleted', 'd3 deleted'])
    expect(account.world.deploymentIds(MODEL)).toEqual(['d1'])
    expect(account.deletes()).not.toContain('DELETE m1')
  })

  it.each([
    ['environment', 'staging'],
    ['development', 'development'],
  ])('the last one is guarded itself, and allow: %s lifts that too: the model goes', async (guard, name) => {
    const account = createPlain(['d1'])
    if (name === 'staging') account.world.promote(MODEL, 'd1', name)
    else account.world.model(MODEL).developmentDeploymentId = 'd1'
    expect(outcomes(await undeploy(account, LAST))).toEqual(['d1 refused'])
    expect(account.writes()).toEqual([])
    expect(outcomes(await undeploy(account, { allow: `last,${guard}` }))).toEqual(['d1 deleted'])
    expect(account.deletes()).toEqual(['DELETE m1'])
  })

  it('the last one is production: it stays, whatever is allowed', async () => {
    const account = createPlain(['d1'])
    account.world.promote(MODEL, 'd1', 'production')
    const acted = await undeploy(account, { allow: 'last,environment,development' })
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(account.writes()).toEqual([])
  })

  it('the model counts deployments that this key does not see: it is not deleted', async () => {
    const account = createPlain(['d1'])
    account.world.model(MODEL).overrides = { deployments_count: 2 }
    const acted = await undeploy(account, LAST)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('counts 1 more')
    expect(account.writes()).toEqual([])
  })
})

describe('what the model counts and what is shown disagree', () => {
  it('for a moment, since the two are read at the same time: looks again, and the model goes', async () => {
    const account = createPlain(['d1'])
    account.world.model(MODEL).overrides = { deployments_count: 2 }
    account.clock.at(400, () => {
      account.world.model(MODEL).overrides = {}
    })
    expect(outcomes(await undeploy(account, LAST))).toEqual(['d1 deleted'])
    expect(account.deletes()).toEqual(['DELETE m1'])
  })

  it('a deployment was pushed that is not shown yet: the model is not deleted with it', async () => {
    const account = createPlain(['d1'])
    account.world.addDeployment(MODEL, { id: 'new', visibleFrom: account.clock.now() + 3_600_000 })
    const acted = await undeploy(account, LAST)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('counts 1 more')
    expect(account.world.deploymentIds(MODEL)).toEqual(['d1', 'new'])
  })

  it('the count is missing, of the only one there is: nothing says so, and the model is not deleted', async () => {
    const account = createPlain(['d1'])
    account.world.model(MODEL).overrides = { deployments_count: undefined }
    expect(outcomes(await undeploy(account, LAST))).toEqual(['d1 refused'])
    expect(account.writes()).toEqual([])
  })

  it('it is shown some looks later: the one to go goes alone', async () => {
    const account = createPlain(['d1'])
    account.world.addDeployment(MODEL, { id: 'new', visibleFrom: account.clock.now() + 600 })
    expect(outcomes(await undeploy(account, LAST))).toEqual(['d1 deleted'])
    expect(account.world.deploymentIds(MODEL)).toEqual(['new'])
  })
})

describe('the list of deployments is short, and only d1 is shown', () => {
  /** `m1` with `d1`, and `live`, which serves production and is not in the list. */
  function createShort(overrides: Record<string, unknown>) {
    const account = createAccount(['d1'])
    const d1 = { id: 'd1', status: 'ACTIVE', name: 'PR-1_1a2b3c4', is_production: false, is_development: false }
    const body = JSON.stringify({ deployments: [{ ...d1, created_at: hoursAgo(50), environment: null }] })
    account.faults.push({ kind: 'status', status: 200, body, when: request('GET m1/deployments'), times: 1000 })
    account.world.model(MODEL).overrides = overrides
    return account
  }
  const hidden = { production_deployment_id: null }
  const noneNamed = (account: Account) => {
    account.world.environment(MODEL, 'production').overrides = { current_deployment: null }
  }

  it.each([
    ['is missing', undefined],
    ['is null', null],
    ['is a text', '2'],
  ])('the count %s, and nothing names another one: looks again, and the model is not deleted', async (_what, count) => {
    const account = createShort({ ...hidden, deployments_count: count })
    noneNamed(account)
    const acted = await undeploy(account, LAST)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('does not say how many deployments it has: the model is not deleted')
    expect(account.writes()).toEqual([])
    expect(account.sent().length).toBeGreaterThan(2 * LOOK.length)
  })

  it.each<[string, Record<string, unknown>, (account: Account) => void]>([
    ['the model, as production', { production_deployment_id: 'live' }, noneNamed],
    ['the model, as development', { ...hidden, development_deployment_id: 'live' }, noneNamed],
    ['the environment production', hidden, () => undefined],
    [
      'an environment, as its candidate',
      hidden,
      (account) => {
        noneNamed(account)
        account.world.addEnvironment(MODEL, { name: 'staging', candidate: 'live' })
      },
    ],
  ])('%s names another one, though the count agrees: looks again, and the model is not deleted', async (...row) => {
    const [, overrides, prepare] = row
    const account = createShort({ ...overrides, deployments_count: 1 })
    prepare(account)
    const acted = await undeploy(account, { allow: 'last,environment,development' })
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('names the deployment live, which is not shown: the model is not deleted')
    expect(account.writes()).toEqual([])
    expect(account.sent().length).toBeGreaterThan(2 * LOOK.length)
  })

  it('a sweep keeps it, and its plan says why', async () => {
    const account = createShort({ ...hidden, deployments_count: undefined })
    noneNamed(account)
    const acted = await undeploy(account, { ...LAST, 'deployment-id': undefined, 'model-id': '', name: 'PR-*' })
    expect(outcomes(acted)).toEqual(['d1 kept'])
    expect(reasonOf(acted, 'd1')).toContain('does not say how many deployments it has')
    expect(account.writes()).toEqual([])
  })

  it('for a moment only: once the count is there, and the list whole, d1 goes alone', async () => {
    const account = createShort({ deployments_count: undefined })
    account.clock.at(400, () => {
      account.faults.length = 0
      account.world.model(MODEL).overrides = {}
    })
    expect(outcomes(await undeploy(account, LAST))).toEqual(['d1 deleted'])
    expect(account.deletes()).toEqual(['DELETE m1/deployments/d1'])
  })
})

describe('DELETE of the model does not go well', () => {
  it('refused for five seconds: final, and the deployment is neither deactivated nor deleted singly', async () => {
    const account = createPlain(['d1'])
    account.faults.push({ kind: 'status', status: 409, body: '{"message":"in use"}', when: isDelete, times: 99 })
    const acted = await undeploy(account, LAST)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('in use')
    expect(new Set(account.writes())).toEqual(new Set(['DELETE m1']))
    expect(account.writes().length).toBeLessThan(7)
  })

  it.each(['lost-answer', 'reset-before', 'html', 'truncated', 'hang-after'] as const)(
    '%s: looks, and goes on from what is there',
    async (kind) => {
      const account = createPlain(['d1'])
      account.faults.push({ kind, when: isDelete })
      const outcome = CARRIED_OUT.has(kind) ? 'already-gone' : 'deleted'
      expect(outcomes(await undeploy(account, LAST))).toEqual([`d1 ${outcome}`])
      expect(account.world.hasModel(MODEL)).toBe(false)
    },
  )

  it('404: somebody was quicker', async () => {
    const account = createPlain(['d1'])
    beforeFirst(account, 'DELETE', () => account.world.removeModel(MODEL))
    expect(outcomes(await undeploy(account, LAST))).toEqual(['d1 already-gone'])
    expect(account.deletes()).toHaveLength(1)
  })

  it('deleted: false, or the tombstone of another model: failed', async () => {
    expect(outcomes(await undeploy(createPlain(['d1'], { tombstoneDeletedFalse: true }), LAST))).toEqual(['d1 failed'])
    expect(outcomes(await undeploy(createPlain(['d1'], { tombstoneOtherId: true }), LAST))).toEqual(['d1 failed'])
  })

  it('refused once, and by then it is not the last one any more: it goes alone, and is confirmed', async () => {
    const account = createPlain(['d1'])
    account.faults.push({ kind: 'status', status: 409, when: isDelete })
    account.clock.at(1, () => account.world.addDeployment(MODEL, { id: 'new', createdAt: hoursAgo(0) }))
    expect(outcomes(await undeploy(account, LAST))).toEqual(['d1 deleted'])
    expect(account.deletes()).toEqual(['DELETE m1', 'DELETE m1/deployments/d1'])
  })
})

describe('races about the last deployment', () => {
  it('two runs at once, one for each of the last two: both go, and the model with the second', async () => {
    const account = createPlain(['d1', 'd2'])
    const runs = await together(account, LAST, { ...LAST, 'deployment-id': 'd2' })
    expect(runs.flatMap(outcomes)).toEqual(['d1 deleted', 'd2 deleted'])
    expect(account.world.hasModel(MODEL)).toBe(false)
  })

  it.each([0, 3000])('two runs at once for all of them, visible for %i ms: both end well', async (deleteVisibleMs) => {
    const account = createPlain(['d1', 'd2', 'd3'], { deleteVisibleMs })
    const runs = await together(account, ALL, ALL)
    expect(runs.map(({ ok }) => ok)).toEqual([true, true])
    expect(runs.flatMap(outcomes).filter((text) => !/ (deleted|already-gone)$/.test(text))).toEqual([])
    expect(account.world.hasModel(MODEL)).toBe(false)
  })

  it('it becomes the last one between look and DELETE: refused at first, then the model goes with it', async () => {
    const account = createPlain(['d1', 'd2'])
    beforeFirst(account, 'DELETE', () => account.world.removeDeployment(MODEL, 'd2'))
    expect(outcomes(await undeploy(account, LAST))).toEqual(['d1 deleted'])
    expect(account.deletes()).toEqual(['DELETE m1/deployments/d1', 'DELETE m1'])
  })

  it('it is promoted to production while it waits for the others: it stays', async () => {
    const account = createPlain(['d1', 'd2'], { deleteVisibleMs: 10_000 })
    account.clock.at(3000, () => account.world.promote(MODEL, 'd2', 'production'))
    const acted = await undeploy(account, { ...LAST, 'deployment-id': 'd1,d2' })
    expect(outcomes(acted)).toEqual(['d1 deleted', 'd2 refused'])
    expect(account.world.deploymentIds(MODEL)).toEqual(['d2'])
  })
})
