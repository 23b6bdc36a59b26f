import { describe, expect, it } from 'vitest'
import { ago, DAY, errorsOf, HOUR, idsOf, reasonOf, sapAccount } from './accounts.ts'

const SWEEP = { resource: 'resource-group' }
/** Groups of two pull requests and one of a team, each with a deployment. */
function tenant(options: Parameters<typeof sapAccount>[0] = {}) {
  const account = sapAccount(options)
  account.github.world.addPull({ number: 42, state: 'CLOSED' })
  account.github.world.addPull({ number: 43, state: 'OPEN' })
  const { resourceGroups } = account.world
  const group = (resourceGroupId: string, labels: Record<string, string> = {}, age = 3 * DAY) => {
    const list = Object.entries(labels).map(([key, value]) => ({ key: `ext.ai.sap.com/${key}`, value }))
    resourceGroups.add({ resourceGroupId, createdAt: ago(age), ...(list.length === 0 ? {} : { labels: list }) })
    account.world.add({
      id: `d-${resourceGroupId}`,
      resourceGroup: resourceGroupId,
      configurationName: 'llm',
      createdAt: ago(age),
    })
  }
  group('pr-42', { pr: '42', team: 'ml' })
  group('pr-43', { pr: '43', team: 'ml' })
  group('team-web', { team: 'web' })
  account.world.add({ id: 'd-default', configurationName: 'llm', createdAt: ago(3 * DAY) })
  return { ...account, group, left: () => resourceGroups.all().map(({ resourceGroupId }) => resourceGroupId) }
}

