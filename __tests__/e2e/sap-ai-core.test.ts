import { describe, expect, it } from 'vitest'
import { runStep, type StepEnd } from '../../demo/runner.ts'
import type { Emulator } from '../../emulators/emulator.ts'
import {
  createSapEmulator,
  DEFAULT_CLIENT,
  type SapEmulator,
  type SapOptions,
  sapServiceKey,
} from '../../emulators/sap-ai-core.ts'
import { serve } from '../../emulators/serve.ts'
import { reportOf } from './far-end.ts'

const ID = 'd748fdae9f88a9b0'
const OLD = '2024-09-20T11:31:24Z'
const SECRET = DEFAULT_CLIENT.clientsecret

/** An emulator on loopback that stops and deletes quickly, with one RUNNING deployment. */
function tenant(options: SapOptions = {}): SapEmulator {
  const sap = createSapEmulator({ stopMs: 300, deleteMs: 200, ...options })
  sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD, configurationName: 'pr-42' })
  return sap
}

interface Stepped extends StepEnd {
  report: string
}

/** One step of the built action against the emulator, which answers through `front`. */
async function step(inputs: Record<string, string>, sap: SapEmulator, front: Emulator = sap): Promise<Stepped> {
  const { url, close } = await serve(front)
  try {
    const key = JSON.stringify(sapServiceKey(url, DEFAULT_CLIENT), null, 2)
    const login: Record<string, string> = 'token' in inputs ? { 'api-url': url } : { 'service-key': key }
    const end = await runStep({ inputs: { provider: 'sap-ai-core', 'deployment-id': ID, ...login, ...inputs } })
    return { ...end, report: reportOf(end) }
  } finally {
    await close()
  }
}

const sent = (sap: SapEmulator) => sap.requests.map(({ method, path }) => `${method} ${path}`)
const writes = (sap: SapEmulator) =>
  sap.requests.flatMap(({ method, path }) => (method === 'GET' || path === '/oauth/token' ? [] : [method]))

/** The log as people see it: the runner takes the masks out. */
const visible = (log: string) =>
  log
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n')

// Most of each test is waiting, so they wait together.
describe.concurrent('SAP AI Core, the built action on loopback', () => {
  it('RUNNING to gone: the log shows stop, wait, delete, gone; outputs, summary and report agree', async () => {
    const sap = tenant({ stopMs: 1500 })

    const { exitCode, log, outputs, summary, report } = await step({}, sap)

    expect(exitCode).toBe(0)
    const story = [
      '→ stop',
      'stop accepted',
      '→ wait until it is stopped',
      '→ delete',
      'delete accepted',
      'confirmed gone',
    ]
    const places = story.map((text) => log.indexOf(text))
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places).not.toContain(-1)
    expect(outputs).toMatchObject({
      status: 'deleted',
      'deleted-ids': `["${ID}"]`,
      'deleted-count': '1',
      'failed-count': '0',
      'kept-count': '0',
    })
    expect(JSON.parse(outputs['tombstone'] ?? '')).toMatchObject({ id: ID, targetStatus: 'DELETED' })
    expect(JSON.parse(outputs['results'] ?? '')).toMatchObject([{ id: ID, name: 'pr-42', outcome: 'deleted' }])
    expect(summary).toContain('1 deleted')
    expect(summary).toContain(ID)
    expect(JSON.parse(report)).toMatchObject({ status: 'deleted', targets: [{ id: ID, outcome: 'deleted' }] })
    expect(outputs['report-path']).toMatch(/undeploy-[0-9a-f-]{36}\.json$/)
    expect(writes(sap)).toEqual(['PATCH', 'DELETE'])
    expect(sap.world.has(ID)).toBe(false)
    expect(sap.tokens.issued()).toBe(1)
  })

  it('dry run: nothing but GETs and the token request is sent', async () => {
    const sap = tenant()

    const { exitCode, log, outputs, summary } = await step({ 'dry-run': 'true' }, sap)

    expect(exitCode).toBe(0)
    expect(sent(sap)).toEqual(['POST /oauth/token', `GET /v2/lm/deployments/${ID}`])
    expect(sap.world.events).toEqual([])
    expect(outputs).toMatchObject({ status: 'planned', 'deleted-ids': '[]', 'deleted-count': '0' })
    expect(log).toContain('Dry run')
    expect(summary).toContain('dry run: 1 would be deleted')
    expect(summary).toMatch(/would stop,.* delete once it is stopped,.* wait until it is gone/)
  })

  it('a ready token: no token request at all', async () => {
    const sap = tenant()

    const { exitCode, outputs } = await step({ token: sap.tokens.issue() }, sap)

    expect(exitCode).toBe(0)
    expect(outputs['status']).toBe('deleted')
    expect(sent(sap)).not.toContain('POST /oauth/token')
  })

  it('the answers to PATCH and DELETE are lost on the wire: each is sent once, and it is gone', async () => {
    const sap = tenant()
    sap.faults.push({ kind: 'lost-answer', when: ({ method }) => method === 'PATCH' })
    sap.faults.push({ kind: 'lost-answer', when: ({ method }) => method === 'DELETE' })

    const { exitCode, outputs } = await step({}, sap)

    expect(exitCode).toBe(0)
    expect(outputs['status']).toBe('already-gone')
    expect(writes(sap)).toEqual(['PATCH', 'DELETE'])
  })

  it.each([403, 404] as const)(
    'a wrong resource group (%s): exit code 1, an error that names it, nothing gone',
    async (unknownGroup) => {
      const sap = tenant({ unknownGroup })

      const { exitCode, log, outputs } = await step({ 'resource-group': 'typo' }, sap)

      expect(exitCode).toBe(1)
      expect(log).toMatch(/^::error::.*'resource-group' \(now 'typo'\)/m)
      expect(outputs).toMatchObject({ status: 'failed', 'deleted-ids': '[]', 'failed-count': '1' })
      expect(writes(sap)).toEqual([])
    },
  )

  it('STOPPING for ever: exit code 1 at the timeout, naming the state', async () => {
    const sap = tenant()
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD, behaviour: { stopEnds: 'STUCK' } })

    const { exitCode, log, outputs } = await step({ timeout: '3s' }, sap)

    expect(exitCode).toBe(1)
    expect(outputs['status']).toBe('timed-out')
    expect(log).toMatch(/^::error::.*STOPPING/m)
  })
})

