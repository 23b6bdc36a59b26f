import { createSapEmulator, DEFAULT_CLIENT, type SapOptions, sapServiceKey } from '../../../emulators/sap-ai-core.ts'
import type { Exchange } from '../../../src/http/exchange.ts'
import type { TargetEvent, TargetHistory } from '../../../src/providers/history.ts'
import type { Observed } from '../../../src/providers/observation.ts'
import type { Guard } from '../../../src/providers/provider.ts'
import type { SapAction } from '../../../src/providers/sap-ai-core/action.ts'
import { nextSapStep } from '../../../src/providers/sap-ai-core/rules.ts'
import type { SapDetails, SapSnapshot } from '../../../src/providers/sap-ai-core/snapshot.ts'
import type { ActionResult, Step } from '../../../src/providers/step.ts'
import { targetKey } from '../../../src/providers/target.ts'
import { type Acted, type ActOptions, act } from '../../support/act.ts'
import { fakeClock, START } from '../../support/clock.ts'

export const ORIGIN = 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com'
export const ID = 'd748fdae9f88a9b0'
export const PATH = `/v2/lm/deployments/${ID}`
export const SERVICE_KEY = JSON.stringify(sapServiceKey(ORIGIN, DEFAULT_CLIENT))
/** Created long before the run, so that a missing deployment needs no second look. */
export const OLD = '2026-11-20T00:00:00Z'
export const MINUTE = 60_000

/** A tenant on a fake clock, and runs of the action against it. */
export function tenant(options: SapOptions = {}) {
  const clock = fakeClock()
  const sap = createSapEmulator({ now: clock.now, ...options })
  const hooks: { method: string; action: () => void }[] = []

  /** What goes over the wire is the emulator; only `justBefore` comes in between. */
  async function handle(request: Request): Promise<Response> {
    const at = hooks.findIndex(({ method }) => method === request.method)
    const [hook] = at < 0 ? [] : hooks.splice(at, 1)
    hook?.action()
    return sap.handle(request)
  }
  const emulator = { ...sap, handle }

  return {
    clock,
    sap,
    emulator,
    /** Changes the world between our last look and the next request with `method`. */
    justBefore: (method: string, action: () => void) => void hooks.push({ method, action }),
    run: (inputs: Record<string, string> = {}, more: Partial<ActOptions> = {}): Promise<Acted> =>
      act({
        inputs: { provider: 'sap-ai-core', 'deployment-id': ID, 'service-key': SERVICE_KEY, ...inputs },
        emulators: { [ORIGIN]: emulator },
        clock,
        ...more,
      }),
    /** The requests to the AI API as `METHOD status`, without those for tokens. */
    calls: () => api().map(({ method, status }) => `${method} ${status ?? 'broken'}`),
    writes: () => api().flatMap(({ method }) => (method === 'GET' ? [] : [method])),
    tokenRequests: () => sap.requests.filter(({ path }) => path.startsWith('/oauth')),
    api,
    /** What really happened: what, action, status. */
    story: () => sap.world.events.map(({ what, action, status }) => [what, action, status].filter(Boolean).join(' ')),
    /** Writes that no readable look came right before. */
    blindWrites: () =>
      api().filter(({ method }, at) => {
        const before = api()[at - 1]
        return method !== 'GET' && !(before?.method === 'GET' && before.status === 200)
      }),
  }

  function api() {
    return sap.requests.filter(({ path }) => !path.startsWith('/oauth'))
  }
}

/** An error body of the AI API. */
export function errorBody(code: string, message: string): string {
  return JSON.stringify({ error: { code, message, requestId: 'req-1' } })
}

// What follows builds histories for the pure rules.

const EXCHANGE: Exchange = { at: START, ms: 5, method: 'GET', path: PATH, status: 200 }

export interface Look {
  status: string
  target?: string
  orchestration?: boolean
  /** Milliseconds after the start. */
  at?: number
  /** How long ago it was created at the start, in ms; a day where absent, unknown where null. */
  age?: number | null
}

export function saw({ status, target, at = 0, age = 24 * 60 * MINUTE }: Look): TargetEvent<SapAction> {
  return {
    type: 'observed',
    at: START + at,
    until: START + at,
    times: 1,
    status,
    ...(target === undefined ? {} : { detail: `target ${target}` }),
    ...(target === 'DELETED' ? { isBeingDeleted: true as const } : {}),
    ...(age === null ? {} : { createdAt: START - age }),
    exchange: EXCHANGE,
  }
}

/** `times` looks that did not find it, over `ms`. */
export function missed(times = 1, ms = 0): TargetEvent<SapAction> {
  return { type: 'not-found', at: START, until: START + ms, times, exchange: { ...EXCHANGE, status: 404 } }
}

export const erred: TargetEvent<SapAction> = {
  type: 'read-failed',
  at: START,
  until: START,
  times: 1,
  problem: 'HTTP 503',
}

type Outcome = 'accepted' | 'not-found' | 'unknown' | 400 | 409 | 412 | 415

const STOP: SapAction = { verb: 'stop', final: false }
const DELETE: SapAction = { verb: 'delete', final: true }

/** Actions, `ms` after the start. */
export const stop = (outcome: Outcome, ms = 0): TargetEvent<SapAction> => acted(STOP, outcome, ms)
export const del = (outcome: Outcome, ms = 0): TargetEvent<SapAction> => acted(DELETE, outcome, ms)
export const delWithBody = (outcome: Outcome): TargetEvent<SapAction> =>
  acted({ verb: 'delete', final: true, withBody: true }, outcome)

function acted(action: SapAction, outcome: Outcome, ms = 0): TargetEvent<SapAction> {
  return { type: 'requested', at: START + ms, until: START + ms, action, actionResult: actionResultFor(outcome) }
}

function actionResultFor(outcome: Outcome): ActionResult {
  if (outcome === 'unknown') return { result: 'unknown', problem: 'connection reset' }
  if (typeof outcome === 'string') return { result: outcome, exchange: EXCHANGE }
  return { result: 'refused', problem: `HTTP ${outcome} 01010076`, status: outcome, exchange: EXCHANGE }
}

/** The step for what is seen now, after all that happened before. */
export function decide(
  look: Look | 'absent',
  before: TargetHistory<SapAction> = [],
  allow: readonly Guard[] = [],
): Step {
  const policy = { allow: new Set(allow), selected: new Set([targetKey({ resource: 'deployment', id: ID })]) }
  if (look === 'absent') return nextSapStep({ state: 'absent', exchange: EXCHANGE }, before, policy)
  const details: SapDetails = {
    resource: 'deployment',
    targetStatus: look.target,
    orchestration: look.orchestration ?? false,
    isShared: false,
  }
  const observation: Observed<SapSnapshot> = {
    state: 'present',
    snapshot: {
      ...{ status: look.status, details },
      ...(look.target === 'DELETED' ? { isBeingDeleted: true as const } : {}),
    },
    exchange: EXCHANGE,
  }
  return nextSapStep(observation, [...before, saw(look)], policy)
}

/** A step in two words: `stop`, `delete`, `delete with body`, `wait gone`, `end deleted`. */
export function brief(step: Step): string {
  switch (step.type) {
    case 'act':
      return 'withBody' in step.action ? `${step.action.verb} with body` : step.action.verb
    case 'wait':
      return `wait ${step.until}`
    case 'end':
      return `end ${step.outcome}`
  }
}
