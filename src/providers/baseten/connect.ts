import type { Answer } from '../../http/client.ts'
import { isSuccess } from '../answer.ts'
import type { Connection } from '../connection.ts'
import { attempt } from '../observe.ts'
import {
  type Action,
  type Listed,
  type Observation,
  type Provider,
  ProviderError,
  type Receipt,
  type Sighting,
  type Target,
  UnclearAnswer,
} from '../provider.ts'
import { shaped } from '../shape.ts'
import { parseTime } from '../time.ts'
import { type BasetenSettings, createBasetenApi, deploymentPath, describeBaseten, modelPath } from './api.ts'
import { familyFacts } from './family.ts'
import { type BasetenFacts, nextBasetenStep, protectionOf } from './rules.ts'
import {
  type BasetenDeployment,
  type BasetenModel,
  DEACTIVATED,
  DEPLOYMENT,
  DEPLOYMENTS,
  ENVIRONMENTS,
  MODEL,
  MODELS,
  TOMBSTONE,
} from './schema.ts'

/**
 * Baseten's management API, as of August 2026: deployments are deleted directly and are gone once GET answers 404.
 * Source: Baseten management API reference and its OpenAPI, command line and Terraform provider.
 */
export function connectBaseten(settings: BasetenSettings, connection: Connection): Provider<BasetenFacts> {
  const api = createBasetenApi(settings, connection)

  const lookAtModel = async (target: Target): Promise<Observation<BasetenFacts>> => {
    const answer = await api.find(modelPath(target.id))
    if (answer.status === 404) return { state: 'absent', exchange: answer.exchange }
    const model = shaped(MODEL, answer)
    sameId(model.id, target, answer)
    return { state: 'present', sighting: modelSighting(model), exchange: answer.exchange }
  }

  /** Everything that decides what may go under one model: three reads, whatever the number of targets. Undefined: no such model. */
  const lookInto = async (modelId: string, known?: BasetenModel) => {
    const path = modelPath(modelId)
    const [model, list, environments] = await Promise.all([
      known ?? api.find(path),
      api.findList(`${path}/deployments`),
      api.findList(`${path}/environments`),
    ])
    if ('exchange' in model && model.status === 404) return { state: 'absent' as const, exchange: model.exchange }
    for (const answer of [list, environments]) {
      // The three disagree when the model goes at this very moment, or when a list cannot be had: then nothing is known.
      if (answer.status === 404) throw new UnclearAnswer(describeBaseten(answer), answer.exchange)
    }
    const { deployments } = shaped(DEPLOYMENTS, list)
    const about = 'exchange' in model ? shaped(MODEL, model) : model
    if ('exchange' in model) sameId(about.id, { resource: 'model', id: modelId }, model)
    const facts = familyFacts({
      model: about,
      deployments,
      environments: shaped(ENVIRONMENTS, environments).environments,
    })
    const sightings = new Map(
      deployments.map((deployment) => {
        return [deployment.id, { ...outline(deployment), facts: facts.get(deployment.id) ?? unasked(deployment.id) }]
      }),
    )
    return { state: 'present' as const, sightings, exchange: list.exchange }
  }

  const decide = async (modelId: string, targets: readonly Target[]): Promise<Observation<BasetenFacts>[]> => {
    const seen = await lookInto(modelId)
    return targets.map(({ id }) => {
      const sighting = seen.state === 'present' ? seen.sightings.get(id) : undefined
      const { exchange } = seen
      return sighting === undefined ? { state: 'absent', exchange } : { state: 'present', sighting, exchange }
    })
  }

  /** Only "still there?": one list for several deployments of a model, one GET for a single one. */
  const confirm = async (modelId: string, targets: readonly Target[]): Promise<Observation<BasetenFacts>[]> => {
    const [only] = targets
    const single = targets.length === 1 && only !== undefined
    const answer = single
      ? await api.find(deploymentPath(modelId, only.id))
      : await api.findList(`${modelPath(modelId)}/deployments`)
    const { exchange, status } = answer
    if (status === 404) return targets.map(() => ({ state: 'absent', exchange }))
    const there = single ? [shaped(DEPLOYMENT, answer)] : shaped(DEPLOYMENTS, answer).deployments
    if (single && there[0] !== undefined) sameId(there[0].id, only, answer)
    const byId = new Map(there.map((deployment) => [deployment.id, deployment]))
    return targets.map(({ id }) => {
      const deployment = byId.get(id)
      if (deployment === undefined) return { state: 'absent', exchange }
      return { state: 'present', sighting: { ...outline(deployment), facts: unasked(id) }, exchange }
    })
  }

  const listDeployments = async (
    models: readonly { id: string; known?: BasetenModel }[],
  ): Promise<Listed<BasetenFacts>[]> => {
    const families = await Promise.all(
      models.map(async ({ id, known }) => {
        const seen = await lookInto(id, known)
        if (seen.state === 'absent') {
          throw new ProviderError('account', `model ${id} is not there, or not visible with this key`, seen.exchange)
        }
        return [...seen.sightings].map(([deploymentId, sighting]): Listed<BasetenFacts> => {
          return { target: { resource: 'deployment', id: deploymentId, parent: id }, sighting }
        })
      }),
    )
    return families.flat()
  }

  const listModels = async (): Promise<BasetenModel[]> => {
    const answer = await api.findList('/models')
    if (!isSuccess(answer)) throw new ProviderError('account', describeBaseten(answer), answer.exchange)
    return [...new Map(shaped(MODELS, answer).models.map((model) => [model.id, model])).values()]
  }

  return {
    async list({ resource, parents }) {
      if (resource === 'model') {
        const models = await listModels()
        return models.map((model) => ({ target: { resource, id: model.id }, sighting: modelSighting(model) }))
      }
      if (parents.length > 0) return listDeployments(parents.map((id) => ({ id })))
      return listDeployments((await listModels()).map((known) => ({ id: known.id, known })))
    },
    async observe(targets, depth) {
      const seen = new Map<Target, Observation<BasetenFacts>>()
      const note = (group: readonly Target[], observations: readonly Observation<BasetenFacts>[]) => {
        for (const [index, observation] of observations.entries()) {
          const target = group[index]
          if (target !== undefined) seen.set(target, observation)
        }
      }
      const groups = Map.groupBy(targets, ({ resource, parent }) => (resource === 'deployment' ? parent : undefined))
      const looks = [...groups].map(async ([modelId, group]) => {
        if (modelId === undefined) {
          return note(group, await Promise.all(group.map((target) => attempt(() => lookAtModel(target)))))
        }
        try {
          note(group, await (depth === 'decide' ? decide : confirm)(modelId, group))
        } catch (error) {
          note(
            group,
            group.map(() => ({
              state: 'unreadable',
              error: error instanceof Error ? error : new Error(String(error)),
            })),
          )
        }
      })
      await Promise.all(looks)
      return targets.map(
        (target) => seen.get(target) ?? { state: 'unreadable', error: new Error('Baseten was not asked') },
      )
    },
    protection: ({ facts }, rules) => protectionOf(facts, rules),
    nextStep: nextBasetenStep,
    async act(target, action) {
      const path = target.resource === 'model' ? modelPath(target.id) : deploymentPath(target.parent ?? '', target.id)
      const answer = await (action.verb === 'delete'
        ? api.write('DELETE', path)
        : api.write('POST', `${path}/deactivate`))
      return receiptOf(answer, target, action)
    },
  }
}

