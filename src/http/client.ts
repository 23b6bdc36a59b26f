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

/** A request as a provider makes it. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  url: URL
  headers?: Record<string, string>
  body?: string
  /** The longest body accepted, in bytes; 1 MiB by default. */
  maxBytes?: number
  /** The client certificate, if the server asks for one. */
  identity?: ClientIdentity
  /** The answer is a secret, such as a token: it is not redacted, and it must not be shown. */
  isSecret?: true
}

/** A request that may change something. */
export interface WriteRequest extends HttpRequest {
  /** The time after which its decision is outdated and it is no longer sent; Unix ms. */
  notAfter: number
}

/**
 * A complete response. `body` is the parsed JSON, undefined if the body is empty or plain text; names of `headers` are in lower
 * case. Body and text are redacted, headers are not.
 */
export interface HttpResponse {
  status: number
  headers: Readonly<Record<string, string>>
  body: unknown
  text: string
  exchange: Exchange
}

/** Which answers mean "retry later", by the provider's documents. */
export interface RetryPolicy {
  /** How long to wait, in ms, if the body says so. The `Retry-After` header is read in any case. */
  retryAfterMs?: (body: unknown) => number | undefined
  /** Answers whose status means "later" but that are final, such as 429 for an unpaid bill. */
  isFinal?: (response: { status: number; body: unknown }) => boolean
  /** The answer in one line, with the provider's own code, message, and request ID. */
  describe?: (response: HttpResponse) => string
  /** Answers that mean "later" although their status does not say so, such as GitHub's 403 for a rate limit. */
  isRetryable?: (response: Pick<HttpResponse, 'status' | 'headers' | 'body'>) => boolean
}

/** What is known about an API before the first request. */
export interface HttpProfile extends RetryPolicy {
  /** Deadline of one request, in ms. */
  requestTimeoutMs: number
  /** How many requests may be in progress at once. */
  concurrency: number
  /** How often a read is tried; 8 times by default. */
  maxTries?: number
  /** Aborts requests in progress, in addition to the limits of the run. */
  until?: AbortSignal
}

export interface HttpOptions {
  transport: Transport
  clock: Clock
  random: () => number
  limiter: Limiter
  /** Ends everything: requests in progress, and waits between tries. */
  signal: AbortSignal
  /** Once this aborts, no write is sent, not even one that was requested before. */
  stop?: AbortSignal
  /** When the step ends; Unix ms. No wait starts that would end later. */
  deadline: number
  userAgent: string
  /** Deadline of one request, in ms. */
  requestTimeoutMs: number
  maxTries?: number
  /** Removes every known secret from a text, which may echo the key. Done before it is cut: a part could not be recognized. */
  redact: (text: string) => string
  /** Called for every request once it has ended, each try included. */
  onExchange: (exchange: Exchange) => void
  rules?: RetryPolicy
  /** The `host:port` of the proxy that requests to a URL go through, if any. */
  proxyFor?: (url: URL) => string | undefined
  /** Shared by all clients that use the same hosts and proxies; by default, each has its own. */
  routes?: Routes
}

/** The one HTTP client. */
export interface Http {
  /** Sends a request that may be carried out more than once, and retries it while that can help. Throws {@link HttpError}. */
  read(call: HttpRequest): Promise<HttpResponse>
  /**
   * Sends a request that may change something, once. Throws {@link HttpError} if it is unknown whether it was carried
   * out, or if it could not be sent in time: the caller reads before it repeats.
   */
  write(call: WriteRequest): Promise<HttpResponse>
}

const MAX_READ_TRIES = 8
/** A host that has not answered once in this time is wrong or unreachable. Milliseconds. */
const SILENCE_MS = 2 * 60_000
const MAX_BODY_BYTES = 1024 * 1024
/** Makes caches on the way ask the provider again (RFC 9111, section 5.2.1.4). */
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
  // Only a success holds the requested secret; a refusal is quoted in messages, and may echo the request.
  if (isSecret && wire.status >= 200 && wire.status < 300) return { text, body: parse(wire, text) }
  const shown = redact(text)
  const body = parse(wire, shown)
  // A secret that is escaped in JSON is only recognizable once it is parsed.
  return { text: shown, body: shown.includes('\\') ? redacted(body, redact) : body }
}

/** The response; {@link HttpError} if it means "later" or is a proxy's refusal. */
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

/** The error after the last try. If the run ended during a wait between tries, it names the cause of that wait. */
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
