import type { Connection } from '../context.ts'
import type { Observation } from '../observation.ts'
import type { Provider } from '../provider.ts'
import { unreadable } from '../shared/observe.ts'
import { type Resource, type Target, targetKey } from '../target.ts'
import { type BasetenAction, requestText, subjectOf } from './action.ts'
import { deactivationResult, deletionResult } from './action-result.ts'
import { type BasetenSettings, CONCURRENCY, createBasetenApi, noSuchResource, pathOf } from './api.ts'
import { collateralOf } from './collateral.ts'
import { createDeployments } from './deployments.ts'
import { createEnvironments } from './environments.ts'
import { protectionOf } from './guards.ts'
import { createMetering } from './metering.ts'
import { CHAINS_KIND, createParentIndex, createParents, MODELS_KIND } from './parents.ts'
import type { ResourceClient } from './resource-client.ts'
import { nextBasetenStep } from './rules.ts'
import type { BasetenSnapshot } from './snapshot.ts'

/**
 * Baseten's management API, as of August 2026: deployments are deleted directly and are gone once GET answers 404.
 * Source: Baseten management API reference and its OpenAPI, command line and Terraform provider.
 */
export function connectBaseten(
  settings: BasetenSettings,
  connection: Connection,
): Provider<BasetenSnapshot, BasetenAction> {
  const api = createBasetenApi(settings, connection)
  const goingModels = new Set<string>()
  const [models, chains] = [createParentIndex(api, MODELS_KIND), createParentIndex(api, CHAINS_KIND)]
  const clients: Record<Exclude<Resource, 'resource-group'>, ResourceClient> = {
    model: createParents(api, MODELS_KIND, models),
    chain: createParents(api, CHAINS_KIND, chains),
    deployment: createDeployments(api, MODELS_KIND, models, goingModels),
    'chain-deployment': createDeployments(api, CHAINS_KIND, chains, new Set()),
    environment: createEnvironments(api, models),
  }
  const clientOf = (resource: Resource): ResourceClient => {
    if (resource === 'resource-group') throw noSuchResource(resource)
    return clients[resource]
  }

  /** One read for each parent; an error of one does not affect the others. */
  const byParent =
    (how: 'observe' | 'confirmGone') =>
    async (targets: readonly Target[]): Promise<Observation<BasetenSnapshot>[]> => {
      const seen = new Map<string, Observation<BasetenSnapshot>>()
      const lookAt = async (client: ResourceClient, parent: string, group: readonly Target[]) => {
        const observations = await client[how](parent, group).catch((error: unknown) =>
          group.map(() => unreadable(error)),
        )
        for (const [index, target] of group.entries()) {
          const observation = observations[index]
          if (observation !== undefined) seen.set(targetKey(target), observation)
        }
      }
      const looks = [...Map.groupBy(targets, ({ resource }) => resource)].flatMap(([resource, alike]) =>
        [...Map.groupBy(alike, ({ parent = '' }) => parent)].map(([parent, group]) =>
          lookAt(clientOf(resource), parent, group),
        ),
      )
      await Promise.all(looks)
      return targets.map((target) => seen.get(targetKey(target)) ?? unreadable('Baseten was not asked'))
    }

  return {
    concurrency: CONCURRENCY,
    list: ({ resource, parents }) => clientOf(resource).list(parents),
    observe: byParent('observe'),
    confirmGone: byParent('confirmGone'),
    protection: ({ details }, policy) => protectionOf(details, policy),
    collateral: ({ details }, policy) => collateralOf(details, policy),
    nextStep: nextBasetenStep,
    requestText,
    metering: createMetering(settings, connection),
    async act(target, action, limits) {
      const subject = subjectOf(target, action)
      switch (action.verb) {
        case 'deactivate':
          return deactivationResult(await api.write('POST', `${pathOf(subject)}/deactivate`, limits), subject)
        case 'delete':
        case 'delete-environment':
        case 'delete-model': {
          const result = deletionResult(await api.write('DELETE', pathOf(subject), limits), subject)
          if (action.verb === 'delete-model' && result.result === 'accepted') goingModels.add(subject.id)
          return result
        }
      }
    },
  }
}
