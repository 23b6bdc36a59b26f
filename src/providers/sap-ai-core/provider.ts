import * as v from 'valibot'
import type { HttpResponse } from '../../http/client.ts'
import { MASK } from '../../lib/redaction.ts'
import type { Connection } from '../context.ts'
import { ProviderError, UnclearAnswer } from '../errors.ts'
import type { Observation } from '../observation.ts'
import type { Provider } from '../provider.ts'
import { verifyMissing } from '../shared/list-observer.ts'
import { nearlyTheId } from '../shared/nearly-the-id.ts'
import { attempt, unreadable } from '../shared/observe.ts'
import { segment } from '../shared/paths.ts'
import { isSuccess } from '../shared/response.ts'
import { lenientString, parseBody } from '../shared/schema.ts'
import { coalesce, singleFlightNext } from '../shared/single-flight.ts'
import { parseTime } from '../shared/time.ts'
import type { ActionResult } from '../step.ts'
import { type Target, targetKey } from '../target.ts'
import { requestText, type SapAction } from './action.ts'
import {
  CONCURRENCY,
  codeOf,
  createSapApi,
  describeSap,
  NOT_IN_THIS_STATUS,
  noList,
  type SapSettings,
  UNKNOWN_ID,
} from './api.ts'
import { createSapBulk } from './bulk.ts'
import { nextSapStep, protectionOf, type SapSnapshot } from './rules.ts'

const DEPLOYMENT = v.object({
  id: v.string(),
  status: v.string(),
  targetStatus: lenientString,
  statusMessage: lenientString,
  configurationId: lenientString,
  configurationName: lenientString,
  scenarioId: lenientString,
  createdAt: lenientString,
})
type SapDeployment = v.InferOutput<typeof DEPLOYMENT>

const IDENTIFIED = v.object({ id: v.string(), configurationId: lenientString, configurationName: lenientString })
const RECEIPT = v.object({ id: v.string() })

const COUNT = v.fallback(v.optional(v.number()), undefined)
const DEPLOYMENTS = v.object({ count: COUNT, resources: v.array(DEPLOYMENT) })
/** A list as it is asked whether something is in it: what others are like does not matter. */
const LISTED = v.object({ count: COUNT, resources: v.array(v.looseObject({ id: v.string() })) })
const CONFIGURATIONS = v.object({ count: COUNT, resources: v.array(v.object({ id: v.string(), name: lenientString })) })

/** Entries a page: nearly every resource group has fewer, and one answer shows all. A larger page would take memory at once. */
const PAGE = 2000
/** No server gives less at once where more is asked for. */
const SHORTEST_PAGE = 100

/** No tenant has so many; a list that goes on beyond never ends, and would fill the memory. */
const MAX_ENTRIES = 200_000

/** From so many actions on, one for all is worth asking for. */
const TOGETHER_FROM = 10

/** The target status that stands for an action in a request about many. */
const BULK_STATUS = { stop: 'STOPPED', delete: 'DELETED' } as const satisfies Record<SapAction['verb'], string>

/** From so many targets on, one list is cheaper than a GET each. */
const LIST_FROM = 4

/**
 * SAP AI Core, AI API 2.42: deployments are stopped before they are deleted, and are gone once GET answers 404.
 * Source: SAP AI Core and SAP AI Launchpad documentation, "Deployments", "Delete a Deployment".
 */
