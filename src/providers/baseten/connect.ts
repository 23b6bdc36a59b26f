import * as v from 'valibot'
import type { Answer } from '../../http/client.ts'
import { below, segment, withSuffix } from '../address.ts'
import { describe, isSuccess } from '../answer.ts'
import type { Connection, HttpProfile } from '../connection.ts'
import { attempt } from '../observe.ts'
import {
  type Action,
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
import { type BasetenFacts, deploymentFacts, nextBasetenStep } from './rules.ts'
import { type BasetenDeployment, DEPLOYMENT, ENVIRONMENT, MODEL } from './schema.ts'

export interface BasetenSettings {
  /** The management API, with or without `/v1`. */
  apiUrl: URL
  apiKey: string
  /** Every source accepts `Api-Key`; newer keys may be given with `Bearer`. */
  scheme: 'Api-Key' | 'Bearer'
}

const DEPLOYMENTS = v.object({ deployments: v.array(DEPLOYMENT) })
const ENVIRONMENTS = v.object({ environments: v.array(ENVIRONMENT) })
const TOMBSTONE = v.object({ id: v.string(), deleted: v.boolean() })
const DEACTIVATED = v.object({ success: v.fallback(v.boolean(), true) })
const COMPLAINT = v.object({ code: optionalText, message: optionalText, error: optionalText })
const LATER = v.object({ retry_after: v.pipe(v.number(), v.minValue(0)) })

/** 100 requests a second for all but deactivate; a request is given up after 30 s. */
const PROFILE: HttpProfile = {
  requestTimeoutMs: 30_000,
  width: 8,
  retryAfterMs: (body) => {
    const later = v.safeParse(LATER, body)
    return later.success ? later.output.retry_after * 1000 : undefined
  },
}

/** Lists come whole, however long they are. */
const MAX_LIST_BYTES = 32 * 1024 * 1024

/**
 * Baseten's management API, as of August 2026: deployments are deleted directly and are gone once GET answers 404.
 * Source: Baseten management API reference and its OpenAPI, command line and Terraform provider.
 */
export function connectBaseten(settings: BasetenSettings, connection: Connection): Provider<BasetenFacts> {
  const http = connection.openHttp(PROFILE)
  const base = withSuffix(settings.apiUrl, '/v1')
  let keyWorked = false

  const call = async (
    kind: 'read' | 'write',
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    maxBytes?: number,
  ): Promise<Answer> => {
    const answer = await http[kind]({
      method,
      url: below(base, path),
      headers: {
        authorization: `${settings.scheme} ${settings.apiKey}`,
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      },
      ...(method === 'POST' ? { body: '{}' } : {}),
      ...(maxBytes === undefined ? {} : { maxBytes }),
    })
    if (answer.status === 401 || answer.status === 403) throw noAccess(answer)
    if (isSuccess(answer)) keyWorked = true
    return answer
  }

  /** Baseten answers 403, not 401, for a wrong key; once the key has worked, a 403 is about this one resource. */
  const noAccess = (answer: Answer): ProviderError => {
    const hint = keyWorked
      ? 'The key works, but not for this: it may be limited to some environments'
      : "Check 'api-key': it must be a personal key or one that may manage all team models, not an inference-only key"
    const scope = keyWorked && answer.status === 403 ? 'target' : 'account'
    return new ProviderError(scope, `Baseten denied access: ${describeBaseten(answer)}. ${hint}`, answer.exchange)
  }

  /** A read whose 404 means that the thing is not there. */
  const find = async (path: string, maxBytes?: number): Promise<Answer> => {
    const answer = await call('read', 'GET', path, maxBytes)
    if (isSuccess(answer) || answer.status === 404) return answer
    throw new ProviderError('target', describeBaseten(answer), answer.exchange)
  }

  const lookAtModel = async (target: Target): Promise<Observation<BasetenFacts>> => {
    const answer = await find(modelPath(target.id))
    if (answer.status === 404) return { state: 'absent', exchange: answer.exchange }
    const model = shaped(MODEL, answer)
    sameId(model.id, target, answer)
    const name = model.name
    const createdAt = parseTime(model.created_at)
    const sighting: Sighting<BasetenFacts> = {
      status: 'EXISTS',
      detail: `${model.deployments_count} deployments${model.production_deployment_id ? ', production among them' : ''}`,
      ...(name === undefined ? {} : { name }),
      ...(createdAt === undefined ? {} : { createdAt }),
      facts: { resource: 'model' },
    }
    return { state: 'present', sighting, exchange: answer.exchange }
  }

  /** Everything that decides what may go under one model: three reads, whatever the number of targets. */
  const lookIntoModel = async (modelId: string, targets: readonly Target[]): Promise<Observation<BasetenFacts>[]> => {
    const path = modelPath(modelId)
    const [model, list, environments] = await Promise.all([
      find(path),
      find(`${path}/deployments`, MAX_LIST_BYTES),
      find(`${path}/environments`, MAX_LIST_BYTES),
    ])
    const missing = [model, list, environments].find((answer) => answer.status === 404)
    if (missing !== undefined) {
      // The three disagree when the model goes at this very moment, or when a list cannot be had: then nothing is known.
      if (model.status !== 404) throw new UnclearAnswer(describeBaseten(missing), missing.exchange)
      return targets.map(() => ({ state: 'absent', exchange: model.exchange }))
    }
    const whole = {
      model: shaped(MODEL, model),
      deployments: shaped(DEPLOYMENTS, list).deployments,
      environments: shaped(ENVIRONMENTS, environments).environments,
    }
    return targets.map((target) => {
      const deployment = whole.deployments.find(({ id }) => id === target.id)
      if (deployment === undefined) return { state: 'absent', exchange: list.exchange }
      return {
        state: 'present',
        sighting: { ...outline(deployment), facts: deploymentFacts(deployment, whole) },
        exchange: list.exchange,
      }
    })
  }

  /** Only "still there?": one list for several deployments of a model, one GET for a single one. */
  const confirm = async (modelId: string, targets: readonly Target[]): Promise<Observation<BasetenFacts>[]> => {
    const [only] = targets
    const single = targets.length === 1 && only !== undefined
    const answer = await (single
      ? find(deploymentPath(modelId, only.id))
      : find(`${modelPath(modelId)}/deployments`, MAX_LIST_BYTES))
    if (answer.status === 404) return targets.map(() => ({ state: 'absent', exchange: answer.exchange }))
    const there = single ? [shaped(DEPLOYMENT, answer)] : shaped(DEPLOYMENTS, answer).deployments
    if (single && there[0] !== undefined) sameId(there[0].id, only, answer)
    return targets.map((target) => {
      const deployment = there.find(({ id }) => id === target.id)
      if (deployment === undefined) return { state: 'absent', exchange: answer.exchange }
      const facts: BasetenFacts = { resource: 'deployment', guard: undefined, companions: undefined }
      return { state: 'present', sighting: { ...outline(deployment), facts }, exchange: answer.exchange }
    })
  }

  const observeUnder = async (modelId: string, targets: readonly Target[], depth: 'decide' | 'confirm') => {
    try {
      return await (depth === 'decide' ? lookIntoModel : confirm)(modelId, targets)
    } catch (error) {
      return targets.map(() => ({
        state: 'unreadable' as const,
        error: error instanceof Error ? error : new Error(String(error)),
      }))
    }
  }

  return {
    async observe(targets, depth) {
      const seen = new Map<Target, Observation<BasetenFacts>>()
      const underModel = Map.groupBy(
        targets.filter(({ resource }) => resource === 'deployment'),
        ({ parent }) => parent ?? '',
      )
      await Promise.all([
        ...[...underModel].map(async ([modelId, group]) => {
          const observations = await observeUnder(modelId, group, depth)
          for (const [index, target] of group.entries()) {
            const observation = observations[index]
            if (observation !== undefined) seen.set(target, observation)
          }
        }),
        ...targets
          .filter(({ resource }) => resource === 'model')
          .map(async (target) => seen.set(target, await attempt(() => lookAtModel(target)))),
      ])
      return targets.map(
        (target) =>
          seen.get(target) ?? { state: 'unreadable', error: new Error(`Baseten cannot look at a ${target.resource}`) },
      )
    },
    nextStep: nextBasetenStep,
    async act(target, action) {
      const path = target.resource === 'model' ? modelPath(target.id) : deploymentPath(target.parent ?? '', target.id)
      const answer = await (action.verb === 'delete'
        ? call('write', 'DELETE', path)
        : call('write', 'POST', `${path}/deactivate`))
      return receiptOf(answer, target, action)
    },
  }
}

function modelPath(modelId: string): string {
  return `/models/${segment(modelId)}`
}

function deploymentPath(modelId: string, id: string): string {
  return `${modelPath(modelId)}/deployments/${segment(id)}`
}

function outline(deployment: BasetenDeployment): Omit<Sighting<BasetenFacts>, 'facts'> {
  const { status, name } = deployment
  const createdAt = parseTime(deployment.created_at)
  return { status, ...(name === undefined ? {} : { name }), ...(createdAt === undefined ? {} : { createdAt }) }
}

function sameId(id: string, target: Target, answer: Answer): void {
  if (id !== target.id)
    throw new ProviderError('target', `Baseten answered about another ${target.resource}`, answer.exchange)
}

function receiptOf(answer: Answer, target: Target, action: Action): Receipt {
  const { exchange, status } = answer
  if (status === 404) return { result: 'absent', exchange }
  // The status of a refusal is undocumented: these are looked at again.
  if (status === 400 || status === 409 || status === 412 || status === 422) {
    return { result: 'refused', problem: describeBaseten(answer), status, exchange }
  }
  if (!isSuccess(answer)) throw new ProviderError('target', describeBaseten(answer), exchange)
  if (action.verb !== 'delete') {
    const { success } = answer.body === undefined ? { success: true } : shaped(DEACTIVATED, answer)
    if (success) return { result: 'accepted', exchange }
    return { result: 'refused', problem: 'Baseten answered success: false', status, exchange }
  }
  const tombstone = shaped(TOMBSTONE, answer)
  if (tombstone.id !== target.id || !tombstone.deleted) {
    const said = tombstone.deleted ? 'the tombstone of another ID' : 'deleted: false'
    throw new ProviderError('target', `Baseten answered DELETE with ${said}; look at the account`, exchange)
  }
  return { result: 'accepted', tombstone: answer.body, exchange }
}

function describeBaseten(answer: Answer): string {
  const parsed = v.safeParse(COMPLAINT, answer.body)
  return describe(
    answer,
    parsed.success ? { ...parsed.output, message: parsed.output.message ?? parsed.output.error } : {},
  )
}
