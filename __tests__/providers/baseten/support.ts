import { afterAll, beforeAll } from 'vitest'
import { type BasetenOptions, createBasetenEmulator, DEFAULT_API_KEY } from '../../../emulators/baseten.ts'
import { type Emulator, type RecordedRequest, TransportFault } from '../../../emulators/emulator.ts'
import { createDispatcher, undiciTransport } from '../../../src/http/proxied.ts'
import type { ActionResult } from '../../../src/providers/step.ts'
import { type Acted, type ActOptions, act } from '../../support/act.ts'
import { fakeClock, START } from '../../support/clock.ts'
import { isMetering, withoutMetering } from '../../support/metering.ts'
import { useNetwork } from '../../support/network.ts'

export const ORIGIN = 'https://api.baseten.co'
export const KEY = DEFAULT_API_KEY
export const MODEL = 'm1'

export type Account = ReturnType<typeof createAccount>

/** An account with the model `m1`, whose production deployment is `live`, and the deployments named, oldest first. */
export function createAccount(ids: readonly string[] = ['d1'], options: Omit<BasetenOptions, 'now'> = {}) {
  const clock = fakeClock()
  const baseten = createBasetenEmulator({ ...options, now: clock.now })
  const { world, requests, faults } = baseten
  world.addModel({ id: MODEL, name: 'llama-chat', createdAt: hoursAgo(100) })
  world.addDeployment(MODEL, { id: 'live', name: 'main', production: true, createdAt: hoursAgo(99) })
  for (const [index, id] of ids.entries()) {
    world.addDeployment(MODEL, { id, name: `PR-${index + 1}_1a2b3c4`, createdAt: hoursAgo(50 - index) })
  }
  return {
    baseten,
    world,
    faults,
    clock,
    /** All requests so far but those for price and use, `METHOD path`, without what is the same in all. */
    sent: () => withoutMetering(requests).map(short),
    writes: () => requests.filter(({ method }) => method !== 'GET').map(short),
    deletes: () => requests.filter(({ method }) => method === 'DELETE').map(short),
    /** When each DELETE arrived, in ms after the start. */
    deleteTimes: () => requests.filter(({ method }) => method === 'DELETE').map(({ at }) => at - START),
    /** What was deleted and refused, in order. */
    happened: () => world.events.map(({ what, id }) => `${what} ${id}`),
  }
}

export function hoursAgo(hours: number): string {
  return new Date(START - hours * 3_600_000).toISOString()
}

function short({ method, path }: RecordedRequest): string {
  return `${method} ${path.replace(/^\/v1\/models\//, '')}`
}

/** The three reads that decide about any number of deployments of `m1`. */
export const LOOK = ['GET m1', 'GET m1/deployments', 'GET m1/environments']
/** The last look at `d1`: what GET does not find, the list must not show. */
export const CONFIRM = ['GET m1/deployments/d1', 'GET m1/deployments']

export const isRead = (request: RecordedRequest) => request.method === 'GET' && !isMetering(request)
export const isDelete = ({ method }: RecordedRequest) => method === 'DELETE'

/** A fault's `when` for one path, as {@link Account.sent} writes it. */
export const request = (text: string) => (record: RecordedRequest) => short(record) === text

export interface Run {
  'deployment-id'?: string | undefined
  'model-id'?: string | undefined
  [input: string]: string | undefined
}

/** Runs of the action whose requests leave through undici and are caught by msw, which hands them to the emulator. */
export function useBaseten(): (account: Account, inputs?: Run, more?: Partial<ActOptions>) => Promise<Acted> {
  const network = useNetwork()
  let dispatcher = createDispatcher({})
  beforeAll(() => {
    dispatcher = createDispatcher({})
  })
  afterAll(() => dispatcher.destroy())
  return (account, inputs = {}, more = {}) => {
    network.route(ORIGIN, onWire(account.baseten))
    return act({
      inputs: stepInputs(inputs),
      transport: undiciTransport(dispatcher),
      clock: account.clock,
      ...more,
    })
  }
}

/** Deletes `d1` of `m1` where nothing else is said; an input given as undefined is left out. */
export function stepInputs(inputs: Run): Record<string, string> {
  const defaults = inputs['resource'] === 'model' ? {} : { 'deployment-id': 'd1' }
  const all = { provider: 'baseten', 'api-key': KEY, 'model-id': MODEL, ...defaults, ...inputs }
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** Breaks connections as msw does it: an error response is a reset, and silence lasts until the client leaves. */
function onWire(emulator: Emulator): Emulator {
  return {
    ...emulator,
    async handle(request) {
      try {
        return await emulator.handle(request)
      } catch (error) {
        if (!(error instanceof TransportFault)) throw error
        return error.fault === 'reset' ? Response.error() : new Promise(() => undefined)
      }
    },
  }
}

/** `id outcome` of every target, in the order of the results. */
export function outcomes({ results }: Acted): string[] {
  return results.map(({ id, outcome }) => `${id} ${outcome}`)
}

export function reasonOf({ results }: Acted, id: string): string {
  return String(results.find((result) => result['id'] === id)?.['reason'])
}

export const EXCHANGE = { at: 0, ms: 1, method: 'DELETE', path: '/v1' }

/** Receipts for histories. */
export const RECEIPTS = {
  accepted: { result: 'accepted', exchange: EXCHANGE },
  absent: { result: 'not-found', exchange: EXCHANGE },
  refused: { result: 'refused', problem: 'HTTP 400: not now', status: 400, exchange: EXCHANGE },
  unsure: { result: 'unknown', problem: 'HTTP 503' },
} as const satisfies Record<string, ActionResult>

/** Faults of an answer to a request that was carried out all the same. */
export const CARRIED_OUT: ReadonlySet<string> = new Set(['lost-answer', 'hang-after', 'truncated', 'wrong-type'])
