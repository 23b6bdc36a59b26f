import { afterAll, describe, expect, it } from 'vitest'
import type { SapOptions } from '../../../emulators/sap-ai-core.ts'
import { createHttp } from '../../../src/http/client.ts'
import { createLimiter } from '../../../src/http/limiter.ts'
import { createDispatcher, undiciTransport } from '../../../src/http/proxied.ts'
import { connectSapAiCore } from '../../../src/providers/sap-ai-core/provider.ts'
import { useNetwork } from '../../support/network.ts'
import { ID, OLD, ORIGIN, PATH, SERVICE_KEY, tenant } from './setup.ts'

const network = useNetwork()
const dispatcher = createDispatcher({})
const transport = undiciTransport(dispatcher)
afterAll(() => dispatcher.destroy())

/** A tenant with one RUNNING deployment, reached through the real HTTP client. */
function reached(options: SapOptions = {}, resourceGroup = 'default') {
  const { run, sap, ...rest } = tenant({ stopMs: 1000, deleteMs: 500, ...options })
  network.route(ORIGIN, sap)
  sap.world.add({ id: ID, status: 'RUNNING', createdAt: OLD, resourceGroup })
  return { sap, ...rest, run: (inputs?: Record<string, string>) => run(inputs, { transport }) }
}

describe('SAP AI Core, requests', () => {
  it('AI-Resource-Group is on every call, also on the list that proves the group', async () => {
    const { run, api } = reached({ resourceGroups: ['default', 'team-a'] }, 'team-a')

    expect((await run({ 'resource-group': 'team-a' })).outputs['status']).toBe('deleted')
    expect(api().map(({ headers }) => headers['ai-resource-group'])).toEqual(api().map(() => 'team-a'))
    expect(api().at(-1)?.path).toContain('/v2/lm/deployments?')
  })

  it("without 'resource-group' it is 'default'", async () => {
    const { run, api } = reached()

    await run()

    expect(new Set(api().map(({ headers }) => headers['ai-resource-group']))).toEqual(new Set(['default']))
  })

  it.each([
    ['', ''],
    ['/', ''],
    ['/v2', ''],
    ['/v2/', ''],
    ['/gateway', '/gateway'],
    ['/gateway/v2', '/gateway'],
    ['/aiv2', '/aiv2'],
    ['/v2/gateway', '/v2/gateway'],
  ])("the API URL ends in '%s': /v2 is there exactly once", async (suffix, prefix) => {
    const { run, sap, api } = reached()
    const key = { ...JSON.parse(SERVICE_KEY), serviceurls: { AI_API_URL: `${ORIGIN}${suffix}` } }

    await run({ 'service-key': JSON.stringify(key) })

    expect(api()[0]?.path).toBe(`${prefix}${PATH}`)
    expect(sap.requests[0]?.path).toBe('/oauth/token')
  })

  it("'api-url' is taken before the URL in the service key", async () => {
    const { run, api } = reached()
    const key = { ...JSON.parse(SERVICE_KEY), serviceurls: { AI_API_URL: 'https://elsewhere.example' } }

    expect((await run({ 'service-key': JSON.stringify(key), 'api-url': ORIGIN })).outputs['status']).toBe('deleted')
    expect(api()[0]?.path).toBe(PATH)
  })

  it('GET is in full (the short form has no target status), PATCH is JSON, DELETE has no body', async () => {
    const { run, api } = reached()

    await run()

    const [get, patch] = api()
    const del = api().find(({ method }) => method === 'DELETE')
    expect(get).toMatchObject({ method: 'GET', path: PATH, body: '' })
    expect(patch).toMatchObject({ method: 'PATCH', path: PATH, body: '{"targetStatus":"STOPPED"}' })
    expect(patch?.headers['content-type']).toBe('application/json')
    expect(del).toMatchObject({ method: 'DELETE', path: PATH, body: '' })
    expect(del?.headers).not.toHaveProperty('content-type')
  })

  it('a redirect is not followed: no other host sees the token', async () => {
    const { run, sap, calls } = reached()
    sap.faults.push({
      kind: 'status',
      status: 302,
      headers: { location: 'https://elsewhere.example/' },
      times: 9,
      when: isApi,
    })

    const { results } = await run()

    expect(results[0]).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('HTTP 302') })
    expect(calls()).toEqual(['GET 302'])
  })

  it('an answer about another deployment is an error', async () => {
    const { run, sap, writes } = reached()
    const body = JSON.stringify({ ...sap.world.get(ID), id: 'd-another' })
    sap.faults.push({ kind: 'status', status: 200, body, headers: { 'content-type': 'application/json' }, when: isApi })

    const { results } = await run()

    expect(results[0]).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('another deployment') })
    expect(writes()).toEqual([])
  })

  it.each(['ab', 'x'.repeat(65), '../../lm', 'a/b', 'd 1', 'd%2e', 'd?x=1', '..'])(
    "'deployment-id' %j cannot be an ID: an error, and no request",
    async (id) => {
      const { run, sap } = reached()

      const { ok, log } = await run({ 'deployment-id': id })

      expect(ok).toBe(false)
      expect(log.join('\n')).toContain("'deployment-id'")
      expect(sap.requests).toEqual([])
    },
  )

  it('an ID is one path segment, whatever is in it', async () => {
    const { sap, provider } = direct()

    await provider.observe([{ resource: 'deployment', id: 'a/b?c#d e', group: 'default' }])

    expect(sap.requests[1]?.path).toBe('/v2/lm/deployments/a%2Fb%3Fc%23d%20e')
  })

  it.each(['', '.', '..'])('the ID %j is refused before any request', async (id) => {
    const { sap, provider } = direct()

    const [observation] = await provider.observe([{ resource: 'deployment', id, group: 'default' }])
    const actionResult = provider.act(
      { resource: 'deployment', id, group: 'default' },
      { verb: 'delete', final: true },
      { notAfter: Number.POSITIVE_INFINITY },
    )

    expect(observation?.state).toBe('unreadable')
    await expect(actionResult).rejects.toThrow('cannot be an ID')
    expect(sap.requests).toEqual([])
  })
})

