import type { Dispatcher } from 'undici'
// Single modules instead of undici's index, which also loads its fetch, caches, mocks and WebSockets and costs as much start-up
// time as everything else together. The version is pinned, and a test holds these paths.
import connect from 'undici/lib/api/api-connect.js'
import request from 'undici/lib/api/api-request.js'
import DispatcherBase from 'undici/lib/dispatcher/dispatcher.js'
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js'
import type { Environment } from '../lib/environment.ts'
import { proxyAddresses } from './proxies.ts'
import { type ClientIdentity, CONNECT_TIMEOUT_MS, flatten, type Network, type Transport } from './transport.ts'

// As undici's index does: without it, its proxy agent cannot open a tunnel, and every https request through a proxy fails.
Object.assign(DispatcherBase.prototype, { connect })

/**
 * A dispatcher for the environment's proxies (`http_proxy`, `https_proxy`, `no_proxy`). Destroy it at the end: its idle
 * connections keep the process alive.
 *
 * HTTP/1.1 only. Over HTTP/2, undici sends a request that a server refused, or did not get to before a GOAWAY, again by itself,
 * DELETE too; over HTTP/1.1 it never does. What is lost is looked for before it is sent again.
 */
export function createDispatcher(env: Environment, identity?: ClientIdentity): Dispatcher {
  const own = identity === undefined ? {} : { cert: identity.certificate, key: identity.key }
  const noProxy = env['no_proxy'] ?? env['NO_PROXY'] ?? ''
  // Through a proxy, the certificate is shown to the server at its far end and not to the proxy.
  const connect = { timeout: CONNECT_TIMEOUT_MS, ...own }
  return new EnvHttpProxyAgent({ ...proxyAddresses(env), noProxy, allowH2: false, connect, requestTls: own })
}

/** Opens the network. Connections that show a client certificate are apart from all others. */
export function openProxied(env: Environment): Network {
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
 * Sends through `dispatcher`. Redirects are not followed: they could carry the Authorization header elsewhere. Deadlines
 * come in by the signal, because undici's own timers are coarse.
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
