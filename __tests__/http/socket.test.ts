import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttp, type Http } from '../../src/http/client.ts'
import { openDirect } from '../../src/http/direct.ts'
import { createLimiter } from '../../src/http/limiter.ts'
import { openProxied } from '../../src/http/proxied.ts'
import { proxyFor } from '../../src/http/proxies.ts'
import type { Network } from '../../src/http/transport.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { VERSION } from '../../src/lib/version.ts'
import { failureOf } from './wire.ts'

const toEnd: (() => Promise<unknown>)[] = []

afterEach(async () => {
  await Promise.all(toEnd.splice(0).map((end) => end()))
})

/** A server on loopback that answers with `listener`; gives its origin and what it was asked. */
async function listen(
  listener: RequestListener,
): Promise<{ origin: string; asked: IncomingMessage[]; server: Server }> {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  toEnd.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { origin: originOf(server.address()), asked, server }
}

function originOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('the server does not listen')
  return `http://127.0.0.1:${address.port}`
}

interface ClientOptions {
  proxies?: Record<string, string>
  signal?: AbortSignal
  requestTimeoutMs?: number
}

/** The client as the action has it, on this network. */
function clientOn(
  network: Network,
  { proxies = {}, signal = new AbortController().signal, requestTimeoutMs = 60_000 }: ClientOptions = {},
): Http {
  toEnd.push(() => network.close())
  return createHttp({
    transport: network.transport,
    clock: systemClock,
    random: Math.random,
    limiter: createLimiter(systemClock, 4),
    signal,
    deadline: systemClock.now() + 60_000,
    userAgent: `undeploy/${VERSION}`,
    requestTimeoutMs,
    redact: (text) => text,
    onExchange: () => undefined,
    proxyFor: (url) => proxyFor(proxies, url),
  })
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const DELETE = (origin: string) =>
  ({
    method: 'DELETE',
    url: new URL('/v1/d1', origin),
    headers: { authorization: 'Bearer key' },
    notAfter: Number.POSITIVE_INFINITY,
  }) as const

describe.each([
  ['directly', openDirect],
  ['as where there is a proxy for others', () => openProxied({})],
])('over a real connection, %s', (_how, open) => {
  const client = (options: ClientOptions = {}) => clientOn(open(), options)

  it('method, path, headers, user agent and body arrive; the answer comes back', async () => {
    let body = ''
    const { origin, asked } = await listen(async (request, response) => {
      for await (const chunk of request) body += chunk
      json(response, { ok: true })
    })
    const answer = await client().write({ ...DELETE(origin), body: '{"a":1}' })

    expect(answer).toMatchObject({ status: 200, body: { ok: true } })
    expect(asked[0]).toMatchObject({ method: 'DELETE', url: '/v1/d1' })
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer key', 'user-agent': `undeploy/${VERSION}` })
    expect(asked[0]?.headers).not.toHaveProperty('accept-encoding')
    expect(body).toBe('{"a":1}')
  })

  it.each([301, 302, 303, 307, 308])(
    'a redirect (%d) is not followed, and no credentials go elsewhere',
    async (status) => {
      const elsewhere = await listen((_request, response) => json(response, {}))
      const { origin } = await listen((_request, response) => {
        response.writeHead(status, { location: `${elsewhere.origin}/v1/d1` }).end()
      })
      const http = client()

      expect((await http.read({ ...DELETE(origin), method: 'GET' })).status).toBe(status)
      expect((await http.write(DELETE(origin))).status).toBe(status)
      expect(elsewhere.asked).toHaveLength(0)
    },
  )

  it.each<[string, RequestListener, string, RegExp]>([
    ['a reset', (request) => void request.socket.resetAndDestroy(), 'network', /ECONNRESET/],
    [
      'a connection closed without an answer',
      (request) => void request.socket.destroy(),
      'network',
      /UND_ERR_SOCKET|ECONNRESET/,
    ],
    [
      'a truncated body',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{"a":')
        setTimeout(() => response.destroy(), 20)
      },
      'network',
      /the connection to .* failed/,
    ],
    ['no answer', () => undefined, 'timeout', /no answer from 127.0.0.1:\d+ within 0.3 s/],
    [
      'a body that stalls',
      (_request, response) => void response.writeHead(200, { 'content-length': '100' }).write('{"a":'),
      'timeout',
      /no answer from 127.0.0.1:\d+ within 0.3 s/,
    ],
    [
      'an answer that is no HTTP',
      (request) => void request.socket.end('ICY 200 OK\r\n\r\n'),
      'network',
      /HPE_|HTTPParser/,
    ],
  ])('%s is told as such, and the write is sent once', async (_what, listener, failure, cause) => {
    const { origin, asked } = await listen(listener)
    const limitMs = failure === 'timeout' ? 300 : 60_000
    const error = await failureOf(client({ requestTimeoutMs: limitMs }).write(DELETE(origin)))

    expect(error.failure).toBe(failure)
    expect(error.message).toMatch(cause)
    expect(asked).toHaveLength(1)
  })

  it('what a server sends unasked on an idle connection is no answer to the next request', async () => {
    let before: Duplex | undefined
    const { origin, asked } = await listen((request, response) => {
      if (asked.length === 1) before = request.socket
      json(response, { asked: asked.length })
    })
    const http = client()
    expect((await http.write(DELETE(origin))).body).toEqual({ asked: 1 })
    before?.write('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')
    // It has been taken in by the kernel; when the client reads it is the client's affair.
    await new Promise((resolve) => setImmediate(resolve))

    expect(await http.write(DELETE(origin))).toMatchObject({ status: 200, body: { asked: 2 } })
  })

  it('a connection serves more than one request', async () => {
    const { origin, asked } = await listen((_request, response) => json(response, {}))
    const http = client()
    for (let i = 0; i < 3; i++) await http.write(DELETE(origin))
    expect(new Set(asked.map(({ socket }) => socket)).size).toBeLessThan(3)
  })

  it('an upgrade that nobody asked for fails at once', async () => {
    const { origin } = await listen((request) => {
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n')
    })
    expect((await failureOf(client().write(DELETE(origin)))).failure).toBe('network')
  })

  it('headers that come twice are joined', async () => {
    const { origin } = await listen((_request, response) => {
      response
        .writeHead(
          200,
          [
            ['Retry-After', '1'],
            ['Retry-After', '2'],
            ['X-Request-Id', 'r1'],
          ].flat(),
        )
        .end('{}')
    })
    const { headers } = await client().write(DELETE(origin))
    expect(headers).toMatchObject({ 'retry-after': '1, 2', 'x-request-id': 'r1' })
  })

  it('a refused connection is told as such', async () => {
    const { origin, server } = await listen(() => undefined)
    await new Promise((resolve) => server.close(resolve))
    expect((await failureOf(client().write(DELETE(origin)))).message).toContain('ECONNREFUSED')
  })

  it('a cancellation ends a request under way at once', async () => {
    const over = new AbortController()
    const { origin } = await listen(() => over.abort())
    expect((await failureOf(client({ signal: over.signal }).write(DELETE(origin)))).failure).toBe('stopped')
  })

  it('a step that has ended sends nothing', async () => {
    const { origin, asked } = await listen((_request, response) => json(response, {}))
    await failureOf(client({ signal: AbortSignal.abort() }).write(DELETE(origin)))
    expect(asked).toHaveLength(0)
  })
})

describe('proxies from the environment', () => {
  const client = (proxies: Record<string, string>) => clientOn(openProxied(proxies), { proxies })

  /** An http proxy: answers requests with a whole URL itself, and refuses tunnels after noting them. */
  async function proxy() {
    const tunnels: string[] = []
    const served = await listen((_request, response) => json(response, { via: 'proxy' }))
    served.server.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '')
      // Who is refused may leave at once.
      socket.on('error', () => undefined)
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    })
    return { ...served, tunnels }
  }

  it('http_proxy is used for http', async () => {
    const { origin, asked } = await proxy()
    const { body } = await client({ http_proxy: origin }).write(DELETE('http://127.0.0.1:9'))

    expect(body).toEqual({ via: 'proxy' })
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['DELETE http://127.0.0.1:9/v1/d1'])
  })

  it('https_proxy is used for https, by a tunnel that shows the proxy no headers', async () => {
    const { origin, asked, tunnels } = await proxy()
    const error = await failureOf(client({ https_proxy: origin }).write(DELETE('https://api.example.com')))

    expect(error.failure).toBe('blocked')
    expect(error.message).toBe(
      `the proxy ${new URL(origin).host} answered 403 for api.example.com: let it allow this host, or name the host in no_proxy`,
    )
    expect(tunnels).toEqual(['api.example.com:443'])
    expect(asked).toHaveLength(0)
  })

  it('no_proxy is honoured', async () => {
    const through = await proxy()
    const { origin, asked } = await listen((_request, response) => json(response, { via: 'nothing' }))
    const http = client({ http_proxy: through.origin, no_proxy: '127.0.0.1' })

    expect((await http.write(DELETE(origin))).body).toEqual({ via: 'nothing' })
    expect(asked).toHaveLength(1)
    expect([through.asked.length, through.tunnels.length]).toEqual([0, 0])
  })
})
