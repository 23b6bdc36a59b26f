import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import {
  type AiDeployment,
  type AiDeploymentBulkModificationRequest,
  ConfigurationApi,
  DeploymentApi,
  ExecutionApi,
  MetaApi,
  ResourceGroupApi,
  ResourceQuotaApi,
} from '@sap-ai-sdk/ai-api'
import { selfSigned } from '../emulators/sap-ai-core/certificate.ts'
import type { SapOptions } from '../emulators/sap-ai-core.ts'
import { causesOf, refusalOf } from './refusal.ts'
import { GROUP, identity, openTenant } from './tenant.ts'

// SAP's own client, with its own HTTP layer and its own token exchange, against the emulator that the action is tested on.

const ID = 'd748fdae9f88a9b0'
const OTHER = 'd748fdae9f88a9b1'
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

const toClose: (() => Promise<void>)[] = []
after(() => Promise.all(toClose.map((close) => close())))

async function tenant(options: SapOptions = {}) {
  const sap = await openTenant(options)
  toClose.push(sap.close)
  return sap
}

/** What the API's description requires of a deployment (`AiDeployment`). */
function checkDeployment(deployment: AiDeployment, status: string): void {
  assert.equal(deployment.status, status)
  for (const text of [deployment.id, deployment.configurationId]) assert.match(text, /^[\w.-]{4,64}$/)
  for (const time of [deployment.createdAt, deployment.modifiedAt]) assert.match(time, TIME)
}

