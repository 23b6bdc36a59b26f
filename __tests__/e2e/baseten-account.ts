import { afterEach } from 'vitest'
import { runStep, type StepEnd } from '../../demo/runner.ts'
import { type BasetenOptions, createBasetenEmulator, DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import { type Served, serve } from '../../emulators/serve.ts'
import { withoutMetering } from '../support/metering.ts'

/** Accounts on loopback, each closed after its test, and the committed bundle run against them as the runner does. */
export function useBasetenOnLoopback() {
  const servers: Served[] = []
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()))
  })

  return async (options: BasetenOptions = {}) => {
    const baseten = createBasetenEmulator(options)
    const server = await serve(baseten)
    servers.push(server)
    return {
      world: baseten.world,
      /** Everything that changed something, `METHOD path`. */
      writes: () => baseten.requests.flatMap(({ method, path }) => (method === 'GET' ? [] : [`${method} ${path}`])),
      bodies: () => baseten.requests.flatMap(({ method, body }) => (method === 'POST' ? [body] : [])),
      sent: () => withoutMetering(baseten.requests).map(({ method, path }) => `${method} ${path}`),
      run: (inputs: Record<string, string>) =>
        runStep({ inputs: { provider: 'baseten', 'api-key': DEFAULT_API_KEY, 'api-url': server.url, ...inputs } }),
    }
  }
}

/** `id outcome` of every target. */
export function outcomesOf({ outputs }: StepEnd): string[] {
  const rows: { id: string; outcome: string }[] = JSON.parse(outputs['results'] ?? '[]')
  return rows.map(({ id, outcome }) => `${id} ${outcome}`)
}