function modelSighting(model: BasetenModel): Sighting<BasetenFacts> {
  const { name, deployments_count: count } = model
  const createdAt = parseTime(model.created_at)
  return {
    status: 'EXISTS',
    detail: `${count} deployment${count === 1 ? '' : 's'}${model.production_deployment_id ? ', production among them' : ''}`,
    ...(name === undefined ? {} : { name }),
    ...(createdAt === undefined ? {} : { createdAt }),
    facts: { resource: 'model' },
  }
}

function outline(deployment: BasetenDeployment): Omit<Sighting<BasetenFacts>, 'facts'> {
  const { status, name } = deployment
  const createdAt = parseTime(deployment.created_at)
  return { status, ...(name === undefined ? {} : { name }), ...(createdAt === undefined ? {} : { createdAt }) }
}

/** Nothing is decided on a look that only confirms. */
function unasked(id: string): BasetenFacts {
  return { resource: 'deployment', id, guard: undefined, family: undefined }
}

function sameId(id: string, target: Target, answer: Answer): void {
  if (id === target.id) return
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
  // Any success will do, with or without a tombstone; but a tombstone must be of what was asked for.
  if (answer.body === undefined) return { result: 'accepted', exchange }
  const tombstone = shaped(TOMBSTONE, answer)
  const isOther = tombstone.id !== target.id || (tombstone.model_id ?? target.parent) !== target.parent
  if (isOther || !tombstone.deleted) {
    const said = tombstone.deleted ? 'the tombstone of another ID' : 'deleted: false'
    throw new ProviderError('target', `Baseten answered DELETE with ${said}; look at the account`, exchange)
  }
  return { result: 'accepted', tombstone: answer.body, exchange }
}
