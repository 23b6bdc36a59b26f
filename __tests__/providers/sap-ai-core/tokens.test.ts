import { afterAll, describe, expect, it } from 'vitest'
import type { SapOptions } from '../../../emulators/sap-ai-core.ts'
import { createDispatcher, undiciTransport } from '../../../src/http/proxied.ts'
import { useNetwork } from '../../support/network.ts'
import { ID, OLD, ORIGIN, tenant } from './setup.ts'

const network = useNetwork()
const dispatcher = createDispatcher({})
afterAll(() => dispatcher.destroy())

/** A tenant with one RUNNING deployment, reached through the real HTTP client. */
function reached(options: SapOptions = {}) {
  const { run, sap, ...rest } = tenant({ stopMs: 1000, deleteMs: 500, ...options })
  network.route(ORIGIN, sap)
  sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD })
  const transport = undiciTransport(dispatcher)
  const statuses = () => rest.api().map(({ status }) => status)
  const bearers = () => new Set(rest.api().map(({ headers }) => headers['authorization']))
  return { sap, ...rest, run: (inputs?: Record<string, string>) => run(inputs, { transport }), statuses, bearers }
}

const isToken = ({ path }: { path: string }) => path === '/oauth/token'
const readyToken = (token: string) => ({ 'service-key': '', token, 'api-url': ORIGIN })

describe('SAP AI Core, access token from a service key', () => {
  it('is fetched once and used for every call', async () => {
    const { run, sap, tokenRequests, bearers } = reached()

    expect((await run()).outputs['status']).toBe('deleted')
    expect(tokenRequests()).toHaveLength(1)
    expect(sap.tokens.issued()).toBe(1)
    expect(bearers().size).toBe(1)
  })

  it('is asked for with a form that holds grant type, ID and secret, and without Authorization', async () => {
    const client = { clientid: 'sb-a b!c|d&e=f', clientsecret: 's+e/c$r%e&t=ü "' }
    const { run, tokenRequests } = reached({ clients: [client] })
    const key = { ...client, url: ORIGIN, serviceurls: { AI_API_URL: ORIGIN } }

    expect((await run({ 'service-key': JSON.stringify(key) })).outputs['status']).toBe('deleted')
    const [request] = tokenRequests()
    expect(request).toMatchObject({ method: 'POST', path: '/oauth/token' })
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(request?.headers).not.toHaveProperty('authorization')
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: client.clientid,
      client_secret: client.clientsecret,
    })
  })

  it('is renewed before it expires: no call is ever answered 401', async () => {
    const { run, sap, statuses } = reached({ tokenLifetimeS: 120, stopMs: 8 * 60_000 })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(statuses()).not.toContain(401)
    expect(sap.tokens.issued()).toBeGreaterThan(3)
    expect(sap.tokens.issued()).toBeLessThan(10)
  })

  it('lives shorter than the safety margin: still used several times, still renewed before it expires', async () => {
    const { run, sap, statuses } = reached({ tokenLifetimeS: 20, stopMs: 10_000, deleteMs: 5000 })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(statuses()).not.toContain(401)
    expect(sap.tokens.issued()).toBeLessThan(4)
  })

  it('comes without expires_in: used until it is refused', async () => {
    const { run, sap, tokenRequests } = reached()
    const body = JSON.stringify({ access_token: sap.tokens.issue(), token_type: 'bearer' })
    sap.faults.push({
      kind: 'status',
      status: 200,
      body,
      headers: { 'content-type': 'application/json' },
      when: isToken,
    })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(tokenRequests()).toHaveLength(1)
  })

  it.each(['GET', 'PATCH', 'DELETE'])('%s answered 401: one renewal, the same call again, and on', async (method) => {
    const { run, sap, tokenRequests, writes, calls } = reached()
    sap.faults.push({
      kind: 'status',
      status: 401,
      body: 'Jwt is expired',
      when: (request) => request.method === method,
    })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(tokenRequests()).toHaveLength(2)
    const at = calls().indexOf(`${method} 401`)
    expect(calls()[at + 1]).toBe(`${method} ${method === 'GET' ? 200 : 202}`)
    expect(writes()).toHaveLength(method === 'GET' ? 2 : 3)
  })

  it('the new token is refused as well: failed after exactly one renewal, and nothing is called gone', async () => {
    const { run, sap, tokenRequests, calls } = reached()
    sap.faults.push({ kind: 'status', status: 401, times: 99, when: ({ path }) => path.startsWith('/v2') })

    const { ok, results } = await run()

    expect(ok).toBe(false)
    expect(calls()).toEqual(['GET 401', 'GET 401'])
    expect(tokenRequests()).toHaveLength(2)
    expect(results[0]).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('HTTP 401') })
    expect(results[0]?.['reason']).toContain("Check the service key or 'token'")
  })

  it('revoked twice in a long run: renewed twice', async () => {
    const { run, sap, clock, tokenRequests } = reached({ stopMs: 60_000 })
    clock.at(10_000, () => sap.tokens.revokeAll())
    clock.at(40_000, () => sap.tokens.revokeAll())

    expect((await run()).outputs['status']).toBe('deleted')
    expect(tokenRequests()).toHaveLength(3)
  })

  it('is shared by several targets: one fetch, and one renewal for all of them', async () => {
    const { run, sap, clock, tokenRequests } = reached({ stopMs: 10_000 })
    for (const id of ['d-two', 'd-three']) sap.world.add({ id, status: 'RUNNING', createdAt: OLD })
    clock.at(5000, () => sap.tokens.revokeAll())

    const { outputs } = await run({ 'deployment-id': `${ID},d-two,d-three` })

    expect(outputs['deleted-count']).toBe('3')
    expect(tokenRequests()).toHaveLength(2)
  })

  it('is masked, and so is the secret', async () => {
    const { run, sap } = reached()
    const { masked } = await run()
    const token = sap.requests.find(({ path }) => path.startsWith('/v2'))?.headers['authorization']?.split(' ')[1]

    expect(masked).toContain(token)
    expect(masked).toContain('emulated-secret$1=')
  })
})

