import * as v from 'valibot'
import type { Answer } from '../../http/client.ts'
import { below, segment, withSuffix } from '../address.ts'
import { type Complaint, describe, isSuccess } from '../answer.ts'
import type { Connection, HttpProfile } from '../connection.ts'
import { attempt } from '../observe.ts'
import {
  type Observation,
  type Provider,
  ProviderError,
  type Receipt,
  type Sighting,
  type Target,
  UnclearAnswer,
} from '../provider.ts'
import { optionalText, shaped } from '../shape.ts'
import { parseTime } from '../time.ts'
import { type AlibabaFacts, nextAlibabaStep, protectionOf } from './rules.ts'

export interface AlibabaSettings {
  /** The DashScope or workspace host, with or without `/api/v1`. */
  apiUrl: URL
  apiKey: string
  /** Only deployments of this workspace are touched. */
  workspaceId?: string
}

const DEPLOYMENT = v.object({
  deployed_model: v.string(),
  status: v.string(),
  gmt_create: optionalText,
  name: optionalText,
  plan: optionalText,
  charge_type: optionalText,
  workspace_id: optionalText,
  fail_reason: optionalText,
  ptu_capacity: v.optional(v.unknown()),
  ptu_service_tier: v.optional(v.unknown()),
})
type AlibabaDeployment = v.InferOutput<typeof DEPLOYMENT>

const DEPLOYMENTS = v.object({ deployments: v.array(DEPLOYMENT), total: v.optional(v.pipe(v.number(), v.integer())) })

const ENVELOPE = v.object({ output: v.optional(v.unknown()), data: v.optional(v.unknown()) })
const COMPLAINT = v.object({ code: optionalText, message: optionalText, msg: optionalText })

/** Codes that come with 429 and yet are final: somebody has to pay or buy first. */
const UNPAID: ReadonlySet<string> = new Set(['CommodityNotPurchased', 'PrepaidBillOverdue', 'PostpaidBillOverdue'])

/** Codes of faults that pass, which can also come with 200. */
const PASSING =
  /^(Throttling|InternalError|SystemError|RequestTimeOut|ModelServingError|ModelUnavailable|BILLING_SERVICE_UNAVAILABLE)/

/** The management paths have no published rate limit: few at once. */
const PROFILE: HttpProfile = {
  requestTimeoutMs: 30_000,
  width: 4,
  isFinal: ({ status, body }) => status === 429 && UNPAID.has(complaintOf(body).code ?? ''),
}

/** Documented as at most 100 on one page and 200 on another. */
const PAGE_SIZE = 100
/** No account has so many deployments; a total beyond is a fault. */
const MAX_PAGES = 1000
const MAX_LIST_BYTES = 8 * 1024 * 1024

/** Up to so many targets, a GET each is cheaper than a list. */
const LIST_FROM = 3

const GONE_CODES: ReadonlySet<string> = new Set(['NotFound', 'MODEL_CODE_NOT_FOUND'])

/**
 * Alibaba Cloud Model Studio (DashScope): DELETE is only accepted with `DELETING`; NotFound confirms the removal.
 * Source: Model Studio documentation, "Delete a deployment", "Get deployment", "Error codes", "TPM reservation".
 */
