import { describe, expect, it } from 'vitest'
import { act } from '../../support/act.ts'
import { transportTo } from '../../support/transport.ts'
import {
  type Account,
  createAccount,
  hoursAgo,
  MODEL,
  ORIGIN,
  outcomes,
  reasonOf,
  stepInputs,
  useBaseten,
} from './support.ts'

const undeploy = useBaseten()

/** Lets something happen at the moment the first DELETE arrives, just before it is looked at. */
function beforeDelete(account: Account, happens: () => void): void {
  let done = false
  account.baseten.settings.before = (method) => {
    if (method !== 'DELETE' || done) return
    done = true
    happens()
  }
}

describe('while it is looked at', () => {
  it('the model takes half a minute to answer, twice, and it comes into an environment meanwhile: left alone', async () => {
    const account = createAccount()
    const { clock, world, baseten } = account
    const passOn = transportTo({ [ORIGIN]: baseten })
    let asked = 0
    const acted = await act({
      inputs: stepInputs({ 'deployment-id': 'd1' }),
      async transport(request) {
        const isSlow = request.url.pathname.endsWith(`/models/${MODEL}`) && ++asked <= 2
        if (isSlow) await clock.sleep(29_000, request.signal)
        if (isSlow && asked === 2) world.promoteAsCandidate(MODEL, 'd1', 'staging')
        return passOn(request)
      },
      clock,
    })
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('the environment staging')
    expect(account.writes()).toEqual([])
  })
})

describe('between the look and the DELETE', () => {
  it('it is promoted to production: Baseten refuses, and it is reported as production', async () => {
    const account = createAccount()
    beforeDelete(account, () => account.world.promote(MODEL, 'd1', 'production'))
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('serves production')
    expect(account.writes()).toEqual(['DELETE m1/deployments/d1'])
    expect(account.world.hasDeployment(MODEL, 'd1')).toBe(true)
  })

  it('it becomes the candidate of an environment: reported so', async () => {
    const account = createAccount()
    beforeDelete(account, () => account.world.promoteAsCandidate(MODEL, 'd1', 'staging'))
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('the environment staging')
    expect(account.writes()).toHaveLength(1)
  })

  it('it becomes the last of its model: reported so, and not deactivated', async () => {
    const account = createAccount(['d1'])
    beforeDelete(account, () => account.world.removeDeployment(MODEL, 'live'))
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('last deployment')
    expect(account.writes()).toHaveLength(1)
  })

  it('somebody else deletes it: already gone', async () => {
    const account = createAccount()
    beforeDelete(account, () => account.world.removeDeployment(MODEL, 'd1'))
    const acted = await undeploy(account)
    expect(acted.ok).toBe(true)
    expect(outcomes(acted)).toEqual(['d1 already-gone'])
    expect(reasonOf(acted, 'd1')).toBe('disappeared before this run deleted it')
    expect(acted.outputs['tombstone']).toBe('')
  })

  it('somebody deletes the whole model: already gone', async () => {
    const account = createAccount(['d1', 'd2'])
    beforeDelete(account, () => account.world.removeModel(MODEL))
    const acted = await undeploy(account, { 'deployment-id': 'd1,d2' })
    expect(outcomes(acted)).toEqual(['d1 already-gone', 'd2 already-gone'])
  })

  it('a copy of it is promoted: the original goes, the copy stays', async () => {
    const account = createAccount()
    beforeDelete(account, () => account.world.promoteCopy(MODEL, 'd1', 'production'))
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 deleted'])
    expect(account.world.deploymentIds(MODEL)).toHaveLength(2)
    expect(account.happened().filter((event) => event.startsWith('deleted'))).toEqual(['deleted d1'])
  })

  it('it changes its status: deleted all the same', async () => {
    const account = createAccount()
    beforeDelete(account, () => account.world.setStatus(MODEL, 'd1', 'WAKING_UP'))
    expect(outcomes(await undeploy(account))).toEqual(['d1 deleted'])
  })
})