describe('SAP AI Core, ready token', () => {
  it('is used as it is; no token is ever asked for', async () => {
    const { run, sap, tokenRequests, bearers } = reached()
    const token = sap.tokens.issue()

    expect((await run(readyToken(token))).outputs['status']).toBe('deleted')
    expect(tokenRequests()).toEqual([])
    expect([...bearers()]).toEqual([`Bearer ${token}`])
  })

  it('may be given with Bearer in front', async () => {
    const { run, sap, bearers } = reached()
    const token = sap.tokens.issue()

    expect((await run(readyToken(`Bearer ${token}`))).outputs['status']).toBe('deleted')
    expect([...bearers()]).toEqual([`Bearer ${token}`])
  })

  it('answered 401: final at once', async () => {
    const { run, calls, tokenRequests } = reached()

    const { results } = await run(readyToken('eyJ.never-issued'))

    expect(calls()).toEqual(['GET 401'])
    expect(tokenRequests()).toEqual([])
    expect(results[0]).toMatchObject({ outcome: 'failed', reason: expect.stringContaining("'token'") })
  })

  it('expires while the stop is waited for: failed, not gone, and no further call', async () => {
    const { run, sap, calls } = reached({ stopMs: 60_000 })

    const { results } = await run(readyToken(sap.tokens.issue(30)))

    expect(results[0]).toMatchObject({ outcome: 'failed', lastStatus: expect.stringContaining('STOPPING') })
    expect(calls().filter((call) => call.endsWith('401'))).toHaveLength(1)
    expect(calls().at(-1)).toBe('GET 401')
  })
})

describe('SAP AI Core, token endpoint', () => {
  it.each([
    [400, 'invalid_request', 'Missing grant type'],
    [401, 'invalid_client', 'Bad credentials'],
    [403, 'access_denied', 'Tenant is locked'],
    [404, 'not_found', 'Unknown identity zone'],
  ])('answers %s %s: failed at once with its words, no call to the AI API', async (status, error, description) => {
    const { run, sap, api, tokenRequests } = reached()
    const body = JSON.stringify({ error, error_description: description })
    const headers = { 'content-type': 'application/json' }
    sap.faults.push({ kind: 'status', status, body, headers, times: 99, when: isToken })

    const { ok, results } = await run()

    expect(ok).toBe(false)
    const reason = results[0]?.['reason']
    expect(results[0]?.['outcome']).toBe('failed')
    expect(reason).toContain(`POST /oauth/token answered HTTP ${status} ${error}: ${description}`)
    expect(reason).toContain("Check 'service-key'")
    expect(tokenRequests()).toHaveLength(1)
    expect(api()).toEqual([])
  })

  it('does not know the key any more: failed, and the secret is in no message', async () => {
    const { run, sap } = reached()
    sap.tokens.clients.length = 0

    const { results, log } = await run()

    expect(results[0]).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('invalid_client') })
    expect(log.join('\n')).not.toContain('emulated-secret')
  })

  it.each([408, 429, 500, 502, 503, 504])('answers %s twice: asked again, then on', async (status) => {
    const { run, sap, tokenRequests } = reached()
    sap.faults.push({ kind: 'status', status, times: 2, when: isToken })

    expect((await run()).outputs['status']).toBe('deleted')
    expect(tokenRequests()).toHaveLength(3)
  })

  it('answers 429 with Retry-After: not asked again before', async () => {
    const { run, sap, tokenRequests } = reached()
    sap.faults.push({ kind: 'status', status: 429, headers: { 'retry-after': '7' }, when: isToken })

    await run()

    const [first, second] = tokenRequests().map(({ at }) => at)
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(7000)
  })

  it.each([
    ['an HTML page', { kind: 'html' as const }],
    ['JSON without a token', { kind: 'wrong-type' as const }],
    ['an empty body', { kind: 'status' as const, status: 200 }],
  ])('answers %s: asked again; for ever: timed out, not gone', async (_name, fault) => {
    const once = reached()
    once.sap.faults.push({ ...fault, when: isToken })
    expect((await once.run()).outputs['status']).toBe('deleted')

    const always = reached()
    always.sap.faults.push({ ...fault, times: 999, when: isToken })
    const { results } = await always.run()
    expect(results[0]?.['outcome']).toBe('timed-out')
    expect(always.api()).toEqual([])
  })
})
