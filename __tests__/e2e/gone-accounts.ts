import type { TestContext } from 'vitest'
import { runStep, type StepEnd } from '../../demo/runner.ts'
import { createAlibabaEmulator } from '../../emulators/alibaba-model-studio.ts'
import { createBasetenEmulator, DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import { json } from '../../emulators/core.ts'
import type { Emulator } from '../../emulators/emulator.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { serve } from '../../emulators/serve.ts'
import { without } from '../support/lists.ts'
import { FAST, fastNow } from './fast-clock.ts'

type With = Record<string, string>
export const FORMS = ['exact', 'sweep'] as const
export type Form = (typeof FORMS)[number]

/** An account with the deployments asked for, each with its name as its ID, and something to keep. */
export interface Account {
  emulator: Emulator
  now: () => number
  ids: readonly string[]
  has(id: string): boolean
  /** Somebody else deletes it, at once. */
  remove(id: string): void
  setStatus(id: string, status: string): void
  /** Provider and credentials. */
  inputs(url: string): With
  /** The provider's own answer for what it does not know. */
  notFound(): Response
  /** The answer to a DELETE that is accepted. */
  accepted(id: string): Response
  /** The answer to what the state does not allow. */
  refused(): Response
}

export interface AccountOptions {
  /** How long the provider shows what it has deleted; ms of the fast clock. */
  deleteMs?: number
  /** The first request is a deactivation, a stop, or the release of a reservation's capacity. */
  needsStop?: boolean
  stopMs?: number
  ageMs?: number
}

const DAY = 86_400_000
type Open = (ids: readonly string[], options?: AccountOptions) => Account

const baseten: Open = (ids, { deleteMs = 0, needsStop = false, stopMs = 1000, ageMs = DAY } = {}) => {
  const now = fastNow()
  const emulator = createBasetenEmulator({
    ...{ now, deleteVisibleMs: deleteMs, deactivateMs: stopMs, deleteRequiresInactive: needsStop },
  })
  const { world } = emulator
  const createdAt = new Date(now() - ageMs).toISOString()
  world.addModel({ id: 'm1' })
  world.addDeployment('m1', { id: 'live', name: 'main', production: true, createdAt })
  for (const id of ids) world.addDeployment('m1', { id, name: id, createdAt })
  return {
    ...{ emulator, now, ids },
    has: (id) => world.deploymentIds('m1').includes(id),
    remove: (id) => void world.removeDeployment('m1', id),
    setStatus: (id, status) => world.setStatus('m1', id, status),
    inputs: (url) => ({ provider: 'baseten', 'model-id': 'm1', 'api-key': DEFAULT_API_KEY, 'api-url': url }),
    notFound: () => json(404, { code: 'NOT_FOUND', message: 'deployment not found' }),
    accepted: (id) => json(200, { id, deleted: true, model_id: 'm1' }),
    refused: () => json(400, { code: 'VALIDATION_ERROR', message: 'not in this state' }),
  }
}

const sap: Open = (ids, { deleteMs = 0, needsStop = false, stopMs = 1000, ageMs = DAY } = {}) => {
  const now = fastNow()
  const emulator = createSapEmulator({ now, stopMs, deleteMs })
  const createdAt = new Date(now() - ageMs).toISOString()
  const status = needsStop ? 'RUNNING' : 'STOPPED'
  for (const id of ['main', ...ids]) emulator.world.add({ id, status, configurationName: id, createdAt })
  return {
    ...{ emulator, now, ids },
    has: (id) => emulator.world.has(id),
    remove: (id) => emulator.world.remove(id),
    setStatus: (id, status) => emulator.world.change(id, { status }),
    inputs: (url) => ({ provider: 'sap-ai-core', 'service-key': JSON.stringify(sapServiceKey(url, DEFAULT_CLIENT)) }),
    notFound: () => json(404, { error: { code: '01010016', message: 'Deployment not found' } }),
    accepted: (id) => json(202, { id, message: 'Deletion scheduled', targetStatus: 'DELETED' }),
    refused: () => json(412, { error: { code: '01010076', message: 'not in this state' } }),
  }
}

const alibaba: Open = (ids, { deleteMs = 0, needsStop = false, stopMs = 1000, ageMs = DAY } = {}) => {
  const now = fastNow()
  const emulator = createAlibabaEmulator({ now, deleteMs, stopMs, releaseMs: stopMs })
  const created = now() - ageMs
  const reserved = needsStop ? { plan: 'ptu_v2', instances: [{ instance_id: 'i1' }] } : {}
  emulator.world.seed({ deployed_model: 'main', created })
  for (const deployed_model of ids) emulator.world.seed({ deployed_model, created, ...reserved })
  return {
    ...{ emulator, now, ids },
    has: (id) => emulator.world.has(id),
    remove: (id) => emulator.world.remove(id),
    setStatus: (id, status) => emulator.world.setStatus(id, status),
    inputs: (url) => ({
      ...{ provider: 'alibaba-model-studio', 'api-key': 'sk-emulated', 'api-url': url },
      ...(needsStop ? { allow: 'reservation' } : {}),
    }),
    notFound: () => json(404, { request_id: 'r', code: 'NotFound', message: 'Not found.' }),
    accepted: (id) => json(200, { request_id: 'r', output: { deployed_model: id, status: 'DELETING' } }),
    refused: () => json(400, { request_id: 'r', code: 'OperationDenied', message: 'not in this state' }),
  }
}

export const PROVIDERS: readonly { provider: string; open: Open }[] = [
  { provider: 'Baseten', open: baseten },
  { provider: 'SAP AI Core', open: sap },
  { provider: 'Alibaba Model Studio', open: alibaba },
]

/** Each provider in each form. */
export const CASES = PROVIDERS.flatMap((each) => FORMS.map((form) => ({ ...each, form })))

/** What a far end sees of a request. */
export interface Call {
  method: string
  path: string
  isList: boolean
  /** Whether it is about this deployment alone. */
  isAbout(id: string): boolean
}

/** Something between the action and the provider, which answers by itself or lets the provider answer. */
export type Between = (call: Call, proceed: () => Promise<Response>) => Response | Promise<Response>

export interface Ended extends StepEnd {
  results: { id: string; outcome: string; reason: string; actions?: string[]; durationMs: number }[]
  /** Every request that reached the far end, `METHOD path`. */
  sent: string[]
  /** Those that would change one of the targets. */
  writes: string[]
}

/** The same emulator with something in front of it. */
export function inFront(emulator: Emulator, between: Between, sent: string[] = []): Emulator {
  return {
    ...emulator,
    async handle(request) {
      const { pathname, search } = new URL(request.url)
      sent.push(`${request.method} ${pathname}${search}`)
      const call: Call = {
        method: request.method,
        path: pathname + search,
        isList: request.method === 'GET' && pathname.endsWith('/deployments'),
        isAbout: (id) => pathname.includes(`/deployments/${id}`),
      }
      return between(call, () => emulator.handle(request))
    },
  }
}

/** `with:` of a step in this form. */
export function inputsOf({ ids, inputs }: Account, form: Form, url: string): With {
  const selected = form === 'exact' ? { 'deployment-id': ids.join(',') } : { name: 'pr-*', 'max-deletions': '50' }
  return { ...inputs(url), timeout: '4m', ...selected }
}

/** One run of the committed bundle, on the fast clock unless `env` is another one. */
export async function runBetween(
  account: Account,
  form: Form,
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  between: Between,
  more: With = {},
  env: With = FAST,
): Promise<Ended> {
  const sent: string[] = []
  const { url, close } = await serve(inFront(account.emulator, between, sent))
  onTestFinished(close)
  const end = await runStep({ inputs: { ...inputsOf(account, form, url), ...more }, env })
  const writes = sent.filter((line) => !line.startsWith('GET ') && !line.includes('/oauth/'))
  return { ...end, results: JSON.parse(end.outputs['results'] ?? '[]'), sent, writes }
}

/** A list without these, whatever else is in it. */
export async function hiding(answer: Promise<Response>, ids: readonly string[]): Promise<Response> {
  const response = await answer
  return json(response.status, without(await response.json(), ids))
}

/** Neither GET nor a list shows them. */
export function unseen(account: Account, { method, isList, isAbout }: Call, proceed: () => Promise<Response>) {
  if (isList) return hiding(proceed(), account.ids)
  const isOne = method === 'GET' && account.ids.some(isAbout)
  return isOne ? account.notFound() : proceed()
}
