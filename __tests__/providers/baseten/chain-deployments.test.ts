import { describe, expect, it } from 'vitest'
import { STATUSES } from '../../../emulators/baseten.ts'
import { beforeFirst, CHAIN, chainDeploymentStep, createChain, together } from './steps.ts'
import { CARRIED_OUT, isDelete, outcomes, reasonOf, useBaseten } from './support.ts'

const undeploy = useBaseten()
const LOOK = ['GET /v1/chains/c1', 'GET /v1/chains/c1/deployments', 'GET /v1/chains/c1/environments']
const DELETE = 'DELETE /v1/chains/c1/deployments/d1'
const DEACTIVATE = 'POST /v1/chains/c1/deployments/d1/deactivate'
const EVERY_GUARD = { allow: 'environment,development,last' }

describe('Baseten, resource: chain-deployment', () => {
  it('three reads, DELETE, one GET that answers 404, and a list without it', async () => {
    const account = createChain()
    const { ok, outputs, results } = await undeploy(account, chainDeploymentStep('d1'))
    expect(ok).toBe(true)
    expect(account.sent()).toEqual([
      ...LOOK,
      DELETE,
      'GET /v1/chains/c1/deployments/d1',
      'GET /v1/chains/c1/deployments',
    ])
    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({ id: 'd1', deleted: true, chain_id: CHAIN })
    expect(results[0]).toMatchObject({
      resource: 'chain-deployment',
      id: 'd1',
      modelId: CHAIN,
      name: null,
      outcome: 'deleted',
    })
  })

  it.each([...STATUSES, 'UNHEARD_OF'])('%s is deleted directly', async (status) => {
    const account = createChain()
    account.world.chainDeployment(CHAIN, 'd1').status = status
    expect(outcomes(await undeploy(account, chainDeploymentStep('d1')))).toEqual(['d1 deleted'])
    expect(account.writes()).toEqual([DELETE])
  })

  it('several: one look for all, each its own DELETE, oldest first, and one list to confirm', async () => {
    const account = createChain(['d1', 'd2', 'd3'])
    const acted = await undeploy(account, chainDeploymentStep('d3,d1,d2'))
    expect(outcomes(acted)).toEqual(['d3 deleted', 'd1 deleted', 'd2 deleted'])
    expect(account.deletes().map((text) => text.slice(-2))).toEqual(['d1', 'd2', 'd3'])
    expect(account.sent().slice(0, 3)).toEqual(LOOK)
  })

  it('still visible for a while: waits for the 404', async () => {
    const account = createChain(['d1'], { deleteVisibleMs: 4000 })
    const { outputs, ms } = await undeploy(account, chainDeploymentStep('d1'))
    expect(outputs['status']).toBe('deleted')
    expect(ms).toBeGreaterThanOrEqual(4000)
    expect(account.deletes()).toHaveLength(1)
  })

  it('the only one of its chain goes: no rule is known that it must stay', async () => {
    const account = createChain()
    account.world.removeChainDeployment(CHAIN, 'live')
    expect(outcomes(await undeploy(account, chainDeploymentStep('d1')))).toEqual(['d1 deleted'])
    expect(account.world.hasChain(CHAIN)).toBe(true)
  })

  it('not there: looked for over half a minute, then already gone; without its chain, a failure', async () => {
    const account = createChain()
    expect(outcomes(await undeploy(account, chainDeploymentStep('d9')))).toEqual(['d9 already-gone'])
    expect(account.clock.elapsed()).toBeGreaterThanOrEqual(30_000)
    const acted = await undeploy(account, chainDeploymentStep('d1', { 'chain-id': 'c9' }))
    expect(outcomes(acted)).toEqual(['d1 failed'])
    expect(account.writes()).toEqual([])
  })
})

