import { createServer, type IncomingMessage, request as send } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { open } from './far-end.ts'

/** A forward proxy as companies run them: whole URLs for http, tunnels by CONNECT for all else. */
export interface ForwardProxy {
  /** `host:port` */
  address: string
  /** What it was asked for, `METHOD target` each, in order. */
  asked: string[]
  /** Everything it could read: request lines, headers, and the bytes in its tunnels. */
  read(): string
  /** Breaks every connection, those in its tunnels too; `for ever` also takes no new one. */
  die(how: 'once' | 'for ever'): void
}

export interface ProxyOptions {
  /** `user:password` it demands. */
  credentials?: string
  /** Takes connections and never answers. */
  isDeaf?: boolean
}

/** Starts a proxy on loopback. */
export async function startProxy({ credentials, isDeaf = false }: ProxyOptions = {}): Promise<ForwardProxy> {
  const asked: string[] = []
  const chunks: Buffer[] = []
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
  }
  const isWelcome = ({ headers }: IncomingMessage): boolean =>
    credentials === undefined ||
    headers['proxy-authorization'] === `Basic ${Buffer.from(credentials).toString('base64')}`

  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`)
    if (isDeaf) return
    if (!isWelcome(incoming)) {
      outgoing.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end()
      return
    }
    const { 'proxy-authorization': _own, ...headers } = incoming.headers
    const forwarded = send(incoming.url ?? '', { method: incoming.method ?? 'GET', headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    forwarded.on('error', () => outgoing.destroy())
    incoming.pipe(forwarded)
  })
  server.on('connection', (socket: Socket) => {
    keep(socket)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  })
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    asked.push(`CONNECT ${incoming.url}`)
    if (isDeaf) return
    if (!isWelcome(incoming)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n')
      return
    }
    const [host = '', port = ''] = (incoming.url ?? '').split(':')
    const far = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      far.pipe(client)
      client.pipe(far)
    })
    keep(far)
    far.once('close', () => client.destroy())
    client.once('close', () => far.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const die = (how: 'once' | 'for ever'): void => {
    if (how === 'for ever') server.close()
    for (const socket of sockets) socket.destroy()
  }
  open.push(() => die('for ever'))
  const { port } = server.address() as AddressInfo
  return { address: `127.0.0.1:${port}`, asked, read: () => Buffer.concat(chunks).toString('latin1'), die }
}
