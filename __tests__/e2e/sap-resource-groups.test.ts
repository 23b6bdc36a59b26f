import { describe, it } from 'vitest'
import { runStep } from '../../demo/runner.ts'
import { createSapEmulator, DEFAULT_CLIENT, type SapOptions, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { serve } from '../../emulators/serve.ts'

const OLD = '2024-09-20T11:31:24Z'

/** A tenant with the groups pr-1 and pr-2, each with a running and a stopped deployment. */
function tenant(options: SapOptions = {}) {
  const sap = createSapEmulator({ stopMs: 200, deleteMs: 100, groupDeleteMs: 100, ...options })
  for (const resourceGroup of ['pr-1', 'pr-2']) {
    sap.world.resourceGroups.add({ resourceGroupId: resourceGroup, createdAt: OLD })
    for (const status of ['RUNNING', 'STOPPED']) {
      const id = `d-${resourceGroup}-${status.toLowerCase()}`
      sap.world.add({ id, status, resourceGroup, createdAt: OLD, configurationName: `llm-${status.toLowerCase()}` })
    }
  }
  return sap
}

type Tenant = ReturnType<typeof tenant>

async function step(sap: Tenant, inputs: Record<string, string>) {
  const { url, close } = await serve(sap)
  try {
    const key = JSON.stringify(sapServiceKey(url, DEFAULT_CLIENT))
    const end = await runStep({ inputs: { provider: 'sap-ai-core', 'service-key': key, ...inputs } })
    const results: Record<string, unknown>[] = JSON.parse(end.outputs['results'] ?? '[]')
    return { ...end, ends: Object.fromEntries(results.map(({ id, outcome }) => [id, outcome])) }
  } finally {
    await close()
  }
}

const groups = (sap: Tenant) => sap.world.resourceGroups.all().map(({ resourceGroupId }) => resourceGroupId)
const writes = (sap: Tenant) =>
  sap.requests.flatMap(({ method, path }) =>
    method === 'GET' || path.startsWith('/oauth') ? [] : [`${method} ${path.replace('/v2', '')}`],
  )

// Most of each test is waiting, so they wait together.
describe.concurrent('resource groups of SAP AI Core, the built action on loopback', () => {
  it('a group by its ID: its deployments, then the group; log, outputs, summary and comment say the group of each', async ({
    expect,
  }) => {
    const sap = tenant()
    const end = await step(sap, { resource: 'resource-group', 'resource-group': 'pr-1' })
    expect(end.exitCode).toBe(0)
    expect(end.ends).toEqual({ 'pr-1': 'deleted', 'd-pr-1-running': 'deleted', 'd-pr-1-stopped': 'deleted' })
    expect(groups(sap)).toEqual(['default', 'pr-2'])
    expect(writes(sap).at(-1)).toBe('DELETE /admin/resourceGroups/pr-1')
    expect(end.log).toContain(
      'resource group pr-1: holds 2 deployments, which are deleted first → delete what is in it first',
    )
    expect(end.log).toContain('deployment d-pr-1-running in resource group pr-1 (llm-running): deleted')
    expect(end.summary).toContain('<code>d-pr-1-running</code> in resource group&nbsp;<code>pr-1</code>')
    expect(end.summary).toContain('Quota in use: resource groups: 2 of 50; deployments: 2 of 81')
    expect(JSON.parse(end.outputs['deleted-ids'] ?? '')).toHaveLength(3)
  })

  it('an execution that runs: exit code 1, nothing is written, and the message says what to set', async ({
    expect,
  }) => {
    const sap = tenant()
    sap.world.addExecution({ id: 'e-train', resourceGroup: 'pr-1' })
    const end = await step(sap, { resource: 'resource-group', 'resource-group': 'pr-1' })
    expect(end.exitCode).toBe(1)
    expect(end.ends).toEqual({ 'pr-1': 'refused', 'd-pr-1-running': 'kept', 'd-pr-1-stopped': 'kept' })
    expect(end.outputs).toMatchObject({ status: 'failed', 'failed-count': '1', 'kept-count': '2' })
    expect(end.log).toMatch(/^::error::resource group pr-1: refused: execution e-train .*'allow: executions'/m)
    expect(writes(sap)).toEqual([])
  })

  it('a sweep of two groups, and default stays', async ({ expect }) => {
    const sap = tenant({ bulk: true })
    const end = await step(sap, { resource: 'resource-group', name: 'pr-*\ndefault' })
    expect(end.exitCode).toBe(0)
    expect(groups(sap)).toEqual(['default'])
    expect(end.ends).toMatchObject({ 'pr-1': 'deleted', 'pr-2': 'deleted', default: 'kept' })
  })

  it('deployments of two groups in one sweep, with one token', async ({ expect }) => {
    const sap = tenant()
    const end = await step(sap, { 'resource-group': 'pr-*', name: '*-stopped' })
    expect(end.exitCode).toBe(0)
    expect(end.ends).toEqual({ 'd-pr-1-stopped': 'deleted', 'd-pr-2-stopped': 'deleted' })
    expect(sap.tokens.issued()).toBe(1)
    expect(groups(sap)).toEqual(['default', 'pr-1', 'pr-2'])
  })

  it('a group that cannot be read stops a sweep before anything is deleted, and is named', async ({ expect }) => {
    const sap = tenant()
    const end = await step(sap, { 'resource-group': 'pr-1\npr-9', name: '*-stopped' })
    expect(end.exitCode).toBe(1)
    expect(end.log).toMatch(/^::error::Nothing was deleted.*'resource-group' \(now 'pr-9'\)/m)
    expect(writes(sap)).toEqual([])
  })

  it('deployments by ID in two groups: each in its own', async ({ expect }) => {
    const sap = tenant()
    const ids = 'd-pr-1-stopped\nd-pr-2-running'
    const end = await step(sap, { 'resource-group': 'pr-1\npr-2', 'deployment-id': ids })
    expect(end.exitCode).toBe(0)
    expect(end.log).toContain('deployment d-pr-2-running in resource group pr-2 (llm-running): deleted')
    expect(sap.world.size()).toBe(2)
  })
})
