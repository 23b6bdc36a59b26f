import { describe, expect, it } from 'vitest'
import { ago, DAY, errorsOf, idsOf, reasonOf, sapAccount } from '../../sweep/accounts.ts'

const GROUP = { resource: 'resource-group', 'resource-group': 'pr-42' }

/** A tenant with the group pr-42, which was made two days ago, beside `default`. */
function tenant(...args: Parameters<typeof sapAccount>) {
  const account = sapAccount(...args)
  account.world.resourceGroups.add({ resourceGroupId: 'pr-42', createdAt: ago(2 * DAY) })
  const deploy = (id: string, more: object = {}) =>
    account.world.add({ id, resourceGroup: 'pr-42', configurationName: `llm-${id}`, createdAt: ago(DAY), ...more })
  /** What really happened, in order. */
  const story = () =>
    account.world.events
      .filter(({ what }) => what !== 'status')
      .map(({ what, action, id }) => [what, action, id].filter(Boolean).join(' '))
  /** Paths of the writes, in order. */
  const writes = () =>
    account.emulator.requests
      .filter(({ method, path }) => method !== 'GET' && !path.startsWith('/oauth'))
      .map(({ method, path }) => `${method} ${path.replace('/v2', '')}`)
  return { ...account, deploy, story, writes }
}

