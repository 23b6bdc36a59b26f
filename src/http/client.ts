import type { Clock } from '../lib/clock.ts'
import { redacted } from '../lib/redaction.ts'
import { HttpError } from './errors.ts'
import { type Exchange, requestIdOf } from './exchange.ts'
import type { Limiter } from './limiter.ts'
import { BodyError, readText } from './response.ts'
import { backoff } from './retry.ts'
import { createSlimmer, DEEPEST } from './slim.ts'
import type { ClientIdentity, Transport, WireResponse } from './transport.ts'

/** A request as a provider states it. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  url: URL
  headers?: Record<string, string>
  body?: string
  /** Longest body accepted, in bytes; 1 MiB where absent. */
  maxBytes?: number
  /** Of the entries of a list, only these members are of interest; the others are dropped as early as can be. */
  keep?: readonly string[]
  /** Who we are, where the server asks for a client certificate. */
  identity?: ClientIdentity
  /** When a write was asked for, where something had to be fetched for it first; Unix ms. */
  askedAt?: number
  /** The answer is a secret, such as a token: it is not redacted, and it must not be shown. */
  isSecret?: true
}

/** An answer that arrived whole. `body` is the parsed JSON, undefined where the body is empty or plain text. */
export interface HttpResponse {
  status: number
  body: unknown
  text: string
  exchange: Exchange
}

/** What a provider's documents say about answers that mean "later". */
export interface RetryPolicy {
  /** How long to stay away, in ms, where the body says so. The `Retry-After` header is read anyway. */
  retryAfterMs?: (body: unknown) => number | undefined
  /** Answers that look like "later" by their status but are final, such as an unpaid bill under 429. */
  isFinal?: (answer: { status: number; body: unknown }) => boolean
}

export interface HttpOptions {
  transport: Transport
  clock: Clock
  random: () => number
  limiter: Limiter
  /** Ends everything: requests under way, and waits between tries. */
  signal: AbortSignal
  /** No write is sent any more once this aborts, although it may have been asked for before. */
  stop?: AbortSignal
  /** When the step ends; Unix ms. No wait is begun that would end later. */
  deadline: number
  userAgent: string
  /** Deadline of one request, in ms. */
  requestTimeoutMs: number
  /** Takes every known secret out of a text: an answer may echo the key, and what is cut short later would hide it. */
  redact: (text: string) => string
  /** Told of every request once it has ended, tries included. */
  onExchange: (exchange: Exchange) => void
  rules?: RetryPolicy
}

/** The one HTTP client. */
export interface Http {
  /** Sends a request that changes nothing; repeats it while that can help. Throws {@link HttpError}. */
  read(call: HttpRequest): Promise<HttpResponse>
  /**
   * Sends a request that may change something, once. Throws {@link HttpError} where it is unknown whether it was carried
   * out, and where it could not be sent soon: the caller looks before it repeats.
   */
  write(call: HttpRequest): Promise<HttpResponse>
}

const MAX_READ_TRIES = 8
/** What a write was decided on is outdated after so long. Milliseconds. */
const LONGEST_HOLD_MS = 3000
const MAX_BODY_BYTES = 1024 * 1024

export function createHttp(options: HttpOptions): Http {
  const { clock, random, limiter, signal, deadline, rules = {} } = options
  const pass = (call: HttpRequest) => limiter.pass(() => send(call, options, rules), signal)

  return {
    async write(call) {
      const { askedAt = clock.now() } = call
      return limiter.pass(() => {
        if (options.stop?.aborted || clock.now() - askedAt > LONGEST_HOLD_MS) throw unsent(call, askedAt, clock.now())
        return send(call, options, rules)
      }, signal)
    },
    async read(call) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await pass(call)
        } catch (error) {
          if (!(error instanceof HttpError) || error.failure === 'stopped') throw error
          const wait = Math.max(error.retryAfterMs ?? 0, backoff(attempt, random))
          if (attempt === MAX_READ_TRIES || clock.now() + wait >= deadline) throw afterTries(error, attempt)
          await clock.sleep(wait, signal)
        }
      }
    },
  }
}

function unsent({ method, url }: HttpRequest, askedAt: number, now: number): HttpError {
  const exchange: Exchange = { at: askedAt, ms: now - askedAt, method, path: url.pathname + url.search }
  return new HttpError('unsent', 'not sent: it had to wait, and by then the time for it was over', exchange)
}

async function send(call: HttpRequest, options: HttpOptions, rules: RetryPolicy): Promise<HttpResponse> {
  const { clock, transport, onExchange } = options
  const exchange: Exchange = { at: clock.now(), ms: 0, method: call.method, path: call.url.pathname + call.url.search }
  const fail = (error: unknown): HttpError => {
    const failed = error instanceof HttpError ? error : explain(error, exchange, options)
    exchange.problem = failed.message
    return failed
  }
  try {
    const slimmer = call.keep === undefined ? undefined : createSlimmer(call.keep, options.redact)
    const { answer, text } = await withinDeadline(options, async (signal) => {
      const answer = await transport({
        method: call.method,
        url: call.url,
        headers: { accept: 'application/json', 'user-agent': options.userAgent, ...call.headers },
        ...(call.body === undefined ? {} : { body: call.body }),
        ...(call.identity === undefined ? {} : { identity: call.identity }),
        signal,
      })
      exchange.status = answer.status
      const text = await readText(answer.body, answer.headers, call.maxBytes ?? MAX_BODY_BYTES, slimmer)
      return { answer, text }
    })
    // Only a success has the secret that was asked for; a refusal is quoted, and may quote what it was sent.
    const isSecret = call.isSecret && answer.status >= 200 && answer.status < 300
    const shown = isSecret ? text : options.redact(text)
    // Escaped, a secret passes for something else until it is parsed; without a backslash nothing is.
    const clean = isSecret || !shown.includes('\\') ? same : options.redact
    const parsed = redacted(parse(answer, shown), clean, { deepest: DEEPEST })
    const body = slimmer === undefined ? parsed : slimmer.whole(parsed)
    return settle(answer.headers, { status: answer.status, body, text: shown, exchange }, options, rules)
  } catch (error) {
    throw fail(error)
  } finally {
    exchange.ms = clock.now() - exchange.at
    onExchange(exchange)
  }
}