describe('a sweep of resource groups', () => {
  it('by name: groups of closed pull requests go, with what is in them', async () => {
    const { run, left, world } = tenant()
    const done = await run({ ...SWEEP, name: 'pr-{pr}' })
    expect(done.ok).toBe(true)
    expect(idsOf(done, 'deleted')).toEqual(['d-pr-42', 'pr-42'])
    expect(reasonOf(done, 'pr-43')).toBe('pull request 43 is open')
    expect(left()).toEqual(['default', 'pr-43', 'team-web'])
    expect(['d-pr-43', 'd-team-web', 'd-default'].every((id) => world.has(id))).toBe(true)
    expect(done.log.join('\n')).toContain('it is in resource group pr-42, which is deleted')
  })

  it('by label, also with {pr} in the value', async () => {
    const { run, left } = tenant()
    const done = await run({ ...SWEEP, label: 'ext.ai.sap.com/pr={pr}' })
    expect(idsOf(done, 'deleted')).toEqual(['d-pr-42', 'pr-42'])
    expect(left()).toEqual(['default', 'pr-43', 'team-web'])
  })

  it('a label that excludes keeps', async () => {
    const { run, left } = tenant()
    await run({ ...SWEEP, name: '*', label: '!ext.ai.sap.com/team=ml' })
    expect(left()).toEqual(['default', 'pr-42', 'pr-43'])
  })

  it('two labels with one key cannot be judged: neither is met, and a label that excludes keeps', async () => {
    const { run, left, world } = tenant()
    const labels = ['one', 'two'].map((value) => ({ key: 'ext.ai.sap.com/team', value }))
    world.resourceGroups.add({ resourceGroupId: 'both', createdAt: ago(DAY), labels })
    await run({ ...SWEEP, label: 'ext.ai.sap.com/team=one' })
    await run({ ...SWEEP, name: 'both', label: '!ext.ai.sap.com/team=three' })
    expect(left()).toContain('both')
  })

  it('older-than, keep-latest and protect hold for groups', async () => {
    const { run, left, group } = tenant()
    group('run-1', {}, 5 * DAY)
    group('run-2', {}, 4 * DAY)
    group('run-3', {}, 3 * DAY)
    group('run-4', {}, HOUR)
    await run({ ...SWEEP, name: 'run-*', 'older-than': '1d', 'keep-latest': '1', protect: 'run-2' })
    expect(left()).toEqual(['default', 'pr-42', 'pr-43', 'team-web', 'run-2', 'run-3', 'run-4'])
  })

  it('max-deletions counts groups and deployments: 1 group with 1 deployment is 2', async () => {
    const { run, left } = tenant()
    const done = await run({ ...SWEEP, name: 'pr-42', 'max-deletions': '1' })
    expect(errorsOf(done).join()).toContain("2 targets selected, but 'max-deletions' is 1")
    expect(left()).toContain('pr-42')
  })

  it('default stays, whatever the pattern', async () => {
    const { run, left } = tenant()
    const done = await run({ ...SWEEP, name: '*' })
    expect(reasonOf(done, 'default')).toBe('the resource group default belongs to the tenant and cannot be deleted')
    expect(left()).toEqual(['default'])
  })

  it('what must stay in a group keeps it whole, and the plan says so', async () => {
    const { run, left, world } = tenant()
    world.add({ id: 'd-main', resourceGroup: 'pr-42', configurationName: 'llm-main', createdAt: ago(DAY) })
    world.addExecution({ id: 'e-train', resourceGroup: 'team-web' })
    const done = await run({ ...SWEEP, name: 'pr-42\nteam-*', protect: 'llm-main' })
    expect(done.ok).toBe(true)
    expect(done.outputs['status']).toBe('nothing-to-delete')
    expect(reasonOf(done, 'pr-42')).toContain("llm-main is protected by 'llm-main' in 'protect'")
    expect(reasonOf(done, 'team-web')).toContain("execution e-train in it is RUNNING; set 'allow: executions'")
    expect(done.log.join('\n')).not.toContain('protects nothing')
    expect(done.log.join('\n')).toMatch(/Plan: \d+ found: 0 to delete/)
    expect(left()).toEqual(['default', 'pr-42', 'pr-43', 'team-web'])
  })

  it('a pull request that is reopened after the plan keeps its group and all that is in it', async () => {
    const { run, left, world, emulator, github } = tenant()
    // Long enough for GitHub's answer to be too old for a write.
    emulator.faults.push({
      ...{ kind: 'status', status: 429, headers: { 'retry-after': '5' } },
      when({ path }) {
        const isLast = path.includes('/lm/executions')
        if (isLast) github.world.addPull({ number: 42, state: 'OPEN' })
        return isLast
      },
    })
    const done = await run({ ...SWEEP, name: 'pr-{pr}' })
    expect(idsOf(done, 'kept')).toEqual(['d-pr-42', 'pr-42', 'pr-43'])
    expect(world.has('d-pr-42')).toBe(true)
    expect(left()).toContain('pr-42')
  })

  it('a group that was made anew between the list and the look is another one: kept', async () => {
    const { run, left, world, justBefore } = tenant()
    justBefore(
      (method, path) => method === 'GET' && path.endsWith('/resourceGroups/pr-42'),
      () => void world.resourceGroups.add({ resourceGroupId: 'pr-42', createdAt: ago(0) }),
    )
    const done = await run({ ...SWEEP, name: 'pr-42', 'older-than': '1d' })
    expect(reasonOf(done, 'pr-42')).toContain('its creation time is not the one that was listed')
    expect(done.log.join('\n')).toMatch(/Plan: \d+ found: 0 to delete/)
    expect(left()).toContain('pr-42')
  })

  it('a group that cannot be looked into stops the sweep', async () => {
    const { run, emulator, left } = tenant()
    emulator.faults.push({
      kind: 'status',
      status: 500,
      times: 100,
      when: ({ path }) => path.includes('/lm/executions'),
    })
    const done = await run({ ...SWEEP, name: 'pr-{pr}' })
    expect(done.ok).toBe(false)
    expect(errorsOf(done).join()).toContain('Nothing was deleted, because not everything could be read first')
    expect(left()).toContain('pr-42')
  })

  it('a key of a consumer tenant cannot list groups: an error, and nothing is deleted', async () => {
    const { run } = tenant({ consumerOf: 'pr-42' })
    const done = await run({ ...SWEEP, name: 'pr-*' })
    expect(done.ok).toBe(false)
    expect(errorsOf(done).join()).toMatch(/denied access.*consumer tenant/)
  })

  it('a label without its prefix is an error that says what to write', async () => {
    const { run } = tenant()
    expect(errorsOf(await run({ ...SWEEP, label: 'pr={pr}' })).join()).toContain(
      "begins with ext.ai.sap.com/. Write 'ext.ai.sap.com/pr={pr}'",
    )
  })

  it('a name with a character that no group has is an error', async () => {
    const { run } = tenant()
    expect(errorsOf(await run({ ...SWEEP, name: 'pr_42' })).join()).toContain("has '_'")
  })

  it('IDs of groups and a sweep together are an error, as are patterns among IDs', async () => {
    const { run } = tenant()
    const both = errorsOf(await run({ ...SWEEP, name: 'pr-*', 'resource-group': 'pr-42' })).join()
    expect(both).toContain("'name' and 'resource-group' are both given")
    const pattern = errorsOf(await run({ ...SWEEP, 'resource-group': 'pr-*' })).join()
    expect(pattern).toContain("patterns belong in 'name', and IDs are whole")
  })

  it('the log says where it looks and what it selects', async () => {
    const { run } = tenant()
    const { log } = await run({ ...SWEEP, name: 'pr-{pr}' })
    expect(log.find((line) => line.includes('Undeploy '))).toMatch(/sap-ai-core: resource groups named pr-\{pr\}/)
  })
})
