import { Agent, request } from 'undici'
import { describe, expect, it } from 'vitest'
import { CLIENT_CERT_HEADER } from '../../emulators/core.ts'
import { selfSigned } from '../../emulators/sap-ai-core/certificate.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { serve } from '../../emulators/serve.ts'
import { type Reply, sap } from './sap-ai-core-harness.ts'

const { clientid, clientsecret } = DEFAULT_CLIENT
const x509 = { clientid: 'sb-x509!b2|aicore!b540', certificate: true }

function tokenFrom(
  world: ReturnType<typeof sap>,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const body = new URLSearchParams(form)
  return world.raw('/oauth/token', { method: 'POST', body, headers })
}

const grant = { grant_type: 'client_credentials' }

describe('the token endpoint', () => {
  it('gives a token for id and secret in the form', async () => {
    const world = sap()
    const reply = await tokenFrom(world, { ...grant, client_id: clientid, client_secret: clientsecret })
    expect(reply.status).toBe(200)
    expect(reply.body).toMatchObject({ token_type: 'bearer', expires_in: 7199, access_token: expect.any(String) })
    expect(reply.headers.get('cache-control')).toBe('no-store')
    const authorization = `Bearer ${reply.body['access_token']}`
    expect((await world.call('GET', '/deployments', undefined, { authorization })).status).toBe(200)
  })

  it('gives one for HTTP basic, raw or form-encoded, and a new one each time', async () => {
    const world = sap()
    const pairs = [`${clientid}:${clientsecret}`, `${encodeURIComponent(clientid)}:${encodeURIComponent(clientsecret)}`]
    const replies = pairs.map((pair) => tokenFrom(world, grant, { authorization: `Basic ${btoa(pair)}` }))
    const tokens = (await Promise.all(replies)).map((reply) => reply.body['access_token'])
    expect(tokens).toEqual([expect.any(String), expect.any(String)])
    expect(new Set(tokens).size).toBe(2)
    expect(world.tokens.issued()).toBe(3)
  })

  it.each([
    ['a wrong secret', { ...grant, client_id: clientid, client_secret: 'wrong' }, 401, 'invalid_client'],
    ['an unknown client', { ...grant, client_id: 'nobody', client_secret: clientsecret }, 401, 'invalid_client'],
    ['no secret', { ...grant, client_id: clientid }, 401, 'invalid_client'],
    ['no grant type', { client_id: clientid, client_secret: clientsecret }, 400, 'invalid_request'],
    ['another grant type', { grant_type: 'password', client_id: clientid }, 400, 'unsupported_grant_type'],
  ])('refuses %s in the shape of OAuth', async (_what, form, status, error) => {
    const reply = await tokenFrom(sap(), form)
    expect(reply.status).toBe(status)
    expect(reply.body).toEqual({ error, error_description: expect.any(String) })
  })

  it('refuses a wrong basic pair, a broken one, and two credentials at once', async () => {
    const world = sap()
    const wrong = await tokenFrom(world, grant, { authorization: `Basic ${btoa(`${clientid}:wrong`)}` })
    expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic')])
    expect((await tokenFrom(world, grant, { authorization: 'Basic ???' })).status).toBe(401)
    const both = { ...grant, client_id: clientid, client_secret: clientsecret }
    expect((await tokenFrom(world, both, { authorization: `Basic ${btoa('a:b')}` })).status).toBe(400)
  })

  it('takes POST and a form only', async () => {
    const world = sap()
    expect((await world.raw('/oauth/token')).status).toBe(405)
    const headers = { 'content-type': 'application/json' }
    expect((await world.raw('/oauth/token', { method: 'POST', body: '{}', headers })).status).toBe(415)
  })

  it('forgets a revoked key, while its token stays valid', async () => {
    const world = sap()
    world.tokens.clients.length = 0
    const reply = await tokenFrom(world, { ...grant, client_id: clientid, client_secret: clientsecret })
    expect(reply.status).toBe(401)
    expect((await world.call('GET', '/deployments')).status).toBe(200)
  })
})

