import type { HttpResponse } from '../../http/client.ts'
import { UnclearAnswer } from '../errors.ts'
import type { Listed, Observation } from '../observation.ts'
import { verifyMissing } from '../shared/list-observer.ts'
import { parseBody } from '../shared/schema.ts'
import { parseTime } from '../shared/time.ts'
import type { Target } from '../target.ts'
import { type BasetenApi, describeBaseten, pathOf } from './api.ts'
import { membershipsOf } from './guards.ts'
import { knownAsName, mistakenAs, noSuchParent } from './mistaken.ts'
import { listParents, type ParentIndex, type ParentKind, parentMissing } from './parents.ts'
import type { RunningPart } from './prices.ts'
import { fromList, type ResourceClient, sameId } from './resource-client.ts'
import { type BasetenDeployment, type BasetenModel, ENVIRONMENTS } from './schema.ts'
import { siblingDetails } from './siblings.ts'
import type { BasetenSnapshot, DeploymentDetails } from './snapshot.ts'

/**
 * Deployments of models, or of chains. `going` are the models that were asked to be deleted with their last deployment: of
 * those, only the model's own absence confirms anything.
 */
export function createDeployments(
  api: BasetenApi,
  parentKind: ParentKind,
  index: ParentIndex,
  going: ReadonlySet<string>,
): ResourceClient {
  const resource = parentKind.deployment
  const parentPath = (id: string) => pathOf({ resource: parentKind.resource, id })

  /** Everything that decides what may go below one model or chain: three reads, whatever the number of targets. */
  const lookInto = async (parentId: string, known?: BasetenModel) => {
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
    // The three disagree when the model goes at this very moment, or when one cannot be had: then nothing is known.
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

  const unasked = (parent: string, id: string): DeploymentDetails => ({
    resource,
    id,
    parent,
    guard: undefined,
    siblings: undefined,
  })

  /** One by its ID: too little for a decision, enough to say whether it is there. */
  const one = async (target: Target): Promise<Observation<BasetenSnapshot>> => {
    const answer = await api.find(pathOf(target))
    if (answer.status === 404) return { state: 'absent', exchange: answer.exchange }
    const deployment = parentKind.oneDeployment(answer)
    sameId(deployment.id, target, answer)
    return {
      state: 'present',
      snapshot: snapshotOf(deployment, unasked(target.parent ?? '', deployment.id)),
      exchange: answer.exchange,
    }
  }

  /**
   * Only "still there?": one GET for a single deployment, one list for several. What is gone must be so by both: where GET finds
   * nothing, by the list; where the list shows nothing, by GET.
   */
  const confirmGone = async (parentId: string, targets: readonly Target[]) => {
    const isGoing = going.has(parentId)
    const [only] = targets
    const word = targets.length === 1 && only !== undefined && !isGoing ? await one(only) : undefined
    if (word !== undefined && word.state !== 'absent') return [word]
    const itself = isGoing ? await api.find(parentPath(parentId)) : undefined
    if (itself?.status === 404) return withParent(parentId, targets, itself)
    const answer = await api.findList(`${parentPath(parentId)}/deployments`)
    if (answer.status === 404) return withParent(parentId, targets, await api.find(parentPath(parentId)))
    const found = shown(parentId, parentKind.allDeployments(answer))
    if (isGoing) return fromList(targets, new Map([...left(targets), ...found]), answer)
    if (word === undefined) return listed(targets, found, answer, one)
    return targets.some(({ id }) => found.has(id)) ? fromList(targets, found, answer) : [word]
  }

  /** What is so of targets whose model is not found, or was not: without its list, they are gone only if it is. */
  const withParent = async (parentId: string, targets: readonly Target[], itself: HttpResponse) => {
    const isThere = itself.status !== 404 || (await isListed(parentId))
    return fromList(targets, isThere ? left(targets) : NONE, itself)
  }

  /** A gateway, too, answers 404 for what it cannot reach: a model that is gone is missing in the list of all as well. */
  const isListed = async (parentId: string) => (await index.read()).byId.has(parentId)

  /** Of one that the list does not show, too little would be known for a decision. */
  const oneGone = async (target: Target): Promise<Observation<BasetenSnapshot>> => {
    const observation = await one(target)
    if (observation.state !== 'present') return observation
    throw new UnclearAnswer(`GET shows ${target.id}, but the list does not`, observation.exchange)
  }

  /** What a list says, with a witness for what it does not show. */
  const listed = async (
    targets: readonly Target[],
    snapshots: ReadonlyMap<string, BasetenSnapshot>,
    answer: HttpResponse,
    look: (target: Target) => Promise<Observation<BasetenSnapshot>>,
  ) => {
    const missing = targets.filter(({ id }) => !snapshots.has(id))
    return fromList(targets, snapshots, answer, await verifyMissing(missing, look))
  }

  const shown = (parent: string, deployments: readonly BasetenDeployment[]): ReadonlyMap<string, BasetenSnapshot> =>
    new Map(deployments.map((deployment) => [deployment.id, snapshotOf(deployment, unasked(parent, deployment.id))]))

  /** Deployments that are no longer shown, while their model still is. */
  const left = (targets: readonly Target[]): ReadonlyMap<string, BasetenSnapshot> =>
    new Map(
      targets.map(({ id, parent = '' }) => [
        id,
        { status: 'GONE', detail: 'its model is still there', details: unasked(parent, id) },
      ]),
    )

  return {
    async list(parents) {
      const known = new Map(
        parents.length > 0 ? [] : (await listParents(api, parentKind)).map((each) => [each.id, each]),
      )
      const families = await Promise.all(
        [...parents, ...known.keys()].map(async (parent) => {
          const seen = await lookInto(parent, known.get(parent))
          if (seen.state === 'absent') return parentMissing(seen.answer, noSuchParent(parentKind, parent, seen.others))
          return [...seen.snapshots].map(([id, snapshot]): Listed<BasetenSnapshot> => {
            return { target: { resource, id, parent }, snapshot }
          })
        }),
      )
      return families.flat()
    },
    confirmGone,
    async observe(parent, targets) {
      const seen = await lookInto(parent)
      if (seen.state === 'absent') {
        return mistakenAs(fromList(targets, NONE, seen.answer), () => noSuchParent(parentKind, parent, seen.others))
      }
      const observations = await listed(targets, seen.snapshots, seen.answer, oneGone)
      const names = [...seen.snapshots].map(([id, { name }]) => ({ id, name }))
      return mistakenAs(observations, (index) => {
        const id = targets[index]?.id
        return id === parent
          ? { kind: 'name', reason: `it is the ID of the ${parentKind.resource}, and not of one of its deployments` }
          : knownAsName(id, resource, names)
      })
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
    // Said of the newest only, which is the one that the model could go with.
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

/** What runs of a deployment, as far as it is told. Nothing does of what is inactive or scaled to zero, whatever is told. */
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
