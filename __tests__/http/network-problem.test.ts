import { describe, expect, it } from 'vitest'
import { networkProblem } from '../../src/http/network-problem.ts'
import { proxyFor } from '../../src/http/proxies.ts'
import { answer, broken, DELETE, failureOf, GET, hang, raw, rig } from './wire.ts'

const coded = (code: string) => Object.assign(new Error('https://user:secret@host'), { code })

describe('what a connection error means', () => {
  it.each([
    ['ENOTFOUND', /^the connection to a:443 failed \(ENOTFOUND\): no such host was found; check 'api-url' and the DNS/],
    ['ECONNREFUSED', /^the connection to a:443 failed \(ECONNREFUSED\): nothing listens there/],
    ['UND_ERR_CONNECT_TIMEOUT', /failed \(UND_ERR_CONNECT_TIMEOUT\): check the address, and whether a firewall/],
    ['ECONNRESET', /^the connection to a:443 failed \(ECONNRESET\)$/],
  ])('%s: the host, and what to do; it may pass', (code, message) => {
    const problem = networkProblem(coded(code), 'a:443', undefined)
    expect(problem.message).toMatch(message)
    expect(problem.isFinal).toBe(false)
  })

  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', /name its PEM file in NODE_EXTRA_CA_CERTS$/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /name its PEM file in NODE_EXTRA_CA_CERTS$/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /name its PEM file in NODE_EXTRA_CA_CERTS$/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /name its PEM file in NODE_EXTRA_CA_CERTS$/],
    ['CERT_HAS_EXPIRED', /check its dates and the clock of the runner$/],
    ['CERT_NOT_YET_VALID', /check its dates and the clock of the runner$/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /it is for another host/],
    ['CERT_REVOKED', /ask whoever runs the host$/],
  ])('%s: the certificate is what is wrong, and no repetition mends it', (code, remedy) => {
    const problem = networkProblem(coded(code), 'a:443', undefined)
    expect(problem.message).toContain(`the certificate of a:443 is not accepted (${code})`)
    expect(problem.message).toMatch(remedy)
    expect(problem.isFinal).toBe(true)
  })

  it('a server that speaks HTTP/2 alone: what it must offer, and no repetition mends it', () => {
    expect(networkProblem(coded('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL'), 'a:443', undefined)).toEqual({
      message: expect.stringMatching(/^a:443 does not speak HTTP\/1\.1 \(.*\): let it offer that beside HTTP\/2$/),
      isFinal: true,
    })
  })

  it("the same over Node's own TLS, which has it in the text of an EPROTO", () => {
    const text =
      'write EPROTO 40:error:0A000460:SSL routines:ssl3_read_bytes:tlsv1 alert no application protocol:SSL alert 120'
    const problem = networkProblem(Object.assign(new Error(text), { code: 'EPROTO' }), 'a:443', undefined)
    expect(problem.message).toBe(
      'a:443 does not speak HTTP/1.1 (EPROTO, NO_APPLICATION_PROTOCOL): let it offer that beside HTTP/2',
    )
    expect(problem.isFinal).toBe(true)
  })

  it('names the proxy it went through, and nothing of the error itself', () => {
    const { message } = networkProblem(coded('ECONNREFUSED'), 'a', 'proxy:3128')
    expect(message).toContain('the connection to a through the proxy proxy:3128 failed')
    expect(message).not.toContain('secret')
  })

  it.each([
    [
      'Proxy response (407) !== 200 when HTTP Tunneling',
      true,
      /answered 407 for a: put the user name and the password/,
    ],
    ['Proxy Authentication Required (407)', true, /answered 407 for a: put the user name and the password/],
    ['Proxy response (403) !== 200 when HTTP Tunneling', true, /answered 403 for a: let it allow this host/],
    ['Proxy response (502) !== 200 when HTTP Tunneling', false, /answered 502 for a/],
  ])('%s: final is %s', (text, isFinal, message) => {
    const problem = networkProblem(new Error('x', { cause: new Error(text) }), 'a', 'proxy:3128')
    expect(problem).toEqual({ message: expect.stringMatching(message), isFinal })
  })
})

