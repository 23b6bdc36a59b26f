import { CLIENT_CERT_HEADER } from '../../emulators/core.ts'
import type { Emulator, FaultKind } from '../../emulators/emulator.ts'
import type { Transport, WireRequest, WireResponse } from '../../src/http/transport.ts'
import type { FakeClock } from '../support/clock.ts'
import { transportTo } from '../support/transport.ts'
import type { Replica } from './replica.ts'

/** Which requests a fault counts; a token request is neither a read nor a write. */
export type Traffic = 'any' | 'read' | 'write' | 'token'

/** A fault for the requests number `nth` to `nth + times - 1` of a kind, from 0. */
export interface PlannedFault {
  on: Traffic
  nth: number
  times: number
  fault: FaultKind
}

/** Something that others do: at a time in ms after the start, or when the write number `at` arrives, or was carried out. */
export interface PlannedChange {
  before: 'time' | 'write' | 'answer'
  at: number
  what: string
  /** Whom it hits: counted through all deployments. */
  which: number
}

/** One request as it arrived at the provider. */
export interface Sent {
  at: number
  method: string
  path: string
  body: string
  /** The resource group that the request is in, '' for none. */
  group: string
}

export interface WireOptions {
  emulators: Readonly<Record<string, Emulator>>
  clock: FakeClock
  /** There and back again, in ms. */
  latencyMs: number
  faults: readonly PlannedFault[]
  changes: readonly PlannedChange[]
  happen: (change: PlannedChange) => void
  /** Answers some of the reads, later than everything else. */
  replica?: Replica | undefined
  /** Told of each write as it arrives, before anything comes of it. */
  onWrite: (write: Sent) => void
  /**
   * Told of each answer that a provider gives, and of a status that a fault made up, as it leaves. What it gives back is
   * done when the answer has come through whole.
   */
  onAnswer: (request: Sent, status: number, text: string, isMadeUp: boolean) => () => void
  /** Told of each write that the provider carried out, whatever became of the answer. */
  onCarriedOut: (write: Sent, text: string) => void
}

export interface Wire {
  transport: Transport
  sent: Sent[]
  /** How often each kind of fault was played. */
  played: Map<string, number>
  changed: number
  /** Whether a provider itself said "later". */
  wasBusy: boolean
  /** How many reads a replica answered. */
  lagged: number
}

/** No run needs so many requests; one that never waits would never end on a clock that only moves while all wait. */
export const RUNAWAY = 3000

