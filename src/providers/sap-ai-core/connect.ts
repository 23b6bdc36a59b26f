import * as v from 'valibot'
import type { Answer, Http } from '../../http/client.ts'
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
} from '../provider.ts'
import { optionalText, shaped } from '../shape.ts'
import { parseTime } from '../time.ts'
import { nextSapStep, type SapFacts } from './rules.ts'
import { createSapTokens, type SapAuth } from './token.ts'

export interface SapSettings {
  /** The AI API, with or without `/v2`. */
  apiUrl: URL
  resourceGroup: string
  auth: SapAuth
}

const DEPLOYMENT = v.object({
  id: v.string(),
  status: v.string(),
  targetStatus: optionalText,
  statusMessage: optionalText,
  configurationName: optionalText,
  scenarioId: optionalText,
  createdAt: optionalText,
})
type SapDeployment = v.InferOutput<typeof DEPLOYMENT>

const ERROR = v.object({ error: v.object({ code: optionalText, message: optionalText }) })

/** The target status that goes with a status anyway, and is no news to people. */
const EXPECTED_TARGET: Readonly<Record<string, string>> = {
  UNKNOWN: 'RUNNING',
  PENDING: 'RUNNING',
  RUNNING: 'RUNNING',
  STOPPING: 'STOPPED',
  STOPPED: 'STOPPED',
}

/** SAP publishes no rate limit for these calls: few at once. Its own clients wait 60 s for an answer. */
const PROFILE: HttpProfile = { requestTimeoutMs: 60_000, width: 4 }

/**
 * SAP AI Core, AI API 2.42: deployments are stopped before they are deleted, and are gone once GET answers 404.
 * Source: SAP AI Core and SAP AI Launchpad documentation, "Deployments", "Delete a Deployment".
 */
export function connectSapAiCore(settings: SapSettings, connection: Connection): Provider<SapFacts> {
  const http: Http = connection.openHttp(PROFILE)
  const base = withSuffix(settings.apiUrl, '/v2')
  const tokens = createSapTokens(settings.auth, http, connection.clock, connection.onSecret)
  let groupWorkedAt = -1
  let proof: Promise<void> | undefined

  const call = async (kind: 'read' | 'write', method: 'GET' | 'PATCH' | 'DELETE', path: string, body?: unknown) => {
    const token = await tokens.current()
    const answer = await send(token)
    if (answer.status === 401 && (await tokens.renew(token))) return checkAccess(await send(await tokens.current()))
    return checkAccess(answer)

    function send(bearer: string): Promise<Answer> {
      return http[kind]({
        method,
        url: below(base, path),
        headers: {
          authorization: `Bearer ${bearer}`,
          'ai-resource-group': settings.resourceGroup,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    }
  }

  const checkAccess = (answer: Answer): Answer => {
    if (answer.status === 401 || answer.status === 403) {
      const hint =
        answer.status === 401
          ? "Check the service key or 'token': it is wrong, expired, or for another tenant"
          : `Check 'resource-group' (now '${settings.resourceGroup}') and that the key belongs to this tenant`
      throw new ProviderError('account', `SAP AI Core denied access: ${describeSap(answer)}. ${hint}`, answer.exchange)
    }
    if (isSuccess(answer)) groupWorkedAt = Math.max(groupWorkedAt, answer.exchange.at)
    return answer
  }

  /**
   * A 404 proves something only where token and resource group are known to work now: an unknown or lost group may
   * answer 404 as well (undocumented). Throws {@link ProviderError} where they do not.
   */
  const proveGroup = async (after: number): Promise<void> => {
    if (groupWorkedAt > after) return
    proof ??= listOne().finally(() => {
      proof = undefined
    })
    await proof
  }
  const listOne = async (): Promise<void> => {
    const answer = await call('read', 'GET', '/lm/deployments?$top=1')
    if (isSuccess(answer)) return
    const hint = `Check 'resource-group' (now '${settings.resourceGroup}') and 'api-url'`
    throw new ProviderError(
      'account',
      `SAP AI Core gave no list of deployments: ${describeSap(answer)}. ${hint}`,
      answer.exchange,
    )
  }

  const look = async (target: Target): Promise<Observation<SapFacts>> => {
    const answer = await call('read', 'GET', deploymentPath(target))
    if (answer.status === 404) {
      await proveGroup(answer.exchange.at)
      return { state: 'absent', exchange: answer.exchange }
    }
    if (!isSuccess(answer)) throw new ProviderError('target', describeSap(answer), answer.exchange)
    const deployment = shaped(DEPLOYMENT, answer)
    if (deployment.id !== target.id) {
      throw new ProviderError('target', 'SAP AI Core answered about another deployment', answer.exchange)
    }
    return { state: 'present', sighting: sightingOf(deployment), exchange: answer.exchange }
  }

  return {
    observe: (targets) => Promise.all(targets.map((target) => attempt(() => look(target)))),
    nextStep: nextSapStep,
    async act(target, action) {
      const answer = await (action.verb === 'delete'
        ? call('write', 'DELETE', deploymentPath(target), action.withBody ? { targetStatus: 'DELETED' } : undefined)
        : call('write', 'PATCH', deploymentPath(target), { targetStatus: 'STOPPED' }))
      return receiptOf(answer)
    },
  }
}

function deploymentPath(target: Target): string {
  return `/lm/deployments/${segment(target.id)}`
}

function sightingOf(deployment: SapDeployment): Sighting<SapFacts> {
  const { status, targetStatus, statusMessage, configurationName: name, scenarioId } = deployment
  const createdAt = parseTime(deployment.createdAt)
  const target = targetStatus === undefined || targetStatus === EXPECTED_TARGET[status] ? '' : `target ${targetStatus}`
  const detail = [target, statusMessage ?? ''].filter((part) => part !== '')
  return {
    status,
    ...(name === undefined ? {} : { name }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(detail.length === 0 ? {} : { detail: detail.join('; ') }),
    facts: {
      targetStatus,
      orchestration: scenarioId === 'orchestration' || name === 'defaultOrchestrationConfig',
    },
  }
}

function receiptOf(answer: Answer): Receipt {
  const { exchange, status } = answer
  if (isSuccess(answer)) return { result: 'accepted', tombstone: answer.body, exchange }
  if (status === 404) return { result: 'absent', exchange }
  // SAP documents no status for "not allowed in this state": 400, 409 and 412 are treated alike, 415 asks for the body.
  if (status === 400 || status === 409 || status === 412 || status === 415) {
    return { result: 'refused', problem: describeSap(answer), status, exchange }
  }
  throw new ProviderError('target', describeSap(answer), exchange)
}

function describeSap(answer: Answer): string {
  const parsed = v.safeParse(ERROR, answer.body)
  const complaint: Complaint = parsed.success ? parsed.output.error : {}
  return describe(answer, complaint)
}
