import type { Exchange } from '../http/exchange.ts'
import { createRoutes } from '../http/routes.ts'
import type { ConfiguredProvider } from '../providers/definition.ts'
import type { AnyProvider } from '../providers/provider.ts'
import type { Limits } from './deadline.ts'
import { openHttp } from './http.ts'
import type { Runtime } from './runtime.ts'

/** The provider, with an HTTP client within the limits of the run that reports each request to `onExchange`. */
export function connectProvider(
  runtime: Runtime,
  configured: ConfiguredProvider,
  limits: Limits,
  onExchange: (exchange: Exchange) => void,
): AnyProvider {
  const { deadline, stop, cutOff: signal } = limits
  const routes = createRoutes()
  return configured.create({
    clock: runtime.clock,
    onSecret: runtime.secrets.add,
    openHttp: (profile) => openHttp(runtime, { deadline, stop, signal, routes }, profile, onExchange),
  })
}