export function connectSapAiCore(settings: SapSettings, connection: Connection): Provider<SapSnapshot, SapAction> {
  const api = createSapApi(settings, connection)
  const bulk = createSapBulk(api)
  /** Names of configurations, for deployments that come without. */
  const names = new Map<string, string>()

  /** A page with fewer entries is known to be the last: nothing followed one that had as many. */
  let wholeBelow = SHORTEST_PAGE

  /** Pages are read until one is so short that nothing can follow. Each ID once: entries can move between pages. */
  const readAll = async <T extends { id: string }>(
    path: string,
    schema: v.GenericSchema<unknown, { count?: number | undefined; resources: T[] }>,
  ) => {
    const byId = new Map<string, T>()
    for (let pages = 0, skip = 0; ; ) {
      const answer = await api.readList(`${path}?$top=${PAGE}&$skip=${skip}`)
      if (!isSuccess(answer)) throw noList(answer, settings.resourceGroup)
      const { count = 0, resources } = parseBody(schema, answer)
      const known = byId.size
      skip += resources.length
      for (const each of resources) byId.set(each.id, each)
      if (resources.length > 0 || pages === 0) pages++
      // `count` is no reliable total, but one that is larger says that a server gives shorter pages than asked for.
      if (resources.length === 0 && pages === 1) wholeBelow = Math.max(wholeBelow, skip + 1)
      if (resources.length === 0 || (resources.length < wholeBelow && count <= byId.size))
        return { byId, pages, exchange: answer.exchange }
      // A server that repeats one page for ever would be asked for ever.
      if (byId.size === known) throw new UnclearAnswer(`GET ${path} shows the same page again`, answer.exchange)
      if (skip >= MAX_ENTRIES) throw new UnclearAnswer(`GET ${path} goes on after ${skip} entries`, answer.exchange)
    }
  }

  const readDeployments = coalesce(() => readAll('/lm/deployments', DEPLOYMENTS))
  const readListed = singleFlightNext(() => readAll('/lm/deployments', LISTED))

  /** The only name of a deployment is that of its configuration, which SAP may leave out. */
  const learnNames = async (deployments: Iterable<SapDeployment>): Promise<void> => {
    const nameless = [...deployments].filter(({ configurationName }) => configurationName === undefined)
    if (nameless.every(({ configurationId }) => configurationId === undefined || names.has(configurationId))) return
    const { byId } = await readAll('/lm/configurations', CONFIGURATIONS)
    for (const { id, name } of byId.values()) if (name !== undefined) names.set(id, name)
  }

  const present = (deployment: SapDeployment, exchange: HttpResponse['exchange']): Observation<SapSnapshot> => ({
    state: 'present',
    snapshot: snapshotOf(deployment, names),
    exchange,
  })

  const presentWithName = async (deployment: SapDeployment, exchange: HttpResponse['exchange']) => {
    await learnNames([deployment]).catch(notNeeded)
    return present(deployment, exchange)
  }

  /** What GET says of one. That it is absent is still to be proved. */
  const one = async (target: Target): Promise<Observation<SapSnapshot>> => {
    const answer = await api.read(deploymentPath(target))
    if (answer.status === 404) return { state: 'absent', exchange: answer.exchange }
    if (!isSuccess(answer)) throw new ProviderError('target', describeSap(answer), answer.exchange)
    const deployment = parseBody(DEPLOYMENT, answer)
    if (deployment.id !== target.id) {
      throw new ProviderError('target', 'SAP AI Core answered about another deployment', answer.exchange)
    }
    return presentWithName(deployment, answer.exchange)
  }

  /**
   * One alone. What GET does not find must be missing in a list as well: a gateway answers 404 for what it cannot reach, SAP
   * perhaps for a lost resource group, and a new deployment may not be found by its ID for a while, although lists show it.
   */
  const lookAtOne = async (target: Target): Promise<Observation<SapSnapshot>> => {
    const word = await one(target)
    if (word.state !== 'absent') return word
    const { byId, exchange } = await readListed()
    const listed = byId.get(target.id)
    if (listed === undefined) return mistakenAs(word, target, byId.values())
    const deployment = v.safeParse(DEPLOYMENT, listed)
    if (!deployment.success) throw new UnclearAnswer('GET does not find it, but the list shows it', exchange)
    return presentWithName(deployment.output, exchange)
  }

  const look = async (targets: readonly Target[]): Promise<Observation<SapSnapshot>[]> => {
    if (targets.length < LIST_FROM) return Promise.all(targets.map((target) => attempt(() => lookAtOne(target))))
    const { byId, exchange } = await readDeployments()
    await learnNames(targets.flatMap(({ id }) => byId.get(id) ?? [])).catch(notNeeded)
    const missing = targets.filter(({ id }) => !byId.has(id))
    const verified = await verifyMissing(missing, one)
    return targets.map((target): Observation<SapSnapshot> => {
      const deployment = byId.get(target.id)
      if (deployment !== undefined) return present(deployment, exchange)
      return mistakenAs(verified.get(targetKey(target)), target, byId.values())
    })
  }

  return {
    concurrency: CONCURRENCY,
    async list() {
      const { byId } = await readDeployments()
      await learnNames(byId.values())
      return [...byId.values()].map((deployment) => ({
        target: { resource: 'deployment', id: deployment.id },
        snapshot: snapshotOf(deployment, names),
      }))
    },
    observe(targets) {
      // What may come next is learnt meanwhile.
      if (targets.length >= TOGETHER_FROM) void bulk.isOffered()
      return look(targets)
    },
    confirmGone: look,
    protection: ({ details }, policy) => protectionOf(details, policy),
    collateral: () => [],
    nextStep: nextSapStep,
    requestText,
    bulk: {
      from: TOGETHER_FROM,
      most: 100,
      verbs: ['stop', 'delete'],
      act: (targets, { verb }, limits) => bulk.modify(targets, BULK_STATUS[verb], limits),
    },
    async act(target, action, { notAfter }) {
      const path = deploymentPath(target)
      switch (action.verb) {
        case 'stop':
          return actionResultOf(await api.write('PATCH', path, { body: { targetStatus: 'STOPPED' }, notAfter }), target)
        case 'delete': {
          const options = action.withBody ? { body: { targetStatus: 'DELETED' }, notAfter } : { notAfter }
          return actionResultOf(await api.write('DELETE', path, options), target)
        }
      }
    },
  }
}

