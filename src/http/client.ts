import type { Clock } from '../lib/clock.ts'
import { redacted } from '../lib/redaction.ts'
import { RequestTimeout, withinDeadline } from './deadline.ts'
import { HttpError } from './errors.ts'
import { type Exchange, requestIdOf, serverTimeOf } from './exchange.ts'
import type { Limiter } from './limiter.ts'
import { BodyError, parseJson, readText } from './response.ts'
import { backoff, retryAfterMs, retrying } from './retry.ts'
import type { ClientIdentity, Transport, WireResponse } from './transport.ts'

/** A request as a provider states it. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  url: URL
  headers?: Record<string, string>
  body?: string
  /** Longest body accepted, in bytes; 1 MiB where absent. */
  maxBytes?: number
  /** Who we are, where the server asks for a client certificate. */
  identity?: ClientIdentity
  /** The answer is a secret, such as a token: it is not redacted, and it must not be shown. */
  isSecret?: true
}

/** A request that may change something. */
export interface WriteRequest extends HttpRequest {
  /** What it was decided on is outdated later, and it is not sent any more; Unix ms. */
  notAfter: number
}

/**
 * A response that arrived whole. `body` is the parsed JSON, undefined where the body is empty or plain text; names of `headers`
 * are in small letters. Body and text are redacted, headers are not.
 */
export interface HttpResponse {
  status: number
  headers: Readonly<Record<string, string>>
  body: unknown
  text: string
  exchange: Exchange
}

/** What a provider's documents say about answers that mean "later". */
export interface RetryPolicy {
  /** How long to stay away, in ms, where the body says so. The `Retry-After` header is read anyway. */
  retryAfterMs?: (body: unknown) => number | undefined
  /** Answers that look like "later" by their status but are final, such as an unpaid bill under 429. */
  isFinal?: (response: { status: number; body: unknown }) => boolean
  /** Answers that mean "later" although their status does not say so, such as GitHub's 403 for a rate limit. */
  isRetryable?: (response: Pick<HttpResponse, 'status' | 'headers' | 'body'>) => boolean
}

/** What there is to know about an API before the first request. */
export interface HttpProfile extends RetryPolicy {
  /** Deadline of one request, in ms. */
  requestTimeoutMs: number
  /** How many requests may be under way at once. */
  concurrency: number
  /** How often a read is tried; 8 times where absent. */
  maxTries?: number
  /** Breaks off what is under way, besides the limits of the run. */
  until?: AbortSignal
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
  maxTries?: number
  /** Takes every known secret out of a text: an answer may echo the key, and what is cut short later would hide it. */
  redact: (text: string) => string
  /** Told of every request once it has ended, tries included. */
  onExchange: (exchange: Exchange) => void
  rules?: RetryPolicy
}

/** The one HTTP client. */
export interface Http {
  /** Sends a request that may be carried out more than once; repeats it while that can help. Throws {@link HttpError}. */
  read(call: HttpRequest): Promise<HttpResponse>
  /**
   * Sends a request that may change something, once. Throws {@link HttpError} where it is unknown whether it was carried
   * out, and where it could not be sent in time: the caller looks before it repeats.
   */
  write(call: WriteRequest): Promise<HttpResponse>
}

const MAX_READ_TRIES = 8
const MAX_BODY_BYTES = 1024 * 1024

export function createHttp(options: HttpOptions): Http {
  const { clock, random, limiter, signal, deadline, maxTries = MAX_READ_TRIES, rules = {} } = options
  const pass = (call: HttpRequest) => limiter.pass(() => send(call, options, rules), signal)

  return {
    async write(call) {
      return limiter.pass(() => {
        if (options.stop?.aborted || clock.now() > call.notAfter) throw unsent(call, clock.now())
        return send(call, options, rules)
      }, signal)
    },
    read: (request) =>
      retrying(() => pass(request), {
        clock,
        random,
        signal,
        deadline,
        judge: (error, attempt) =>
          error instanceof HttpError && error.failure !== 'stopped' && attempt < maxTries
            ? { retry: true, afterMs: error.retryAfterMs }
            : { retry: false },
        lastError: (error, attempts) => (error instanceof HttpError ? afterTries(error, attempts) : error),
      }),
  }
}