describe('one resource group by its ID', () => {
  it('its deployments are stopped and deleted, then it is; each is a result of its own', async () => {
    const { run, deploy, story, world } = tenant()
    deploy('d-running')
    deploy('d-stopped', { status: 'STOPPED' })
    const { ok, results, outputs } = await run(GROUP)
    expect(ok).toBe(true)
    expect(results.map(({ id, outcome, resource, resourceGroup }) => [id, outcome, resource, resourceGroup])).toEqual([
      ['pr-42', 'deleted', 'resource-group', 'pr-42'],
      ['d-running', 'deleted', 'deployment', 'pr-42'],
      ['d-stopped', 'deleted', 'deployment', 'pr-42'],
    ])
    expect(results[0]).toMatchObject({ tombstone: { id: 'pr-42', message: 'Resource Group deletion scheduled' } })
    expect(outputs['deleted-count']).toBe('3')
    expect(story().slice(-2)).toEqual(['accepted delete-group pr-42', 'deleted pr-42'])
    expect(
      story()
        .slice(0, -2)
        .filter((line) => line.startsWith('deleted')),
    ).toHaveLength(2)
    expect(world.resourceGroups.has('pr-42')).toBe(false)
    expect(world.resourceGroups.has('default')).toBe(true)
  })

  it('an empty one goes with one DELETE', async () => {
    const { run, writes } = tenant()
    expect((await run(GROUP)).outputs['status']).toBe('deleted')
    expect(writes()).toEqual(['DELETE /admin/resourceGroups/pr-42'])
  })

  it('one that is not there is already-gone, and nothing is written', async () => {
    const { run, writes } = tenant()
    const { results } = await run({ ...GROUP, 'resource-group': 'pr-43' })
    expect(results).toMatchObject([{ outcome: 'already-gone', resourceGroup: 'pr-43' }])
    expect(writes()).toEqual([])
  })

  it('in another letter case it is mistyped: failed, with the group that is there', async () => {
    const { run, writes } = tenant()
    const { ok, results } = await run({ ...GROUP, 'resource-group': 'PR-42' })
    expect(ok).toBe(false)
    expect(String(results[0]?.['reason'])).toContain('it differs from resource group pr-42 in letter case only')
    expect(writes()).toEqual([])
  })

  it.each(['default', 'shared'])('%s is a wrong input, and nothing beside it is deleted', async (id) => {
    const { run, writes, world } = tenant()
    world.resourceGroups.add(id)
    const { ok, log } = await run({ ...GROUP, 'resource-group': `${id}\npr-42` })
    expect(ok).toBe(false)
    expect(errorsOf({ log }).join()).toContain(
      `'resource-group' has '${id}', which belongs to the tenant and is never deleted; remove it`,
    )
    expect(writes()).toEqual([])
  })

  it('default alone says so, too', async () => {
    const { run } = tenant()
    const { log } = await run({ ...GROUP, 'resource-group': 'default' })
    expect(errorsOf({ log }).join()).toContain(
      "'resource-group' is default, which belongs to the tenant and is never deleted: name others, or sweep by 'name'",
    )
  })

  it.each([
    ['PENDING', 'is PENDING'],
    ['RUNNING', 'is RUNNING'],
    ['STOPPING', 'is STOPPING'],
    ['UNKNOWN', 'is UNKNOWN'],
  ])('an execution that is %s keeps all of it', async (status, words) => {
    const { run, deploy, writes, world } = tenant()
    deploy('d-running')
    world.addExecution({ id: 'e-train', resourceGroup: 'pr-42', status })
    const done = await run(GROUP)
    expect(idsOf(done, 'refused')).toEqual(['pr-42'])
    expect(idsOf(done, 'kept')).toEqual(['d-running'])
    expect(reasonOf(done, 'pr-42')).toBe(
      `execution e-train in it ${words}; set 'allow: executions' to stop what runs in it`,
    )
    expect(reasonOf(done, 'd-running')).toContain('its resource group pr-42 is refused: execution e-train')
    expect(writes()).toEqual([])
  })

  it.each(['COMPLETED', 'STOPPED', 'DEAD'])('an execution that is %s has ended, and goes with it', async (status) => {
    const { run, world } = tenant()
    world.addExecution({ resourceGroup: 'pr-42', status })
    expect((await run(GROUP)).outputs['status']).toBe('deleted')
  })

  it('an execution that moves to another page while the list is read is not missed, and keeps all of it', async () => {
    const { run, writes, world, justBefore } = tenant({ maxTop: 100, overMaxTop: 'clamp', countIsTotal: true })
    for (let at = 0; at < 151; at++) {
      const id = `e-${String(at).padStart(3, '0')}`
      world.addExecution({ id, resourceGroup: 'pr-42', status: at === 100 ? 'RUNNING' : 'COMPLETED' })
    }
    justBefore(
      (_method, path) => path.includes('/lm/executions') && path.includes('$skip=100'),
      () => world.removeExecution('e-005'),
    )
    const done = await run(GROUP)
    expect(reasonOf(done, 'pr-42')).toContain('execution e-100 in it is RUNNING')
    expect(writes()).toEqual([])
  })

  it.each(['executions', 'deployments'])(
    'a list of %s that counts more than it shows: nothing is deleted',
    async (kind) => {
      const { run, writes, emulator } = tenant()
      emulator.faults.push({
        kind: 'status',
        status: 200,
        body: '{"count":1,"resources":[]}',
        headers: { 'content-type': 'application/json' },
        when: ({ path }) => path.includes(`/lm/${kind}?`),
        times: Number.POSITIVE_INFINITY,
      })
      const { ok, log } = await run(GROUP)
      expect(ok).toBe(false)
      expect(errorsOf({ log }).join()).toContain(`GET /lm/${kind} counts more entries than it shows`)
      expect(writes()).toEqual([])
    },
  )

  it("'allow: executions' stops what runs, awaits it, and only then touches the deployments", async () => {
    const { run, deploy, writes, world } = tenant({ stopMs: 20_000 })
    deploy('d-stopped', { status: 'STOPPED' })
    world.addExecution({ id: 'e-one', status: 'RUNNING', resourceGroup: 'pr-42' })
    world.addExecution({ id: 'e-two', status: 'PENDING', resourceGroup: 'pr-42' })
    const going = world.addExecution({ id: 'e-three', status: 'STOPPING', resourceGroup: 'pr-42' })
    world.after(30_000, () => Object.assign(going, { status: 'STOPPED' }))
    const { ok, results } = await run({ ...GROUP, allow: 'executions' })
    expect(ok).toBe(true)
    expect(writes()).toEqual([
      'PATCH /lm/executions/e-one',
      'PATCH /lm/executions/e-two',
      'DELETE /lm/deployments/d-stopped',
      'DELETE /admin/resourceGroups/pr-42',
    ])
    expect(results[0]).toMatchObject({ actions: ['stop-execution', 'stop-execution', 'delete'] })
  })

  it('a deployment of the orchestration service keeps all of it, unless allowed', async () => {
    const { run, deploy, writes } = tenant()
    deploy('d-orchestration', { configurationName: 'defaultOrchestrationConfig', scenarioId: 'orchestration' })
    deploy('d-other')
    const done = await run(GROUP)
    expect(reasonOf(done, 'pr-42')).toContain('deployment d-orchestration in it must be kept: it serves SAP')
    expect(idsOf(done, 'kept')).toEqual(['d-orchestration', 'd-other'])
    expect(writes()).toEqual([])
    expect((await run({ ...GROUP, allow: 'orchestration' })).outputs['deleted-count']).toBe('3')
  })

  it.each(['llm-d-main', 'pr-42'])("'protect: %s' keeps all of it", async (protect) => {
    const { run, deploy, writes } = tenant()
    deploy('d-main')
    deploy('d-other')
    const done = await run({ ...GROUP, protect })
    expect(idsOf(done, 'refused')).toEqual(['pr-42'])
    expect(reasonOf(done, 'pr-42')).toContain(`is protected by '${protect}' in 'protect'`)
    expect(writes()).toEqual([])
  })

  it('one deployment that cannot go keeps the group; the others are gone, and it says so', async () => {
    const { run, deploy, world } = tenant()
    deploy('d-other')
    deploy('d-stuck', { status: 'COMPLETED' })
    const done = await run(GROUP)
    expect(idsOf(done, 'deleted')).toEqual(['d-other'])
    expect(idsOf(done, 'refused')).toEqual(['d-stuck', 'pr-42'])
    expect(reasonOf(done, 'pr-42')).toContain('deployment d-stuck, which is in it, is refused')
    expect(world.resourceGroups.has('pr-42')).toBe(true)
  })

  it('a deployment that came after the plan keeps the group', async () => {
    const { run, deploy, world, justBefore } = tenant()
    deploy('d-old', { status: 'STOPPED' })
    justBefore(
      (method) => method === 'DELETE',
      () => void deploy('d-new'),
    )
    const done = await run(GROUP)
    expect(idsOf(done, 'deleted')).toEqual(['d-old'])
    expect(reasonOf(done, 'pr-42')).toContain('deployment d-new in it is new, so somebody uses the resource group')
    expect([world.has('d-new'), world.resourceGroups.has('pr-42')]).toEqual([true, true])
  })

  it('a group that was made anew while a first look failed is kept, and nothing is deleted', async () => {
    const { run, world, emulator, writes } = tenant()
    emulator.faults.push({
      kind: 'wrong-type',
      when: ({ path }) => {
        const isFirst = path.includes('/lm/deployments')
        if (isFirst) world.resourceGroups.add({ resourceGroupId: 'pr-42', createdAt: ago(0) })
        return isFirst
      },
    })
    const { ok, log } = await run(GROUP)
    expect(ok).toBe(false)
    expect(log.join('\n')).toContain('resource group pr-42 was made anew while the plan was made; run the step again')
    expect(writes()).toEqual([])
  })

  it('a group that was made anew under the same ID is kept', async () => {
    const { run, deploy, world, justBefore } = tenant()
    deploy('d-old', { status: 'STOPPED' })
    justBefore(
      (method) => method === 'DELETE',
      () => void world.resourceGroups.add({ resourceGroupId: 'pr-42', createdAt: ago(0) }),
    )
    const done = await run(GROUP)
    expect(reasonOf(done, 'pr-42')).toContain('a new one has the same ID')
    expect(world.resourceGroups.has('pr-42')).toBe(true)
  })

  it('a run that broke off is taken up where it stands', async () => {
    const { run, deploy, world } = tenant({ stopMs: 60_000 })
    deploy('d-one')
    deploy('d-two', { status: 'STOPPED' })
    const first = await run({ ...GROUP, timeout: '30s' })
    expect(idsOf(first, 'timed-out')).toEqual(['d-one', 'pr-42'])
    expect((await run(GROUP)).outputs['status']).toBe('deleted')
    expect(world.resourceGroups.has('pr-42')).toBe(false)
  })

  it('SAP counts a group as used for a moment after its last deployment is gone: the refusal is borne', async () => {
    const { run, deploy, emulator, writes } = tenant()
    deploy('d-one', { status: 'STOPPED' })
    const body = '{"error":{"code":"01010024","message":"Invalid Request, resource group pr-42 is in use"}}'
    const headers = { 'content-type': 'application/json' }
    const when = ({ method, path }: { method: string; path: string }) => method === 'DELETE' && path.includes('Groups')
    emulator.faults.push({ kind: 'status', status: 400, body, headers, times: 4, when })
    expect((await run(GROUP)).outputs['status']).toBe('deleted')
    expect(writes().filter((write) => write.startsWith('DELETE /admin'))).toHaveLength(5)
  })

  it('a group that is PROVISIONING is waited for', async () => {
    const { run, world, writes } = tenant()
    world.resourceGroups.add({ resourceGroupId: 'pr-42', createdAt: ago(DAY), status: 'PROVISIONING' })
    world.after(20_000, () => Object.assign(world.resourceGroups.get('pr-42') ?? {}, { status: 'PROVISIONED' }))
    const { ok, ms } = await run(GROUP)
    expect(ok).toBe(true)
    expect(ms).toBeGreaterThan(20_000)
    expect(writes()).toHaveLength(1)
  })

  it('a key of a consumer tenant may not see groups: an error, never "gone"', async () => {
    const { run } = tenant({ consumerOf: 'customer-1' })
    const { ok, log, results } = await run(GROUP)
    expect(ok).toBe(false)
    expect(results).toEqual([])
    expect(errorsOf({ log }).join()).toMatch(
      /denied access: .*GET \/v2\/admin\/resourceGroups\/pr-42.* consumer tenant/,
    )
  })

  it('a dry run tells all of it and writes nothing', async () => {
    const { run, deploy, writes } = tenant()
    deploy('d-one')
    const done = await run({ ...GROUP, 'dry-run': 'true' })
    expect(idsOf(done, 'planned')).toEqual(['d-one', 'pr-42'])
    expect(writes()).toEqual([])
    expect(done.summary).toContain('would wait until it is empty, delete it, wait until it is gone')
  })

  it("'wait: false': its deployments are awaited, its own end is not", async () => {
    const { run, deploy } = tenant()
    deploy('d-one')
    const done = await run({ ...GROUP, wait: 'false' })
    expect(idsOf(done, 'deleted')).toEqual(['d-one'])
    expect(idsOf(done, 'accepted')).toEqual(['pr-42'])
  })

  it('the summary and the log say how much of the quota is used, where the key may read it', async () => {
    const { run, deploy } = tenant()
    deploy('d-one')
    const { summary, log } = await run(GROUP)
    expect(summary).toContain('Quota in use: resource groups: 1 of 50; deployments: 0 of ')
    expect(log.join('\n')).toContain('Quota in use: resource groups: 1 of 50')
    const without = tenant({ quotaForbidden: true })
    expect((await without.run(GROUP)).summary).not.toContain('Quota')
  })
})
