import type { Answer } from '../../http/client.ts'
import { isSuccess } from '../answer.ts'
import { type Observation, ProviderError, type Sighting, type Target, UnclearAnswer } from '../provider.ts'
import { shaped } from '../shape.ts'
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

/**
 * That a model or chain is gone which GET does not find. A gateway, too, answers 404 for what it cannot reach, so the list of
 * all must be there, and without it. Throws {@link UnclearAnswer} where it is not so.
 */
export async function proveGone(api: BasetenApi, owner: Owner, id: string): Promise<void> {
  const answer = await api.findList(`/${owner.resource}s`)
  if (!isSuccess(answer)) throw new UnclearAnswer(describeBaseten(answer), answer.exchange)
  if (owner.all(answer).some((each) => each.id === id)) {
    throw new UnclearAnswer(`GET does not find ${owner.resource} ${id}, but the list shows it`, answer.exchange)
  }
}

/** Models or chains themselves. */
export function createOwners(api: BasetenApi, owner: Owner): Kind {
  const { resource } = owner

  const one = async (target: Target): Promise<Observation<BasetenFacts>> => {
    const answer = await api.find(pathOf(target))
    if (answer.status === 404) return { state: 'absent', exchange: answer.exchange }
    const found = owner.one(answer)
    sameId(found.id, target, answer)
    return { state: 'present', sighting: sightingOf(found, resource), exchange: answer.exchange }
  }

  return {
    async list() {
      const all = await listOwners(api, owner)
      return all.map((each) => ({ target: { resource, id: each.id }, sighting: sightingOf(each, resource) }))
    },
    async look(_parent, targets, depth) {
      const [only] = targets
      if (targets.length === 1 && only !== undefined) {
        const observation = await one(only)
        if (observation.state === 'absent') await proveGone(api, owner, only.id)
        return [observation]
      }
      const answer = await api.findList(`/${resource}s`)
      if (!isSuccess(answer)) throw new UnclearAnswer(describeBaseten(answer), answer.exchange)
      const sightings = new Map(owner.all(answer).map((each) => [each.id, sightingOf(each, resource)]))
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
