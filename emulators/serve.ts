import { createServer, IncomingMessage, type RequestListener, ServerResponse } from 'node:http'
import { constants, createSecureServer } from 'node:http2'
import { createServer as createTlsServer } from 'node:https'
import type { Server, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'
import { CLIENT_CERT_HEADER } from './core.ts'
import { type Emulator, TransportFault } from './emulator.ts'

export interface ServeOptions {
  /** Port to listen on; 0, the default, takes a free one. */
  port?: number
  /** Address to listen on; 127.0.0.1 where absent. */
  host?: string
  /** How long each request takes to arrive. */
  latencyMs?: number
  tls?: TlsOptions
}

/** PEM texts. With `requestCert`, a client certificate that `ca` vouches for is made known to the emulator. */
export interface TlsOptions {
  key: string
  cert: string
  ca?: string
  requestCert?: boolean
  /**
   * HTTP/2, which is offered beside HTTP/1.1 or alone. It breaks every connection; it refuses the stream of every request but GET; or
   * it says GOAWAY to such a request, with a last stream below it. A GET over HTTP/2 finds nothing.
   */
  http2?: 'offered and broken' | 'refuses streams' | 'goes away' | 'alone'
  /** Told of the protocol of each connection. */
  onProtocol?: (name: string) => void
}

export interface Served {
  /** Origin, without a slash at the end. */
  url: string
  /** Stops listening and breaks every connection, answered or not. */
  close(): Promise<void>
}

/** Serves an emulator on loopback and turns its transport faults into what a real connection does. */
export async function serve(emulator: Emulator, options: ServeOptions = {}): Promise<Served> {
  const { port = 0, host = '127.0.0.1', latencyMs = 0, tls } = options
  const scheme = tls === undefined ? 'http' : 'https'
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    // The host the client used: emulators build URLs of their own from it.
    void exchange(emulator, `${scheme}://${request.headers.host ?? 'localhost'}`, latencyMs, request, response)
  }
  // An unknown client certificate is not refused here: the emulator answers it as the provider would.
  const server = tls === undefined ? createServer(listener) : tlsServer(tls, listener)

  // Kept by hand, since closeAllConnections() misses connections that are still in their TLS handshake.
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port

  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function tlsServer({ http2, onProtocol, ...tls }: TlsOptions, listener: RequestListener): Server {
  const options = { ...tls, rejectUnauthorized: false }
  if (http2 === undefined) return createTlsServer(options, listener)
  const server = createSecureServer({ ...options, allowHTTP1: http2 !== 'alone' })
  server.on('secureConnection', (socket: TLSSocket) => onProtocol?.(String(socket.alpnProtocol)))
  if (http2 === 'offered and broken') server.on('session', (session) => session.destroy())
  server.on('stream', (stream, { ':method': method }) => {
    // The client resets it as well, which is no mistake of the server.
    stream.on('error', () => {})
    if (method === 'GET') {
      stream.respond({ ':status': 404 })
      stream.end()
    } else if (http2 === 'goes away') {
      stream.session?.goaway(constants.NGHTTP2_NO_ERROR, Math.max(0, (stream.id ?? 0) - 2))
      stream.session?.close()
    } else {
      stream.close(constants.NGHTTP2_REFUSED_STREAM)
    }
  })
  // Over HTTP/1.1, these are the same objects as everywhere else.
  server.on('request', (request, response) => {
    if (request instanceof IncomingMessage && response instanceof ServerResponse) listener(request, response)
  })
  return server
}

async function exchange(
  emulator: Emulator,
  origin: string,
  latencyMs: number,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  try {
    const request = await webRequest(incoming, origin)
    if (latencyMs > 0) await sleep(latencyMs, undefined, { ref: false })
    await send(await emulator.handle(request), outgoing)
  } catch (error) {
    if (error instanceof TransportFault) {
      if (error.fault === 'reset') reset(incoming.socket)
      return
    }
    fail(outgoing, error)
  }
}

async function webRequest(incoming: IncomingMessage, origin: string): Promise<Request> {
  const headers = new Headers()
  for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? '')
  }
  headers.delete(CLIENT_CERT_HEADER)
  const subject = clientCertificate(incoming.socket)
  if (subject !== undefined) headers.set(CLIENT_CERT_HEADER, subject)

  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const method = incoming.method ?? 'GET'
  const body = chunks.length === 0 || method === 'GET' || method === 'HEAD' ? null : Buffer.concat(chunks)
  return new Request(absoluteUrl(incoming, origin), { method, headers, body })
}

/** A proxy's client sends the whole URL in the request line, all others a path. */
function absoluteUrl(incoming: IncomingMessage, origin: string): string {
  const target = incoming.url ?? '/'
  return target.startsWith('/') ? origin + target : target
}

function clientCertificate(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const name = socket.getPeerCertificate().subject?.CN
  return typeof name === 'string' && /^[\x21-\x7e]+$/.test(name) ? name : '1'
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value)
  outgoing.writeHead(response.status)
  if (response.body === null) {
    outgoing.end()
    return
  }
  outgoing.flushHeaders()
  const reader = response.body.getReader()
  // A client that leaves must not keep a body alive that never ends.
  outgoing.once('close', () => void reader.cancel().catch(() => {}))
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) await write(outgoing, part.value)
  } catch {
    // The body broke off (or nobody reads it any more): what was sent is flushed, the rest never comes.
    outgoing.destroy()
    return
  }
  outgoing.end()
}

/** Resolves once the chunk has left this process, so that a big body never piles up here. */
function write(outgoing: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    outgoing.write(chunk, (error) => (error ? reject(error) : resolve()))
  })
}

function reset(socket: Socket): void {
  // Only plain TCP can send an RST; a TLS connection just ends.
  if (socket instanceof TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
}

/** A mistake in an emulator must show in the test, not look like a network failure. */
function fail(outgoing: ServerResponse, error: unknown): void {
  if (outgoing.headersSent || outgoing.destroyed) {
    outgoing.destroy()
    return
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  outgoing.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(`emulator failed: ${text}`)
}
