import { describe, expect, it } from 'vitest'
import { createAlibabaEmulator } from '../../emulators/alibaba-model-studio.ts'
import { createBasetenEmulator, DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import type { Emulator } from '../../emulators/emulator.ts'
import { createGithubEmulator } from '../../emulators/github.ts'
import { selfSigned } from '../../emulators/sap-ai-core/certificate.ts'
import { createSapEmulator, DEFAULT_CLIENT } from '../../emulators/sap-ai-core.ts'
import type { WireRequest } from '../../src/http/transport.ts'
import { job } from '../run/job.ts'
import { act } from '../support/act.ts'
import { fakeClock } from '../support/clock.ts'
import { transportTo } from '../support/transport.ts'

const API = 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com'
const AUTH = 'https://tenant.authentication.eu10.hana.ondemand.com'
const CERT_AUTH = 'https://tenant.authentication.cert.eu10.hana.ondemand.com'
const ELSEWHERE = 'https://elsewhere.example.com'
const ID = 'd748fdae9f88a9b0'
const GITHUB_TOKEN = 'ghs_0123456789abcdef'
const FOR_EVER = Number.POSITIVE_INFINITY

/** Runs against these emulators; gives every request that was sent, whatever host it was for. */
async function sentBy(
  inputs: Record<string, string>,
  emulators: Record<string, Emulator>,
  more: Partial<Parameters<typeof act>[0]> = {},
) {
  const sent: WireRequest[] = []
  const honest = transportTo(emulators)
  const acted = await act({
    inputs,
    transport: (request) => {
      sent.push(request)
      return honest(request)
    },
    ...more,
  })
  return { sent, acted }
}

const wholeOf = ({ url, headers, body = '' }: WireRequest): string => `${url} ${JSON.stringify(headers)} ${body}`

/** SAP with its two hosts and a third that nobody should ever ask. */
function sapHosts() {
  const certificate = { clientid: 'sb-x509!b1|aicore!b540', certificate: true }
  const clock = fakeClock()
  const sap = createSapEmulator({ now: clock.now, clients: [DEFAULT_CLIENT, certificate] })
  // The bearer of a client certificate, as a TLS server would let the emulator know.
  const withCertificate: Emulator = {
    ...sap,
    handle: (request) => {
      request.headers.set('x-emulator-client-cert', 'undeploy')
      return sap.handle(request)
    },
  }
  sap.world.add({ id: ID, status: 'RUNNING', deploymentUrl: `${ELSEWHERE}/v2/inference/deployments/${ID}` })
  return {
    clock,
    sap,
    hosts: { [API]: sap, [AUTH]: sap, [CERT_AUTH]: withCertificate, [ELSEWHERE]: createBasetenEmulator() },
  }
}

const SERVICE_KEY = { ...DEFAULT_CLIENT, url: AUTH, serviceurls: { AI_API_URL: API } }
const sapInputs = (key: object = SERVICE_KEY) => ({
  provider: 'sap-ai-core',
  'deployment-id': ID,
  'service-key': JSON.stringify(key),
})

describe('credentials go only to the host they belong to', () => {
  it('SAP: the client secret to the token URL only, the token to the API only', async () => {
    const { clock, sap, hosts } = sapHosts()
    const { sent, acted } = await sentBy(sapInputs(), hosts, { clock })
    expect(acted.outputs['status']).toBe('deleted')
    const token = sent.find(({ url }) => url.origin === API)?.headers['authorization']?.split(' ')[1] ?? ''
    expect(token.length).toBeGreaterThan(20)
    for (const request of sent) {
      expect([AUTH, API]).toContain(request.url.origin)
      const secret = encodeURIComponent(DEFAULT_CLIENT.clientsecret)
      expect(wholeOf(request).includes(secret)).toBe(request.url.href === `${AUTH}/oauth/token`)
      expect(wholeOf(request).includes(token)).toBe(request.url.origin === API)
    }
    expect(sap.tokens.issued()).toBe(1)
  })

  it('SAP: the client certificate is shown to the token URL only', async () => {
    const { clock, hosts } = sapHosts()
    const { cert, key } = selfSigned('undeploy')
    const { clientsecret: _, ...rest } = SERVICE_KEY
    const x509 = { ...rest, clientid: 'sb-x509!b1|aicore!b540', certificate: cert, key, certurl: CERT_AUTH }
    const { sent, acted } = await sentBy(sapInputs(x509), hosts, { clock })
    expect(acted.outputs['status']).toBe('deleted')
    for (const request of sent) {
      expect(request.identity !== undefined).toBe(request.url.href === `${CERT_AUTH}/oauth/token`)
    }
  })

  it.each([301, 302, 303, 307, 308])(
    'SAP: a redirect (%d) of the token URL or the API is followed by nothing',
    async (status) => {
      for (const path of ['/oauth/token', '/v2/']) {
        const { clock, sap, hosts } = sapHosts()
        sap.faults.push({
          kind: 'status',
          status,
          headers: { location: `${ELSEWHERE}/steal` },
          times: FOR_EVER,
          when: (request) => request.path.startsWith(path),
        })
        const { sent, acted } = await sentBy(sapInputs(), hosts, { clock })
        expect(acted.ok).toBe(false)
        expect(acted.outputs['deleted-ids']).toBe('[]')
        expect(sent.filter(({ url }) => url.origin === ELSEWHERE)).toEqual([])
      }
    },
  )

  it.each<[string, Record<string, string>, string, () => Emulator]>([
    [
      'Baseten',
      { provider: 'baseten', 'model-id': 'm1', 'deployment-id': 'd1', 'api-key': DEFAULT_API_KEY },
      'https://api.baseten.co',
      () => {
        const baseten = createBasetenEmulator()
        baseten.world.addModel({ id: 'm1', name: 'llama' })
        baseten.world.addDeployment('m1', { id: 'd1', name: 'PR-1' })
        return baseten
      },
    ],
    [
      'Alibaba',
      { provider: 'alibaba-model-studio', 'deployment-id': 'qwen-pr1', 'api-key': 'sk-0123456789' },
      'https://dashscope-intl.aliyuncs.com',
      () => {
        const studio = createAlibabaEmulator({ apiKeys: [{ key: 'sk-0123456789', workspace: 'llm-1' }] })
        studio.world.seed({ deployed_model: 'qwen-pr1', status: 'RUNNING' })
        return studio
      },
    ],
  ])('%s: a redirect of a read or a write is followed by nothing', async (_name, inputs, origin, create) => {
    for (const method of ['GET', 'DELETE']) {
      const emulator = create()
      emulator.faults.push({
        kind: 'status',
        status: 307,
        headers: { location: `${ELSEWHERE}/steal` },
        times: FOR_EVER,
        when: (request) => request.method === method,
      })
      const { sent, acted } = await sentBy(inputs, { [origin]: emulator, [ELSEWHERE]: createBasetenEmulator() })
      expect(acted.ok).toBe(false)
      expect(new Set(sent.map(({ url }) => url.origin))).toEqual(new Set([origin]))
      for (const { headers } of sent) expect(headers['authorization']).toContain(inputs['api-key'])
    }
  })

  it('the key never goes to GitHub, and the GitHub token never to the provider', async () => {
    const clock = fakeClock()
    const baseten = createBasetenEmulator({ now: clock.now })
    baseten.world.addModel({ id: 'm1', name: 'llama' })
    baseten.world.addDeployment('m1', { id: 'live', name: 'main', production: true })
    baseten.world.addDeployment('m1', { id: 'd1', name: `PR-1 ${DEFAULT_API_KEY}` })
    baseten.world.addDeployment('m1', { id: 'd2', name: 'PR-2' })
    const github = createGithubEmulator({ now: clock.now, token: GITHUB_TOKEN })
    for (const number of [1, 2, 42]) github.world.addPull({ number, state: 'CLOSED' })
    const { sent, acted } = await sentBy(
      {
        provider: 'baseten',
        'model-id': 'm1',
        name: 'PR-{pr}*',
        'api-key': DEFAULT_API_KEY,
        'github-token': GITHUB_TOKEN,
        'github-environment': 'pr-{pr}',
        comment: 'true',
      },
      { 'https://api.baseten.co': baseten },
      { clock, github, ...job('pull_request') },
    )
    // Of a name with a key in it nobody can say what it matches; the comment tells of it all the same.
    expect(acted.outputs).toMatchObject({ 'deleted-count': '1', 'kept-count': '1' })
    expect(github.world.comments(42).map(({ body }) => body)).toEqual([expect.stringContaining('PR-1 ')])
    expect(github.requests.length).toBeGreaterThan(2)
    for (const request of sent) expect(wholeOf(request)).not.toContain(GITHUB_TOKEN)
    for (const { path, headers, body } of github.requests) {
      expect(`${path} ${JSON.stringify(headers)} ${body}`).not.toContain(DEFAULT_API_KEY)
      expect(headers['authorization']).toContain(GITHUB_TOKEN)
    }
  })

  it('an ID never leads to another host, another path or another method, whatever it looks like', async () => {
    const refused = ['//evil.example.com', '..%2f..', 'd1?x=1', 'd1#x', '@evil.example.com/', 'd1/deactivate', 'd1\\..']
    refused.push('d1;x=1', 'd1&x=1')
    const taken = ['@evil.example.com', 'evil.example.com:443', 'd1&x', '...', '~', 'dé1']
    for (const id of [...refused, ...taken]) {
      const baseten = createBasetenEmulator()
      baseten.world.addModel({ id: 'm1' })
      const inputs = { provider: 'baseten', 'model-id': 'm1', 'deployment-id': id, 'api-key': DEFAULT_API_KEY }
      const { sent } = await sentBy(inputs, { 'https://api.baseten.co': baseten })
      expect({ id, isSent: sent.length > 0 }).toEqual({ id, isSent: taken.includes(id) })
      for (const { url, method } of sent) {
        expect([url.origin, method]).toEqual(['https://api.baseten.co', 'GET'])
        expect(url.pathname).toMatch(/^\/v1\/(models\/m1(\/|$)|instance_type_prices$)/)
      }
    }
  })
})
