import type { HttpResponse } from '../../http/client.ts'
import { ProviderError, UnclearAnswer } from '../errors.ts'
import type { Mistaken } from '../observation.ts'
import { type GetOne, observeMany, observeOne } from '../shared/list-observer.ts'
import { attempt } from '../shared/observe.ts'
import { isSuccess } from '../shared/response.ts'
import { parseBody } from '../shared/schema.ts'
import { singleFlightNext } from '../shared/single-flight.ts'
import { parseTime } from '../shared/time.ts'
import { type BasetenApi, describeBaseten, pathOf } from './api.ts'
import { knownAsName, mistakenAs } from './mistaken.ts'
import { type ResourceClient, sameId, shown } from './resource-client.ts'
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

/** Models and chains: the parents of deployments and environments, and how to read Baseten's answers about them. */
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
  if (!isSuccess(answer)) throw noSuchApi(answer)
  return [...new Map(parentKind.all(answer).map((each) => [each.id, each])).values()]
}

/** Every account has this list. */
function noSuchApi(answer: HttpResponse): ProviderError {
  return new ProviderError('account', `${describeBaseten(answer)}. Check 'api-url'`, answer.exchange)
}

/** Throws for a model or chain that a sweep names but that does not exist. */
export function parentMissing({ exchange }: Pick<HttpResponse, 'exchange'>, { reason }: Mistaken): never {
  throw new ProviderError('account', reason, exchange)
}

/** The list of all models or chains, which confirms what GET shows. */
export interface ParentIndex {
  /**
   * All of them by ID, read after this call. Throws {@link UnclearAnswer} if there is no list, since a gateway also answers 404 for
   * what it cannot reach; as the first answer, a 404 is that of a wrong address, and ends the step.
   */
  read(): Promise<{ byId: ReadonlyMap<string, BasetenModel>; answer: HttpResponse }>
}

export function createParentIndex(api: BasetenApi, parentKind: ParentKind): ParentIndex {
  return {
    read: singleFlightNext(async () => {
      const answer = await api.findList(`/${parentKind.resource}s`)
      if (!isSuccess(answer)) {
        if (!(await api.hasWorked())) throw noSuchApi(answer)
        throw new UnclearAnswer(describeBaseten(answer), answer.exchange)
      }
      return { byId: new Map(parentKind.all(answer).map((each) => [each.id, each])), answer }
    }),
  }
}

/** From this many targets, one list of everything that the key can see is cheaper than a GET for each. */
const LIST_FROM = 5

/** Models or chains as targets. */
export function createParents(api: BasetenApi, parentKind: ParentKind, index: ParentIndex): ResourceClient {
  const { resource } = parentKind

  const get: GetOne<BasetenSnapshot> = async (target) => {
    const answer = await api.find(pathOf(target))
    if (answer.status === 404) return { state: 'absent', exchange: answer.exchange }
    const found = parentKind.one(answer)
    sameId(found.id, target, answer)
    return { state: 'present', snapshot: snapshotOf(found, resource), exchange: answer.exchange }
  }

  const observe: ResourceClient['observe'] = async (_parent, targets) => {
    let known: ReadonlyMap<string, BasetenModel> = new Map()
    const readList = async () => {
      const { byId, answer } = await index.read()
      known = byId
      return shown(new Map([...byId].map(([id, each]) => [id, snapshotOf(each, resource)])), answer)
    }
    const observations =
      targets.length < LIST_FROM
        ? await Promise.all(targets.map((target) => attempt(() => observeOne(target, get, readList))))
        : await observeMany(targets, await readList(), get)
    return mistakenAs(observations, (index) => knownAsName(targets[index]?.id, resource, known.values()))
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
    status: '',
    detail: `${count ?? 'an unknown number of'} deployment${count === 1 ? '' : 's'}${parentKind.production_deployment_id ? ', including production' : ''}`,
    ...(name === undefined ? {} : { name }),
    ...(createdAt === undefined ? {} : { createdAt }),
    details: { resource },
  }
}