function unsent({ method, url }: HttpRequest, now: number): HttpError {
  const exchange: Exchange = { at: now, ms: 0, method, path: url.pathname + url.search }
  return new HttpError('unsent', 'not sent: it had to wait, and by then the time for it was over', exchange)
}

async function send(call: HttpRequest, options: HttpOptions, rules: RetryPolicy): Promise<HttpResponse> {
  const { clock, transport, onExchange } = options
  const exchange: Exchange = { at: clock.now(), ms: 0, method: call.method, path: call.url.pathname + call.url.search }
  try {
    const limits = { clock, ms: options.requestTimeoutMs, signal: options.signal }
    const { wire, text } = await withinDeadline(limits, async (signal) => {
      signal.throwIfAborted()
      const wire = await transport({
        method: call.method,
        url: call.url,
        headers: { accept: 'application/json', 'user-agent': options.userAgent, ...call.headers },
        ...(call.body === undefined ? {} : { body: call.body }),
        ...(call.identity === undefined ? {} : { identity: call.identity }),
        signal,
      })
      exchange.status = wire.status
      const serverTime = serverTimeOf(wire.headers)
      if (serverTime !== undefined) exchange.serverTime = serverTime
      return { wire, text: await readText(wire.body, wire.headers, call.maxBytes ?? MAX_BODY_BYTES) }
    })
    const response = { status: wire.status, headers: wire.headers, exchange, ...clean(wire, text, call, options) }
    return accept(response, options, rules)
  } catch (error) {
    const failed = error instanceof HttpError ? error : explain(error, exchange, options)
    exchange.problem = failed.message
    throw failed
  } finally {
    exchange.ms = clock.now() - exchange.at
    onExchange(exchange)
  }
}

/** Text and parsed body without the secrets that an answer may echo. */
function clean(wire: WireResponse, text: string, { isSecret }: HttpRequest, { redact }: HttpOptions) {
  // Only a success has the secret that was asked for; a refusal is quoted, and may quote what it was sent.
  if (isSecret && wire.status >= 200 && wire.status < 300) return { text, body: parse(wire, text) }
  const shown = redact(text)
  const body = parse(wire, shown)
  // A secret that is escaped in JSON shows only once it is parsed.
  return { text: shown, body: shown.includes('\\') ? redacted(body, redact) : body }
}

/** The response, unless it means "later": then {@link HttpError}. */
function accept(response: HttpResponse, options: HttpOptions, rules: RetryPolicy): HttpResponse {
  const { status, headers, body, exchange } = response
  const requestId = requestIdOf(headers, body, options.redact)
  if (requestId !== undefined) exchange.requestId = requestId
  const isBusy = isRetryable(status) || rules.isRetryable?.(response)
  if (!isBusy || rules.isFinal?.(response)) return response
  const afterMs = rules.retryAfterMs?.(body) ?? retryAfterMs(headers['retry-after'], options.clock.now())
  if (status === 429) options.limiter.pause(afterMs ?? backoff(1, options.random))
  throw new HttpError('busy', `HTTP ${status}`, exchange, { retryAfterMs: afterMs, response })
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
    return parseJson(text)
  } catch (error) {
    if (error instanceof BodyError) throw error
    if (wire.status >= 200 && wire.status < 300) throw new BodyError(`HTTP ${wire.status} with a body that is not JSON`)
    return undefined
  }
}

function explain(error: unknown, exchange: Exchange, options: HttpOptions): HttpError {
  if (options.signal.aborted) return new HttpError('stopped', 'the step ended before an answer came', exchange)
  if (error instanceof RequestTimeout) {
    return new HttpError('timeout', `no answer within ${options.requestTimeoutMs / 1000} s`, exchange)
  }
  if (error instanceof BodyError) return new HttpError('unreadable', error.message, exchange)
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
    response: error.response,
    cause: error,
  })
}
