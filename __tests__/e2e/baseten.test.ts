import { afterEach, describe, expect, it } from 'vitest'
import { runStep, type StepEnd } from '../../demo/runner.ts'
import { type BasetenOptions, createBasetenEmulator } from '../../emulators/baseten.ts'
import { type Served, serve } from '../../emulators/serve.ts'
import { withoutMetering } from '../support/metering.ts'
import { reportOf } from './far-end.ts'

/** Every character in it looks different in JSON, in a URL, in Markdown or in base64. */
const KEY = 'bt"k3y\\+/<9f8e7d>&%=_Zz?'

/** What is not found is looked for over half a minute; not for longer than this. */
const BRIEF = '5s'

const servers: Served[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

/** An account with the model `m1`, its production `live`, and `d1` to `d3`, on loopback. */
async function serveAccount(options: BasetenOptions = {}) {
  const baseten = createBasetenEmulator({ apiKeys: [KEY], ...options })
  baseten.world.addModel({ id: 'm1', name: 'llama-chat' })
  baseten.world.addDeployment('m1', { id: 'live', name: 'main', production: true })
  for (const id of ['d1', 'd2', 'd3']) baseten.world.addDeployment('m1', { id, name: `PR-${id}` })
  const server = await serve(baseten)
  servers.push(server)
  const sent = () => withoutMetering(baseten.requests).map(({ method, path }) => `${method} ${path}`)
  return { ...baseten, url: server.url, sent }
}

interface Ended extends StepEnd {
  /** The text of the report file. */
  report: string
}

/** Runs the committed bundle as the runner does, against the account. */
async function undeploy({ url }: { url: string }, inputs: Record<string, string> = {}): Promise<Ended> {
  const end = await runStep({
    inputs: { provider: 'baseten', 'api-key': KEY, 'api-url': url, 'model-id': 'm1', ...inputs },
  })
  return { ...end, report: reportOf(end) }
}

/** The log without the lines in which the runner is told what to hide. */
function shown({ log }: StepEnd): string {
  return log
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n')
}

/** Everything that people and later steps get to see. */
function everything(end: Ended): [string, string][] {
  return [
    ['the log', shown(end)],
    ['the outputs', Object.values(end.outputs).join('\n')],
    ['the summary', end.summary],
    ['the report file', end.report],
  ]
}

describe('the bundle against Baseten on loopback', () => {
  it('one deployment: three reads for the look, DELETE, one GET, one list, and no request more', async () => {
    const account = await serveAccount()
    const end = await undeploy(account, { 'deployment-id': 'd1' })
    const { exitCode, outputs } = end
    expect(exitCode).toBe(0)
    expect(account.sent().slice(0, 3).sort()).toEqual([
      'GET /v1/models/m1',
      'GET /v1/models/m1/deployments',
      'GET /v1/models/m1/environments',
    ])
    expect(account.sent().slice(3)).toEqual([
      'DELETE /v1/models/m1/deployments/d1',
      'GET /v1/models/m1/deployments/d1',
      'GET /v1/models/m1/deployments',
    ])
    expect(outputs).toMatchObject({ status: 'deleted', 'deleted-count': '1', 'failed-count': '0', 'kept-count': '0' })
    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({ id: 'd1', deleted: true, model_id: 'm1' })
    expect(JSON.parse(outputs['results'] ?? '')).toEqual([
      expect.objectContaining({
        provider: 'baseten',
        resource: 'deployment',
        id: 'd1',
        modelId: 'm1',
        outcome: 'deleted',
      }),
    ])
    expect(account.world.deploymentIds('m1')).toEqual(['live', 'd2', 'd3'])
    expect(end.summary).toContain('deleted')
    expect(JSON.parse(end.report)).toMatchObject({ status: 'deleted', targets: [{ id: 'd1' }] })
  })

  it('partial success: production is refused, two are deleted, and the step fails with the numbers right', async () => {
    const account = await serveAccount()
    const end = await undeploy(account, { 'deployment-id': 'd1\nlive\nd2' })
    expect(end.exitCode).toBe(1)
    expect(end.outputs).toMatchObject({
      status: 'failed',
      'deleted-count': '2',
      'failed-count': '1',
      'deleted-ids': '["d1","d2"]',
      tombstone: '',
    })
    const outcomes = JSON.parse(end.outputs['results'] ?? '').map(({ id, outcome }: Record<string, string>) => [
      id,
      outcome,
    ])
    expect(outcomes).toEqual([
      ['d1', 'deleted'],
      ['live', 'refused'],
      ['d2', 'deleted'],
    ])
    expect(account.world.deploymentIds('m1')).toEqual(['live', 'd3'])
    const annotations = shown(end)
      .split('\n')
      .filter((line) => line.startsWith('::error'))
    expect(annotations).toEqual([expect.stringMatching(/deployment live of model m1 \(main\).*serves production/)])
    expect(shown(end)).not.toContain('::warning')
    expect(account.sent().filter((line) => line.includes('/live'))).toEqual([])
  })

  it('a missing one is a warning, and the step passes', async () => {
    const account = await serveAccount()
    const end = await undeploy(account, { 'deployment-id': 'd1,nobody', timeout: BRIEF })
    expect(end.exitCode).toBe(0)
    expect(end.outputs).toMatchObject({ status: 'deleted', 'deleted-count': '1', 'failed-count': '0' })
    const annotations = shown(end)
      .split('\n')
      .filter((line) => line.startsWith('::warning'))
    expect(annotations).toEqual([expect.stringContaining('nobody')])
  })

  it('resource: model deletes the model with all that is under it', async () => {
    const account = await serveAccount({ deleteVisibleMs: 300 })
    const { exitCode, outputs } = await undeploy(account, { resource: 'model' })
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ status: 'deleted', 'deleted-ids': '["m1"]' })
    expect(JSON.parse(outputs['tombstone'] ?? '')).toEqual({ id: 'm1', deleted: true })
    expect(account.world.hasModel('m1')).toBe(false)
    expect(account.sent().filter((line) => line.startsWith('DELETE'))).toEqual(['DELETE /v1/models/m1'])
  })

  it('a dry run sends GETs only and deletes nothing', async () => {
    const account = await serveAccount()
    const end = await undeploy(account, { 'deployment-id': 'd1,d2,nobody', 'dry-run': 'true', timeout: BRIEF })
    expect(end.exitCode).toBe(0)
    expect(end.outputs).toMatchObject({ status: 'planned', 'deleted-count': '0', 'deleted-ids': '[]' })
    expect(new Set(account.requests.map(({ method }) => method))).toEqual(new Set(['GET']))
    expect(account.world.deploymentIds('m1')).toEqual(['live', 'd1', 'd2', 'd3'])
  })

  it('a wrong key: one look, exit code 1, and a hint', async () => {
    const account = await serveAccount({ apiKeys: ['another-key'] })
    const end = await undeploy(account, { 'deployment-id': 'd1,d2' })
    expect(end.exitCode).toBe(1)
    expect(end.outputs).toMatchObject({ status: 'failed', 'failed-count': '2' })
    expect(shown(end)).toContain("Check 'api-key'")
    expect(withoutMetering(account.requests)).toHaveLength(3)
  })

  it('a connection that breaks after the DELETE was carried out is no failure, and nobody can say whose deletion it was', async () => {
    const account = await serveAccount()
    account.faults.push({ kind: 'lost-answer', when: ({ method }) => method === 'DELETE' })
    const { exitCode, outputs } = await undeploy(account, { 'deployment-id': 'd1' })
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ status: 'already-gone', 'deleted-ids': '[]' })
    expect(outputs['results']).toContain('got no clear answer')
  })
})

