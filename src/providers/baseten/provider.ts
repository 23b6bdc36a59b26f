import type { Connection } from '../context.ts'
import type { Provider } from '../provider.ts'
import { observeInGroups } from '../shared/observe.ts'
import type { Resource, Target } from '../target.ts'
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
    deployment: createDeployments(api, MODELS_KIND, models, goingModels, connection.clock),
    'chain-deployment': createDeployments(api, CHAINS_KIND, chains, new Set(), connection.clock),
    environment: createEnvironments(api, models),
  }
  const clientOf = (resource: Resource): ResourceClient => {
    if (resource === 'resource-group') throw noSuchResource(resource)
    return clients[resource]
  }

  /** One read for each parent. */
  const byParent = (how: 'observe' | 'confirmGone') => (targets: readonly Target[]) =>
    observeInGroups(
      targets,
      ({ resource }) => resource,
      (resource, alike) =>
        observeInGroups(
          alike,
          ({ parent = '' }) => parent,
          (parent, group) => clientOf(resource)[how](parent, group),
        ),
    )

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
