import type { Connection } from '../context.ts'
import { ProviderError } from '../errors.ts'
import type { Observation } from '../observation.ts'
import type { Provider } from '../provider.ts'
import type { Action } from '../step.ts'
import type { Resource, Target } from '../target.ts'
import { deactivationResult, deletionResult } from './action-result.ts'
import { type BasetenSettings, createBasetenApi, pathOf } from './api.ts'
import { namesAlong } from './collateral.ts'
import { createDeployments } from './deployments.ts'
import { createEnvironments } from './environments.ts'
import { alsoGoes, protectionOf } from './guards.ts'
import { CHAIN_OWNER, createOwners, createRoll, MODEL_OWNER } from './parents.ts'
import type { Kind } from './resource-client.ts'
import { nextBasetenStep } from './rules.ts'
import type { BasetenDetails } from './snapshot.ts'

/**
 * Baseten's management API, as of August 2026: deployments are deleted directly and are gone once GET answers 404.
 * Source: Baseten management API reference and its OpenAPI, command line and Terraform provider.
 */
export function connectBaseten(settings: BasetenSettings, connection: Connection): Provider<BasetenDetails> {
  const api = createBasetenApi(settings, connection)
  const goingModels = new Set<string>()
  const [models, chains] = [createRoll(api, MODEL_OWNER), createRoll(api, CHAIN_OWNER)]
  const kinds: Record<Resource, Kind> = {
    model: createOwners(api, MODEL_OWNER, models),
    chain: createOwners(api, CHAIN_OWNER, chains),
    deployment: createDeployments(api, MODEL_OWNER, models, goingModels),
    'chain-deployment': createDeployments(api, CHAIN_OWNER, chains, new Set()),
    environment: createEnvironments(api, models),
  }

  return {
    list: ({ resource, parents }) => kinds[resource].list(parents),
    async observe(targets, depth) {
      const seen = new Map<Target, Observation<BasetenDetails>>()
      const lookAt = async (kind: Kind, parent: string, group: readonly Target[]) => {
        const observations = await kind.look(parent, group, depth).catch((error: unknown) => {
          const failure = error instanceof Error ? error : new Error(String(error))
          return group.map((): Observation<BasetenDetails> => ({ state: 'unreadable', error: failure }))
        })
        for (const [index, target] of group.entries()) {
          const observation = observations[index]
          if (observation !== undefined) seen.set(target, observation)
        }
      }
      const looks = [...Map.groupBy(targets, ({ resource }) => resource)].flatMap(([resource, alike]) =>
        [...Map.groupBy(alike, ({ parent = '' }) => parent)].map(([parent, group]) =>
          lookAt(kinds[resource], parent, group),
        ),
      )
      await Promise.all(looks)
      return targets.map(
        (target) => seen.get(target) ?? { state: 'unreadable', error: new Error('Baseten was not asked') },
      )
    },
    protection: ({ details }, rules) => protectionOf(details, rules),
    alsoGoes: ({ details }, rules) => alsoGoes(details, rules),
    namesAlong: ({ details }, rules) => namesAlong(details, rules),
    nextStep: nextBasetenStep,
    async act(target, action) {
      const subject = subjectOf(target, action)
      if (action.verb === 'deactivate') {
        return deactivationResult(await api.write('POST', `${pathOf(subject)}/deactivate`), subject)
      }
      const actionResult = deletionResult(await api.write('DELETE', pathOf(subject)), subject)
      if (action.verb === 'delete-model' && actionResult.result === 'accepted') goingModels.add(subject.id)
      return actionResult
    },
  }
}

/** What an action is about: the target itself, or what goes before it or with it. */
function subjectOf(target: Target, action: Action): Target {
  const { parent = '' } = target
  switch (action.verb) {
    case 'delete':
    case 'deactivate':
      return target
    case 'delete-environment':
      return { resource: 'environment', id: action.environment, parent }
    case 'delete-model':
      return { resource: 'model', id: parent }
    default:
      throw new ProviderError('target', `Baseten has no action ${action.verb}`)
  }
}
