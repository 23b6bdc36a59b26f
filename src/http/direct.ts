import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import {
  type ClientIdentity,
  CONNECT_TIMEOUT_MS,
  flatten,
  type Network,
  type WireRequest,
  type WireResponse,
} from './transport.ts'

/** Many servers close connections that are idle for longer. Milliseconds. */
const IDLE_MS = 4000
const AGENT_OPTIONS = { keepAlive: true, timeout: IDLE_MS }
/** Says so in the handshake: a server that speaks HTTP/2 alone then refuses it at once. */
const TLS_OPTIONS = { ...AGENT_OPTIONS, ALPNProtocols: ['http/1.1'] }

/**
 * Ends a connection on which something comes while nothing is asked: it is no answer to anything, and the next request must not
 * take it for its own.
 */
function distrusting<A extends HttpAgent>(agent: A): A {
  const keep = agent.keepSocketAlive.bind(agent)
  const reuse = agent.reuseSocket.bind(agent)
  agent.keepSocketAlive = (socket) => {
    // Node's types do not say so, but the answer decides whether the connection is kept.
    const isKept: unknown = keep(socket)
    if (isKept === true) socket.on('data', distrust)
    return isKept === true
  }
  agent.reuseSocket = (socket, request) => {
    socket.off('data', distrust)
    reuse(socket, request)
  }
  return agent
}

function distrust(this: Duplex): void {
  this.destroy()
}

/**
 * The network without a proxy, over Node's own HTTP/1.1: it is there when Node starts, while to load undici and to compile its
 * parser takes longer than a whole small run. Nothing is sent twice, and no redirect is followed.
 */
export function openDirect(): Network {
  const http = distrusting(new HttpAgent(AGENT_OPTIONS))
  let secure: Secure | undefined
  return {
    async transport(request) {
      // What has come on idle connections by now is seen before one of them is used (as undici does, GHSA-35p6-xmwp-9g52).
      await turn()
      request.signal.throwIfAborted()
      const { url, method, signal } = request
      const options = { method, headers: withLength(request), signal }
      if (url.protocol === 'https:') {
        secure ??= openSecure()
        return answerTo(secure.send(url, { ...options, agent: secure.agentFor(request.identity) }), request)
      }
      return answerTo(requestHttp(url, { ...options, agent: http }), request)
    },
    async close() {
      http.destroy()
      secure?.close()
    },
  }
}

interface Secure {
  send: typeof import('node:https').request
  agentFor: (identity: ClientIdentity | undefined) => HttpsAgent
  close: () => void
}

/** TLS, loaded with the first request that needs it. Connections that show a client certificate are apart from all others. */
function openSecure(): Secure {
  const { Agent, request } = process.getBuiltinModule('node:https')
  const agents = new Map<string, HttpsAgent>()
  return {
    send: request,
    agentFor(identity) {
      const { certificate: cert = '', key } = identity ?? {}
      const known =
        agents.get(cert) ?? distrusting(new Agent(cert === '' ? TLS_OPTIONS : { ...TLS_OPTIONS, cert, key }))
      agents.set(cert, known)
      return known
    },
    close() {
      for (const agent of agents.values()) agent.destroy()
    },
  }
}

/** For DELETE, Node would send a body without saying how long it is. */
function withLength({ headers, body }: WireRequest): Record<string, string> {
  return body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) }
}

function answerTo(sent: ClientRequest, { url, body }: WireRequest): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    sent.on('error', reject)
    sent.on('socket', (socket) => {
      if (!socket.connecting) return
      const error = Object.assign(new Error('not connected in time'), { code: 'ETIMEDOUT' })
      const timer = setTimeout(() => socket.destroy(error), CONNECT_TIMEOUT_MS)
      for (const event of [url.protocol === 'https:' ? 'secureConnect' : 'connect', 'close']) {
        socket.once(event, () => clearTimeout(timer))
      }
    })
    sent.on('upgrade', (_answer, socket) => {
      socket.destroy()
      reject(Object.assign(new Error('an upgrade that nobody asked for'), { code: 'UNASKED_UPGRADE' }))
    })
    sent.on('response', (answer: IncomingMessage) => {
      resolve({ status: answer.statusCode ?? 0, headers: flatten(answer.headersDistinct), body: bytesOf(answer) })
    })
    sent.end(body)
  })
}

async function* bytesOf(answer: IncomingMessage): AsyncGenerator<Uint8Array> {
  for await (const chunk of answer) yield chunk
}
