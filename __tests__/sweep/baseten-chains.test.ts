import { describe, expect, it } from 'vitest'
import { ago, basetenAccount, DAY, errorsOf, HOUR, idsOf, reasonOf } from './accounts.ts'

/** The chains `c1` (pr-1), `c2` (pr-2) and `c3` (main), each with production and two more deployments. */
function account(options = {}) {
  const made = basetenAccount(options)
  for (const [id, name] of [
    ['c1', 'pr-1'],
    ['c2', 'pr-2'],
    ['c3', 'main'],
  ] as const) {
    made.world.addChain({ id, name, createdAt: ago(9 * DAY) })
    made.world.addChainDeployment(id, { id: `${id}-live`, environment: 'production', createdAt: ago(8 * DAY) })
    made.world.addChainDeployment(id, { id: `${id}-old`, createdAt: ago(7 * DAY), status: 'INACTIVE' })
    made.world.addChainDeployment(id, { id: `${id}-new`, createdAt: ago(HOUR) })
  }
  return made
}

const left = ({ world }: ReturnType<typeof account>, chain: string) =>
  world
    .chain(chain)
    .deployments.all()
    .map(({ id }) => id)

describe('a sweep of chains', () => {
  const CHAINS = { resource: 'chain', 'max-deletions': '100' }

  it('takes whole chains by their name, with production and all that is under them', async () => {
    const made = account()
    const acted = await made.run({ ...CHAINS, name: 'pr-*' })
    expect(idsOf(acted, 'deleted')).toEqual(['c1', 'c2'])
    expect([made.world.hasChain('c1'), made.world.hasChain('c3')]).toEqual([false, true])
    expect(JSON.parse(acted.outputs['tombstones'] ?? '')).toContainEqual({ id: 'c1', deleted: true })
  })

  it('{pr}: those of closed pull requests go', async () => {
    const made = account()
    made.github.world.addPull({ number: 1, state: 'MERGED' })
    made.github.world.addPull({ number: 2, state: 'OPEN' })
    const acted = await made.run({ ...CHAINS, name: 'pr-{pr}' })
    expect(idsOf(acted, 'deleted')).toEqual(['c1'])
    expect(idsOf(acted, 'kept')).toEqual(['c2'])
  })

  it('older-than, keep-latest and protect narrow it', async () => {
    const made = account()
    made.world.chain('c1').createdAt = ago(HOUR)
    const old = await made.run({ ...CHAINS, name: '*', 'older-than': '1d', protect: 'main', 'dry-run': 'true' })
    expect(idsOf(old, 'planned')).toEqual(['c2'])
    const rest = await made.run({ ...CHAINS, name: 'pr-*', 'keep-latest': '1', 'dry-run': 'true' })
    expect(idsOf(rest, 'planned')).toEqual(['c2'])
    expect(made.asked()).toEqual([])
  })

  it('the cap: nothing at all is deleted', async () => {
    const made = account()
    const acted = await made.run({ ...CHAINS, name: '*', 'max-deletions': '2' })
    expect(acted.ok).toBe(false)
    expect(made.asked()).toEqual([])
  })

  it('the list cannot be read: nothing is deleted', async () => {
    const made = account()
    made.emulator.faults.push({ kind: 'html', when: ({ path }) => path === '/v1/chains', times: 1000 })
    const acted = await made.run({ ...CHAINS, name: '*' })
    expect(acted.ok).toBe(false)
    expect(made.asked()).toEqual([])
  })

  it('chainlet models in the list of models are never taken for chains', async () => {
    const made = account()
    made.world.addModel({ id: 'chainlet', name: 'pr-1' })
    const acted = await made.run({ ...CHAINS, name: 'pr-1' })
    expect(idsOf(acted, 'deleted')).toEqual(['c1'])
    expect(made.world.hasModel('chainlet')).toBe(true)
  })
})

