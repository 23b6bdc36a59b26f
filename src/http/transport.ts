import type { Dispatcher } from 'undici'
// Single modules instead of undici's index, which also loads its fetch, caches, mocks, and WebSockets and takes as much start-up
// time as everything else together. The version is pinned, and a test checks these paths.
import connect from 'undici/lib/api/api-connect.js'
import request from 'undici/lib/api/api-request.js'
import DispatcherBase from 'undici/lib/dispatcher/dispatcher.js'
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js'
import type { Environment } from '../lib/environment.ts'
import { proxyAddresses } from './proxies.ts'

// undici's index does the same: without it, its proxy agent cannot open a tunnel, and every https request through a proxy fails.
Object.assign(DispatcherBase.prototype, { connect })

/** One request as it is sent. */
export interface WireRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  url: URL
  headers: Record<string, string>
  body?: string
  /** The client certificate, if the server asks for one. */
  identity?: ClientIdentity
  signal: AbortSignal
}

/** A client certificate with its private key, both as PEM. */
export interface ClientIdentity {
  certificate: string
  key: string
}

/** The head of an answer; the caller reads the body and limits its size. */
export interface WireResponse {
  status: number
  headers: Record<string, string>
  body: AsyncIterable<Uint8Array>
}

/** Sends one request once. Rejects with the network's own error, or with the signal's reason. */
export type Transport = (request: WireRequest) => Promise<WireResponse>

/** Long enough for a slow proxy, short enough to try again within the request's own deadline. Milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000

/**
 * HTTP/1.1 only. Over HTTP/2, undici repeats a request by itself, even DELETE, if the server refused it or did not handle it
 * before a GOAWAY; over HTTP/1.1 it never does. The action reads the state before it repeats a lost write.
 *
 * Proxies come from `http_proxy`, `https_proxy`, and `no_proxy`, which a plain agent would ignore. Destroy it in the end, or its
 * idle connections keep the process alive.
 */
export function createDispatcher(env: Environment, identity?: ClientIdentity): Dispatcher {
  const own = identity === undefined ? {} : { cert: identity.certificate, key: identity.key }
  const noProxy = env['no_proxy'] ?? env['NO_PROXY'] ?? ''
  // Through a proxy, the certificate is presented to the server and not to the proxy.
  const connect = { timeout: CONNECT_TIMEOUT_MS, ...own }
  return new EnvHttpProxyAgent({ ...proxyAddresses(env), noProxy, allowH2: false, connect, requestTls: own })
}

/** The network with all its connections. */
export interface Network {
  transport: Transport
  /** Ends every connection; nothing can be sent afterwards. */
  close: () => Promise<void>
}

/** Opens the network. Connections with a client certificate are separate from all others. */
export function openNetwork(env: Environment): Network {
  const plain = createDispatcher(env)
  const identified = new Map<string, Dispatcher>()
  const dispatcherFor = (identity: ClientIdentity): Dispatcher => {
    const known = identified.get(identity.certificate) ?? createDispatcher(env, identity)
    identified.set(identity.certificate, known)
    return known
  }
  return {
    transport: (request) =>
      undiciTransport(request.identity === undefined ? plain : dispatcherFor(request.identity))(request),
    close: async () => {
      await Promise.all([plain, ...identified.values()].map((dispatcher) => dispatcher.destroy()))
    },
  }
}

/**
 * Sends through `dispatcher`. Redirects are not followed: they could send the Authorization header to another host. Deadlines
 * use the signal, because undici's own timers are coarse.
 */
export function undiciTransport(dispatcher: Dispatcher): Transport {
  return async ({ method, url, headers, body, signal }) => {
    const answer = await request.call(dispatcher, {
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers,
      body: body ?? null,
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    return { status: answer.statusCode, headers: flatten(answer.headers), body: answer.body }
  }
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}