describe('the token', () => {
  it('is given for the secret of a service key', async () => {
    const sap = await tenant()
    const [token] = (await sap.destination()).authTokens ?? []
    assert.equal(token?.error, null)
    assert.match(token?.value ?? '', /^[\w-]+\.[\w-]+\.[\w-]+$/)
    assert.match(token?.expiresIn ?? '', /^719\d$/)
  })

  it('is given for the certificate of an X.509 service key, without a secret', async () => {
    const sap = await tenant()
    const [token] = (await sap.destination(sap.withCertificate, identity)).authTokens ?? []
    assert.equal(token?.error, null)
    const asked = new URLSearchParams(sap.requests[0]?.body)
    assert.deepEqual([...asked.keys()], ['grant_type', 'client_id'])
  })

  it('is refused for a wrong secret', async () => {
    const sap = await tenant()
    const told = await causesOf(sap.destination({ ...sap.withSecret, clientsecret: 'wrong' }))
    assert.match(told, /was 401: {"error":"invalid_client"/)
  })

  it('is refused for a certificate nobody vouches for', async () => {
    const sap = await tenant()
    const told = await causesOf(sap.destination(sap.withCertificate, selfSigned('undeploy')))
    assert.match(told, /was 401: {"error":"invalid_client"/)
  })

  it('that was revoked is refused by the API with 401', async () => {
    const sap = await tenant()
    const to = await sap.destination()
    sap.tokens.revokeAll()
    const { status } = await refusalOf(DeploymentApi.deploymentGet(ID, {}, GROUP).execute(to))
    assert.equal(status, 401)
  })
})

describe('reading', () => {
  it('a list: count and resources, each as the API describes it', async () => {
    const sap = await tenant()
    sap.world.add({ id: ID, status: 'RUNNING', configurationName: 'pr-42' })
    sap.world.add({ id: OTHER, status: 'DEAD' })
    const { count, resources } = await DeploymentApi.deploymentQuery({}, GROUP).execute(await sap.destination())
    assert.equal(count, 2)
    assert.deepEqual(
      resources.map(({ id }) => id),
      [ID, OTHER],
    )
    for (const [index, status] of ['RUNNING', 'DEAD'].entries()) {
      const deployment = resources[index]
      assert.ok(deployment)
      checkDeployment(deployment, status)
    }
    assert.equal(resources[0]?.configurationName, 'pr-42')
  })

  it('a list: filters and pages as SAP’s client writes them into the URL', async () => {
    const sap = await tenant()
    const seeds = ['RUNNING', 'RUNNING', 'STOPPED', 'RUNNING'] as const
    const [first] = seeds.map((status) => sap.world.add({ status }))
    const to = await sap.destination()
    const list = (query: Parameters<typeof DeploymentApi.deploymentQuery>[0]) =>
      DeploymentApi.deploymentQuery(query, GROUP).execute(to)
    assert.equal((await list({ status: 'RUNNING' })).resources.length, 3)
    assert.equal((await list({ $top: 3, $skip: 2 })).resources.length, 2)
    assert.equal((await list({ configurationId: first?.configurationId ?? '' })).resources[0]?.id, first?.id)
    assert.equal((await list({ executableIds: ['none-such', 'nor-such'] })).resources.length, 0)
    const [short = {}] = (await list({ $select: 'status', $top: 1 })).resources
    assert.deepEqual(Object.keys(short), ['id', 'configurationId', 'status', 'createdAt', 'modifiedAt'])
    assert.equal(await DeploymentApi.deploymentCount({ status: 'STOPPED' }, GROUP).execute(to), 1)
  })

  it('one deployment: fields, times and target status', async () => {
    const sap = await tenant()
    sap.world.add({ id: ID, status: 'RUNNING' })
    const found = await DeploymentApi.deploymentGet(ID, {}, GROUP).execute(await sap.destination())
    checkDeployment(found, 'RUNNING')
    assert.equal(found.targetStatus, 'RUNNING')
  })

  it('configurations, by name', async () => {
    const sap = await tenant()
    sap.world.addConfiguration({ id: 'c0ffee', name: 'pr-42' })
    sap.world.addConfiguration({ id: 'c0ffed', name: 'main' })
    const to = await sap.destination()
    const { count, resources } = await ConfigurationApi.configurationQuery({ $search: 'pr-' }, GROUP).execute(to)
    assert.equal(count, 1)
    assert.equal(resources[0]?.name, 'pr-42')
    assert.equal((await ConfigurationApi.configurationGet('c0ffed', {}, GROUP).execute(to)).name, 'main')
  })

  it('what the tenant can do', async () => {
    for (const bulk of [true, false]) {
      const sap = await tenant({ bulk })
      const { aiApi } = await MetaApi.metaGet().execute(await sap.destination())
      assert.equal(aiApi.capabilities?.bulkUpdates?.deployments, bulk)
      assert.equal(typeof aiApi.version, 'string')
    }
  })

  it('nothing: an ID nobody has is 404 with a code, and so is one of another resource group', async () => {
    const sap = await tenant({ resourceGroups: ['default', 'team-b'] })
    sap.world.add({ id: ID, resourceGroup: 'team-b' })
    const to = await sap.destination()
    for (const id of [ID, OTHER]) {
      const refusal = await refusalOf(DeploymentApi.deploymentGet(id, {}, GROUP).execute(to))
      checkRefusal(refusal, 404, '01010016')
    }
    assert.equal((await DeploymentApi.deploymentGet(ID, {}, { 'AI-Resource-Group': 'team-b' }).execute(to)).id, ID)
  })

  it('nothing: a resource group nobody has is 403 in plain text', async () => {
    const sap = await tenant()
    const list = DeploymentApi.deploymentQuery({}, { 'AI-Resource-Group': 'typo' }).execute(await sap.destination())
    assert.deepEqual(await refusalOf(list), { status: 403, body: 'RBAC: access denied' })
  })

  it('nothing: a filter that the API does not know is 400', async () => {
    const sap = await tenant()
    const list = DeploymentApi.deploymentQuery({}, GROUP)
    checkRefusal(await refusalOf(list.executeRaw(await sap.destination(), { params: { olderThan: '1d' } })), 400)
  })
})

/** The body of a refusal as the API describes it (`AiApiError`). */
function checkRefusal({ status, body }: { status: number; body: unknown }, expected: number, code?: string): void {
  assert.equal(status, expected)
  assert.ok(typeof body === 'object' && body !== null && 'error' in body)
  const { error } = body
  assert.ok(typeof error === 'object' && error !== null && 'code' in error && 'message' in error)
  assert.equal(typeof error.message, 'string')
  assert.match(String(error.code), /^\d{8}$/)
  if (code !== undefined) assert.equal(error.code, code)
}

describe('changing', () => {
  it('stop, then delete: 202 with the ID and a message each, then 404', async () => {
    const sap = await tenant()
    sap.world.add({ id: ID, status: 'RUNNING' })
    const to = await sap.destination()
    const stopped = await DeploymentApi.deploymentModify(ID, { targetStatus: 'STOPPED' }, GROUP).executeRaw(to)
    assert.equal(stopped.status, 202)
    assert.equal(stopped.data.id, ID)
    assert.equal(typeof stopped.data.message, 'string')
    checkDeployment(await DeploymentApi.deploymentGet(ID, {}, GROUP).execute(to), 'STOPPED')
    const deleted = await DeploymentApi.deploymentDelete(ID, GROUP).executeRaw(to)
    assert.equal(deleted.status, 202)
    assert.equal(deleted.data.id, ID)
    assert.equal(deleted.data.targetStatus, 'DELETED')
    checkRefusal(await refusalOf(DeploymentApi.deploymentGet(ID, {}, GROUP).execute(to)), 404)
    checkRefusal(await refusalOf(DeploymentApi.deploymentDelete(ID, GROUP).execute(to)), 404)
  })

  it('while it stops and while it is deleted, it is shown so', async () => {
    const sap = await tenant({ stopMs: 600_000, deleteMs: 600_000 })
    sap.world.add({ id: ID, status: 'RUNNING' })
    sap.world.add({ id: OTHER, status: 'STOPPED' })
    const to = await sap.destination()
    await DeploymentApi.deploymentModify(ID, { targetStatus: 'STOPPED' }, GROUP).execute(to)
    const stopping = await DeploymentApi.deploymentGet(ID, {}, GROUP).execute(to)
    assert.deepEqual([stopping.status, stopping.targetStatus], ['STOPPING', 'STOPPED'])
    await DeploymentApi.deploymentDelete(OTHER, GROUP).execute(to)
    const deleting = await DeploymentApi.deploymentGet(OTHER, {}, GROUP).execute(to)
    assert.deepEqual([deleting.status, deleting.targetStatus], ['STOPPED', 'DELETED'])
  })

  it('another configuration', async () => {
    const sap = await tenant()
    sap.world.add({ id: ID, status: 'RUNNING' })
    sap.world.addConfiguration({ id: 'c0ffee', name: 'moved' })
    const to = await sap.destination()
    await DeploymentApi.deploymentModify(ID, { configurationId: 'c0ffee' }, GROUP).execute(to)
    assert.equal((await DeploymentApi.deploymentGet(ID, {}, GROUP).execute(to)).configurationName, 'moved')
  })

  // The table of permitted actions in SAP's documentation.
  const PERMITTED = {
    UNKNOWN: { stop: false, delete: true },
    PENDING: { stop: true, delete: false },
    RUNNING: { stop: true, delete: false },
    STOPPING: { stop: false, delete: false },
    STOPPED: { stop: false, delete: true },
    DEAD: { stop: false, delete: true },
  }
  for (const [status, allowed] of Object.entries(PERMITTED)) {
    for (const action of ['stop', 'delete'] as const) {
      it(`${status}: ${action} is ${allowed[action] ? 'taken' : 'refused with 412 and the code for a wrong status'}`, async () => {
        const sap = await tenant({ stopMs: 600_000, deleteMs: 600_000 })
        sap.world.add({ id: ID, status })
        const to = await sap.destination()
        const request =
          action === 'stop'
            ? DeploymentApi.deploymentModify(ID, { targetStatus: 'STOPPED' }, GROUP)
            : DeploymentApi.deploymentDelete(ID, GROUP)
        if (allowed[action]) assert.equal((await request.executeRaw(to)).status, 202)
        else checkRefusal(await refusalOf(request.execute(to)), 412, '01010076')
      })
    }
  }

  it('a second DELETE while the first is under way is refused', async () => {
    const sap = await tenant({ deleteMs: 600_000 })
    sap.world.add({ id: ID, status: 'STOPPED' })
    const to = await sap.destination()
    await DeploymentApi.deploymentDelete(ID, GROUP).execute(to)
    checkRefusal(await refusalOf(DeploymentApi.deploymentDelete(ID, GROUP).execute(to)), 412, '01010076')
  })

  it('a target status and a configuration together, and neither, are 400', async () => {
    const sap = await tenant()
    sap.world.add({ id: ID, status: 'RUNNING' })
    const to = await sap.destination()
    for (const body of [{}, { targetStatus: 'STOPPED', configurationId: 'c0ffee' }] as const) {
      checkRefusal(await refusalOf(DeploymentApi.deploymentModify(ID, body, GROUP).execute(to)), 400)
    }
  })
})

describe('changing many at once', () => {
  /** SAP's type asks for a Set, which JSON cannot express; what goes over the wire is an array. */
  const items = (targetStatus: 'STOPPED' | 'DELETED', ...ids: string[]): AiDeploymentBulkModificationRequest =>
    JSON.parse(JSON.stringify({ deployments: ids.map((id) => ({ id, targetStatus })) }))

  it('202 whatever becomes of the single ones: a message or an error each', async () => {
    const sap = await tenant({ bulk: true, stopMs: 600_000 })
    sap.world.add({ id: ID, status: 'RUNNING' })
    sap.world.add({ id: OTHER, status: 'STOPPED' })
    const request = DeploymentApi.deploymentBatchModify(items('STOPPED', ID, OTHER, 'd000'), GROUP)
    const { status, data } = await request.executeRaw(await sap.destination())
    assert.equal(status, 202)
    const [taken, refused, missing] = data.deployments
    assert.equal(taken.id, ID)
    assert.equal(typeof taken.message, 'string')
    assert.equal(refused.error.code, '01010076')
    assert.equal(missing.error.code, '01010016')
    assert.equal(sap.world.get(ID)?.status, 'STOPPING')
  })

  it('deletes what may be deleted', async () => {
    const sap = await tenant({ bulk: true })
    sap.world.add({ id: ID, status: 'DEAD' })
    await DeploymentApi.deploymentBatchModify(items('DELETED', ID), GROUP).execute(await sap.destination())
    assert.equal(sap.world.has(ID), false)
  })

  it('none, 101, and the same one twice are 400', async () => {
    const sap = await tenant({ bulk: true })
    const to = await sap.destination()
    const many = Array.from({ length: 101 }, (_, index) => `d${String(index).padStart(4, '0')}`)
    for (const ids of [[], many, [ID, ID]]) {
      const request = DeploymentApi.deploymentBatchModify(items('DELETED', ...ids), GROUP)
      checkRefusal(await refusalOf(request.execute(to)), 400)
    }
  })

  it('where the tenant does not offer it: refused, and nothing is done', async () => {
    const sap = await tenant({ bulk: false })
    sap.world.add({ id: ID, status: 'DEAD' })
    const request = DeploymentApi.deploymentBatchModify(items('DELETED', ID), GROUP)
    checkRefusal(await refusalOf(request.execute(await sap.destination())), 403)
    assert.ok(sap.world.has(ID))
  })
})

describe('resource groups', () => {
  it('a list, with labels, and one group', async () => {
    const sap = await tenant()
    sap.world.resourceGroups.add({
      resourceGroupId: 'pr-1',
      labels: [{ key: 'ext.ai.sap.com/kind', value: 'preview' }],
    })
    const destination = await sap.destination()
    const list = await ResourceGroupApi.kubesubmitV4ResourcegroupsGetAll({}, {}).execute(destination)
    assert.deepEqual(
      list.resources.map((group) => group.resourceGroupId),
      ['default', 'pr-1'],
    )
    const selector = { labelSelector: ['ext.ai.sap.com/kind=preview'] }
    const labelled = await ResourceGroupApi.kubesubmitV4ResourcegroupsGetAll(selector, {}).execute(destination)
    assert.equal(labelled.count, 1)
    const one = await ResourceGroupApi.kubesubmitV4ResourcegroupsGet('pr-1', {}).execute(destination)
    assert.match(one.createdAt, TIME)
    assert.equal(one.status, 'PROVISIONED')
  })

  it('a deletion: 202 with the ID and a message, then 404', async () => {
    const sap = await tenant({ groupDeleteMs: 0 })
    sap.world.resourceGroups.add('pr-1')
    const destination = await sap.destination()
    const answer = await ResourceGroupApi.kubesubmitV4ResourcegroupsDelete('pr-1', {}).execute(destination)
    assert.equal(answer.id, 'pr-1')
    const gone = await refusalOf(ResourceGroupApi.kubesubmitV4ResourcegroupsGet('pr-1', {}).execute(destination))
    assert.equal(gone.status, 404)
  })

  it('executions: listed, and stopped', async () => {
    const sap = await tenant()
    const { id } = sap.world.addExecution()
    const destination = await sap.destination()
    const list = await ExecutionApi.executionQuery({}, GROUP).execute(destination)
    assert.equal(list.resources[0]?.status, 'RUNNING')
    const answer = await ExecutionApi.executionModify(id, { targetStatus: 'STOPPED' }, GROUP).execute(destination)
    assert.equal(answer.id, id)
  })

  it('the quota of groups and deployments', async () => {
    const sap = await tenant()
    sap.world.add()
    const destination = await sap.destination()
    const groups = await ResourceQuotaApi.kubesubmitV4ResourceQuotaGetResourceGroupQuota({}, {}).execute(destination)
    assert.deepEqual([groups.usage?.count, groups.quota.maxCount], [1, 50])
    const deployments = await ResourceQuotaApi.kubesubmitV4ResourceQuotaGetDeploymentQuota({}, {}).execute(destination)
    assert.deepEqual([deployments.usage?.count, deployments.quotas[0]?.deploymentQuota?.maxCount], [1, 81])
  })
})
