import { describe, expect, it } from 'vitest'
import { runStep } from '../../demo/runner.ts'
import type { BasetenEmulator } from '../../emulators/baseten.ts'
import type { Emulator } from '../../emulators/emulator.ts'
import { createGithubEmulator } from '../../emulators/github.ts'
import { selfSigned } from '../../emulators/sap-ai-core/certificate.ts'
import { createSapEmulator, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { serve } from '../../emulators/serve.ts'
import { account, caFile, inputs, KEY, open, type Protocol, serveOver, visible } from './far-end.ts'
import { type ForwardProxy, startProxy } from './forward-proxy.ts'

const PASSWORD = 'pr0xy:p@ss/w%rd'
const USER = 'ci-runner'

interface Setup {
  baseten: BasetenEmulator
  proxy: ForwardProxy
  /** Runs a step that deletes `d1`, with these variables. */
  step(env: Record<string, string>, more?: Record<string, string>): ReturnType<typeof runStep>
  /** The provider's `host:port`. */
  host: string
}

async function setUp(protocol: Protocol, proxy: ForwardProxy, front?: (baseten: BasetenEmulator) => Emulator) {
  const baseten = account(['d1'])
  const url = await serveOver(front?.(baseten) ?? baseten, protocol)
  const setup: Setup = {
    baseten,
    proxy,
    host: new URL(url).host,
    step: (env, more = {}) =>
      runStep({ inputs: inputs(url, ['d1'], more), env: { NODE_EXTRA_CA_CERTS: caFile(), ...env } }),
  }
  return setup
}

describe.concurrent('a forward proxy', () => {
  it.each<Protocol>(['https', 'https, HTTP/2 offered'])(
    '%s goes through its tunnels, in which it reads neither key nor path',
    async (protocol) => {
      const { step, proxy, baseten, host } = await setUp(protocol, await startProxy())
      const end = await step({ https_proxy: `http://${proxy.address}` })
      expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
      expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${host}`]))
      expect(baseten.requests.length).toBeGreaterThanOrEqual(5)
      expect(proxy.read()).toContain(`CONNECT ${host} HTTP/1.1`)
      for (const text of [KEY, 'authorization', '/v1/models', 'd1/']) {
        expect(proxy.read().toLowerCase()).not.toContain(text.toLowerCase())
      }
    },
  )

  it('http on loopback goes through it by whole URLs, where http_proxy says so', async () => {
    const { step, proxy, host } = await setUp('http', await startProxy())
    const end = await step({ http_proxy: `http://${proxy.address}` })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
    expect(proxy.asked).toContain(`DELETE http://${host}/v1/models/m1/deployments/d1`)
  })

  it.each([
    ['HTTPS_PROXY, in capitals', (address: string) => ({ HTTPS_PROXY: `http://${address}` })],
    [
      'the small letters before the capitals',
      (address: string) => ({ https_proxy: `http://${address}`, HTTPS_PROXY: 'http://127.0.0.1:9' }),
    ],
    ['http_proxy, where https_proxy is not set', (address: string) => ({ http_proxy: `http://${address}` })],
  ])('%s: taken', async (_what, env) => {
    const { step, proxy } = await setUp('https', await startProxy())
    expect((await step(env(proxy.address))).exitCode).toBe(0)
    expect(proxy.asked.length).toBeGreaterThan(0)
  })

  it('without a scheme in its address is spoken to in http, as curl does', async () => {
    const { step, proxy } = await setUp('https', await startProxy())
    const end = await step({ https_proxy: proxy.address })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
    expect(proxy.asked.length).toBeGreaterThan(0)
  })

  it('that is not used breaks nothing, whatever stands in its variable', async () => {
    const { step, proxy } = await setUp('https', await startProxy())
    const end = await step({ https_proxy: `http://${proxy.address}`, HTTPS_PROXY: 'ftp://nobody', HTTP_PROXY: '' })
    expect(end.exitCode).toBe(0)
  })

  it.each(['127.0.0.1', 'example.com, 127.0.0.1', '*'])('no_proxy=%s: it is not asked', async (hosts) => {
    const { step, proxy } = await setUp('https', await startProxy())
    const end = await step({ https_proxy: `http://${proxy.address}`, no_proxy: hosts })
    expect(end.exitCode).toBe(0)
    expect(proxy.asked).toEqual([])
  })

  it('no_proxy of other hosts and other ports does not keep it from being asked', async () => {
    const { step, proxy } = await setUp('https', await startProxy())
    const end = await step({ https_proxy: `http://${proxy.address}`, no_proxy: '127.0.0.1:9,127.0.0.2,.local' })
    expect(end.exitCode).toBe(0)
    expect(proxy.asked.length).toBeGreaterThan(0)
  })

  it('requests to GitHub go through it as well', async () => {
    const { step, proxy, host } = await setUp('https', await startProxy())
    const github = createGithubEmulator({})
    github.world.addPull({ number: 42, state: 'CLOSED' })
    const api = await serveOver(github, 'https')
    const env = { https_proxy: `http://${proxy.address}`, GITHUB_API_URL: api, GITHUB_REPOSITORY: 'octo/hello' }
    const end = await step(env, { comment: 'true', 'pull-request': '42', 'github-token': 'ghs_emulated' })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
    expect(github.world.comments(42)).toHaveLength(1)
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${host}`, `CONNECT ${new URL(api).host}`]))
  })

  it('a client certificate is shown to SAP at the far end of the tunnel, not to the proxy', async () => {
    const [server, ours] = [selfSigned('localhost'), selfSigned('undeploy')]
    const client = { clientid: 'sb-x509!b1|aicore!b540', certificate: true }
    const sap = createSapEmulator({ stopMs: 100, deleteMs: 100, clients: [client] })
    sap.world.add({ id: 'd748fdae9f88a9b0', status: 'STOPPED' })
    const { url, close } = await serve(sap, { tls: { ...server, ca: ours.cert, requestCert: true } })
    open.push(close)
    const proxy = await startProxy()
    const key = sapServiceKey(url, client, { certificate: ours.cert, key: ours.key })
    const end = await runStep({
      inputs: { provider: 'sap-ai-core', 'deployment-id': 'd748fdae9f88a9b0', 'service-key': JSON.stringify(key) },
      env: { NODE_EXTRA_CA_CERTS: caFile(server), https_proxy: `http://${proxy.address}` },
    })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${new URL(url).host}`]))
  })
})

describe.concurrent('a proxy that demands credentials', () => {
  const login = `${USER}:${encodeURIComponent(PASSWORD)}`

  it.each<[Protocol, string]>([
    ['https', 'https_proxy'],
    ['http', 'http_proxy'],
  ])('%s: they come from %s, and are masked in every form', async (protocol, variable) => {
    const { step, proxy } = await setUp(protocol, await startProxy({ credentials: `${USER}:${PASSWORD}` }))
    const end = await step({ [variable]: `http://${login}@${proxy.address}` })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
    // A % is written as %25 in workflow commands.
    expect(end.log).toContain(`::add-mask::${PASSWORD.replace('%', '%25')}\n`)
    expectNoPassword(end)
  })

  it.each<[string, string]>([
    ['none', ''],
    ['wrong ones', `${USER}:${encodeURIComponent(`${PASSWORD}-old`)}@`],
  ])('%s are given: the step fails, nothing is sent through, and the password is nowhere', async (_what, userinfo) => {
    const setup = await setUp('https', await startProxy({ credentials: `${USER}:${PASSWORD}` }))
    const end = await setup.step({ https_proxy: `http://${userinfo}${setup.proxy.address}` }, { timeout: '2s' })
    expect([end.exitCode, end.outputs['deleted-count']]).toEqual([1, '0'])
    expect(visible(end)).toMatch(
      /the proxy 127\.0\.0\.1:\d+ answered 407 for 127\.0\.0\.1:\d+: put the user name and the password/,
    )
    expect(setup.proxy.asked).toHaveLength(1)
    expect(setup.baseten.requests).toEqual([])
    expectNoPassword(end)
  })

  it('they never go to the provider', async () => {
    const { step, proxy, baseten } = await setUp('https', await startProxy({ credentials: `${USER}:${PASSWORD}` }))
    await step({ https_proxy: `http://${login}@${proxy.address}` })
    const basic = Buffer.from(`${USER}:${PASSWORD}`).toString('base64')
    for (const { headers } of baseten.requests) {
      expect(headers).not.toHaveProperty('proxy-authorization')
      expect(JSON.stringify(headers)).not.toContain(basic)
    }
  })

  function expectNoPassword(end: { log: string; outputs: object; summary: string; files: object }): void {
    const shown = end.log.replaceAll(/^::add-mask::.*$/gm, '')
    const all = [shown, JSON.stringify(end.outputs), end.summary, JSON.stringify(end.files)].join('\n')
    const basic = Buffer.from(`${USER}:${PASSWORD}`).toString('base64')
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), basic]) expect(all).not.toContain(secret)
  }
})

