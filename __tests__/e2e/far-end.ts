import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll } from 'vitest'
import type { StepEnd } from '../../demo/runner.ts'
import { type BasetenEmulator, type BasetenOptions, createBasetenEmulator } from '../../emulators/baseten.ts'
import { type Emulator, TransportFault } from '../../emulators/emulator.ts'
import { type Certificate, selfSigned } from '../../emulators/sap-ai-core/certificate.ts'
import { serve } from '../../emulators/serve.ts'

/** What a step speaks with the provider. Real gateways offer HTTP/2, which the action then takes. */
export type Protocol = 'http' | 'https' | 'https, HTTP/2' | 'https, HTTP/2, breaking whole connections'

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
  if (protocol === 'https, HTTP/2') return serveHttp2(emulator, certificate, breakStream)
  if (protocol === 'https, HTTP/2, breaking whole connections') return serveHttp2(emulator, certificate, breakSession)
  const { url, close } = await serve(emulator, protocol === 'http' ? {} : { tls: certificate })
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

type Break = (stream: Http2ServerResponse['stream']) => void

/** RST_STREAM, the way HTTP/2 breaks one answer off. */
const breakStream: Break = (stream) => stream.close(2)
/** Takes every request under way on the connection with it. */
const breakSession: Break = (stream) => stream.session?.destroy()

async function serveHttp2(emulator: Emulator, { key, cert }: Certificate, broken: Break): Promise<string> {
  const server = createSecureServer({ key, cert }, (request, response) => {
    void exchange(emulator, request, response, broken)
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as AddressInfo
  return `https://127.0.0.1:${port}`
}

async function exchange(
  emulator: Emulator,
  incoming: Http2ServerRequest,
  outgoing: Http2ServerResponse,
  broken: Break,
): Promise<void> {
  const { stream } = outgoing
  // A stream that its reader leaves ends with an error, which is the reader's affair.
  stream.on('error', () => undefined).setMaxListeners(0)
  try {
    const response = await emulator.handle(await webRequest(incoming))
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    for await (const part of response.body ?? []) {
      if (stream.destroyed) return
      if (!outgoing.write(part)) await Promise.race(['drain', 'close'].map((event) => once(stream, event)))
    }
    outgoing.end()
  } catch (error) {
    if (error instanceof TransportFault && error.fault === 'hang') return
    broken(stream)
  }
}

async function webRequest(incoming: Http2ServerRequest): Promise<Request> {
  const headers = Object.entries(incoming.headers).filter(([name]) => !name.startsWith(':'))
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return new Request(`https://${incoming.authority}${incoming.url}`, {
    method: incoming.method,
    headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
    body: chunks.length === 0 ? null : Buffer.concat(chunks),
  })
}

function once(stream: Http2ServerResponse['stream'], event: string): Promise<void> {
  return new Promise((resolve) => stream.once(event, () => resolve()))
}
