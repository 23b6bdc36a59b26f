import type { Clock } from '../lib/clock.ts'
import { span } from '../lib/format.ts'
import { redacted } from '../lib/redaction.ts'
import { RequestTimeout, withinDeadline } from './deadline.ts'
import { HttpError } from './errors.ts'
import { type Exchange, requestIdOf, serverTimeOf } from './exchange.ts'
import type { Limiter } from './limiter.ts'
import { networkProblem, proxyRefusal } from './network-problem.ts'
import { BodyError, parse, readText, whyNotCurrent } from './response.ts'
import { backoff, isRetryable, retryAfterMs, retrying } from './retry.ts'
import { createRoutes, type Routes } from './routes.ts'
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
  /** The answer in one line, with the provider's own code, words and request ID. */
  describe?: (response: HttpResponse) => string
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
  /** The `host:port` of the proxy that requests to a URL go through, where there is one. */
  proxyFor?: (url: URL) => string | undefined
  /** Shared by all clients that take the same ways; one of its own where absent. */
  routes?: Routes
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
/** A host that has never answered in this time is the wrong one, or cannot be reached from here. Milliseconds. */
const SILENCE_MS = 2 * 60_000
const MAX_BODY_BYTES = 1024 * 1024
/** A cache on the way asks the provider again (RFC 9111, section 5.2.1.4). */
const NOT_FROM_A_CACHE: Partial<Record<string, Record<string, string>>> = { GET: { 'cache-control': 'no-cache' } }

export function createHttp(options: HttpOptions): Http {
  const { clock, random, limiter, signal, deadline, maxTries = MAX_READ_TRIES, routes = createRoutes() } = options
  const through = (request: HttpRequest, work: () => Promise<HttpResponse>) =>
    routes.through(request.url, options.proxyFor?.(request.url) !== undefined, work)
  const pass = (request: HttpRequest) => limiter.pass(() => through(request, () => send(request, options)), signal)

  return {
    write: (request) =>
      limiter.pass(
        () =>
          through(request, async () => {
            if (options.stop?.aborted || clock.now() > request.notAfter) throw unsent(request, clock.now())
            return send(request, options)
          }),
        signal,
      ),
    async read(request) {
      const startedAt = clock.now()
      let cause: HttpError | undefined
      return retrying(() => pass(request), {
        clock,
        random,
        signal,
        deadline,
        judge(error, attempt) {
          if (!(error instanceof HttpError) || error.failure === 'stopped' || error.isFinal) return { retry: false }
          const isSilent = routes.isSilent(request.url) && (error.failure === 'network' || error.failure === 'timeout')
          if (isSilent ? clock.now() - startedAt >= SILENCE_MS : attempt >= maxTries) return { retry: false }
          cause = error
          return { retry: true, afterMs: error.retryAfterMs }
        },
        lastError: (error, attempts) =>
          error instanceof HttpError
            ? afterTries(error, attempts, cause, routes.isSilent(request.url) ? clock.now() - startedAt : 0)
            : error,
      })
    },
  }
}

function unsent({ method, url }: HttpRequest, now: number): HttpError {
  const exchange: Exchange = { at: now, ms: 0, method, path: url.pathname + url.search }
  return new HttpError('unsent', 'not sent: it had to wait, and by then the time for it was over', exchange)
}

async function send(call: HttpRequest, options: HttpOptions): Promise<HttpResponse> {
  const { clock, transport, onExchange } = options
  const exchange: Exchange = { at: clock.now(), ms: 0, method: call.method, path: call.url.pathname + call.url.search }
  try {
    const limits = { clock, ms: options.requestTimeoutMs, signal: options.signal }
    const { wire, text } = await withinDeadline(limits, async (signal) => {
      signal.throwIfAborted()
      const wire = await transport({
        method: call.method,
        url: call.url,
        headers: {
          ...NOT_FROM_A_CACHE[call.method],
          accept: 'application/json',
          'user-agent': options.userAgent,
          ...call.headers,
        },
        ...(call.body === undefined ? {} : { body: call.body }),
        ...(call.identity === undefined ? {} : { identity: call.identity }),
        signal,
      })
      exchange.status = wire.status
      const stale = call.method === 'GET' ? whyNotCurrent(wire) : undefined
      if (stale !== undefined) throw new BodyError(stale)
      const serverTime = serverTimeOf(wire.headers)
      if (serverTime !== undefined) exchange.serverTime = serverTime
      return { wire, text: await readText(wire.body, wire.headers, call.maxBytes ?? MAX_BODY_BYTES) }
    })
    const response = { status: wire.status, headers: wire.headers, exchange, ...clean(wire, text, call, options) }
    return accept(response, call.url, options)
  } catch (error) {
    const failed = error instanceof HttpError ? error : explain(error, call, exchange, options)
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

/** The response, unless it means "later", or is a proxy's refusal: then {@link HttpError}. */
function accept(response: HttpResponse, url: URL, options: HttpOptions): HttpResponse {
  const { status, headers, body, exchange } = response
  const { rules = {} } = options
  const requestId = requestIdOf(headers, body, options.redact)
  if (requestId !== undefined) exchange.requestId = requestId
  if (status === 407) {
    throw new HttpError('blocked', proxyRefusal(status, url.host, options.proxyFor?.(url)).message, exchange)
  }
  const isBusy = isRetryable(status) || rules.isRetryable?.(response)
  if (!isBusy || rules.isFinal?.(response)) return response
  const afterMs = rules.retryAfterMs?.(body) ?? retryAfterMs(headers['retry-after'], options.clock.now())
  if (status === 429) options.limiter.pause(afterMs ?? backoff(1, options.random))
  const message = rules.describe?.(response) ?? `HTTP ${status}`
  throw new HttpError('busy', message, exchange, { retryAfterMs: afterMs, response })
}

function explain(error: unknown, { method, url }: HttpRequest, exchange: Exchange, options: HttpOptions): HttpError {
  const { host, pathname } = url
  if (options.signal.aborted) return new HttpError('stopped', 'the step ended before an answer came', exchange)
  if (error instanceof RequestTimeout) {
    return new HttpError('timeout', `no answer from ${host} within ${options.requestTimeoutMs / 1000} s`, exchange)
  }
  if (error instanceof BodyError) {
    const status = exchange.status === undefined ? '' : ` answered HTTP ${exchange.status}`
    return new HttpError('unreadable', `${method} ${host}${pathname}${status}: ${error.message}`, exchange)
  }
  const { message, isFinal } = networkProblem(error, host, options.proxyFor?.(url))
  return new HttpError(isFinal ? 'blocked' : 'network', message, exchange, { cause: error })
}

/** The error after the last try. What ended while it waited for another one tells what it waited out. */
function afterTries(error: HttpError, tries: number, cause: HttpError | undefined, silentMs: number): HttpError {
  const { failure, exchange, retryAfterMs, response } = error
  const rest = { retryAfterMs, response, cause: error }
  if (failure === 'stopped' && cause !== undefined) {
    return new HttpError(failure, `${error.message}; before that, ${cause.message}`, exchange, rest)
  }
  if (silentMs >= SILENCE_MS && (failure === 'network' || failure === 'timeout')) {
    return new HttpError('silent', `${error.message}; it has not answered once in ${span(silentMs)}`, exchange, rest)
  }
  return tries === 1 ? error : new HttpError(failure, `${error.message}, ${tries} times`, exchange, rest)
}