describe('what environments of a chain hold stays, whatever is allowed', () => {
  it.each([
    ['production, by its own environment', 'live', 'serves production'],
    ['production, as current deployment', 'current', 'serves production'],
    ['production, as candidate', 'candidate', 'serves production'],
    ['staging, by its own environment', 'own', 'the environment staging'],
    ['staging, as current deployment', 'staged', 'the environment staging'],
    ['staging, as candidate', 'next', 'the environment staging'],
  ])('%s', async (_what, id, reason) => {
    const account = createChain(['d1', 'current', 'candidate', 'staged', 'next', 'own'])
    const { world } = account
    world.chain(CHAIN).environments.set('staging', {
      ...{ name: 'staging', createdAt: '', promotion: null, minReplica: 0, overrides: {} },
      ...{ current: 'staged', candidate: 'next' },
    })
    world.chainDeployment(CHAIN, 'own').environment = 'staging'
    Object.assign(world.chain(CHAIN).environments.get('production') ?? {}, {
      current: 'current',
      candidate: 'candidate',
    })
    const acted = await undeploy(account, chainDeploymentStep(id, EVERY_GUARD))
    expect(outcomes(acted)).toEqual([`${id} refused`])
    expect(reasonOf(acted, id)).toContain(reason)
    expect(account.writes()).toEqual([])
  })

  it('the list of environments as the specification declares it, with model deployments in it: the same', async () => {
    const account = createChain(['d1', 'd2'], { chainEnvironmentList: 'as-declared' })
    account.world.promoteChain(CHAIN, 'd1', 'staging', 'candidate')
    const acted = await undeploy(account, chainDeploymentStep('d1,d2,live', EVERY_GUARD))
    expect(outcomes(acted)).toEqual(['d1 refused', 'd2 deleted', 'live refused'])
  })

  it('says the ways out: promote another one, and of production the whole chain', async () => {
    const account = createChain(['d1', 'd2'])
    account.world.promoteChain(CHAIN, 'd1', 'staging')
    const acted = await undeploy(account, chainDeploymentStep('d1,live'))
    expect(reasonOf(acted, 'd1')).toContain('promote another deployment there')
    expect(reasonOf(acted, 'd1')).toContain('Baseten does not delete environments of chains')
    expect(reasonOf(acted, 'live')).toContain("'resource: chain'")
  })

  it('an answer without the field environment is not used: nothing is deleted', async () => {
    const account = createChain()
    account.world.chainDeployment(CHAIN, 'd1').overrides = { environment: undefined }
    expect(outcomes(await undeploy(account, chainDeploymentStep('d1')))).toEqual(['d1 timed-out'])
    expect(account.writes()).toEqual([])
  })

  it.each(['deployments', 'environments'])('the list of %s cannot be had: nothing is deleted', async (list) => {
    const account = createChain()
    const when = ({ path }: { path: string }) => path.endsWith(`/c1/${list}`)
    account.faults.push({ kind: 'status', status: 404, when, times: 99 })
    expect(outcomes(await undeploy(account, chainDeploymentStep('d1')))).toEqual(['d1 timed-out'])
    expect(account.writes()).toEqual([])
  })
})

