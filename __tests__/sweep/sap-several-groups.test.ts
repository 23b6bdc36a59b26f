import { describe, expect, it } from 'vitest'
import { transportTo } from '../support/transport.ts'
import { ago, DAY, errorsOf, idsOf, reasonOf, SAP_ORIGIN, sapAccount } from './accounts.ts'

const GROUPS = ['default', 'pr-42', 'pr-43', 'team-a']

/** The deployments `a-…` and `b-…` in each of four resource groups. */
function tenant(options: Parameters<typeof sapAccount>[0] = {}) {
  const account = sapAccount({ resourceGroups: [...GROUPS], ...options })
  account.github.world.addPull({ number: 42, state: 'CLOSED' })
  account.github.world.addPull({ number: 43, state: 'OPEN' })
  for (const resourceGroup of GROUPS) {
    for (const letter of ['a', 'b']) {
      account.world.add({
        id: `${letter}-${resourceGroup}`,
        resourceGroup,
        configurationName: `${letter}-model`,
        createdAt: ago(DAY),
      })
    }
  }
  const lists = () => account.emulator.requests.filter(({ method, path }) => method === 'GET' && path.includes('$top'))
  const tokens = () => account.emulator.requests.filter(({ path }) => path.startsWith('/oauth'))
  return { ...account, lists, tokens }
}

