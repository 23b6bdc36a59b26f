import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll } from 'vitest'
import type { StepEnd } from '../../demo/runner.ts'
import { type BasetenEmulator, type BasetenOptions, createBasetenEmulator } from '../../emulators/baseten.ts'
import type { Emulator } from '../../emulators/emulator.ts'
import { type Certificate, selfSigned } from '../../emulators/sap-ai-core/certificate.ts'
import { serve } from '../../emulators/serve.ts'

/** What a provider offers. Real gateways offer HTTP/2, which the action does not take: see `src/http/transport.ts`. */
export type Protocol = 'http' | 'https' | 'https, HTTP/2 offered'

export const KEY = 'bt-f4r-3nd/0123+456='

/** Closed at the end of the test file. */
export const open: (() => unknown)[] = []
afterAll(async () => {
  for (const close of open.splice(0)) await close()
})

const authority = selfSigned('localhost')

/** The file of a throw-away CA that vouches for `localhost` and 127.0.0.1, as NODE_EXTRA_CA_CERTS wants it. */
export function caFile({ cert }: Certificate = authority): string {
  const folder = mkdtempSync(join(tmpdir(), 'undeploy-ca-'))
  open.push(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'ca.pem')
  writeFileSync(path, cert)
  return path
}

/** Serves an emulator over `protocol`; gives its origin. */
export async function serveOver(emulator: Emulator, protocol: Protocol, certificate = authority): Promise<string> {
  const http2 = protocol === 'https, HTTP/2 offered' ? ({ http2: 'offered and broken' } as const) : {}
  const { url, close } = await serve(emulator, protocol === 'http' ? {} : { tls: { ...certificate, ...http2 } })
  open.push(close)
  return url
}

/** A Baseten account with the model `m1`, its production, and one deployment for each ID. */
export function account(ids: readonly string[], options: BasetenOptions = {}): BasetenEmulator {
  const baseten = createBasetenEmulator({ apiKeys: [KEY], ...options })
  baseten.world.addModel({ id: 'm1', name: 'llama' })
  baseten.world.addDeployment('m1', { id: 'live', name: 'main', production: true })
  for (const id of ids) baseten.world.addDeployment('m1', { id, name: `PR-${id}` })
  return baseten
}

/** `with:` of a step that deletes these deployments. */
export function inputs(url: string, ids: readonly string[], more: Record<string, string> = {}): Record<string, string> {
  return {
    provider: 'baseten',
    'model-id': 'm1',
    'deployment-id': ids.join('\n'),
    'api-key': KEY,
    'api-url': url,
    ...more,
  }
}

/** The log as people see it: the runner takes masks out, and debug lines are hidden. */
export function visible({ log }: Pick<StepEnd, 'log'>): string {
  return log
    .split('\n')
    .filter((line) => !/^::(add-mask|debug)::/.test(line))
    .join('\n')
}

export interface Row {
  id: string
  outcome: string
  reason: string
}

/** The `results` output. */
export function rows({ outputs }: Pick<StepEnd, 'outputs'>): Row[] {
  return JSON.parse(outputs['results'] ?? '[]')
}

/** The text of the report file, which is where the step says. */
export function reportOf({ outputs, files }: Pick<StepEnd, 'outputs' | 'files'>): string {
  const text = files[basename(outputs['report-path'] ?? '')]
  if (text === undefined) throw new Error('the step left no report')
  return text
}
