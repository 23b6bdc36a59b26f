import type { HttpResponse } from '../../http/client.ts'
import type { Clock } from '../../lib/clock.ts'
import { UnclearAnswer } from '../errors.ts'
import { parseBody } from '../shared/schema.ts'
import { readTogether } from '../shared/together.ts'
import { type BasetenApi, describeBaseten, pathOf } from './api.ts'
import { snapshotOf, unasked } from './deployment-snapshot.ts'
import type { ParentIndex, ParentKind } from './parents.ts'
import { sameId } from './resource-client.ts'
import { type BasetenDeployment, type BasetenModel, ENVIRONMENTS } from './schema.ts'
import { siblingDetails } from './siblings.ts'
import type { BasetenSnapshot } from './snapshot.ts'

/** A model or chain with all its deployments, or all others where it is not there. */
export type WholeParent =
  | {
      state: 'present'
      deployments: ReadonlyMap<string, BasetenDeployment>
      snapshotOf: (deployment: BasetenDeployment) => BasetenSnapshot
      answer: HttpResponse
    }
  | { state: 'absent'; others: ReadonlyMap<string, BasetenModel>; answer: HttpResponse }

/** `known` is what a list has just shown of the model or chain itself. Throws {@link UnclearAnswer} if the answers disagree. */
export type ReadWhole = (parentId: string, known?: BasetenModel) => Promise<WholeParent>

/** Reads everything that decides what may be deleted below one model or chain: three reads, whatever the number of targets. */
export function createWholeReader(
  api: BasetenApi,
  parentKind: ParentKind,
  index: ParentIndex,
  clock: Clock,
): ReadWhole {
  const resource = parentKind.deployment

  return async (parentId, known) => {
    const path = pathOf({ resource: parentKind.resource, id: parentId })
    const [itself, list, environments] = await readTogether(clock, [
      async () => known ?? api.find(path),
      () => api.findList(`${path}/deployments`),
      () => api.findList(`${path}/environments`),
    ])
    const answers = 'exchange' in itself ? [itself, list, environments] : [list, environments]
    const lost = answers.filter(({ status }) => status === 404)
    if ('exchange' in itself && lost.length === 3) {
      const { byId } = await index.read()
      if (!byId.has(parentId)) return { state: 'absent', answer: itself, others: byId }
    }
    // The three disagree when the model is deleted at this very moment, or when one cannot be had: then nothing is known.
    const [first] = lost
    if (first !== undefined) throw new UnclearAnswer(describeBaseten(first), first.exchange)
    const deployments = parentKind.allDeployments(list)
    const model = 'exchange' in itself ? parentKind.one(itself) : itself
    if ('exchange' in itself) sameId(model.id, { resource: parentKind.resource, id: parentId }, itself)
    const whole = { model, deployments, environments: parseBody(ENVIRONMENTS, environments).environments }
    const detailsOf = siblingDetails(whole, resource)
    return {
      state: 'present',
      deployments: new Map(deployments.map((deployment) => [deployment.id, deployment])),
      snapshotOf: (deployment) =>
        snapshotOf(deployment, detailsOf(deployment.id) ?? unasked(resource, parentId, deployment.id)),
      answer: list,
    }
  }
}
