import { createHttp } from '../http/client.ts'
import type { Exchange } from '../http/exchange.ts'
import { createLimiter } from '../http/limiter.ts'
import { span } from '../lib/format.ts'
import { VERSION } from '../lib/version.ts'
import type { ConfiguredProvider } from '../providers/definition.ts'
import type { AnyProvider } from '../providers/provider.ts'
import type { Limits } from './deadline.ts'
import type { Runtime } from './runtime.ts'

/** The provider, with an HTTP client that keeps to the limits of the run and tells the debug log of each request. */
export function connectProvider(
  runtime: Runtime,
  configured: ConfiguredProvider,
  { deadline, stop, hard: signal }: Limits,
): AnyProvider {
  const { clock, random, transport, runner, secrets } = runtime
  const userAgent = `undeploy/${VERSION}`
  const onExchange = ({ method, path, status, ms, requestId, problem }: Exchange): void => {
    const outcome = [status, problem].filter((part) => part !== undefined).join(' ')
    const id = requestId === undefined ? '' : ` (request ${requestId})`
    runner.debug(`${method} ${path}: ${outcome} in ${span(ms)}${id}`)
  }
  return configured.create({
    clock,
    onSecret: secrets.add,
    openHttp({ requestTimeoutMs, concurrency, ...rules }) {
      const limiter = createLimiter(clock, concurrency)
      const own = {
        limiter,
        signal,
        stop,
        deadline,
        userAgent,
        requestTimeoutMs,
        onExchange,
        rules,
        redact: secrets.redact,
      }
      return createHttp({ transport, clock, random, ...own })
    },
  })
}
