import * as v from 'valibot'
import type { Exchange } from '../../http/exchange.ts'
import { ProviderError, UnclearAnswer } from '../errors.ts'
import { lenientString } from '../shared/schema.ts'
import { coalesce } from '../shared/single-flight.ts'
import { parseTime } from '../shared/time.ts'
import { type AlibabaApi, contentOf, deploymentPath, PAGE_SIZE } from './api.ts'
import { errorAboutOne, errorOf, isFine, saysGone } from './errors.ts'
import { createListProof } from './list-proof.ts'
import type { AlibabaSnapshot } from './snapshot.ts'
import { isGoing } from './status.ts'

const DEPLOYMENT = v.object({
  deployed_model: v.string(),
  status: v.string(),
  gmt_create: lenientString,
  name: lenientString,
  plan: lenientString,
  charge_type: v.optional(v.unknown()),
  pre_paid_info: v.optional(v.unknown()),
  pre_paid_instance_id: v.optional(v.unknown()),
  pre_paid_gmt_expired: v.optional(v.unknown()),
  workspace_id: lenientString,
  fail_reason: lenientString,
  ptu_capacity: v.optional(v.unknown()),
  ptu_service_tier: v.optional(v.unknown()),
})
export type AlibabaDeployment = v.InferOutput<typeof DEPLOYMENT>

const DEPLOYMENTS = v.object({ deployments: v.array(DEPLOYMENT), total: v.optional(v.pipe(v.number(), v.integer())) })

/** No account has so many deployments: a total beyond is a fault, and a list that goes on beyond never ends. */
const MAX_PAGES = 1000
/** So many lists in a row may prove nothing before GET is asked instead. */
const PATIENCE = 10
const MAX_LIST_BYTES = 8 * 1024 * 1024

/** The deployments of an account, to be read. */
export interface AlibabaDeployments {
  /** One of them; without `deployment` where it is not there. */
  find(id: string): Promise<{ deployment?: AlibabaDeployment; exchange: Exchange }>
  /** All pages, each ID once. The total says how many there are to ask for at once; an empty page ends the list. */
  readAll(): Promise<{ byId: ReadonlyMap<string, AlibabaDeployment>; exchange: Exchange }>
  /** How many pages the list had last time: what a look at everything costs. */
  pages(): number
  /**
   * Whether the last list proves that it no longer exists. Only of one that an earlier list has shown on its way out, so that
   * lists are known to have it, and to have it for as long as it goes.
   */
  isGone(id: string): boolean
  /** Whether the next list may prove more of it: the last one shows some on their way out. Not after too many that proved nothing. */
  isSettling(id: string): boolean
}

export function createDeployments(api: AlibabaApi): AlibabaDeployments {
  const proof = createListProof()
  const going = new Set<string>()
  let pages = 1
  let showsGoing = false

  const readPage = async (page: number) => {
    const answer = await api.read(`/deployments?page_no=${page}&page_size=${PAGE_SIZE}`, MAX_LIST_BYTES)
    if (!isFine(answer)) throw errorOf(answer)
    return { ...contentOf(DEPLOYMENTS, answer), exchange: answer.exchange }
  }

  return {
    pages: () => pages,
    isGone: (id) => going.has(id) && proof.isGone(id),
    isSettling: (id) => going.has(id) && showsGoing && proof.failures() < PATIENCE,
    async find(id) {
      const answer = await api.read(deploymentPath(id))
      const { exchange } = answer
      if (saysGone(answer)) return { exchange }
      if (!isFine(answer)) throw await errorAboutOne(answer, api.keyHasWorked)
      const deployment = contentOf(DEPLOYMENT, answer)
      if (deployment.deployed_model !== id) {
        throw new ProviderError('target', 'Alibaba answered about another deployment', exchange)
      }
      return { deployment, exchange }
    },
    readAll: coalesce(async () => {
      const prove = proof.begin()
      const first = await readPage(1)
      const byId = new Map<string, AlibabaDeployment>()
      const keep = (deployments: readonly AlibabaDeployment[]) => {
        for (const deployment of deployments) byId.set(deployment.deployed_model, deployment)
      }
      keep(first.deployments)
      const last = Math.max(1, Math.ceil((first.total ?? 0) / PAGE_SIZE))
      if (last > MAX_PAGES) {
        throw new UnclearAnswer(`the list of deployments claims to have ${first.total} entries`, first.exchange)
      }
      const numbers = Array.from({ length: last - 1 }, (_, index) => index + 2)
      for (const { deployments } of await Promise.all(numbers.map(readPage))) keep(deployments)
      pages = last
      // Entries move between pages when others create or delete meanwhile: read on while something is missing.
      const total = first.total ?? Number.POSITIVE_INFINITY
      for (let page = last + 1; first.deployments.length > 0 && byId.size < total; page++) {
        const { deployments, exchange } = await readPage(page)
        if (deployments.length === 0) break
        const known = byId.size
        keep(deployments)
        // A server that repeats one page for ever would be asked for ever.
        if (byId.size === known) throw new UnclearAnswer(`page ${page} of the list shows nothing new`, exchange)
        if (page >= MAX_PAGES || byId.size >= MAX_PAGES * PAGE_SIZE) {
          throw new UnclearAnswer(`the list of deployments goes on after ${byId.size} entries`, exchange)
        }
        pages = page
      }
      const goingNow = [...byId.values()].filter(({ status }) => isGoing(status))
      for (const { deployed_model: id } of goingNow) going.add(id)
      showsGoing = goingNow.length > 0
      const marks = new Map([...byId].map(([id, { gmt_create }]) => [id, gmt_create]))
      prove({ marks, total: first.total, pages })
      return { byId, exchange: first.exchange }
    }),
  }
}

/** A deployment as the rules see it. A reservation's capacity is read apart. */
export function snapshotOf(deployment: AlibabaDeployment, workspaceId: string | undefined): AlibabaSnapshot {
  const { status, plan, workspace_id: workspace, fail_reason: detail } = deployment
  const createdAt = wholeSeconds(deployment.gmt_create)
  const foreign = workspaceId !== undefined && workspace !== undefined && workspace !== workspaceId
  return {
    name: deployment.deployed_model,
    status,
    ...(detail === undefined ? {} : { detail }),
    ...(createdAt === undefined ? {} : { createdAt }),
    details: {
      prepaid: isPrepaid(deployment),
      reservation:
        plan === 'ptu' || plan === 'ptu_v2' || deployment.ptu_capacity != null || deployment.ptu_service_tier != null,
      foreignWorkspace: foreign ? workspace : undefined,
      ...(workspaceId !== undefined && workspace === undefined ? { workspaceUnknown: true as const } : {}),
    },
  }
}

/**
 * Every sign of a payment ahead counts, and so does a charge type that no document names: money may be lost. A missing charge
 * type is no sign, since all fields but ID and status may be missing.
 */
function isPrepaid(deployment: AlibabaDeployment): boolean {
  const { charge_type: type, pre_paid_info, pre_paid_instance_id, pre_paid_gmt_expired } = deployment
  if (isFilledIn(type) && type !== 'post_paid') return true
  return [pre_paid_info, pre_paid_instance_id, pre_paid_gmt_expired].some(isFilledIn)
}

function isFilledIn(value: unknown): boolean {
  return value != null && value !== '' && !(typeof value === 'object' && Object.keys(value).length === 0)
}

/** A time as Unix ms. Some answers show fractions of a second and others do not; compared are whole seconds. */
export function wholeSeconds(time: string | undefined): number | undefined {
  const ms = parseTime(time)
  return ms === undefined ? undefined : Math.floor(ms / 1000) * 1000
}
