import type { Answer } from '../../http/client.ts'
import { isSuccess } from '../answer.ts'
import { attempt } from '../observe.ts'
import { type Observation, ProviderError, type Sighting, type Target, UnclearAnswer } from '../provider.ts'
import { shaped } from '../shape.ts'
import { sharedNext } from '../shared-list.ts'
import { parseTime } from '../time.ts'
import { witnessed } from '../witness.ts'
import { type BasetenApi, describeBaseten, pathOf } from './api.ts'
import type { BasetenFacts } from './facts.ts'
import { fromList, type Kind, sameId } from './kind.ts'
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

/** Models and chains: what has deployments and environments below it, and how to read Baseten's answers about them. */
export interface Owner {
  resource: 'model' | 'chain'
  deployment: 'deployment' | 'chain-deployment'
  one(answer: Answer): BasetenModel
  all(answer: Answer): readonly BasetenModel[]
  oneDeployment(answer: Answer): BasetenDeployment
  allDeployments(answer: Answer): readonly BasetenDeployment[]
}

export const MODEL_OWNER: Owner = {
  resource: 'model',
  deployment: 'deployment',
  one: (answer) => shaped(MODEL, answer),
  all: (answer) => shaped(MODELS, answer).models,
  oneDeployment: (answer) => shaped(DEPLOYMENT, answer),
  allDeployments: (answer) => shaped(DEPLOYMENTS, answer).deployments,
}

export const CHAIN_OWNER: Owner = {
  resource: 'chain',
  deployment: 'chain-deployment',
  one: (answer) => shaped(MODEL, answer),
  all: (answer) => shaped(CHAINS, answer).chains,
  oneDeployment: (answer) => shaped(CHAIN_DEPLOYMENT, answer),
  allDeployments: (answer) => shaped(CHAIN_DEPLOYMENTS, answer).deployments,
}

/** Everything of the kind that the key can see, each once. */
export async function listOwners(api: BasetenApi, owner: Owner): Promise<BasetenModel[]> {
  const answer = await api.findList(`/${owner.resource}s`)
  if (!isSuccess(answer)) throw new ProviderError('account', describeBaseten(answer), answer.exchange)
  return [...new Map(owner.all(answer).map((each) => [each.id, each])).values()]
}

/** Throws that a model or chain below which a sweep was to look is not there. */
export function ownerMissing({ resource }: Owner, id: string, { exchange }: Pick<Answer, 'exchange'>): never {
  throw new ProviderError('account', `${resource} ${id} is not there, or not visible with this key`, exchange)
}

/** The list of all models, or of all chains, as the word beside GET's. */
export interface Roll {
  /**
   * All as they are after this was called, by ID. Throws {@link UnclearAnswer} where there is no list: a gateway, too, answers
   * 404 for what it cannot reach.
   */
  read(): Promise<{ byId: ReadonlyMap<string, BasetenModel>; answer: Answer }>
}

export function createRoll(api: BasetenApi, owner: Owner): Roll {
  return {
    read: sharedNext(async () => {
      const answer = await api.findList(`/${owner.resource}s`)
      if (!isSuccess(answer)) throw new UnclearAnswer(describeBaseten(answer), answer.exchange)
      return { byId: new Map(owner.all(answer).map((each) => [each.id, each])), answer }
    }),
  }
}

/** Up to so many, a GET each is cheaper than a list of all that the key can see. */
const LIST_FROM = 5

/** Models or chains themselves. */
export function createOwners(api: BasetenApi, owner: Owner, roll: Roll): Kind {
  const { resource } = owner

  const one = async (target: Target): Promise<Observation<BasetenFacts>> => {
    const answer = await api.find(pathOf(target))
    if (answer.status === 404) return { state: 'absent', exchange: answer.exchange }
    const found = owner.one(answer)
    sameId(found.id, target, answer)
    return { state: 'present', sighting: sightingOf(found, resource), exchange: answer.exchange }
  }

  /** One alone. What GET does not find must be missing in the list as well. */
  const alone = async (target: Target): Promise<Observation<BasetenFacts>> => {
    const word = await one(target)
    if (word.state !== 'absent') return word
    const { byId, answer } = await roll.read()
    const listed = byId.get(target.id)
    if (listed === undefined) return word
    return { state: 'present', sighting: sightingOf(listed, resource), exchange: answer.exchange }
  }

  return {
    async list() {
      const all = await listOwners(api, owner)
      return all.map((each) => ({ target: { resource, id: each.id }, sighting: sightingOf(each, resource) }))
    },
    async look(_parent, targets, depth) {
      if (targets.length < LIST_FROM) return Promise.all(targets.map((target) => attempt(() => alone(target))))
      const { byId, answer } = await roll.read()
      const sightings = new Map([...byId].map(([id, each]) => [id, sightingOf(each, resource)]))
      const missing = targets.filter(({ id }) => !sightings.has(id))
      return fromList(targets, sightings, answer, await witnessed(missing, answer.exchange, depth, one))
    },
  }
}

function sightingOf(owner: BasetenModel, resource: Owner['resource']): Sighting<BasetenFacts> {
  const { name, deployments_count: count } = owner
  const createdAt = parseTime(owner.created_at)
  return {
    status: 'EXISTS',
    detail: `${count ?? 'an unknown number of'} deployment${count === 1 ? '' : 's'}${owner.production_deployment_id ? ', production among them' : ''}`,
    ...(name === undefined ? {} : { name }),
    ...(createdAt === undefined ? {} : { createdAt }),
    facts: { resource },
  }
}
