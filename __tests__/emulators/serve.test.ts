import { connect } from 'node:net'
import { Agent, type Dispatcher, request } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import { CLIENT_CERT_HEADER, emulate } from '../../emulators/core.ts'
import type { Fault } from '../../emulators/emulator.ts'
import { selfSigned } from '../../emulators/sap-ai-core/certificate.ts'
import { type ServeOptions, serve } from '../../emulators/serve.ts'

const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** An emulator that says what it was sent. */
async function served(options: ServeOptions = {}, agentOptions: Agent.Options = {}) {
  const emulator = emulate({}, (incoming, body) => {
    const cert = incoming.headers.get(CLIENT_CERT_HEADER)
    if (incoming.method === 'DELETE') return new Response(null, { status: 204 })
    const headers = new Headers({ 'content-type': 'application/json' })
    headers.append('set-cookie', 'a=1')
    headers.append('set-cookie', 'b=2')
    return new Response(JSON.stringify({ url: incoming.url, method: incoming.method, body, cert }), { headers })
  })
  const server = await serve(emulator, options)
  const agent = new Agent(agentOptions)
  closing.push(server.close, () => agent.destroy())
  const send = (path: string, init: Parameters<typeof request>[1] = {}) =>
    request(server.url + path, { dispatcher: agent, ...init })
  const play = (fault: Fault, init: Parameters<typeof request>[1] = {}) => {
    emulator.faults.push(fault)
    return send('/faulty', init)
  }
  return { emulator, server, send, play }
}

async function bodyOf(response: Promise<Pick<Dispatcher.ResponseData, 'body'>>): Promise<Record<string, unknown>> {
  const value: unknown = await (await response).body.json()
  return { ...(value as object) }
}

describe('a served emulator', () => {
  it('listens on a free port of 127.0.0.1', async () => {
    const { server } = await served()
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d+$/)
  })

  it('hands over method, path, query, headers and body, and back status, headers and body', async () => {
    const { emulator, server, send } = await served()
    const response = await send('/a%20b?c=%2F&$top=1', { method: 'PATCH', body: 'text', headers: { 'X-Mine': 'yes' } })
    expect(response.headers['set-cookie']).toEqual(['a=1', 'b=2'])
    expect(await response.body.json()).toEqual({
      url: `${server.url}/a%20b?c=%2F&$top=1`,
      method: 'PATCH',
      body: 'text',
      cert: null,
    })
    expect(emulator.requests[0]?.headers).toMatchObject({ 'x-mine': 'yes' })
  })

  it('takes a DELETE with a body and answers without one', async () => {
    const { emulator, send } = await served()
    const response = await send('/', { method: 'DELETE', body: '{"a":1}' })
    expect([response.statusCode, await response.body.text()]).toEqual([204, ''])
    expect(emulator.requests[0]?.body).toBe('{"a":1}')
  })

  it('answers 500 where the emulator itself fails', async () => {
    const emulator = emulate({}, () => Promise.reject(new Error('a mistake')))
    const server = await serve(emulator)
    closing.push(server.close)
    const response = await request(server.url)
    expect([response.statusCode, await response.body.text()]).toEqual([500, expect.stringContaining('a mistake')])
  })

  it('delays each request by the latency', async () => {
    const { send } = await served({ latencyMs: 50 })
    const start = performance.now()
    await (await send('/')).body.dump()
    expect(performance.now() - start).toBeGreaterThan(45)
  })
})