function same(text: string): string {
  return text
}

/** Gives `work` a signal that also fires at the request's own deadline; then a {@link RequestTimeout} is thrown. */
async function withinDeadline<T>(options: HttpOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, requestTimeoutMs } = options
  const timer = new AbortController()
  const done = new AbortController()
  void clock.sleep(requestTimeoutMs, done.signal).then(() => timer.abort(new RequestTimeout()))
  try {
    return await work(AbortSignal.any([options.signal, timer.signal]))
  } catch (error) {
    throw timer.signal.aborted && !options.signal.aborted ? timer.signal.reason : error
  } finally {
    done.abort()
  }
}

class RequestTimeout extends Error {}

function settle(
  headers: WireResponse['headers'],
  answer: HttpResponse,
  options: HttpOptions,
  rules: RetryPolicy,
): HttpResponse {
  const { status, body, exchange } = answer
  const requestId = requestIdOf(headers, body, options.redact)
  if (requestId !== undefined) exchange.requestId = requestId
  if (isRetryable(status) && !rules.isFinal?.(answer)) {
    const retryAfterMs = rules.retryAfterMs?.(body) ?? retryAfterHeader(headers['retry-after'], options.clock.now())
    if (status === 429) options.limiter.pause(retryAfterMs ?? backoff(1, options.random))
    throw new HttpError('busy', `HTTP ${status}`, exchange, { retryAfterMs })
  }
  return answer
}

/** Whatever failed on the other side may pass, also what proxies have numbers of their own for; but not what a server never does. */
function isRetryable(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505)
}

/**
 * A success must be JSON or empty. An HTML page is a gateway's and not the provider's answer, whatever its status; only
 * "later" means the same from both.
 */
function parse(wire: WireResponse, text: string): unknown {
  if (!/\S/.test(text)) return undefined
  const type = wire.headers['content-type'] ?? ''
  if (/\bhtml\b/i.test(type)) {
    if (isRetryable(wire.status)) return undefined
    throw new BodyError(`HTTP ${wire.status} with an HTML page instead of the API's answer`)
  }
  try {
    return JSON.parse(text)
  } catch {
    if (wire.status >= 200 && wire.status < 300) throw new BodyError(`HTTP ${wire.status} with a body that is not JSON`)
    return undefined
  }
}

/** `Retry-After` is a number of seconds or an HTTP date (RFC 9110, 10.2.3). */
function retryAfterHeader(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

function explain(error: unknown, exchange: Exchange, options: HttpOptions): HttpError {
  if (options.signal.aborted) return new HttpError('stopped', 'the step ended before an answer came', exchange)
  if (error instanceof RequestTimeout) {
    return new HttpError('timeout', `no answer within ${options.requestTimeoutMs / 1000} s`, exchange)
  }
  if (error instanceof BodyError) return new HttpError('unreadable', error.message, exchange)
  // Nothing else here nests, or grows beyond what fits.
  if (error instanceof RangeError) return new HttpError('unreadable', 'the answer is nested too deeply', exchange)
  const codes = networkCodes(error)
  const hint = UNKNOWN_AUTHORITY.test(codes)
    ? '; where the certificate is of an authority of your own, name its file in NODE_EXTRA_CA_CERTS'
    : ''
  const message = `the connection failed (${codes || 'unknown cause'}${hint})`
  return new HttpError('network', message, exchange, { cause: error })
}

/** OpenSSL's words for a chain of certificates whose end is not trusted. */
const UNKNOWN_AUTHORITY = /SELF_SIGNED_CERT|UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)/

/** The codes of an error and its causes: `ECONNRESET`, `ENOTFOUND`, `DEPTH_ZERO_SELF_SIGNED_CERT`, … */
function networkCodes(error: unknown): string {
  const codes: string[] = []
  for (let at: unknown = error; at instanceof Error && codes.length < 4; at = at.cause) {
    const code: unknown = Reflect.get(at, 'code')
    // undici has the status of a proxy that refuses in the message only.
    const [, proxyStatus] = /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(at.message) ?? []
    const name = proxyStatus ? `the proxy answered ${proxyStatus}` : typeof code === 'string' ? code : at.name
    if (!codes.includes(name)) codes.push(name)
  }
  return codes.join(', ')
}

function afterTries(error: HttpError, tries: number): HttpError {
  if (tries === 1) return error
  return new HttpError(error.failure, `${error.message}, ${tries} times`, error.exchange, {
    retryAfterMs: error.retryAfterMs,
    cause: error,
  })
}
