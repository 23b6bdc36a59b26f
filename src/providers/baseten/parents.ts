import type { HttpResponse } from '../../http/client.ts'
import { ProviderError, UnclearAnswer } from '../errors.ts'
import type { Mistaken, Observation } from '../observation.ts'
import { verifyMissing } from '../shared/list-observer.ts'
import { attempt } from '../shared/observe.ts'
import { isSuccess } from '../shared/response.ts'
import { parseBody } from '../shared/schema.ts'
import { singleFlightNext } from '../shared/single-flight.ts'
import { parseTime } from '../shared/time.ts'
import type { Target } from '../target.ts'
import { type BasetenApi, describeBaseten, pathOf } from './api.ts'
import { knownAsName, mistakenAs } from './mistaken.ts'
import { fromList, type ResourceClient, sameId } from './resource-client.ts'
import {
  type BasetenDeployment,
  type BasetenModel,
  CHAIN_DEPLOYMENT,
  CHAIN_DEPLOYMENTS,
  CHAINS,
  DEPLOYMENT,
  DEPLOYMENTS,
  MODEL,
  MODELS,
} from './schema.ts'
import type { BasetenSnapshot } from './snapshot.ts'

/** Models and chains: what has deployments and environments below it, and how to read Baseten's answers about them. */
export interface ParentKind {
  resource: 'model' | 'chain'
  deployment: 'deployment' | 'chain-deployment'
  one(answer: HttpResponse): BasetenModel
  all(answer: HttpResponse): readonly BasetenModel[]
  oneDeployment(answer: HttpResponse): BasetenDeployment
  allDeployments(answer: HttpResponse): readonly BasetenDeployment[]
}

export const MODELS_KIND: ParentKind = {
  resource: 'model',
  deployment: 'deployment',
  one: (answer) => parseBody(MODEL, answer),
  all: (answer) => parseBody(MODELS, answer).models,
  oneDeployment: (answer) => parseBody(DEPLOYMENT, answer),
  allDeployments: (answer) => parseBody(DEPLOYMENTS, answer).deployments,
}

export const CHAINS_KIND: ParentKind = {
  resource: 'chain',
  deployment: 'chain-deployment',
  one: (answer) => parseBody(MODEL, answer),
  all: (answer) => parseBody(CHAINS, answer).chains,
  oneDeployment: (answer) => parseBody(CHAIN_DEPLOYMENT, answer),
  allDeployments: (answer) => parseBody(CHAIN_DEPLOYMENTS, answer).deployments,
}

/** Everything of the kind that the key can see, each once. */
export async function listParents(api: BasetenApi, parentKind: ParentKind): Promise<BasetenModel[]> {
  const answer = await api.findList(`/${parentKind.resource}s`)
  if (!isSuccess(answer)) throw new ProviderError('account', describeBaseten(answer), answer.exchange)
  return [...new Map(parentKind.all(answer).map((each) => [each.id, each])).values()]
}

/** Throws that a model or chain below which a sweep was to look is not there. */
export function parentMissing({ exchange }: Pick<HttpResponse, 'exchange'>, { reason }: Mistaken): never {
  throw new ProviderError('account', reason, exchange)
}

/** The list of all models, or of all chains, as the word beside GET's. */
export interface ParentIndex {
  /**
   * All as they are after this was called, by ID. Throws {@link UnclearAnswer} where there is no list: a gateway, too, answers
   * 404 for what it cannot reach.
   */
  read(): Promise<{ byId: ReadonlyMap<string, BasetenModel>; answer: HttpResponse }>
}

export function createParentIndex(api: BasetenApi, parentKind: ParentKind): ParentIndex {
  return {
    read: singleFlightNext(async () => {
      const answer = await api.findList(`/${parentKind.resource}s`)
      if (!isSuccess(answer)) throw new UnclearAnswer(describeBaseten(answer), answer.exchange)
      return { byId: new Map(parentKind.all(answer).map((each) => [each.id, each])), answer }
    }),
  }
}

/** Up to so many, a GET each is cheaper than a list of all that the key can see. */
const LIST_FROM = 5

/** Models or chains themselves. */
export function createParents(api: BasetenApi, parentKind: ParentKind, index: ParentIndex): ResourceClient {
  const { resource } = parentKind

  const one = async (target: Target): Promise<Observation<BasetenSnapshot>> => {
    const answer = await api.find(pathOf(target))
    if (answer.status === 404) return { state: 'absent', exchange: answer.exchange }
    const found = parentKind.one(answer)
    sameId(found.id, target, answer)
    return { state: 'present', snapshot: snapshotOf(found, resource), exchange: answer.exchange }
  }

  /** One alone. What GET does not find must be missing in the list as well. */
  const alone = async (target: Target): Promise<Observation<BasetenSnapshot>> => {
    const word = await one(target)
    if (word.state !== 'absent') return word
    const { byId, answer } = await index.read()
    const listed = byId.get(target.id)
    if (listed === undefined) {
      const [observation = word] = mistakenAs([word], () => knownAsName(target.id, resource, byId.values()))
      return observation
    }
    return { state: 'present', snapshot: snapshotOf(listed, resource), exchange: answer.exchange }
  }

  const observe: ResourceClient['observe'] = async (_parent, targets) => {
    if (targets.length < LIST_FROM) return Promise.all(targets.map((target) => attempt(() => alone(target))))
    const { byId, answer } = await index.read()
    const snapshots = new Map([...byId].map(([id, each]) => [id, snapshotOf(each, resource)]))
    const missing = targets.filter(({ id }) => !snapshots.has(id))
    const observations = fromList(targets, snapshots, answer, await verifyMissing(missing, one))
    return mistakenAs(observations, (index) => knownAsName(targets[index]?.id, resource, byId.values()))
  }

  return {
    async list() {
      const all = await listParents(api, parentKind)
      return all.map((each) => ({ target: { resource, id: each.id }, snapshot: snapshotOf(each, resource) }))
    },
    observe,
    confirmGone: observe,
  }
}

function snapshotOf(parentKind: BasetenModel, resource: ParentKind['resource']): BasetenSnapshot {
  const { name, deployments_count: count } = parentKind
  const createdAt = parseTime(parentKind.created_at)
  return {
    status: 'EXISTS',
    detail: `${count ?? 'an unknown number of'} deployment${count === 1 ? '' : 's'}${parentKind.production_deployment_id ? ', production among them' : ''}`,
    ...(name === undefined ? {} : { name }),
    ...(createdAt === undefined ? {} : { createdAt }),
    details: { resource },
  }
}
