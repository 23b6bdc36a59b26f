import { createHttp } from '../http/client.ts'
import type { Exchange } from '../http/exchange.ts'
import { createGate } from '../http/gate.ts'
import type { Provider } from '../providers/provider.ts'
import { connect } from '../providers/registry.ts'
import type { ProviderSettings } from '../providers/settings.ts'
import { span } from '../report/text.ts'
import { VERSION } from '../version.ts'
import type { Limits } from './limits.ts'
import type { World } from './world.ts'

/** The provider, with an HTTP client that keeps to the limits of the run and tells the debug log of each request. */
export function connectProvider(
  world: World,
  settings: ProviderSettings,
  { deadline, stop, hard: signal }: Limits,
): Provider {
  const { clock, random, transport, runner, secrets } = world
  const userAgent = `undeploy/${VERSION}`
  const onExchange = ({ method, path, status, ms, requestId, problem }: Exchange): void => {
    const outcome = [status, problem].filter((part) => part !== undefined).join(' ')
    const id = requestId === undefined ? '' : ` (request ${requestId})`
    runner.debug(`${method} ${path}: ${outcome} in ${span(ms)}${id}`)
  }
  return connect(settings, {
    clock,
    onSecret: secrets.add,
    openHttp({ requestTimeoutMs, width, ...rules }) {
      const gate = createGate(clock, width)
      const own = {
        gate,
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
