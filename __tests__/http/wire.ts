import { createHttp, type Http, type HttpOptions } from '../../src/http/client.ts'
import { HttpError } from '../../src/http/errors.ts'
import type { Exchange } from '../../src/http/exchange.ts'
import { createLimiter } from '../../src/http/limiter.ts'
import type { Transport, WireRequest, WireResponse } from '../../src/http/transport.ts'
import { type FakeClock, fakeClock } from '../support/clock.ts'

/** What the far end does to one request. */
export type Move = (signal: AbortSignal) => WireResponse | Promise<WireResponse>

/** An answer with a JSON body. */
export function answer(status: number, body: unknown = {}, headers: Record<string, string> = {}): Move {
  return raw(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers })
}

/** An answer with these bytes. */
export function raw(status: number, body: string | Uint8Array, headers: Record<string, string> = {}): Move {
  return () => ({ status, headers, body: chunks(typeof body === 'string' ? new TextEncoder().encode(body) : body) })
}

/** The connection fails as undici reports it. */
export function broken(code: string): Move {
  return () => Promise.reject(Object.assign(new Error(`other side: ${code}`), { code }))
}

/** The answer begins and the connection breaks in the middle of the body. */
export const truncated: Move = () => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: (async function* () {
    yield new TextEncoder().encode('{"a":')
    throw Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' })
  })(),
})

/** Nothing comes until the request is given up. */
export const hang: Move = (signal) =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  // Small pieces at first, so that characters of several bytes are cut.
  const start = Math.min(bytes.length, 700)
  for (let at = 0; at < start; at += 7) yield bytes.subarray(at, Math.min(at + 7, start))
  if (bytes.length > start) yield bytes.subarray(start)
}

export interface Rig {
  http: Http
  clock: FakeClock
  /** Every request sent, with the time since the start. */
  sent: (WireRequest & { at: number })[]
  exchanges: Exchange[]
}

/** A client whose far end makes these moves, one a request; the last one again and again. */
export function rig(moves: readonly Move[], options: Partial<HttpOptions> & { concurrency?: number } = {}): Rig {
  const { concurrency = 4, clock: _own, ...rest } = options
  const clock = fakeClock()
  const sent: Rig['sent'] = []
  const exchanges: Exchange[] = []
  const transport: Transport = async (request) => {
    request.signal.throwIfAborted()
    sent.push({ ...request, at: clock.elapsed() })
    const move = moves[Math.min(sent.length, moves.length) - 1]
    if (move === undefined) throw new Error('no move is left')
    return move(request.signal)
  }
  const http = createHttp({
    transport,
    clock,
    random: () => 0,
    limiter: createLimiter(clock, concurrency),
    signal: new AbortController().signal,
    deadline: clock.now() + 15 * 60_000,
    userAgent: 'undeploy/0.0.0',
    requestTimeoutMs: 30_000,
    redact: (text) => text,
    onExchange: (exchange) => void exchanges.push(exchange),
    ...rest,
  })
  return { http, clock, sent, exchanges }
}

/** The error that a request ends with; fails the test where it ends otherwise. */
export async function failureOf(request: Promise<unknown>): Promise<HttpError> {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof HttpError) return error
  throw new Error(`expected an HttpError, not ${String(error)}`)
}

export const URL_A = new URL('https://api.example.com/v1/things/a?depth=2')
export const GET = { method: 'GET', url: URL_A } as const
export const DELETE = { method: 'DELETE', url: URL_A, notAfter: Number.POSITIVE_INFINITY } as const