describe('Baseten refuses a DELETE of a chain deployment', () => {
  it.each([400, 409, 412, 422] as const)(
    'HTTP %i: looks again, deactivates with {}, waits for INACTIVE, and deletes once more',
    async (refusalStatus) => {
      const account = createChain(['d1'], { deleteRequiresInactive: true, deactivateMs: 4000, refusalStatus })
      const { outputs, ms } = await undeploy(account, chainDeploymentStep('d1'))
      expect(outputs['status']).toBe('deleted')
      expect(account.writes()).toEqual([DELETE, DEACTIVATE, DELETE])
      expect(account.baseten.requests.find(({ method }) => method === 'POST')?.body).toBe('{}')
      expect(ms).toBeGreaterThanOrEqual(4000)
    },
  )

  it('DEACTIVATING already: no second deactivate', async () => {
    const account = createChain(['d1'], { deleteRequiresInactive: true })
    const deployment = account.world.chainDeployment(CHAIN, 'd1')
    deployment.status = 'DEACTIVATING'
    account.clock.at(10_000, () => {
      deployment.status = 'INACTIVE'
    })
    const { outputs } = await undeploy(account, chainDeploymentStep('d1'))
    expect(outputs['status']).toBe('deleted')
    expect(account.writes()).toEqual([DELETE, DELETE])
  })

  it('refused for five seconds in a state that does not pass: final, with the words of the API', async () => {
    const account = createChain()
    account.world.chainDeployment(CHAIN, 'd1').status = 'INACTIVE'
    account.faults.push({ kind: 'status', status: 400, body: '{"message":"not like this"}', when: isDelete, times: 99 })
    const acted = await undeploy(account, chainDeploymentStep('d1'))
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('not like this')
    expect(reasonOf(acted, 'd1')).not.toContain('resource: chain')
    expect(new Set(account.writes())).toEqual(new Set([DELETE]))
    expect(account.writes().length).toBeLessThan(7)
  })

  it('the only one of its chain, which Baseten may not delete singly: the refusal names the way out', async () => {
    const account = createChain(['d1'], { chainRefusals: { environment: true, last: true } })
    account.world.removeChainDeployment(CHAIN, 'live')
    const acted = await undeploy(account, chainDeploymentStep('d1'))
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain("'resource: chain'")
    expect(account.world.hasChain(CHAIN)).toBe(true)
  })

  it('it came into an environment just before: reported so, and not deactivated', async () => {
    const account = createChain()
    beforeFirst(account, 'DELETE', () => account.world.promoteChain(CHAIN, 'd1', 'staging', 'candidate'))
    const acted = await undeploy(account, chainDeploymentStep('d1'))
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('the environment staging')
    expect(account.writes()).toEqual([DELETE])
  })
})

describe('answers and races about a chain deployment', () => {
  it.each(['lost-answer', 'reset-before', 'html', 'truncated', 'hang-after'] as const)(
    'DELETE %s: looks, and goes on from what is there',
    async (kind) => {
      const account = createChain()
      account.faults.push({ kind, when: isDelete })
      const outcome = CARRIED_OUT.has(kind) ? 'already-gone' : 'deleted'
      expect(outcomes(await undeploy(account, chainDeploymentStep('d1')))).toEqual([`d1 ${outcome}`])
      expect(account.world.hasChainDeployment(CHAIN, 'd1')).toBe(false)
    },
  )

  it('deleted: false, another ID, another chain: failed', async () => {
    const no = await undeploy(createChain(['d1'], { tombstoneDeletedFalse: true }), chainDeploymentStep('d1'))
    expect(outcomes(no)).toEqual(['d1 failed'])
    const other = await undeploy(createChain(['d1'], { tombstoneOtherId: true }), chainDeploymentStep('d1'))
    expect(outcomes(other)).toEqual(['d1 failed'])
    const account = createChain()
    const body = '{"id":"d1","deleted":true,"chain_id":"c2"}'
    account.faults.push({ kind: 'status', status: 200, body, when: isDelete })
    expect(outcomes(await undeploy(account, chainDeploymentStep('d1')))).toEqual(['d1 failed'])
  })

  it('DELETE 404: already gone, somebody was quicker', async () => {
    const account = createChain()
    beforeFirst(account, 'DELETE', () => account.world.removeChainDeployment(CHAIN, 'd1'))
    expect(outcomes(await undeploy(account, chainDeploymentStep('d1')))).toEqual(['d1 already-gone'])
  })

  it('somebody deletes the whole chain: already gone', async () => {
    const account = createChain(['d1', 'd2'])
    beforeFirst(account, 'DELETE', () => account.world.removeChain(CHAIN))
    expect(outcomes(await undeploy(account, chainDeploymentStep('d1,d2')))).toEqual([
      'd1 already-gone',
      'd2 already-gone',
    ])
  })

  it.each([0, 3000])('two runs at once, visible for %i ms: both end well', async (deleteVisibleMs) => {
    const account = createChain(['d1', 'd2'], { deleteVisibleMs })
    const runs = await together(account, chainDeploymentStep('d1,d2'), chainDeploymentStep('d2,d1'))
    expect(runs.map(({ ok }) => ok)).toEqual([true, true])
    const ends = runs.flatMap(outcomes)
    expect(ends.filter((text) => text.endsWith(' deleted')).length).toBeGreaterThanOrEqual(2)
    expect(ends.filter((text) => !/ (deleted|already-gone)$/.test(text))).toEqual([])
  })
})