describe('transport faults on a real connection', () => {
  it('resets before the headers', async () => {
    const { emulator, play, send } = await served()
    await expect(play({ kind: 'reset-before' })).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect((await send('/')).statusCode).toBe(200)
    expect(emulator.requests).toHaveLength(2)
  })

  it('loses the answer after it was processed', async () => {
    const { play } = await served()
    await expect(play({ kind: 'lost-answer' })).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('hangs until the client gives up', async () => {
    const { play } = await served()
    const signal = AbortSignal.timeout(50)
    await expect(play({ kind: 'hang' }, { signal })).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('cuts the body in the middle', async () => {
    const { play } = await served()
    const response = await play({ kind: 'truncated' })
    const length = Number(response.headers['content-length'])
    let size = 0
    const reading = (async () => {
      for await (const chunk of response.body) size += chunk.length
    })()
    await expect(reading).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' })
    expect(size).toBe(Math.floor(length / 2))
  })

  it('lets a body trickle for ever', async () => {
    const { play } = await served()
    const leaving = new AbortController()
    const response = await play({ kind: 'slow' }, { signal: leaving.signal })
    expect(response.statusCode).toBe(200)
    setTimeout(() => leaving.abort(), 100)
    await expect(response.body.text()).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('sends a huge body without piling it up, also to a client that leaves', async () => {
    const { play, send } = await served()
    const response = await play({ kind: 'huge' })
    for await (const chunk of response.body) {
      expect(chunk.length).toBeLessThan(1024 * 1024)
      break
    }
    expect((await send('/')).statusCode).toBe(200)
  })
})

describe('closing', () => {
  it('breaks every connection at once: hanging, trickling, idle and half open', async () => {
    const { emulator, server, send, play } = await served({}, { connections: 5 })
    const hanging = play({ kind: 'hang' }).catch((error: unknown) => error)
    const trickling = await play({ kind: 'slow' })
    await (await send('/')).body.dump()
    const { hostname, port } = new URL(server.url)
    const raw = connect(Number(port), hostname)
    const ended = new Promise((resolve) => raw.once('close', resolve))
    raw.on('error', () => {})
    await new Promise<void>((resolve) => raw.once('connect', resolve))
    while (emulator.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 5))

    const brokenBody = trickling.body.text().catch((error: unknown) => error)
    await server.close()
    expect(await hanging).toBeInstanceOf(Error)
    expect(await brokenBody).toBeInstanceOf(Error)
    await ended
    await expect(send('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('TLS', () => {
  const server = selfSigned('emulated server')
  const client = selfSigned('sb-client!b1|aicore!b540')
  const stranger = selfSigned('sb-client!b1|aicore!b540')
  const tls = { ...server, ca: client.cert, requestCert: true }

  it('serves https', async () => {
    const { server: running, send } = await served({ tls: server }, { connect: { ca: server.cert } })
    expect(running.url).toMatch(/^https:\/\//)
    expect(await bodyOf(send('/'))).toMatchObject({ cert: null, url: `${running.url}/` })
  })

  it('names the subject of an accepted client certificate', async () => {
    const { send } = await served({ tls }, { connect: { ca: server.cert, cert: client.cert, key: client.key } })
    expect(await bodyOf(send('/'))).toMatchObject({ cert: 'sb-client!b1|aicore!b540' })
  })

  it('names none without a certificate', async () => {
    const { send } = await served({ tls }, { connect: { ca: server.cert } })
    expect(await bodyOf(send('/'))).toMatchObject({ cert: null })
  })

  it('names none where nobody vouches for the certificate', async () => {
    const { send } = await served({ tls }, { connect: { ca: server.cert, cert: stranger.cert, key: stranger.key } })
    expect(await bodyOf(send('/'))).toMatchObject({ cert: null })
  })

  it('strips what a client claims by itself', async () => {
    const headers = { [CLIENT_CERT_HEADER]: 'forged' }
    const { send } = await served()
    expect(await bodyOf(send('/', { headers }))).toMatchObject({ cert: null })
    const secure = await served({ tls }, { connect: { ca: server.cert } })
    expect(await bodyOf(secure.send('/', { headers }))).toMatchObject({ cert: null })
  })

  it('breaks the connection on a reset here too', async () => {
    const { play } = await served({ tls: server }, { connect: { ca: server.cert } })
    await expect(play({ kind: 'reset-before' })).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/),
    })
  })
})