export function connectAlibabaModelStudio(settings: AlibabaSettings, connection: Connection): Provider<AlibabaFacts> {
  const http = connection.openHttp(PROFILE)
  const base = withSuffix(settings.apiUrl, '/api/v1')

  const call = (kind: 'read' | 'write', method: 'GET' | 'DELETE', path: string, maxBytes?: number): Promise<Answer> =>
    http[kind]({
      method,
      url: below(base, `/deployments${path}`),
      headers: {
        authorization: `Bearer ${settings.apiKey}`,
        ...(settings.workspaceId === undefined ? {} : { 'x-dashscope-workspace': settings.workspaceId }),
      },
      ...(maxBytes === undefined ? {} : { maxBytes }),
    })

  const present = (deployment: AlibabaDeployment, exchange: Answer['exchange']): Observation<AlibabaFacts> => ({
    state: 'present',
    sighting: sightingOf(deployment, settings),
    exchange,
  })

  const look = async (target: Target): Promise<Observation<AlibabaFacts>> => {
    const answer = await call('read', 'GET', `/${segment(target.id)}`)
    if (saysGone(answer)) return { state: 'absent', exchange: answer.exchange }
    if (!isSuccess(answer) || errorCodeIn(answer) !== undefined) throw errorOf(answer)
    const deployment = shaped(DEPLOYMENT, { ...answer, body: outputOf(answer) })
    if (deployment.deployed_model !== target.id) {
      throw new ProviderError('target', 'Alibaba answered about another deployment', answer.exchange)
    }
    return present(deployment, answer.exchange)
  }

  const readPage = async (page: number) => {
    const answer = await call('read', 'GET', `?page_no=${page}&page_size=${PAGE_SIZE}`, MAX_LIST_BYTES)
    if (!isSuccess(answer) || errorCodeIn(answer) !== undefined) throw errorOf(answer)
    return { ...shaped(DEPLOYMENTS, { ...answer, body: outputOf(answer) }), exchange: answer.exchange }
  }

  /** All pages, each ID once. The total says how many there are to ask for at once; an empty page ends it. */
  const readAll = async () => {
    const first = await readPage(1)
    const byId = new Map<string, AlibabaDeployment>()
    const keep = (deployments: readonly AlibabaDeployment[]) => {
      for (const deployment of deployments) byId.set(deployment.deployed_model, deployment)
    }
    keep(first.deployments)
    const last = Math.max(1, Math.ceil((first.total ?? 0) / PAGE_SIZE))
    if (last > MAX_PAGES)
      throw new UnclearAnswer(`the list of deployments claims to have ${first.total} entries`, first.exchange)
    const numbers = Array.from({ length: last - 1 }, (_, index) => index + 2)
    for (const { deployments } of await Promise.all(numbers.map(readPage))) keep(deployments)
    pages = last
    // Entries move between pages when others create or delete meanwhile: read on while something is missing.
    for (
      let page = last + 1;
      first.deployments.length > 0 && byId.size < (first.total ?? Number.POSITIVE_INFINITY);
      page++
    ) {
      const { deployments, exchange } = await readPage(page)
      if (deployments.length === 0) break
      const known = byId.size
      keep(deployments)
      // A server that repeats one page for ever would be asked for ever.
      if (byId.size === known) throw new UnclearAnswer(`page ${page} of the list shows nothing new`, exchange)
      pages = page
    }
    return { byId, exchange: first.exchange }
  }

  /** How many pages the list had last time: what a look at everything costs. */
  let pages = 1

  return {
    async list() {
      const { byId } = await readAll()
      return [...byId.values()].map((deployment) => ({
        target: { resource: 'deployment', id: deployment.deployed_model },
        sighting: sightingOf(deployment, settings),
      }))
    },
    async observe(targets) {
      if (targets.length <= LIST_FROM || targets.length <= pages) {
        return Promise.all(targets.map((target) => attempt(() => look(target))))
      }
      const { byId, exchange } = await readAll()
      // Only GET proves that one is gone: a list that is read in pages while others delete can miss entries.
      return Promise.all(
        targets.map((target) => {
          const deployment = byId.get(target.id)
          return deployment === undefined ? attempt(() => look(target)) : present(deployment, exchange)
        }),
      )
    },
    protection: ({ facts }, rules) => protectionOf(facts, rules),
    nextStep: nextAlibabaStep,
    act: async (target) => receiptOf(await call('write', 'DELETE', `/${segment(target.id)}`), target),
  }
}

/**
 * Only 404 with a code that means the deployment: a missing workspace, model or path proves nothing. NotFound under
 * another status is undocumented, hence an error.
 */
function saysGone(answer: Answer): boolean {
  const { code, message } = complaintOf(answer.body)
  return answer.status === 404 && GONE_CODES.has(code ?? '') && !/request path not found/i.test(message ?? '')
}

/** The error code of an answer that says "200": a code other than `200` and `Success` is an error all the same. */
function errorCodeIn(answer: Answer): string | undefined {
  const { code } = complaintOf(answer.body)
  return code === undefined || code === '' || code === '200' || code === 'Success' ? undefined : code
}

