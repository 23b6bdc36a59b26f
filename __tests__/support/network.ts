import { HttpRequestInterceptor } from '@mswjs/interceptors/http'
import { http } from 'msw'
import { defineNetwork, InterceptorSource } from 'msw/experimental'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Emulator } from '../../emulators/emulator.ts'

/**
 * Catches what really goes out through undici, which msw's `setupServer` does not, and lets emulators answer by origin. Any
 * other request fails the test. `quiet`, because msw would print every request with its Authorization header.
 */
export function useNetwork(): { route(origin: string, emulator: Emulator): void } {
  const sources = [new InterceptorSource({ interceptors: [new HttpRequestInterceptor()] })]
  const network = defineNetwork({ sources, handlers: [], onUnhandledFrame: 'error', context: { quiet: true } })
  beforeAll(() => network.enable())
  afterEach(() => network.resetHandlers())
  afterAll(() => network.disable())
  return {
    route(origin, emulator) {
      network.use(http.all(`${origin}/*`, ({ request }) => emulator.handle(request)))
    },
  }
}
