import type { Connection } from '../connection.ts'
import { type Action, type Observation, type Provider, ProviderError, type Resource, type Target } from '../provider.ts'
import { namesAlong } from './along.ts'
import { type BasetenSettings, createBasetenApi, pathOf } from './api.ts'
import { createDeployments } from './deployments.ts'
import { createEnvironments } from './environments.ts'
import type { BasetenFacts } from './facts.ts'
import { alsoGoes, protectionOf } from './guards.ts'
import type { Kind } from './kind.ts'
import { CHAIN_OWNER, createOwners, createRoll, MODEL_OWNER } from './owners.ts'
import { deactivationReceipt, deletionReceipt } from './receipt.ts'
import { nextBasetenStep } from './rules.ts'

/**
 * Baseten's management API, as of August 2026: deployments are deleted directly and are gone once GET answers 404.
 * Source: Baseten management API reference and its OpenAPI, command line and Terraform provider.
 */
export function connectBaseten(settings: BasetenSettings, connection: Connection): Provider<BasetenFacts> {
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
      const seen = new Map<Target, Observation<BasetenFacts>>()
      const lookAt = async (kind: Kind, parent: string, group: readonly Target[]) => {
        const observations = await kind.look(parent, group, depth).catch((error: unknown) => {
          const failure = error instanceof Error ? error : new Error(String(error))
          return group.map((): Observation<BasetenFacts> => ({ state: 'unreadable', error: failure }))
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
    protection: ({ facts }, rules) => protectionOf(facts, rules),
    alsoGoes: ({ facts }, rules) => alsoGoes(facts, rules),
    namesAlong: ({ facts }, rules) => namesAlong(facts, rules),
    nextStep: nextBasetenStep,
    async act(target, action) {
      const subject = subjectOf(target, action)
      if (action.verb === 'deactivate') {
        return deactivationReceipt(await api.write('POST', `${pathOf(subject)}/deactivate`), subject)
      }
      const receipt = deletionReceipt(await api.write('DELETE', pathOf(subject)), subject)
      if (action.verb === 'delete-model' && receipt.result === 'accepted') goingModels.add(subject.id)
      return receipt
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