/** An ID that is not there, but that lists show as a name or as the ID of a configuration, is not the one that was meant. */
function mistakenAs(
  observation: Observation<SapSnapshot> = unreadable('it was not asked for'),
  { id }: Target,
  known: Iterable<object>,
): Observation<SapSnapshot> {
  if (observation.state !== 'absent') return observation
  for (const each of known) {
    const { success, output } = v.safeParse(IDENTIFIED, each)
    if (!success) continue
    const { configurationName, configurationId } = output
    const what = configurationName === id ? 'name' : configurationId === id ? 'configuration ID' : undefined
    const reason =
      what === undefined
        ? nearlyTheId(id, output.id, 'deployment')
        : `it is the ${what} of deployment ${output.id}, and deployment IDs are asked for; 'name' takes names`
    if (reason !== undefined) return { ...observation, mistaken: { kind: 'name', reason } }
  }
  return observation
}

/** Where a name cannot be learnt, the rules see that there is none; the step's own end is not to be hidden. */
function notNeeded(error: unknown): void {
  if (!(error instanceof ProviderError || error instanceof UnclearAnswer)) throw error
}

function deploymentPath(target: Target): string {
  return `/lm/deployments/${segment(target.id)}`
}

function snapshotOf(deployment: SapDeployment, names: ReadonlyMap<string, string>): SapSnapshot {
  const { status, targetStatus, statusMessage, scenarioId } = deployment
  const name = deployment.configurationName ?? names.get(deployment.configurationId ?? '')
  const createdAt = parseTime(deployment.createdAt)
  const detail = [targetStatus === undefined ? '' : `target ${targetStatus}`, statusMessage ?? ''].filter(
    (part) => part !== '',
  )
  return {
    status,
    ...(name === undefined ? {} : { name }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(detail.length === 0 ? {} : { detail: detail.join('; ') }),
    details: { targetStatus, orchestration: isOrchestration(scenarioId, name) },
  }
}

/** Undefined where neither tells; what a secret was taken out of does not. */
function isOrchestration(scenarioId: string | undefined, name: string | undefined): boolean | undefined {
  if (scenarioId === 'orchestration' || name === 'defaultOrchestrationConfig') return true
  const told = scenarioId ?? name
  return told === undefined || told.includes(MASK) ? undefined : false
}

function actionResultOf(answer: HttpResponse, target: Target): ActionResult {
  const { exchange, status } = answer
  if (isSuccess(answer)) {
    // Any success will do, with or without a body; but a body must be about what was asked for.
    if (answer.body === undefined) return { result: 'accepted', exchange }
    if (parseBody(RECEIPT, answer).id === target.id) return { result: 'accepted', tombstone: answer.body, exchange }
    const text = `SAP AI Core answered ${exchange.method} with another deployment; look at the account`
    throw new ProviderError('target', text, exchange)
  }
  const code = codeOf(answer)
  if (status === 404 || code === UNKNOWN_ID) return { result: 'not-found', exchange }
  // SAP documents no status for "not allowed in this state": 400, 409 and 412 are treated alike, 415 asks for the body.
  if ([400, 409, 412, 415].includes(status) || code === NOT_IN_THIS_STATUS) {
    return { result: 'refused', problem: describeSap(answer), status, exchange }
  }
  throw new ProviderError('target', describeSap(answer), exchange)
}