describe('what no repetition mends', () => {
  it.each([
    ['a certificate', broken('SELF_SIGNED_CERT_IN_CHAIN')],
    ['407 by a proxy that forwards plain http', raw(407, '<html>', { 'content-type': 'text/html' })],
  ])('%s: sent once, by reads and writes alike', async (_what, move) => {
    const { http, sent, clock } = rig([move])
    const failures = [await failureOf(http.read(GET)), await failureOf(http.write(DELETE))]
    expect(failures.map(({ failure, isFinal }) => [failure, isFinal])).toEqual([
      ['blocked', true],
      ['blocked', true],
    ])
    expect([sent.length, clock.elapsed()]).toEqual([2, 0])
  })

  it('behind a proxy, the first request goes alone, and after its refusal none goes', async () => {
    const { http, sent } = rig([raw(407, '')], { proxyFor: () => 'proxy:3128' })
    const failures = await Promise.all([http.read(GET), http.write(DELETE), http.read(GET)].map(failureOf))
    expect(failures.map(({ failure }) => failure)).toEqual(['blocked', 'blocked', 'blocked'])
    expect(sent).toHaveLength(1)
  })

  it('behind a proxy that lets them through, the others follow', async () => {
    const { http, sent } = rig([answer(200)], { proxyFor: () => 'proxy:3128' })
    await Promise.all([http.read(GET), http.write(DELETE), http.read(GET)])
    expect(sent).toHaveLength(3)
  })
})

describe('a host that has never answered', () => {
  it.each([
    ['refuses every connection', broken('ECONNREFUSED'), 120_000, 150_000],
    ['takes them and says nothing', hang, 120_000, 180_000],
  ])('and %s is given up after about two minutes', async (_what, move, from, to) => {
    const { http, clock } = rig([move])
    const error = await failureOf(http.read(GET))
    expect([error.failure, error.isFinal]).toEqual(['silent', true])
    expect(error.message).toMatch(/api\.example\.com.*; it has not answered once in 2m/)
    expect(clock.elapsed()).toBeGreaterThanOrEqual(from)
    expect(clock.elapsed()).toBeLessThan(to)
  })

  it('but once it has answered, even with 503, its failures are no silence', async () => {
    const { http } = rig([answer(503), broken('ECONNRESET')])
    expect((await failureOf(http.read(GET))).failure).toBe('network')
  })
})

describe('the last known cause', () => {
  it('is told where the step ends between two tries', async () => {
    const over = new AbortController()
    const { http, clock } = rig([answer(503), hang], { signal: over.signal })
    clock.at(5000, () => over.abort())
    const error = await failureOf(http.read(GET))
    expect(error.failure).toBe('stopped')
    expect(error.message).toContain('before that, HTTP 503')
  })

  it("of 5xx and 429 keeps the provider's own words", async () => {
    const rules = {
      describe: ({ status, body }: { status: number; body: unknown }) => `${status}: ${JSON.stringify(body)}`,
    }
    const { http } = rig([answer(503, { code: 'DRAINING' })], { rules })
    expect((await failureOf(http.write(DELETE))).message).toBe('503: {"code":"DRAINING"}')
  })
})

describe('proxies in the environment', () => {
  const url = new URL('https://api.example.com/v1')

  it.each<[Record<string, string>, string | undefined]>([
    [{}, undefined],
    [{ https_proxy: 'http://p:1' }, 'p:1'],
    [{ HTTPS_PROXY: 'http://p:1' }, 'p:1'],
    [{ https_proxy: 'p:1' }, 'p:1'],
    [{ https_proxy: 'user:pass@p:1' }, 'p:1'],
    [{ http_proxy: 'http://p:1' }, 'p:1'],
    [{ https_proxy: 'http://p:1', http_proxy: 'http://q:2' }, 'p:1'],
    [{ https_proxy: '', HTTPS_PROXY: 'http://p:1' }, undefined],
    [{ ALL_PROXY: 'http://p:1' }, undefined],
    [{ https_proxy: 'http://p:1', no_proxy: 'example.com' }, undefined],
    [{ https_proxy: 'http://p:1', no_proxy: '.example.com' }, undefined],
    [{ https_proxy: 'http://p:1', no_proxy: '*.example.com' }, undefined],
    [{ https_proxy: 'http://p:1', no_proxy: '*.api.example.com' }, 'p:1'],
    [{ https_proxy: 'http://p:1', no_proxy: 'API.EXAMPLE.COM:443 other' }, undefined],
    [{ https_proxy: 'http://p:1', no_proxy: 'api.example.com:8443' }, 'p:1'],
    [{ https_proxy: 'http://p:1', no_proxy: '*' }, undefined],
    [{ https_proxy: 'http://p:1', no_proxy: 'ample.com' }, 'p:1'],
    [{ https_proxy: 'http://p:1', no_proxy: '', NO_PROXY: '*' }, 'p:1'],
  ])('%j: %s', (env, proxy) => {
    expect(proxyFor(env, url)).toBe(proxy)
  })
})
