import { type Listed, type Observation, type Sighting, type Target, UnclearAnswer } from '../provider.ts'
import { shaped } from '../shape.ts'
import { parseTime } from '../time.ts'
import { witnessed } from '../witness.ts'
import { type BasetenApi, describeBaseten, pathOf } from './api.ts'
import { environmentFacts } from './environment-facts.ts'
import type { BasetenFacts, EnvironmentFacts } from './facts.ts'
import { fromList, type Kind } from './kind.ts'
import { listOwners, MODEL_OWNER, ownerMissing, type Roll } from './owners.ts'
import { ENVIRONMENTS } from './schema.ts'

/** Environments of models. They go by their name, and one list shows all of a model. */
export function createEnvironments(api: BasetenApi, roll: Roll): Kind {
  const lookInto = async (modelId: string) => {
    const path = pathOf({ resource: 'model', id: modelId })
    const answer = await api.findList(`${path}/environments`)
    if (answer.status === 404) {
      const model = await api.find(path)
      if (model.status === 404) {
        const { byId } = await roll.read()
        if (!byId.has(modelId)) return { state: 'absent' as const, answer: model }
      }
      // A list that cannot be had is no empty one.
      throw new UnclearAnswer(describeBaseten(answer), answer.exchange)
    }
    const { environments } = shaped(ENVIRONMENTS, answer)
    const facts = environmentFacts(environments, 'model')
    const sightings = new Map(
      environments.flatMap(({ name, created_at }) => {
        const about = facts.get(name)
        return about === undefined ? [] : [[name, sightingOf(about, created_at)] as const]
      }),
    )
    return { state: 'present' as const, sightings, answer }
  }

  /** One by its name, where the list does not show it: too little for a decision. */
  const one = async (target: Target): Promise<Observation<BasetenFacts>> => {
    const answer = await api.find(pathOf(target))
    if (answer.status === 404) return { state: 'absent', exchange: answer.exchange }
    throw new UnclearAnswer(`GET shows the environment ${target.id}, but the list does not`, answer.exchange)
  }

  return {
    async list(parents) {
      const ids = parents.length > 0 ? parents : (await listOwners(api, MODEL_OWNER)).map(({ id }) => id)
      const lists = await Promise.all(
        ids.map(async (parent) => {
          const seen = await lookInto(parent)
          if (seen.state === 'absent') {
            if (parents.length > 0) return ownerMissing(MODEL_OWNER, parent, seen.answer)
            throw new UnclearAnswer(`model ${parent} went while it was listed`, seen.answer.exchange)
          }
          return [...seen.sightings].map(([id, sighting]): Listed<BasetenFacts> => {
            return { target: { resource: 'environment', id, parent }, sighting }
          })
        }),
      )
      return lists.flat()
    },
    async look(parent, targets) {
      const seen = await lookInto(parent)
      if (seen.state === 'absent') return fromList(targets, new Map(), seen.answer)
      const missing = targets.filter(({ id }) => !seen.sightings.has(id))
      // A model has few environments: each is asked for.
      return fromList(
        targets,
        seen.sightings,
        seen.answer,
        await witnessed(missing, seen.answer.exchange, 'decide', one),
      )
    },
  }
}

function sightingOf(facts: EnvironmentFacts, created: string | undefined): Sighting<BasetenFacts> {
  const { name, current, candidate, promotion } = facts
  const createdAt = parseTime(created)
  const details = [
    current === undefined ? '' : `serves ${current}`,
    candidate === undefined && promotion === undefined
      ? ''
      : `promotion of ${candidate ?? 'a deployment'} ${promotion ?? 'under way'}`,
  ].filter((detail) => detail !== '')
  return {
    status: 'EXISTS',
    name,
    ...(details.length === 0 ? {} : { detail: details.join(', ') }),
    ...(createdAt === undefined ? {} : { createdAt }),
    facts,
  }
}
