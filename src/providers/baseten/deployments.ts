import type { Clock } from '../../lib/clock.ts'
import { UnclearAnswer } from '../errors.ts'
import type { Listed } from '../observation.ts'
import { type GetOne, observeMany, observeOne, type ShownList } from '../shared/list-observer.ts'
import type { Target } from '../target.ts'
import { type BasetenApi, pathOf } from './api.ts'
import { snapshotOf, unasked } from './deployment-snapshot.ts'
import { knownAsName, mistakenAs, noSuchParent } from './mistaken.ts'
import { listParents, type ParentIndex, type ParentKind, parentMissing } from './parents.ts'
import { type ResourceClient, sameId, shown } from './resource-client.ts'
import type { BasetenSnapshot, DeploymentDetails } from './snapshot.ts'
import { createWholeReader } from './whole-parent.ts'

/**
 * Deployments of models, or of chains. `going` are the models whose deletion was requested with their last deployment: for
 * those, only the model's own absence is proof.
 */
export function createDeployments(
  api: BasetenApi,
  parentKind: ParentKind,
  index: ParentIndex,
  going: ReadonlySet<string>,
  clock: Clock,
): ResourceClient {
  const resource = parentKind.deployment
  const readWhole = createWholeReader(api, parentKind, index, clock)
  const readShown = createShownReader(api, parentKind, index, going)

  /** One by its ID: not enough for a decision, but enough to know whether it exists. */
  const get: GetOne<BasetenSnapshot> = async (target) => {
    const answer = await api.find(pathOf(target))
    if (answer.status === 404) return { state: 'absent', exchange: answer.exchange }
    const deployment = parentKind.oneDeployment(answer)
    sameId(deployment.id, target, answer)
    const snapshot = snapshotOf(deployment, unasked(resource, target.parent ?? '', deployment.id))
    return { state: 'present', snapshot, exchange: answer.exchange }
  }

  /** The same before an action, for which GET alone is not enough. */
  const getGone: GetOne<BasetenSnapshot> = async (target) => {
    const observation = await get(target)
    if (observation.state !== 'present') return observation
    throw new UnclearAnswer(`GET shows ${target.id}, but the list does not`, observation.exchange)
  }

  const observe = async (parentId: string, targets: readonly Target[]) => {
    const whole = await readWhole(parentId)
    if (whole.state === 'absent') {
      const observations = await observeMany(targets, shown(NONE, whole.answer), getGone)
      return mistakenAs(observations, () => noSuchParent(parentKind, parentId, whole.others))
    }
    const { deployments, snapshotOf, answer } = whole
    const get = (id: string) => {
      const deployment = deployments.get(id)
      return deployment && snapshotOf(deployment)
    }
    const observations = await observeMany(targets, shown({ get }, answer), getGone)
    return mistakenAs(observations, (index) => {
      const id = targets[index]?.id
      return id === parentId
        ? { kind: 'name', reason: `it is the ID of the ${parentKind.resource}, and not of one of its deployments` }
        : knownAsName(id, resource, deployments.values())
    })
  }

  return {
    async list(parents) {
      const known = new Map(
        parents.length > 0 ? [] : (await listParents(api, parentKind)).map((each) => [each.id, each]),
      )
      const lists = await Promise.all(
        [...parents, ...known.keys()].map(async (parent) => {
          const whole = await readWhole(parent, known.get(parent))
          if (whole.state === 'absent')
            return parentMissing(whole.answer, noSuchParent(parentKind, parent, whole.others))
          return [...whole.deployments.values()].map((deployment): Listed<BasetenSnapshot> => {
            return { target: { resource, id: deployment.id, parent }, snapshot: whole.snapshotOf(deployment) }
          })
        }),
      )
      return lists.flat()
    },
    observe,
    async confirmGone(parentId, targets) {
      const readList = () => readShown(parentId, targets)
      const [only] = targets
      return targets.length === 1 && only !== undefined && !going.has(parentId)
        ? [await observeOne(only, get, readList)]
        : observeMany(targets, await readList(), get)
    },
  }
}

type ReadShown = (parentId: string, targets: readonly Target[]) => Promise<ShownList<BasetenSnapshot>>

/** Reads lists that only say who is still there. Without one, deployments are gone only if their model is. */
function createShownReader(
  api: BasetenApi,
  parentKind: ParentKind,
  index: ParentIndex,
  going: ReadonlySet<string>,
): ReadShown {
  const resource = parentKind.deployment
  const parentPath = (id: string) => pathOf({ resource: parentKind.resource, id })

  return async (parentId, targets) => {
    const itself = going.has(parentId) ? await api.find(parentPath(parentId)) : undefined
    const answer = itself?.status === 404 ? itself : await api.findList(`${parentPath(parentId)}/deployments`)
    if (answer.status === 404) {
      const parent = itself ?? (await api.find(parentPath(parentId)))
      // A gateway, too, answers 404 for what it cannot reach: a model that is gone is missing in the list of all as well.
      const isThere = parent.status !== 404 || (await index.read()).byId.has(parentId)
      return shown(isThere ? left(targets, resource) : NONE, parent)
    }
    const listed = new Map(parentKind.allDeployments(answer).map((each) => [each.id, each]))
    const stillThere = itself === undefined ? NONE : left(targets, resource)
    // Only of those that are asked for, which may be few of thousands.
    const show = (id: string) => {
      const deployment = listed.get(id)
      return deployment === undefined
        ? stillThere.get(id)
        : snapshotOf(deployment, unasked(resource, parentId, deployment.id))
    }
    return shown({ get: show }, answer)
  }
}

/** Deployments that are no longer shown, while their model still is. */
function left(
  targets: readonly Target[],
  resource: DeploymentDetails['resource'],
): ReadonlyMap<string, BasetenSnapshot> {
  return new Map(
    targets.map(({ id, parent = '' }) => [
      id,
      { status: '', detail: 'not listed, but its model is', details: unasked(resource, parent, id) },
    ]),
  )
}

const NONE: ReadonlyMap<string, BasetenSnapshot> = new Map()