describe("a sweep of chain deployments, which have no names: name: '*' and an age", () => {
  const DEPLOYMENTS = { resource: 'chain-deployment', name: '*', 'max-deletions': '100' }

  it('takes the old ones of one chain, and leaves what its environments hold', async () => {
    const made = account()
    const acted = await made.run({ ...DEPLOYMENTS, 'chain-id': 'c1', 'older-than': '1d' })
    expect(acted.ok).toBe(true)
    expect(idsOf(acted, 'deleted')).toEqual(['c1-old'])
    expect(idsOf(acted, 'kept')).toEqual(['c1-live', 'c1-new'])
    expect(reasonOf(acted, 'c1-live')).toContain('serves production')
    expect(left(made, 'c1')).toEqual(['c1-live', 'c1-new'])
    expect(JSON.parse(acted.outputs['tombstone'] ?? 'null')).toEqual({ id: 'c1-old', deleted: true, chain_id: 'c1' })
  })

  it('of every chain that the key can see, where chain-id is left out; of several where it names them', async () => {
    const made = account()
    const some = await made.run({ ...DEPLOYMENTS, 'chain-id': 'c1,c2', 'older-than': '1d', 'dry-run': 'true' })
    expect(idsOf(some, 'planned')).toEqual(['c1-old', 'c2-old'])
    const all = await made.run({ ...DEPLOYMENTS, 'older-than': '1d' })
    expect(idsOf(all, 'deleted')).toEqual(['c1-old', 'c2-old', 'c3-old'])
  })

  it('status narrows it', async () => {
    const acted = await account().run({ ...DEPLOYMENTS, 'chain-id': 'c1', status: 'ACTIVE' })
    expect(idsOf(acted, 'deleted')).toEqual(['c1-new'])
  })

  it('keep-latest narrows it', async () => {
    const acted = await account().run({ ...DEPLOYMENTS, 'chain-id': 'c1', 'keep-latest': '1' })
    expect(idsOf(acted, 'deleted')).toEqual(['c1-old'])
  })

  it('what an environment holds stays, whatever is allowed', async () => {
    const made = account()
    made.world.promoteChain('c1', 'c1-old', 'staging')
    made.world.promoteChain('c1', 'c1-new', 'staging', 'candidate')
    const acted = await made.run({ ...DEPLOYMENTS, 'chain-id': 'c1', allow: 'environment,development,last' })
    expect(acted.outputs['status']).toBe('nothing-to-delete')
    expect(idsOf(acted, 'kept')).toEqual(['c1-live', 'c1-new', 'c1-old'])
    expect(made.asked()).toEqual([])
  })

  it('the plan says why each goes or stays', async () => {
    const made = account()
    const acted = await made.run({ ...DEPLOYMENTS, 'chain-id': 'c1', 'older-than': '1d', 'dry-run': 'true' })
    expect(acted.report['plan']).toContainEqual(
      expect.objectContaining({
        resource: 'chain-deployment',
        id: 'c1-old',
        name: null,
        reason: expect.stringMatching(/^'name' is \*, which takes what has no name, and it was created \d+d ago$/),
      }),
    )
    expect(made.asked()).toEqual([])
  })

  it('no creation time known: kept', async () => {
    const made = account()
    made.world.chainDeployment('c1', 'c1-old').createdAt = 'yesterday'
    const acted = await made.run({ ...DEPLOYMENTS, 'chain-id': 'c1', 'older-than': '1d' })
    expect(idsOf(acted, 'deleted')).toEqual([])
    expect(reasonOf(acted, 'c1-old')).toContain('creation time is not known')
  })

  it('a chain that is not there: nothing is deleted anywhere', async () => {
    const made = account()
    const acted = await made.run({ ...DEPLOYMENTS, 'chain-id': 'c1,c9' })
    expect(acted.ok).toBe(false)
    expect(errorsOf(acted)).toEqual([expect.stringContaining('chain c9 does not exist')])
    expect(made.asked()).toEqual([])
  })

  it('it came into an environment since it was listed: left alone, the others go', async () => {
    const made = account()
    let looks = 0
    made.justBefore(
      (_method, path) => path === '/v1/chains/c1/environments' && ++looks === 2,
      () => made.world.promoteChain('c1', 'c1-old', 'staging', 'candidate'),
    )
    const acted = await made.run({ ...DEPLOYMENTS, 'chain-id': 'c1' })
    expect(idsOf(acted, 'kept')).toEqual(['c1-live', 'c1-old'])
    expect(idsOf(acted, 'deleted')).toEqual(['c1-new'])
  })

  it('it was made anew under the same ID since it was listed: left alone', async () => {
    const made = account()
    let looks = 0
    made.justBefore(
      (_method, path) => path === '/v1/chains/c1/deployments' && ++looks === 2,
      () => {
        made.world.removeChainDeployment('c1', 'c1-old')
        made.world.addChainDeployment('c1', { id: 'c1-old', createdAt: ago(0) })
      },
    )
    const acted = await made.run({ ...DEPLOYMENTS, 'chain-id': 'c1', 'older-than': '1d' })
    expect(reasonOf(acted, 'c1-old')).toContain('somebody else deleted it; a new one')
    expect(left(made, 'c1')).toContain('c1-old')
  })
})