describe.concurrent('SAP AI Core, secrets of the built action', () => {
  /** Every way a server or a library could hand a secret back. */
  const formsOf = (secret: string): string[] => [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
  ]
  const tokenIn = (headers: Headers) => headers.get('authorization')?.split(' ')[1] ?? ''

  /** Answers every write with all forms of the client secret and of the token: first refused, then taken. */
  function gossip(sap: SapEmulator): Emulator {
    let refused = false
    return {
      ...sap,
      async handle(request) {
        const isWrite = request.method === 'PATCH' || request.method === 'DELETE'
        const message = [SECRET, tokenIn(request.headers)].flatMap(formsOf).join(' ')
        if (request.method === 'PATCH' && !refused) {
          refused = true
          return Response.json({ error: { code: '01010076', message } }, { status: 412 })
        }
        const response = await sap.handle(request)
        return isWrite ? Response.json({ id: ID, message }, { status: 202 }) : response
      },
    }
  }

  it('client secret and access token are nowhere but in masks, however the server hands them back', async () => {
    const sap = tenant()

    const { outputs, log, summary, report } = await step({}, sap, gossip(sap))

    const token = sap.requests.find(({ path }) => path.startsWith('/v2'))?.headers['authorization']?.split(' ')[1] ?? ''
    expect(outputs['status']).toBe('deleted')
    expect(token.length).toBeGreaterThan(20)
    // The server's words did arrive in each of them.
    for (const text of [visible(log), outputs['tombstone'], report]) expect(text).toContain('*** ***')
    for (const form of [SECRET, token].flatMap(formsOf)) {
      for (const text of [visible(log), JSON.stringify(outputs), summary, report]) expect(text).not.toContain(form)
    }
    expect(log).toContain(`::add-mask::${token}`)
    expect(log).toContain(`::add-mask::${SECRET}`)
  })

  it('both are masked before anything else is printed about them', async () => {
    const sap = tenant()

    const { log } = await step({ 'dry-run': 'true' }, sap, gossip(sap))

    const lines = log.split('\n')
    expect(lines[0]).toMatch(/^::add-mask::/)
    const masked = lines.findIndex((line) => line.startsWith('::add-mask::eyJ'))
    expect(masked).toBeGreaterThan(0)
    expect(masked).toBeLessThan(lines.findIndex((line) => line.includes('is RUNNING')))
  })

  it('the key is refused, and the server repeats the secret in its error: still nowhere', async () => {
    const sap = tenant()
    const description = formsOf(SECRET).join(' ')
    const body = JSON.stringify({ error: 'invalid_client', error_description: description })
    sap.faults.push({ kind: 'status', status: 401, body, headers: { 'content-type': 'application/json' } })

    const { exitCode, log, outputs, summary, report } = await step({}, sap)

    expect(exitCode).toBe(1)
    expect(log).toContain('invalid_client: ***')
    for (const form of formsOf(SECRET)) {
      for (const text of [visible(log), JSON.stringify(outputs), summary, report]) expect(text).not.toContain(form)
    }
  })
})