describe('the key of a run against Baseten', () => {
  const FORMS: [string, string][] = [
    ['as it is', KEY],
    ['with its scheme', `Api-Key ${KEY}`],
    ['for a URL', encodeURIComponent(KEY)],
    ['for a form', new URLSearchParams({ key: KEY }).toString()],
    ['in base64', Buffer.from(KEY).toString('base64')],
    ['in base64url', Buffer.from(KEY).toString('base64url')],
    ['in JSON within JSON', JSON.stringify({ authorization: KEY })],
  ]
  /** What must be nowhere: every form by itself. */
  const SECRETS = [
    KEY,
    JSON.stringify(KEY).slice(1, -1),
    encodeURIComponent(KEY),
    new URLSearchParams({ key: KEY }).toString().slice('key='.length),
    Buffer.from(KEY).toString('base64').replace(/=+$/, ''),
    Buffer.from(KEY).toString('base64url'),
  ]

  function expectNoSecret(end: Ended): void {
    for (const [where, text] of everything(end)) {
      const found = SECRETS.filter((secret) => text.includes(secret))
      expect([where, found]).toEqual([where, []])
    }
  }

  it('is masked first, and is nowhere else', async () => {
    const end = await undeploy(await serveAccount(), { 'deployment-id': 'd1,live,nobody', timeout: BRIEF })
    expect(end.log.split('\n')[0]).toMatch(/^::add-mask::/)
    expect(end.log).toContain('::add-mask::')
    expectNoSecret(end)
  })

  it.each(FORMS)('echoed %s in an error: it is nowhere', async (_, echo) => {
    const account = await serveAccount()
    const body = JSON.stringify({ code: 'VALIDATION_ERROR', message: `bad header ${echo} end` })
    account.faults.push({ kind: 'status', status: 405, body, when: ({ method }) => method === 'DELETE' })
    const end = await undeploy(account, { 'deployment-id': 'd1' })
    expect(end.exitCode).toBe(1)
    expect(end.report).toContain('bad header')
    expectNoSecret(end)
  })

  it('echoed in plain text, with debug logging on: it is nowhere', async () => {
    const account = await serveAccount()
    account.faults.push({ kind: 'status', status: 403, body: `no access with ${KEY}`, times: 9 })
    const end = await undeploy(account, { 'deployment-id': 'd1' })
    expect(end.exitCode).toBe(1)
    expect(end.report).toContain('no access with')
    expectNoSecret(end)
  })

  it('echoed in a tombstone, a name and a status: it is nowhere', async () => {
    const account = await serveAccount()
    account.world.deployment('m1', 'd1').overrides = { name: `named ${KEY}`, status: KEY }
    const body = JSON.stringify({
      id: 'd1',
      deleted: true,
      model_id: 'm1',
      by: KEY,
      also: Buffer.from(KEY).toString('base64'),
    })
    account.faults.push({
      kind: 'status',
      status: 200,
      body,
      processed: true,
      when: ({ method }) => method === 'DELETE',
    })
    const end = await undeploy(account, { 'deployment-id': 'd1' })
    expect(end.outputs['status']).toBe('deleted')
    expect(JSON.parse(end.outputs['tombstone'] ?? '')).toMatchObject({ id: 'd1', by: '***' })
    expectNoSecret(end)
  })
})