describe.concurrent('a proxy that fails', () => {
  it('dies under the DELETE and comes back: looked for before it is sent again, sent once, and gone', async () => {
    const proxy = await startProxy()
    const { step, baseten } = await setUp('https', proxy, (emulator) => ({
      ...emulator,
      async handle(request) {
        const response = await emulator.handle(request)
        const isFirst = emulator.requests.filter(({ method }) => method === 'DELETE').length === 1
        if (request.method === 'DELETE' && isFirst) proxy.die('once')
        return response
      },
    }))
    const end = await step({ https_proxy: `http://${proxy.address}` })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'already-gone'])
    expect(visible(end)).toMatch(/delete had no clear answer: the connection to .* failed/)
    expect(baseten.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1)
  })

  it('dies for ever after the DELETE: not called deleted, and the step fails', async () => {
    const proxy = await startProxy()
    const { step } = await setUp('https', proxy, (emulator) => ({
      ...emulator,
      async handle(request) {
        const response = await emulator.handle(request)
        if (request.method === 'DELETE') proxy.die('for ever')
        return response
      },
    }))
    const end = await step({ https_proxy: `http://${proxy.address}` }, { timeout: '3s' })
    expect(end.exitCode).toBe(1)
    expect(end.outputs).toMatchObject({ 'deleted-count': '0', 'deleted-ids': '[]', 'failed-count': '1' })
  })

  it.each<[string, { isDeaf: boolean } | undefined]>([
    ['is not there', undefined],
    ['takes connections and never answers', { isDeaf: true }],
  ])('%s: the step fails by its deadline, and nothing goes around it', async (_what, options) => {
    const proxy = options === undefined ? undefined : await startProxy(options)
    const { step, baseten } = await setUp('https', proxy ?? (await startProxy()))
    const end = await step({ https_proxy: `http://${proxy?.address ?? '127.0.0.1:9'}` }, { timeout: '2s' })
    expect([end.exitCode, end.outputs['deleted-count']]).toEqual([1, '0'])
    expect(baseten.requests).toEqual([])
  })

  it.each(['/', '/wpad', '?via=2', '#main'])(
    'an address with %s: the rest is ignored, and the proxy is used',
    async (rest) => {
      const { step, proxy } = await setUp('https', await startProxy())
      const end = await step({ https_proxy: `http://${proxy.address}${rest}` })
      expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
      expect(proxy.asked.length).toBeGreaterThan(0)
    },
  )

  it.each([
    ['http://', 'https_proxy'],
    ['http://pro xy:3128', 'HTTPS_PROXY'],
    ['user:hunter2222@:3128', 'http_proxy'],
    ['ftp://proxy:21', 'https_proxy'],
  ])(
    '%s is no address of one: an error that names %s, every output, and nothing is sent',
    async (address, variable) => {
      const { step, baseten } = await setUp('http', await startProxy())
      const end = await step({ [variable]: address })
      expect([end.exitCode, end.outputs['status']]).toEqual([1, 'failed'])
      expect(visible(end)).toMatch(
        new RegExp(`^::error::${variable} is not the address of a proxy; .*http://host:port`, 'm'),
      )
      expect(end.log).not.toContain('hunter2222')
      expect(baseten.requests).toEqual([])
    },
  )
})
