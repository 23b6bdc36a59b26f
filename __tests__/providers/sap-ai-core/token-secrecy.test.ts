import { describe, expect, it } from 'vitest'
import { OLD, ORIGIN, tenant } from './setup.ts'

describe('an access token', () => {
  it('with the client secret in it is used as it came: its answer is not redacted, and it is shown nowhere', async () => {
    const client = { clientid: 'sb-undeploy!b1|aicore!b540', clientsecret: 'client-secret-42' }
    const { sap, emulator, run } = tenant({ clients: [client], stopMs: 1000, deleteMs: 1000 })
    sap.world.add({ id: 'dep-1', status: 'STOPPED', createdAt: OLD })
    const prefix = `${client.clientsecret}.`
    Object.assign(emulator, {
      handle: async (request: Request) => {
        const bearer = request.headers.get('authorization') ?? ''
        if (bearer !== '') request.headers.set('authorization', bearer.replace(prefix, ''))
        const response = await sap.handle(request)
        if (!request.url.endsWith('/oauth/token'))
          return bearer.includes(prefix) ? response : Response.json({}, { status: 401 })
        const { access_token, ...rest } = (await response.json()) as { access_token: string }
        return Response.json({ access_token: prefix + access_token, ...rest })
      },
    })
    const key = { ...client, url: ORIGIN, serviceurls: { AI_API_URL: ORIGIN } }
    const acted = await run({ 'deployment-id': 'dep-1', 'service-key': JSON.stringify(key) })
    expect(acted.outputs['status']).toBe('deleted')
    expect(acted.masked.some((secret) => secret.startsWith(prefix))).toBe(true)
    const shown = [...acted.log, ...acted.debug, acted.summary, JSON.stringify(acted.report)].join('\n')
    expect(shown).not.toContain(client.clientsecret)
  })

  it('that is refused several times, one after another, is renewed once', async () => {
    const { sap, emulator, clock, run, tokenRequests } = tenant({ deleteMs: 1000 })
    for (const id of ['dep-1', 'dep-2', 'dep-3']) sap.world.add({ id, status: 'STOPPED', createdAt: OLD })
    let refusals = 0
    Object.assign(emulator, {
      handle: async (request: Request) => {
        const isFirst = tokenRequests().length === 1 && /deployments\/dep-\d$/.test(request.url)
        if (!isFirst) return sap.handle(request)
        refusals += 1
        await clock.sleep(2000 * refusals)
        return new Response('Jwt is expired', { status: 401, headers: { 'content-type': 'text/plain' } })
      },
    })
    const acted = await run({ 'deployment-id': 'dep-1,dep-2,dep-3' })
    expect(acted.outputs['status']).toBe('deleted')
    expect(refusals).toBeGreaterThan(1)
    expect(tokenRequests()).toHaveLength(2)
  })
})
