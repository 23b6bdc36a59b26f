import { describe, expect, it } from 'vitest'
import { outcomesOf, useBasetenOnLoopback } from './baseten-account.ts'

const onLoopback = useBasetenOnLoopback()

/** `m1` with production, and `d1` in the environment pr-42. */
async function staged(options: Parameters<typeof onLoopback>[0] = {}) {
  const account = await onLoopback(options)
  account.world.addModel({ id: 'm1', name: 'llama-chat' })
  account.world.addDeployment('m1', { id: 'live', name: 'main', production: true })
  account.world.addDeployment('m1', { id: 'd1', name: 'PR-42_1a2b3c4' })
  account.world.promote('m1', 'd1', 'pr-42')
  return account
}

describe('the bundle and environments of Baseten', () => {
  it('resource: environment deletes it by name, and leaves its deployment', async () => {
    const account = await staged()
    const { exitCode, outputs } = await account.run({
      ...{ resource: 'environment', 'model-id': 'm1', environment: 'pr-42' },
    })
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ status: 'deleted', 'deleted-ids': '["pr-42"]' })
    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({ name: 'pr-42', model_id: 'm1', deleted: true })
    expect(account.sent()).toEqual([
      'GET /v1/models/m1/environments',
      'DELETE /v1/models/m1/environments/pr-42',
      'GET /v1/models/m1/environments',
      'GET /v1/models/m1/environments/pr-42',
    ])
    expect(account.world.hasDeployment('m1', 'd1')).toBe(true)
  })

  it('a sweep by name leaves production', async () => {
    const account = await staged({ environmentDelete: '204' })
    const end = await account.run({ resource: 'environment', name: '*' })
    expect(end.exitCode).toBe(0)
    expect(outcomesOf(end)).toEqual(['pr-42 deleted', 'production kept'])
    expect(account.writes()).toEqual(['DELETE /v1/models/m1/environments/pr-42'])
  })

  it('environment: production is a mistake, and nothing is sent', async () => {
    const account = await staged()
    const { exitCode, log } = await account.run({
      ...{ resource: 'environment', 'model-id': 'm1', environment: 'production' },
    })
    expect(exitCode).toBe(1)
    expect(log).toContain("'environment' has 'production', which is never deleted")
    expect(account.sent()).toEqual([])
  })

  it('a server without that endpoint: not supported here, and the step fails', async () => {
    const account = await staged({ environmentDelete: '405' })
    const end = await account.run({ resource: 'environment', 'model-id': 'm1', environment: 'pr-42' })
    expect(end.exitCode).toBe(1)
    expect(outcomesOf(end)).toEqual(['pr-42 refused'])
    expect(end.log).toContain('not supported here')
  })

  it('allow: environment: environment first, the deployment once it is free of it', async () => {
    const account = await staged({ environmentFreeMs: 700 })
    const { exitCode, outputs } = await account.run({
      ...{ 'model-id': 'm1', 'deployment-id': 'd1', allow: 'environment' },
    })
    expect(exitCode).toBe(0)
    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({ id: 'd1', deleted: true, model_id: 'm1' })
    expect(account.writes()).toEqual(['DELETE /v1/models/m1/environments/pr-42', 'DELETE /v1/models/m1/deployments/d1'])
  })

  it('allow: environment, dry-run: the environment that would go is told', async () => {
    const account = await staged()
    const { exitCode, outputs, summary } = await account.run({
      ...{ 'model-id': 'm1', 'deployment-id': 'd1', allow: 'environment', 'dry-run': 'true' },
    })
    expect([exitCode, outputs['status']]).toEqual([0, 'planned'])
    expect(summary).toContain('environment pr-42, which is deleted first')
    expect(account.writes()).toEqual([])
  })

  it('allow: last: the model goes with its last deployment; production never', async () => {
    const account = await staged()
    account.world.addModel({ id: 'm2' })
    for (const id of ['a', 'b']) account.world.addDeployment('m2', { id, name: `PR-42_${id}` })
    const end = await account.run({ name: '*', allow: 'last', 'max-deletions': '99' })
    expect(end.exitCode).toBe(0)
    expect(outcomesOf(end).sort()).toEqual(['a deleted', 'b deleted', 'd1 kept', 'live kept'])
    expect(account.writes().at(-1)).toBe('DELETE /v1/models/m2')
    expect(account.world.hasModel('m2')).toBe(false)
    expect(account.world.deploymentIds('m1')).toEqual(['live', 'd1'])
  })

  it('allow: development: tried once, and the refusal is told', async () => {
    const account = await staged()
    account.world.addDeployment('m1', { id: 'dev', development: true })
    const end = await account.run({ 'model-id': 'm1', 'deployment-id': 'dev', allow: 'development' })
    expect(end.exitCode).toBe(1)
    expect(outcomesOf(end)).toEqual(['dev refused'])
    expect(account.writes()).toEqual(['DELETE /v1/models/m1/deployments/dev'])
  })
})
