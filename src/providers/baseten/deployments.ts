import { UnclearAnswer } from '../errors.ts'
import type { Listed } from '../observation.ts'
import { type GetOne, observeMany, observeOne, type ShownList } from '../shared/list-observer.ts'
import { parseBody } from '../shared/schema.ts'
import { parseTime } from '../shared/time.ts'
import type { Target } from '../target.ts'
import { type BasetenApi, describeBaseten, pathOf } from './api.ts'
import { membershipsOf } from './guards.ts'
import { knownAsName, mistakenAs, noSuchParent } from './mistaken.ts'
import { listParents, type ParentIndex, type ParentKind, parentMissing } from './parents.ts'
import type { RunningPart } from './prices.ts'
import { type ResourceClient, sameId, shown } from './resource-client.ts'
import { type BasetenDeployment, type BasetenModel, ENVIRONMENTS } from './schema.ts'
import { siblingDetails } from './siblings.ts'
import type { BasetenSnapshot, DeploymentDetails } from './snapshot.ts'

/**
 * Deployments of models, or of chains. `going` are the models whose deletion was requested with their last deployment: for
 * those, only the model's own absence is proof.
 */
export function createDeployments(
  api: BasetenApi,
  parentKind: ParentKind,
  index: ParentIndex,
  going: ReadonlySet<string>,
): ResourceClient {
  const resource = parentKind.deployment
  const parentPath = (id: string) => pathOf({ resource: parentKind.resource, id })

  /** Everything that decides what may be deleted in one model or chain: three reads for any number of targets. */
  const readWhole = async (parentId: string, known?: BasetenModel) => {
    const path = parentPath(parentId)
    const [itself, list, environments] = await Promise.all([
      known ?? api.find(path),
      api.findList(`${path}/deployments`),
      api.findList(`${path}/environments`),
    ])
    const answers = 'exchange' in itself ? [itself, list, environments] : [list, environments]
    const lost = answers.filter(({ status }) => status === 404)
    if ('exchange' in itself && lost.length === 3) {
      const { byId } = await index.read()
      if (!byId.has(parentId)) return { state: 'absent' as const, answer: itself, others: byId }
    }
    // The three disagree if the model is being deleted right now, or if one cannot be read: then nothing is known.
    const [first] = lost
    if (first !== undefined) throw new UnclearAnswer(describeBaseten(first), first.exchange)
    const deployments = parentKind.allDeployments(list)
    const model = 'exchange' in itself ? parentKind.one(itself) : itself
    if ('exchange' in itself) sameId(model.id, { resource: parentKind.resource, id: parentId }, itself)
    const whole = { model, deployments, environments: parseBody(ENVIRONMENTS, environments).environments }
    const details = siblingDetails(whole, resource)
    const snapshots = new Map(
      deployments.map((deployment) => [
        deployment.id,
        snapshotOf(deployment, details.get(deployment.id) ?? unasked(parentId, deployment.id)),
      ]),
    )
    return { state: 'present' as const, snapshots, answer: list }
  }

  /** A gateway also answers 404 for what it cannot reach: a model that is gone must be missing from the list of all models, too. */
  const isListed = async (parentId: string) => (await index.read()).byId.has(parentId)

  const unasked = (parent: string, id: string): DeploymentDetails => {
    return { resource, id, parent, guard: undefined, siblings: undefined }
  }

  /** One by its ID: not enough for a decision, but enough to know whether it exists. */
  const get: GetOne<BasetenSnapshot> = async (target) => {
    const answer = await api.find(pathOf(target))
    if (answer.status === 404) return { state: 'absent', exchange: answer.exchange }
    const deployment = parentKind.oneDeployment(answer)
    sameId(deployment.id, target, answer)
    const snapshot = snapshotOf(deployment, unasked(target.parent ?? '', deployment.id))
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
    const observations = await observeMany(targets, shown(whole.snapshots, whole.answer), getGone)
    const names = [...whole.snapshots].map(([id, { name }]) => ({ id, name }))
    return mistakenAs(observations, (index) => {
      const id = targets[index]?.id
      return id === parentId
        ? { kind: 'name', reason: `it is the ID of the ${parentKind.resource}, and not of one of its deployments` }
        : knownAsName(id, resource, names)
    })
  }

  /** A list that only shows which still exist. Without it, deployments are gone only if their model is. */
  const readShown = async (parentId: string, targets: readonly Target[]): Promise<ShownList<BasetenSnapshot>> => {
    const itself = going.has(parentId) ? await api.find(parentPath(parentId)) : undefined
    const answer = itself?.status === 404 ? itself : await api.findList(`${parentPath(parentId)}/deployments`)
    if (answer.status === 404) {
      const parent = itself ?? (await api.find(parentPath(parentId)))
      const isThere = parent.status !== 404 || (await isListed(parentId))
      return shown(isThere ? left(targets) : NONE, parent)
    }
    const listed = parentKind
      .allDeployments(answer)
      .map((deployment) => [deployment.id, snapshotOf(deployment, unasked(parentId, deployment.id))] as const)
    return shown(new Map([...(itself === undefined ? [] : left(targets)), ...listed]), answer)
  }

  /** Deployments that are no longer shown, while their model still is. */
  const left = (targets: readonly Target[]): ReadonlyMap<string, BasetenSnapshot> =>
    new Map(
      targets.map(({ id, parent = '' }) => [
        id,
        { status: '', detail: 'not listed, but its model is', details: unasked(parent, id) },
      ]),
    )

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
          return [...whole.snapshots].map(([id, snapshot]): Listed<BasetenSnapshot> => {
            return { target: { resource, id, parent }, snapshot }
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

const NONE: ReadonlyMap<string, BasetenSnapshot> = new Map()

function snapshotOf(deployment: BasetenDeployment, details: DeploymentDetails): BasetenSnapshot {
  const { status, name, labels } = deployment
  const createdAt = parseTime(deployment.created_at)
  const running = runningParts(deployment, details.resource)
  const held = membershipsOf(details).map(({ name }) => name)
  const parts = [
    held.length === 0 ? '' : `in the environment ${held.join(', ')}`,
    // Only for the newest, which is the one that the model could be deleted with.
    details.incompleteList !== undefined && details.siblings?.[0]?.id === details.id ? details.incompleteList : '',
  ].filter((detail) => detail !== '')
  return {
    status,
    ...(parts.length === 0 ? {} : { detail: parts.join('; ') }),
    ...(name === undefined ? {} : { name }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(labels === undefined ? {} : { labels }),
    ...(running === undefined ? {} : { parts: running }),
    details,
  }
}

/** What a deployment runs, as far as Baseten says. If it is inactive or scaled to zero, nothing runs, whatever Baseten says. */
function runningParts(
  { status, instance_type_name, active_replica_count, chainlets }: BasetenDeployment,
  resource: DeploymentDetails['resource'],
): RunningPart[] | undefined {
  const isOff = status === 'INACTIVE' || status === 'SCALED_TO_ZERO'
  const all = resource === 'deployment' ? [{ instance_type_name, active_replica_count }] : chainlets
  return all?.map((part) => ({
    instanceType: part.instance_type_name,
    replicas: isOff ? 0 : part.active_replica_count,
  }))
}