describe('a sweep of deployments in several resource groups', () => {
  it('by IDs of groups: one token, and one list of each before anything is deleted', async () => {
    const { run, lists, tokens } = tenant()
    const done = await run({ 'resource-group': 'team-a, pr-42', name: 'a-*', 'dry-run': 'true' })
    expect(idsOf(done, 'planned')).toEqual(['a-pr-42', 'a-team-a'])
    expect(done.results.map(({ id, resourceGroup }) => [id, resourceGroup])).toEqual([
      ['a-team-a', 'team-a'],
      ['a-pr-42', 'pr-42'],
    ])
    expect(tokens()).toHaveLength(1)
    expect(
      lists()
        .slice(0, 2)
        .map(({ headers }) => headers['ai-resource-group']),
    ).toEqual(['team-a', 'pr-42'])
  })

  it('many groups: at most four lists at once', async () => {
    const { run, world, emulator, clock } = tenant()
    for (let group = 0; group < 12; group++) {
      world.resourceGroups.add(`run-${group}`)
      world.add({ id: `run-d-${group}`, resourceGroup: `run-${group}`, configurationName: 'x', createdAt: ago(DAY) })
    }
    const pass = transportTo({ [SAP_ORIGIN]: emulator })
    let [underWay, most] = [0, 0]
    const transport: typeof pass = async (request) => {
      if (request.url.pathname === '/v2/lm/deployments') most = Math.max(most, ++underWay)
      await clock.sleep(100)
      const answer = await pass(request)
      if (request.url.pathname === '/v2/lm/deployments') underWay--
      return answer
    }
    const done = await run({ 'resource-group': 'run-*', name: 'x', 'max-deletions': '12' }, { transport })
    expect(idsOf(done, 'deleted')).toHaveLength(12)
    expect(most).toBe(4)
  })

  it('by a pattern: only the groups that it matches', async () => {
    const { run, world } = tenant()
    const done = await run({ 'resource-group': 'pr-*', name: 'a-*' })
    expect(done.ok).toBe(true)
    expect(idsOf(done, 'deleted')).toEqual(['a-pr-42', 'a-pr-43'])
    expect(['a-default', 'a-team-a', 'b-pr-42'].every((id) => world.has(id))).toBe(true)
  })

  it('{pr} in the group: what is in the group of an open pull request is kept', async () => {
    const { run, world } = tenant()
    const done = await run({ 'resource-group': 'pr-{pr}', name: '*' })
    expect(idsOf(done, 'deleted')).toEqual(['a-pr-42', 'b-pr-42'])
    expect(reasonOf(done, 'a-pr-43')).toBe('pull request 43 is open')
    expect(world.has('a-pr-43')).toBe(true)
  })

  it('{pr} in group and name must be the same pull request where one is named, and all closed where none is', async () => {
    const { run, world } = tenant()
    world.add({ id: 'x-42', resourceGroup: 'pr-42', configurationName: 'x-43', createdAt: ago(DAY) })
    const done = await run({ 'resource-group': 'pr-{pr}', name: 'x-{pr}' })
    expect(reasonOf(done, 'x-42')).toBe('pull request 43 is open')
    const named = await run({ 'resource-group': 'pr-{pr}', name: 'x-{pr}', 'pull-request': '42' })
    expect(reasonOf(named, 'x-42')).toContain('its name or resource group can also be read as pull request 43')
  })

  it("'pull-request' picks the group", async () => {
    const { run } = tenant()
    const done = await run({ 'resource-group': 'pr-{pr}', name: '*', 'pull-request': '42' })
    expect(idsOf(done, 'deleted')).toEqual(['a-pr-42', 'b-pr-42'])
  })

  it.each([403, 404] as const)(
    'a group that cannot be read (%i) stops the sweep, which names it',
    async (unknownGroup) => {
      const { run, world } = tenant({ unknownGroup })
      const done = await run({ 'resource-group': 'team-a\npr-44', name: 'a-*' })
      expect(done.ok).toBe(false)
      expect(errorsOf(done).join()).toContain("'pr-44'")
      expect(world.has('a-team-a')).toBe(true)
    },
  )

  it('a pattern that matches no group deletes nothing', async () => {
    const { run } = tenant()
    const done = await run({ 'resource-group': 'nothing-*', name: '*' })
    expect(done.outputs['status']).toBe('nothing-to-delete')
    expect(done.log.join('\n')).toContain(
      "'nothing-*' in 'resource-group' matches no resource group with a deployment in it",
    )
  })

  it('a key that cannot list groups: patterns are an error, IDs are not', async () => {
    const { run } = tenant({ consumerOf: 'team-a' })
    expect(errorsOf(await run({ 'resource-group': 'team-*', name: 'a-*' })).join()).toContain('name each group in full')
    expect((await run({ 'resource-group': 'team-a', name: 'a-*' })).ok).toBe(true)
  })

  it('log, plan and summary say where it looks, and the group of each', async () => {
    const { run } = tenant()
    const { log, summary } = await run({ 'resource-group': 'team-a\npr-{pr}', name: 'a-*' })
    expect(log.join('\n')).toContain('sap-ai-core, resource groups team-a, pr-{pr}: deployments named a-*')
    expect(log.join('\n')).toContain('deployment a-team-a in resource group team-a (a-model)')
    expect(summary).toContain('deployment&nbsp;<code>a-team-a</code> in resource group&nbsp;<code>team-a</code>')
  })

  it.each([
    ['"team-a"', 'is in quotes'],
    ['!team-a', "begins with '!'"],
    ['te', '3 to 253 letters'],
    ['$GROUP', 'shell variable'],
    ['pr_*', '3 to 253 letters'],
    ['team-{x}', 'stands for nothing here'],
  ])('%s is an error that says why', async (group, why) => {
    const { run } = tenant()
    expect(errorsOf(await run({ 'resource-group': group, name: 'a-*' })).join()).toContain(why)
  })
})

