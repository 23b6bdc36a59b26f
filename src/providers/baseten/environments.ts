import { UnclearAnswer } from '../errors.ts'
import type { Listed } from '../observation.ts'
import { type GetOne, observeMany } from '../shared/list-observer.ts'
import { mistypedAs } from '../shared/nearly-the-id.ts'
import { parseBody } from '../shared/schema.ts'
import { parseTime } from '../shared/time.ts'
import { type BasetenApi, describeBaseten, pathOf } from './api.ts'
import { environmentDetails } from './environment-details.ts'
import { mistakenAs, noSuchParent } from './mistaken.ts'
import { listParents, MODELS_KIND, type ParentIndex, parentMissing } from './parents.ts'
import { type ResourceClient, shown } from './resource-client.ts'
import { ENVIRONMENTS } from './schema.ts'
import type { BasetenSnapshot, EnvironmentDetails } from './snapshot.ts'

/** Environments of models. Their name is their ID, and one list shows all of a model. */
export function createEnvironments(api: BasetenApi, index: ParentIndex): ResourceClient {
  const readEnvironments = async (modelId: string) => {
    const path = pathOf({ resource: 'model', id: modelId })
    const answer = await api.findList(`${path}/environments`)
    if (answer.status === 404) {
      const model = await api.find(path)
      if (model.status === 404) {
        const { byId } = await index.read()
        if (!byId.has(modelId)) return { state: 'absent' as const, answer: model, others: byId }
      }
      // A list that cannot be read is not an empty list.
      throw new UnclearAnswer(describeBaseten(answer), answer.exchange)
    }
    const { environments } = parseBody(ENVIRONMENTS, answer)
    const details = environmentDetails(environments, 'model')
    const snapshots = new Map(
      environments.flatMap(({ name, created_at }) => {
        const about = details.get(name)
        return about === undefined ? [] : [[name, snapshotOf(about, created_at)] as const]
      }),
    )
    return { state: 'present' as const, snapshots, answer }
  }

  /** One by its name, if the list does not show it: not enough for a decision. */
  const get: GetOne<BasetenSnapshot> = async (target) => {
    const answer = await api.find(pathOf(target))
    if (answer.status === 404) return { state: 'absent', exchange: answer.exchange }
    throw new UnclearAnswer(`GET shows the environment ${target.id}, but the list does not`, answer.exchange)
  }

  const observe: ResourceClient['observe'] = async (parent, targets) => {
    const seen = await readEnvironments(parent)
    if (seen.state === 'present') {
      const observations = await observeMany(targets, shown(seen.snapshots, seen.answer), get)
      return mistypedAs(observations, targets, [...seen.snapshots.keys()], 'environment')
    }
    const observations = await observeMany(targets, shown(new Map(), seen.answer), get)
    return mistakenAs(observations, () => noSuchParent(MODELS_KIND, parent, seen.others))
  }

  return {
    async list(parents) {
      const ids = parents.length > 0 ? parents : (await listParents(api, MODELS_KIND)).map(({ id }) => id)
      const lists = await Promise.all(
        ids.map(async (parent) => {
          const seen = await readEnvironments(parent)
          if (seen.state === 'absent') {
            if (parents.length > 0) return parentMissing(seen.answer, noSuchParent(MODELS_KIND, parent, seen.others))
            throw new UnclearAnswer(`model ${parent} went while it was listed`, seen.answer.exchange)
          }
          return [...seen.snapshots].map(([id, snapshot]): Listed<BasetenSnapshot> => {
            return { target: { resource: 'environment', id, parent }, snapshot }
          })
        }),
      )
      return lists.flat()
    },
    observe,
    confirmGone: observe,
  }
}

function snapshotOf(details: EnvironmentDetails, created: string | undefined): BasetenSnapshot {
  const { name, current, candidate, promotion } = details
  const createdAt = parseTime(created)
  const parts = [
    current === undefined ? '' : `serves ${current}`,
    candidate === undefined && promotion === undefined
      ? ''
      : `promotion of ${candidate ?? 'a deployment'} ${promotion ?? 'under way'}`,
  ].filter((detail) => detail !== '')
  return {
    status: '',
    name,
    ...(parts.length === 0 ? {} : { detail: parts.join(', ') }),
    ...(createdAt === undefined ? {} : { createdAt }),
    details,
  }
}