describe('before the look', () => {
  it('production was demoted in favour of another: it goes like any other', async () => {
    const account = createAccount(['d1', 'd2'])
    account.world.promote(MODEL, 'd1', 'production')
    account.world.promote(MODEL, 'd2', 'production')
    const acted = await undeploy(account, { 'deployment-id': 'd1,d2,live' })
    expect(outcomes(acted)).toEqual(['d1 deleted', 'd2 refused', 'live deleted'])
  })

  it('the first push of a fresh model became production by itself: it stays', async () => {
    const account = createAccount([])
    account.world.addModel({ id: 'fresh' })
    account.world.push('fresh', { id: 'd1', status: 'BUILD_FAILED' })
    const acted = await undeploy(account, { 'model-id': 'fresh' })
    expect(outcomes(acted)).toEqual(['d1 refused'])
    expect(reasonOf(acted, 'd1')).toContain('serves production')
    expect(account.writes()).toEqual([])
  })
})

describe('a model without production, of which all are to go', () => {
  const createFresh = () => {
    const account = createAccount([])
    account.world.addModel({ id: 'fresh' })
    for (const [id, hours] of [
      ['new', 1],
      ['old', 9],
      ['mid', 5],
    ] as const) {
      account.world.addDeployment('fresh', { id, createdAt: hoursAgo(hours) })
    }
    return account
  }

  it('the newest stays as the last one, the others go, oldest first', async () => {
    const account = createFresh()
    const acted = await undeploy(account, { 'model-id': 'fresh', 'deployment-id': 'new,old,mid' })
    expect(outcomes(acted)).toEqual(['new refused', 'old deleted', 'mid deleted'])
    expect(account.deletes()).toEqual(['DELETE fresh/deployments/old', 'DELETE fresh/deployments/mid'])
  })

  it('the only one stays, and nothing is sent to delete it', async () => {
    const account = createFresh()
    for (const id of ['old', 'mid']) account.world.removeDeployment('fresh', id)
    const acted = await undeploy(account, { 'model-id': 'fresh', 'deployment-id': 'new' })
    expect(outcomes(acted)).toEqual(['new refused'])
    expect(reasonOf(acted, 'new')).toContain("'resource: model'")
    expect(account.writes()).toEqual([])
  })

  it('two runs at once, one for each of the last two: one goes, and the other is reported as the last', async () => {
    const account = createFresh()
    account.world.removeDeployment('fresh', 'mid')
    const step = (id: string) =>
      act({
        inputs: stepInputs({ 'model-id': 'fresh', 'deployment-id': id }),
        transport: transportTo({ [ORIGIN]: account.baseten }),
        clock: account.clock,
      })
    const runs = await Promise.all([step('old'), step('new')])
    expect(runs.flatMap(outcomes).sort()).toEqual(['new refused', 'old deleted'])
    expect(account.world.deploymentIds('fresh')).toEqual(['new'])
  })
})

describe('two runs at once for the same deployment', () => {
  it.each([0, 3000])('visible for %i ms after its deletion: both end well', async (deleteVisibleMs) => {
    const account = createAccount(['d1', 'd2'], { deleteVisibleMs })
    const step = () =>
      act({
        inputs: stepInputs({ 'deployment-id': 'd1,d2' }),
        transport: transportTo({ [ORIGIN]: account.baseten }),
        clock: account.clock,
      })
    const runs = await Promise.all([step(), step()])
    expect(runs.map(({ ok }) => ok)).toEqual([true, true])
    const ends = runs.flatMap(outcomes)
    expect(ends.filter((text) => text.endsWith(' deleted')).length).toBeGreaterThanOrEqual(2)
    expect(ends.filter((text) => !/ (deleted|already-gone)$/.test(text))).toEqual([])
    expect(account.happened()).toEqual(['deleted d1', 'deleted d2'])
  })
})