describe('SAP AI Core, wrong resource group', () => {
  for (const unknownGroup of [403, 404] as const) {
    it(`answered ${unknownGroup}: an error that names 'resource-group', never "gone"`, async () => {
      const { run, writes } = reached({ unknownGroup })

      const { ok, outputs, results } = await run({ 'resource-group': 'tema-a', 'if-not-found': 'ignore' })

      expect(ok).toBe(false)
      expect(outputs['status']).toBe('failed')
      expect(outputs['deleted-ids']).toBe('[]')
      expect(results[0]).toMatchObject({ outcome: 'failed', reason: expect.stringContaining("'resource-group'") })
      expect(results[0]?.['reason']).toContain('tema-a')
      expect(results[0]?.['reason']).toContain(`HTTP ${unknownGroup}`)
      expect(writes()).toEqual([])
    })

    it(`taken away during the deletion (${unknownGroup}): failed, not deleted`, async () => {
      const { run, sap, clock } = reached({ unknownGroup, deleteMs: 60_000 })
      clock.at(15_000, () => sap.world.resourceGroups.clear())

      const { outputs, results } = await run()

      expect(outputs['status']).toBe('failed')
      expect(results[0]?.['reason']).toContain("'resource-group'")
    })

    it(`taken away before the write (${unknownGroup}): failed, not deleted`, async () => {
      const { run, sap, emulator, justBefore } = reached({ unknownGroup })
      network.route(ORIGIN, emulator)
      justBefore('PATCH', () => sap.world.resourceGroups.clear())

      expect((await run()).outputs['status']).toBe('failed')
    })
  }

  it('one that exists but has no such deployment: already gone, with a warning', async () => {
    const { run, log } = await other()

    expect(run.outputs['status']).toBe('already-gone')
    expect(log).toContain('warning')
  })

  it('a wrong path in the API URL answers 404 to everything: an error that names it, never "gone"', async () => {
    const { run } = reached()

    const { outputs, results } = await run({ 'api-url': `${ORIGIN}/nowhere` })

    expect(outputs['status']).toBe('failed')
    expect(results[0]?.['reason']).toContain("'api-url'")
  })
})

function isApi({ path }: { path: string }): boolean {
  return path.startsWith('/v2')
}

async function other() {
  const { run } = reached({ resourceGroups: ['default', 'team-a'] })
  const done = await run({ 'resource-group': 'team-a' })
  return { run: done, log: done.log.join('\n') }
}

/** The provider itself, without the inputs' own checks in front. */
function direct() {
  const { sap, clock } = reached()
  const provider = connectSapAiCore(
    {
      apiUrl: new URL(ORIGIN),
      auth: { kind: 'secret', tokenUrl: new URL('/oauth/token', ORIGIN), ...credentials() },
    },
    {
      clock,
      onSecret: () => undefined,
      openHttp: ({ requestTimeoutMs, concurrency, ...rules }) =>
        createHttp({
          transport,
          clock,
          random: () => 0,
          limiter: createLimiter(clock, concurrency),
          signal: new AbortController().signal,
          deadline: clock.now() + 60_000,
          userAgent: 'test',
          redact: (text) => text,
          requestTimeoutMs,
          onExchange: () => undefined,
          rules,
        }),
    },
  )
  return { sap, provider }
}

function credentials() {
  const { clientid, clientsecret } = JSON.parse(SERVICE_KEY)
  return { clientId: String(clientid), clientSecret: String(clientsecret) }
}