/** The way to the emulators, with faults on single requests, and with others at work on the account. */
export function createWire(options: WireOptions): Wire {
  const { emulators, clock, latencyMs, changes, happen, onWrite, onAnswer } = options
  const passOn = transportTo(emulators)
  const counts = { any: 0, read: 0, write: 0, token: 0 }
  const startedAt = clock.now()
  const pending = new Set(changes)
  let writing: Promise<void> = Promise.resolve()
  const wire: Wire = { transport, sent: [], played: new Map(), changed: 0, wasBusy: false, lagged: 0 }

  async function transport(request: WireRequest): Promise<WireResponse> {
    const { method, url, body = '', signal } = request
    const kind = url.pathname === '/oauth/token' ? 'token' : method === 'GET' ? 'read' : 'write'
    await travel(signal)
    const serial = counts.any++
    if (serial > RUNAWAY) throw new Error('runaway')
    const nth = counts[kind]++
    const written = kind === 'write' ? await turnOf() : undefined
    change(kind === 'write' ? { before: 'write', at: nth } : undefined)
    const group = request.headers['ai-resource-group'] ?? ''
    const sent = { at: clock.now(), method, path: url.pathname + url.search, body, group }
    wire.sent.push(sent)
    if (kind === 'write') onWrite(sent)
    const fault = options.faults.find(({ on, nth: from, times }) => {
      const count = on === 'any' ? serial : on === kind ? nth : -1
      return count >= from && count < from + times
    })?.fault
    if (fault !== undefined) {
      const answer = faulty(request, fault, serial, sent)
      written?.()
      return answer
    }
    const emulator = emulators[url.origin]
    if (emulator === undefined) throw new Error(`a request to ${url.origin}`)
    // In the order in which they arrive.
    if (kind === 'write') options.replica?.write(asRequest(request))
    const handled = await emulator.handle(asRequest(request)).finally(written)
    const answer = await readFrom(request, sent, nth, handled)
    const text = await answer.text()
    if (answer.status === 429) wire.wasBusy = true
    if (kind === 'write') carriedOut(sent, answer.status, text, nth)
    // What a cache says proves nothing, and is asked for again.
    const arrive = answer.headers.has('age') ? () => undefined : onAnswer(sent, answer.status, text, false)
    await travel(signal)
    arrive()
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: once(text) }
  }

  /** Writes are carried out one after the other, as a replica does: what others do comes before or after one, never in its middle. */
  async function turnOf(): Promise<() => void> {
    const before = writing
    const { promise, resolve } = Promise.withResolvers<void>()
    writing = promise
    await before
    return resolve
  }

  /** The replica's answer where it is asked, and where the first one has an answer at all. */
  async function readFrom(request: WireRequest, sent: Sent, nth: number, answer: Response): Promise<Response> {
    const { replica } = options
    const isData = request.method === 'GET' && (answer.status === 200 || answer.status === 404)
    if (!isData || replica?.answers(sent, nth) !== true) return answer
    wire.lagged++
    const older = await replica.read(asRequest(request))
    if (replica.lag.isCached) older.headers.set('age', String(Math.ceil(replica.lag.ms / 1000)))
    return older
  }

  function carriedOut(sent: Sent, status: number, text: string, nth: number): void {
    if (status >= 200 && status < 300) options.onCarriedOut(sent, text)
    change({ before: 'answer', at: nth })
  }

  async function faulty(request: WireRequest, fault: FaultKind, serial: number, sent: Sent) {
    const name = fault.kind === 'status' ? `status ${fault.status}` : fault.kind
    wire.played.set(name, (wire.played.get(name) ?? 0) + 1)
    const mark = String(serial)
    emulators[request.url.origin]?.faults.push({ ...fault, when: ({ headers }) => headers['x-serial'] === mark })
    if (request.method !== 'GET') options.replica?.write(asRequest(request), fault)
    if (request.method !== 'GET' && isCarriedOut(fault)) options.onCarriedOut(sent, '')
    const answer = await passOn({ ...request, headers: { ...headersOf(request), 'x-serial': mark } })
    await travel(request.signal)
    if (fault.kind === 'status') onAnswer(sent, fault.status, fault.body ?? '', true)()
    return answer
  }

  function change(write: Pick<PlannedChange, 'before' | 'at'> | undefined): void {
    for (const each of pending) {
      const isNow =
        each.before === 'time'
          ? clock.now() >= startedAt + each.at
          : each.before === write?.before && each.at === write.at
      if (!isNow) continue
      pending.delete(each)
      wire.changed++
      happen(each)
      options.replica?.change(each)
    }
  }

  async function travel(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (latencyMs === 0) return
    await clock.sleep(latencyMs / 2, signal)
    signal.throwIfAborted()
  }

  return wire
}

/** Whether a request that meets this fault may have been carried out all the same. */
function isCarriedOut(fault: FaultKind): boolean {
  if (fault.kind === 'status') return fault.processed === true
  return !['reset-before', 'hang', 'html'].includes(fault.kind)
}

function asRequest(request: WireRequest): Request {
  const { method, url, body } = request
  return new Request(url, { method, headers: headersOf(request), ...(body === undefined ? {} : { body }) })
}

/** A server tells the API whose certificate it has checked. */
function headersOf({ headers, identity }: WireRequest): Record<string, string> {
  return identity === undefined ? headers : { ...headers, [CLIENT_CERT_HEADER]: 'emulated' }
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  if (text !== '') yield Buffer.from(text)
}
