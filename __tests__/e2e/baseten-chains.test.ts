import { describe, expect, it } from 'vitest'
import { outcomesOf, useBasetenOnLoopback } from './baseten-account.ts'

const onLoopback = useBasetenOnLoopback()

/** The chain `c1` with production and `d1`; `c2` beside it. */
async function chained(options: Parameters<typeof onLoopback>[0] = {}) {
  const account = await onLoopback(options)
  const long = new Date(Date.now() - 9 * 86_400_000).toISOString()
  account.world.addChain({ id: 'c1', name: 'pr-42', createdAt: long })
  account.world.addChainDeployment('c1', { id: 'live', environment: 'production', createdAt: long })
  account.world.addChainDeployment('c1', { id: 'd1', createdAt: long })
  account.world.addChainDeployment('c1', { id: 'young' })
  account.world.addChain({ id: 'c2', name: 'main', createdAt: long })
  return account
}

const left = ({ world }: Awaited<ReturnType<typeof chained>>) =>
  world
    .chain('c1')
    .deployments.all()
    .map(({ id }) => id)

describe('the bundle and chains of Baseten', () => {
  it('resource: chain deletes it with all its deployments', async () => {
    const account = await chained({ deleteVisibleMs: 300 })
    const { exitCode, outputs } = await account.run({ resource: 'chain', 'chain-id': 'c1' })
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ status: 'deleted', 'deleted-ids': '["c1"]' })
    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({ id: 'c1', deleted: true })
    expect(account.writes()).toEqual(['DELETE /v1/chains/c1'])
    expect(account.world.hasChain('c2')).toBe(true)
  })

  it('a sweep of chains by name', async () => {
    const account = await chained()
    const end = await account.run({ resource: 'chain', name: 'pr-*', 'older-than': '1d' })
    expect(end.exitCode).toBe(0)
    expect(outcomesOf(end)).toEqual(['c1 deleted'])
  })

  it('resource: chain-deployment deletes one by its ID, and says its chain where other results have the model', async () => {
    const account = await chained()
    const { exitCode, outputs } = await account.run({
      ...{ resource: 'chain-deployment', 'chain-id': 'c1', 'deployment-id': 'd1' },
    })
    expect(exitCode).toBe(0)
    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({ id: 'd1', deleted: true, chain_id: 'c1' })
    expect(JSON.parse(outputs['results'] ?? '')).toEqual([
      expect.objectContaining({
        resource: 'chain-deployment',
        id: 'd1',
        modelId: 'c1',
        name: null,
        outcome: 'deleted',
      }),
    ])
    expect(left(account)).toEqual(['live', 'young'])
  })

  it('a refused one is deactivated with {} and deleted then', async () => {
    const account = await chained({ deleteRequiresInactive: true, deactivateMs: 300 })
    const end = await account.run({ resource: 'chain-deployment', 'chain-id': 'c1', 'deployment-id': 'd1' })
    expect(end.exitCode).toBe(0)
    expect(account.writes()).toEqual([
      'DELETE /v1/chains/c1/deployments/d1',
      'POST /v1/chains/c1/deployments/d1/deactivate',
      'DELETE /v1/chains/c1/deployments/d1',
    ])
    expect(account.bodies()).toEqual(['{}'])
  })

  it("a sweep of chain deployments: name: '*' and an age; what serves stays", async () => {
    const account = await chained()
    const end = await account.run({ resource: 'chain-deployment', name: '*', 'older-than': '7d', 'chain-id': 'c1' })
    expect(end.exitCode).toBe(0)
    expect(outcomesOf(end).sort()).toEqual(['d1 deleted', 'live kept', 'young kept'])
    expect(left(account)).toEqual(['live', 'young'])
  })

  it('any other pattern for chain deployments is a mistake, and nothing is sent', async () => {
    const account = await chained()
    const { exitCode, log } = await account.run({ resource: 'chain-deployment', name: 'pr-*', 'older-than': '7d' })
    expect(exitCode).toBe(1)
    expect(log).toContain("'name' can only be *")
    expect(account.sent()).toEqual([])
  })

  it('what an environment of the chain holds is refused, whatever is allowed', async () => {
    const account = await chained()
    const end = await account.run({
      ...{ resource: 'chain-deployment', 'chain-id': 'c1', 'deployment-id': 'live,d1' },
      allow: 'environment,development,last',
    })
    expect(end.exitCode).toBe(1)
    expect(outcomesOf(end)).toEqual(['live refused', 'd1 deleted'])
  })
})
