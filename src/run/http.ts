import { createHttp, type Http, type HttpProfile } from '../http/client.ts'
import type { Exchange } from '../http/exchange.ts'
import { createLimiter } from '../http/limiter.ts'
import { proxyFor } from '../http/proxies.ts'
import type { Routes } from '../http/routes.ts'
import { span } from '../lib/format.ts'
import { VERSION } from '../lib/version.ts'
import type { Runtime } from './runtime.ts'

/** What of the run's limits concerns requests. */
export interface HttpLimits {
  /** Unix ms. No wait between two tries begins that would end later. */
  deadline: number
  /** Aborts what is under way. */
  signal: AbortSignal
  /** No write is sent any more once this aborts. */
  stop?: AbortSignal
  /** What is known of the ways to the hosts. */
  routes?: Routes
}

/** What of the runtime an HTTP client needs. */
type HttpRuntime = Pick<Runtime, 'clock' | 'env' | 'random' | 'transport' | 'secrets'> & {
  runner: Pick<Runtime['runner'], 'debug'>
}

/** An HTTP client within the limits of the run. It reports each request to the debug log and to `onExchange`. */
export function openHttp(
  runtime: HttpRuntime,
  limits: HttpLimits,
  profile: HttpProfile,
  onExchange?: (exchange: Exchange) => void,
): Http {
  const { clock, random, transport, runner, secrets } = runtime
  const { requestTimeoutMs, concurrency, maxTries, until, ...rules } = profile
  return createHttp({
    transport,
    clock,
    random,
    limiter: createLimiter(clock, concurrency),
    userAgent: `undeploy/${VERSION}`,
    requestTimeoutMs,
    ...(maxTries === undefined ? {} : { maxTries }),
    redact: secrets.redact,
    onExchange(exchange) {
      runner.debug(debugLine(exchange))
      onExchange?.(exchange)
    },
    rules,
    proxyFor: (url) => proxyFor(runtime.env, url),
    ...limits,
    signal: until === undefined ? limits.signal : AbortSignal.any([limits.signal, until]),
  })
}

function debugLine({ method, path, status, ms, requestId, problem }: Exchange): string {
  const outcome = [status, problem].filter((part) => part !== undefined).join(' ')
  const id = requestId === undefined ? '' : ` (request ${requestId})`
  return `${method} ${path}: ${outcome} in ${span(ms)}${id}`
}