function receiptOf(answer: Answer, target: Target): Receipt {
  const { exchange, status } = answer
  if (saysGone(answer)) return { result: 'absent', exchange }
  // No document names the status and code of "not in this state": look again, then give up with what was said.
  if (status === 400 || status === 403 || status === 409) {
    return { result: 'refused', problem: `${describeAlibaba(answer)}. ${wayOutOf(answer)}`, status, exchange }
  }
  if (!isSuccess(answer) || errorCodeIn(answer) !== undefined) throw errorOf(answer)
  if (answer.body === undefined) return { result: 'accepted', exchange }
  const output = outputOf(answer)
  const { deployed_model } = shaped(v.object({ deployed_model: v.string() }), { ...answer, body: output })
  if (deployed_model !== target.id) {
    throw new ProviderError('target', 'Alibaba answered DELETE with another deployment; look at the account', exchange)
  }
  return { result: 'accepted', tombstone: output, exchange }
}

function errorOf(answer: Answer): Error {
  const text = describeAlibaba(answer)
  const code = complaintOf(answer.body).code ?? ''
  if (answer.status >= 500 || (isSuccess(answer) && PASSING.test(code))) return new UnclearAnswer(text, answer.exchange)
  if (answer.status === 401) {
    const hint = "Check 'api-key' and 'region': a key belongs to one region and one workspace"
    return new ProviderError('account', `Alibaba denied access: ${text}. ${hint}`, answer.exchange)
  }
  if (answer.status === 403) {
    return new ProviderError('account', `Alibaba denied access: ${text}. ${wayOutOf(answer)}`, answer.exchange)
  }
  if (code === 'WorkSpaceNotFound') {
    return new ProviderError('account', `${text}. Check 'workspace-id' and 'region'`, answer.exchange)
  }
  if (UNPAID.has(code) || code === 'Arrearage') {
    return new ProviderError('account', `${text}. ${wayOutOf(answer)}`, answer.exchange)
  }
  const hint =
    answer.status === 404 ? ". This is no proof that the deployment is gone; check 'api-url' and 'region'" : ''
  return new ProviderError('target', `${text}${hint}`, answer.exchange)
}

/** What the user can do about a request that was turned down. */
function wayOutOf(answer: Answer): string {
  const code = complaintOf(answer.body).code ?? ''
  if (UNPAID.has(code) || code === 'Arrearage') return 'Settle the bill in the Alibaba Cloud console first'
  if (code === 'PREPAID_UNSUBSCRIBE_REQUIRED') return 'Unsubscribe it in the billing console first'
  if (answer.status === 403) {
    return 'Check the permissions of the key, its IP allow-list (which blocks GitHub-hosted runners) and the account'
  }
  return 'If its status is the reason, stop it in the console first'
}

function outputOf(answer: Answer): unknown {
  const envelope = v.safeParse(ENVELOPE, answer.body)
  return envelope.success ? (envelope.output.output ?? envelope.output.data) : undefined
}

function complaintOf(body: unknown): Complaint {
  const parsed = v.safeParse(COMPLAINT, body)
  return parsed.success ? { code: parsed.output.code, message: parsed.output.message ?? parsed.output.msg } : {}
}

function describeAlibaba(answer: Answer): string {
  return describe(answer, complaintOf(answer.body))
}

function sightingOf(deployment: AlibabaDeployment, settings: AlibabaSettings): Sighting<AlibabaFacts> {
  const { status, plan, workspace_id: workspace, fail_reason: detail } = deployment
  // POST shows fractions of a second and GET does not; compared are whole seconds.
  const created = parseTime(deployment.gmt_create)
  const foreign = settings.workspaceId !== undefined && workspace !== undefined && workspace !== settings.workspaceId
  return {
    name: deployment.deployed_model,
    status,
    ...(detail === undefined ? {} : { detail }),
    ...(created === undefined ? {} : { createdAt: Math.floor(created / 1000) * 1000 }),
    facts: {
      prepaid: deployment.charge_type === 'pre_paid',
      reservation:
        plan === 'ptu' || plan === 'ptu_v2' || deployment.ptu_capacity != null || deployment.ptu_service_tier != null,
      foreignWorkspace: foreign ? workspace : undefined,
    },
  }
}
