import { describe, expect, it } from 'vitest'
import { createAccount, hoursAgo, LOOK, MODEL, outcomes, reasonOf, useBaseten } from './support.ts'

const undeploy = useBaseten()
const dry = { 'dry-run': 'true' } as const

describe('Baseten, dry run', () => {
  it('one look with three GETs, and nothing else', async () => {
    const account = createAccount()
    const { ok, outputs, report } = await undeploy(account, dry)
    expect(ok).toBe(true)
    expect(account.sent()).toEqual(LOOK)
    expect(outputs).toMatchObject({ status: 'planned', 'deleted-ids': '[]', 'deleted-count': '0', tombstone: '' })
    expect(report.targets[0]).toMatchObject({ plan: ['delete', 'wait until it is gone'] })
    expect(account.world.hasDeployment(MODEL, 'd1')).toBe(true)
  })

  it('predicts what Baseten or a guard would refuse', async () => {
    const account = createAccount(['d1'])
    account.world.addDeployment(MODEL, { id: 'dev', development: true })
    account.world.addDeployment(MODEL, { id: 'staged', environment: 'staging' })
    account.world.addDeployment(MODEL, { id: 'candidate' })
    account.world.promoteAsCandidate(MODEL, 'candidate', 'canary')
    const acted = await undeploy(account, { ...dry, 'deployment-id': 'd1,live,dev,staged,candidate,nobody' })
    expect(outcomes(acted)).toEqual([
      'd1 planned',
      'live refused',
      'dev refused',
      'staged refused',
      'candidate refused',
      'nobody already-gone',
    ])
    expect(reasonOf(acted, 'live')).toContain('production')
    expect(reasonOf(acted, 'staged')).toContain('staging')
    expect(reasonOf(acted, 'candidate')).toContain('canary')
    expect(acted.ok).toBe(false)
    expect(account.writes()).toEqual([])
  })

  it('predicts that the newest stays where all are to go', async () => {
    const account = createAccount([])
    account.world.addModel({ id: 'fresh' })
    account.world.addDeployment('fresh', { id: 'a', createdAt: hoursAgo(2) })
    account.world.addDeployment('fresh', { id: 'b', createdAt: hoursAgo(1) })
    const acted = await undeploy(account, { ...dry, 'model-id': 'fresh', 'deployment-id': 'a,b' })
    expect(outcomes(acted)).toEqual(['a planned', 'b refused'])
    expect(reasonOf(acted, 'b')).toContain('last deployment')
    expect(account.writes()).toEqual([])
  })

  it('tells the same as the real run does afterwards', async () => {
    const ids = 'd1,d2,live,staged'
    const account = createAccount(['d1', 'd2'])
    account.world.addDeployment(MODEL, { id: 'staged', environment: 'staging' })
    const planned = outcomes(await undeploy(account, { ...dry, 'deployment-id': ids }))
    const done = outcomes(await undeploy(account, { 'deployment-id': ids }))
    expect(planned.map((text) => text.replace('planned', 'deleted'))).toEqual(done)
  })

  it('a model: one GET, and what is under it is told', async () => {
    const account = createAccount()
    const acted = await undeploy(account, { ...dry, resource: 'model' })
    expect(outcomes(acted)).toEqual(['m1 planned'])
    expect(account.sent()).toEqual(['GET m1'])
    expect(reasonOf(acted, MODEL)).toContain('2 deployments, including production')
    expect(account.world.hasModel(MODEL)).toBe(true)
  })

  it('a wrong key fails a dry run as well', async () => {
    const account = createAccount()
    const { ok, outputs } = await undeploy(account, { ...dry, 'api-key': 'wrong-key' })
    expect(ok).toBe(false)
    expect(outputs['status']).toBe('failed')
  })
})