describe('X.509 clients', () => {
  const form = { ...grant, client_id: x509.clientid }

  it('get a token with a client certificate and no secret', async () => {
    const world = sap({ clients: [x509] })
    expect((await tokenFrom(world, form, { [CLIENT_CERT_HEADER]: 'anyone' })).status).toBe(200)
  })

  it('get none without the certificate, with another subject, or with a secret', async () => {
    const world = sap({ clients: [{ ...x509, subject: 'mine' }] })
    expect((await tokenFrom(world, form)).status).toBe(401)
    expect((await tokenFrom(world, form, { [CLIENT_CERT_HEADER]: 'other' })).status).toBe(401)
    const withSecret = { ...form, client_secret: 'x' }
    expect((await tokenFrom(world, withSecret, { [CLIENT_CERT_HEADER]: 'mine' })).status).toBe(401)
    expect((await tokenFrom(world, form, { [CLIENT_CERT_HEADER]: 'mine' })).status).toBe(200)
  })

  it('are not what a client with a secret becomes by showing a certificate', async () => {
    const reply = await tokenFrom(sap(), { ...grant, client_id: clientid }, { [CLIENT_CERT_HEADER]: 'anyone' })
    expect(reply.status).toBe(401)
  })
})

describe('X.509 on a real connection', () => {
  const server = selfSigned('emulated SAP')
  const pair = selfSigned(x509.clientid)

  it('works with the certificate of the service key, and with no other', async () => {
    const emulator = createSapEmulator({ clients: [{ ...x509, subject: x509.clientid }] })
    const served = await serve(emulator, { tls: { ...server, ca: pair.cert, requestCert: true } })
    const key = sapServiceKey(served.url, x509, { certificate: pair.cert, key: pair.key })
    const ask = async (connect: { cert?: string; key?: string }) => {
      const dispatcher = new Agent({ connect: { ca: server.cert, ...connect } })
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const body = new URLSearchParams({ ...grant, client_id: key.clientid }).toString()
      const { statusCode } = await request(`${key.url}/oauth/token`, { dispatcher, method: 'POST', headers, body })
      await dispatcher.destroy()
      return statusCode
    }
    expect(await ask(pair)).toBe(200)
    expect(await ask(selfSigned(x509.clientid))).toBe(401)
    expect(await ask({})).toBe(401)
    await served.close()
  })
})

describe('bearer tokens', () => {
  it('expire to the second', async () => {
    const world = sap({ tokenLifetimeS: 60 })
    world.clock.now += 59_999
    expect((await world.call('GET', '/deployments')).status).toBe(200)
    world.clock.now += 1
    const late = await world.call('GET', '/deployments')
    expect([late.status, late.text]).toEqual([401, 'Jwt is expired'])
  })

  it('can be issued to a test with a lifetime of its own', async () => {
    const world = sap()
    const authorization = `Bearer ${world.tokens.issue(10)}`
    world.clock.now += 10_000
    expect((await world.call('GET', '/deployments', undefined, { authorization })).status).toBe(401)
  })

  it('are revoked all at once', async () => {
    const world = sap()
    world.tokens.revokeAll()
    expect((await world.call('GET', '/deployments')).status).toBe(401)
  })

  it.each(['', 'Bearer', 'Bearer x.y.z', 'Basic abc'])(
    '%j is refused, before anything else is looked at',
    async (authorization) => {
      const world = sap()
      world.world.add({ id: 'd0001', status: 'STOPPED' })
      const headers = { authorization, 'AI-Resource-Group': '' }
      expect((await world.call('DELETE', '/deployments/d0001', undefined, headers)).status).toBe(401)
      expect(world.world.events).toEqual([])
    },
  )
})

describe('service keys', () => {
  it('have the documented fields, with a secret or with a certificate', () => {
    expect(sapServiceKey('https://emulated', DEFAULT_CLIENT)).toMatchObject({
      clientid,
      clientsecret,
      url: 'https://emulated',
      serviceurls: { AI_API_URL: 'https://emulated' },
    })
    const key = sapServiceKey('https://emulated', x509, { certificate: 'CERT', key: 'KEY' })
    expect(key).toMatchObject({ certificate: 'CERT', key: 'KEY', certurl: 'https://emulated' })
    expect(key).not.toHaveProperty('clientsecret')
  })
})
