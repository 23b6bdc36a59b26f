import { type Emulator, type EmulatorOptions, type Fault, type RecordedRequest, TransportFault } from './emulator.ts'

/** The request header that names an accepted client certificate's subject; the server sets it, clients can't. */
export const CLIENT_CERT_HEADER = 'x-emulator-client-cert'

/** What a provider would answer to one request. The body was read already, since the log needs it too. */
export type Answer = (request: Request, body: string) => Response | Promise<Response>

/** Makes an emulator of a provider's answers: records every request and plays the faults that are switched on. */
export function emulate(options: EmulatorOptions, answer: Answer): Emulator {
  const now = options.now ?? Date.now
  const requests: RecordedRequest[] = []
  const faults: Fault[] = []
  const pick = faultPicker(faults)

  async function handle(request: Request): Promise<Response> {
    const record = await recordOf(request, now())
    requests.push(record)
    const fault = pick(record)
    const proceed = async () => answer(request, record.body)
    const response = fault === undefined ? await proceed() : await play(fault, proceed)
    record.status = response.status
    const date = options.date?.()
    if (date !== undefined) response.headers.set('date', new Date(date).toUTCString())
    return response
  }

  return { handle, requests, faults }
}

/** A JSON answer. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}

async function recordOf(request: Request, at: number): Promise<RecordedRequest> {
  const { pathname, search } = new URL(request.url)
  const headers = Object.fromEntries(request.headers)
  return { at, method: request.method, path: pathname + search, headers, body: await request.text() }
}

/** Counts apart from the faults themselves, so that a test may push one constant fault again and again. */
function faultPicker(faults: Fault[]): (record: RecordedRequest) => Fault | undefined {
  const played = new WeakMap<Fault, number>()
  return (record) => {
    const index = faults.findIndex((fault) => fault.times !== 0 && (fault.when?.(record) ?? true))
    const fault = faults[index]
    if (fault === undefined) return undefined
    const count = (played.get(fault) ?? 0) + 1
    played.set(fault, count)
    if (count >= (fault.times ?? 1)) {
      faults.splice(index, 1)
      played.delete(fault)
    }
    return fault
  }
}

async function play(fault: Fault, proceed: () => Promise<Response>): Promise<Response> {
  switch (fault.kind) {
    case 'reset-before':
      throw new TransportFault('reset')
    case 'lost-answer':
      await proceed()
      throw new TransportFault('reset')
    case 'hang':
      throw new TransportFault('hang')
    case 'hang-after':
      await proceed()
      throw new TransportFault('hang')
    case 'truncated':
      return truncated(await proceed())
    case 'wrong-type':
      return wrongType(await proceed())
    case 'html':
      return new Response(GATEWAY_PAGE, { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
    case 'huge':
      return huge(await proceed())
    case 'slow':
      return slow(await proceed())
    case 'status':
      if (fault.processed) await proceed()
      return plain(fault.status, fault.body ?? '', fault.headers ?? {})
  }
}

const GATEWAY_PAGE =
  '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Gateway</h1><p>Please sign in.</p></body></html>\n'

/** A Response refuses a body, even an empty one, with these statuses. */
const BODYLESS = new Set([204, 205, 304])

function plain(status: number, body: string, headers: Record<string, string>): Response {
  return new Response(BODYLESS.has(status) ? null : body, { status, headers })
}

/** What a fault can put a body on: the answer's own status where it is a success that may have one. */
function successStatus(response: Response): number {
  return response.ok && !BODYLESS.has(response.status) ? response.status : 200
}

async function truncated(response: Response): Promise<Response> {
  const whole = new Uint8Array(await response.arrayBuffer())
  // Nothing to cut in an empty body: the connection just ends early.
  if (whole.length === 0) throw new TransportFault('reset')
  const headers = new Headers(response.headers)
  headers.set('content-length', String(whole.length))
  const half = whole.subarray(0, Math.floor(whole.length / 2))
  let sent = false
  const stream = lazyStream((controller) => {
    // Half first and the error only at the next pull: an error throws away what is still queued.
    if (sent || half.length === 0) return controller.error(new TypeError('terminated'))
    sent = true
    controller.enqueue(half)
  })
  return new Response(stream, { status: response.status, headers })
}

async function wrongType(response: Response): Promise<Response> {
  const body = (await response.text()).trimStart()
  return json(successStatus(response), body.startsWith('[') ? 'ok' : [])
}

const HUGE_CHUNKS = 1024
const HUGE_CHUNK = new TextEncoder().encode('x'.repeat(64 * 1024))

/** 64 MiB of one valid JSON string, made while it is read, so that only a client that limits itself stays small. */
async function huge(response: Response): Promise<Response> {
  await response.body?.cancel()
  const quote = new TextEncoder().encode('"')
  let sent = -1
  const stream = lazyStream((controller) => {
    controller.enqueue(sent < 0 || sent === HUGE_CHUNKS ? quote : HUGE_CHUNK)
    if (sent === HUGE_CHUNKS) controller.close()
    sent += 1
  })
  return new Response(stream, { status: successStatus(response), headers: { 'content-type': 'application/json' } })
}

async function slow(response: Response): Promise<Response> {
  const body = new Uint8Array(await response.arrayBuffer())
  const first = body.length > 0 ? body.subarray(0, 1) : new TextEncoder().encode('{')
  let sent = false
  const stream = lazyStream(async (controller) => {
    // A pull that stays pending instead of a timer: nothing keeps the process alive.
    if (sent) await new Promise<never>(() => {})
    sent = true
    controller.enqueue(first)
  })
  const headers = new Headers(response.headers)
  headers.delete('content-length')
  const status = BODYLESS.has(response.status) ? 200 : response.status
  return new Response(stream, { status, headers })
}

/** A stream that makes its next chunk only when it is read. */
function lazyStream(
  pull: (controller: ReadableStreamDefaultController<Uint8Array>) => void | Promise<void>,
): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull }, { highWaterMark: 0 })
}