describe('deployments by their IDs in several resource groups', () => {
  it('each is found in its own', async () => {
    const { run, world, tokens } = tenant()
    const done = await run({ 'resource-group': 'team-a\npr-42', 'deployment-id': 'a-team-a\nb-pr-42' })
    expect(done.ok).toBe(true)
    expect(done.results).toMatchObject([
      { id: 'a-team-a', outcome: 'deleted', resourceGroup: 'team-a' },
      { id: 'b-pr-42', outcome: 'deleted', resourceGroup: 'pr-42' },
    ])
    expect(world.has('a-pr-42')).toBe(true)
    expect(tokens()).toHaveLength(1)
  })

  it('one that is in none of them is already-gone, even where another group has it', async () => {
    const { run, world } = tenant()
    const done = await run({ 'resource-group': 'team-a\npr-42', 'deployment-id': 'a-default' })
    expect(done.results).toMatchObject([{ outcome: 'already-gone', resourceGroup: null }])
    expect(world.has('a-default')).toBe(true)
  })

  it('one that is made visible late is found', async () => {
    const { run, world } = tenant()
    world.after(8000, () => void world.add({ id: 'late', resourceGroup: 'pr-42', createdAt: ago(0) }))
    const done = await run({ 'resource-group': 'team-a\npr-42', 'deployment-id': 'late' })
    expect(done.results).toMatchObject([{ outcome: 'deleted', resourceGroup: 'pr-42' }])
  })

  it('a group that cannot be read: not found in the others says nothing', async () => {
    const { run } = tenant()
    const done = await run({ 'resource-group': 'team-a\npr-44', 'deployment-id': 'a-default', timeout: '60s' })
    expect(done.ok).toBe(false)
    expect(idsOf(done, 'already-gone')).toEqual([])
    expect(errorsOf(done).join()).toContain("'pr-44'")
  })

  it('one that two groups show: failed, with both, and nothing is written', async () => {
    const { run, emulator, world, asked } = tenant()
    emulator.faults.push({
      ...{ kind: 'status', status: 200, times: 99, headers: { 'content-type': 'application/json' } },
      body: JSON.stringify(world.get('b-pr-42')),
      when: ({ path, headers }) => path.endsWith('/b-pr-42') && headers['ai-resource-group'] === 'team-a',
    })
    const done = await run({ 'resource-group': 'team-a\npr-42', 'deployment-id': 'b-pr-42' })
    expect(idsOf(done, 'failed')).toEqual(['b-pr-42'])
    expect(reasonOf(done, 'b-pr-42')).toContain('it is in the resource groups team-a and pr-42: name the one')
    expect(asked()).toEqual([])
  })

  it('a pattern is an error: it is for a sweep', async () => {
    const { run } = tenant()
    const done = await run({ 'resource-group': 'pr-*', 'deployment-id': 'a-pr-42' })
    expect(errorsOf(done).join()).toContain("patterns of a resource group are for a sweep by 'name'")
  })
})

describe('what the generative AI hub deployed in the resource group default', () => {
  const HUB = { scenarioId: 'foundation-models', configurationName: 'gpt-4o_autogenerated', createdAt: ago(90 * DAY) }

  it('is not taken by * alone, and the plan names the model', async () => {
    const { run, world } = tenant()
    world.add({ id: 'd-hub', ...HUB })
    const done = await run({ name: '*', 'older-than': '7d' })
    expect(world.has('d-hub')).toBe(true)
    expect(reasonOf(done, 'd-hub')).toBe(
      "it serves the foundation model gpt-4o in the resource group default, where the generative AI hub deploys for everybody; to delete it, write more of its name than * in 'name'",
    )
  })

  it.each([
    ['by more of its name', { name: 'gpt-*' }],
    ['by its ID', { 'deployment-id': 'd-hub' }],
  ])('goes %s', async (_, selection) => {
    const { run, world } = tenant()
    world.add({ id: 'd-hub', ...HUB })
    expect((await run(selection)).ok).toBe(true)
    expect(world.has('d-hub')).toBe(false)
  })

  it.each([
    ['a scenario of foundation models under another name', { ...HUB, configurationName: 'my-gpt' }],
    ['a generated name in another scenario', { ...HUB, scenarioId: 'other' }],
  ])('%s is one of them', async (_, seed) => {
    const { run, world } = tenant()
    world.add({ id: 'd-hub', ...seed })
    await run({ name: '?*', 'max-deletions': '99' })
    expect(world.has('d-hub')).toBe(true)
  })

  it('in another group, * takes it', async () => {
    const { run, world } = tenant()
    world.add({ id: 'd-hub', ...HUB, resourceGroup: 'team-a' })
    await run({ name: '*', 'resource-group': 'team-a' })
    expect(world.has('d-hub')).toBe(false)
  })
})
