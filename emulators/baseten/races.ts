import type { Cause } from './events.ts'
import { ELSEWHERE } from './events.ts'
import type { Deployment, Environment, Model } from './objects.ts'
import { productionId } from './objects.ts'
import type { DeploymentSeed, ModelSeed } from './seeds.ts'
import type { BasetenState } from './world.ts'

/** Where scaling an environment's deployment to zero leaves a trace; a deactivated, failed or building one stays so. */
const SCALABLE = ['LOADING_MODEL', 'ACTIVE', 'UNHEALTHY', 'UPDATING', 'WAKING_UP']

/** What other people and the platform itself do while the client is at work. */
export type Races = ReturnType<typeof createRaces>

/** Makes the spontaneous changes for an account. */
export function createRaces(state: BasetenState) {
  const { now, log } = state

  function environmentOf(model: Model, name: string): Environment {
    return model.environments.get(name) ?? state.addEnvironment(model.id, { name })
  }

  /** Puts a deployment into an environment, which is made where missing; its predecessor is demoted, not deleted. */
  function promote(modelId: string, id: string, environment: string): void {
    const model = state.model(modelId)
    const deployment = state.deployment(modelId, id)
    const predecessor = model.environments.get(environment)?.current
    state.occupy(model, environment, deployment)
    if (predecessor && predecessor !== id) {
      log({ what: 'demoted', kind: 'deployment', id: predecessor, parent: modelId, reason: environment, by: 'world' })
    }
    const { status } = deployment
    log({ what: 'promoted', kind: 'deployment', id, parent: modelId, status, reason: environment, by: 'world' })
  }

  /** Begins a promotion: the deployment is the candidate of the environment, and its own `environment` is still null. */
  function promoteAsCandidate(modelId: string, id: string, environment: string, status = 'RELEASING'): void {
    const target = environmentOf(state.model(modelId), environment)
    target.candidate = state.deployment(modelId, id).id
    target.promotion = { status, percent: 0 }
  }

  /** Ends a promotion well: the candidate becomes the current deployment. */
  function finishPromotion(modelId: string, environment: string): void {
    const target = state.environment(modelId, environment)
    const { candidate } = target
    if (candidate === null) throw new Error(`environment ${environment} has no candidate`)
    target.promotion = null
    promote(modelId, candidate, environment)
  }

  /** Takes a deployment out of every environment, production included. */
  function demote(modelId: string, id: string): void {
    const deployment = state.deployment(modelId, id)
    state.release(state.model(modelId), id)
    deployment.environment = null
    log({ what: 'demoted', kind: 'deployment', id, parent: modelId, status: deployment.status, by: 'world' })
  }

  /** Promotes a copy, named `<name>.<unix time>`, with an ID of its own; the original stays where it is. */
  function promoteCopy(modelId: string, id: string, environment: string): Deployment {
    const { name, labels, instanceTypeName, region } = state.deployment(modelId, id)
    const copyName = `${name}.${Math.floor(now() / 1000)}`
    const copy = state.addDeployment(modelId, { name: copyName, labels, instanceTypeName, region })
    log({ what: 'created', kind: 'deployment', id: copy.id, parent: modelId, reason: `copy of ${id}`, by: 'world' })
    promote(modelId, copy.id, environment)
    return copy
  }

  /** `truss push`: the first published deployment of a model without production is promoted to it automatically. */
  function push(modelId: string, seed: DeploymentSeed = {}): Deployment {
    const deployment = state.addDeployment(modelId, { status: 'BUILDING', ...seed })
    log({ what: 'created', kind: 'deployment', id: deployment.id, parent: modelId, by: 'world' })
    const published = !seed.development
    if (published && productionId(state.model(modelId)) === null) promote(modelId, deployment.id, 'production')
    return deployment
  }

  /** Somebody deletes the model and makes one of the same name, with a new ID unless one is given. */
  function recreateModel(id: string, seed: ModelSeed = {}): Model {
    const { name, teamId, instanceTypeName } = state.model(id)
    state.removeModel(id)
    const model = state.addModel({ name, teamId, instanceTypeName, ...seed })
    log({ what: 'created', kind: 'model', id: model.id, by: 'world' })
    return model
  }

  /**
   * Deletes an environment: its promotion is cancelled and the deployment that served it is scaled to zero replicas,
   * not deleted (Baseten management API, DELETE environment).
   */
  function removeEnvironment(modelId: string, name: string, cause: Cause = ELSEWHERE): void {
    const model = state.model(modelId)
    const { current } = state.environment(modelId, name)
    model.environments.delete(name)
    const serving = current === null ? undefined : model.deployments.get(current)
    if (serving && SCALABLE.includes(serving.status)) {
      serving.status = 'SCALED_TO_ZERO'
      delete serving.replicas
      delete serving.becomes
    }
    const freeAt = now() + state.settings.environmentFreeMs
    for (const deployment of model.deployments.all()) {
      if (deployment.environment === name) deployment.environmentFreeAt = freeAt
    }
    log({ what: 'deleted', kind: 'environment', id: name, parent: modelId, ...cause })
  }

  /** Puts a chain deployment into an environment of its chain, as the current one or as a candidate. */
  function promoteChain(
    chainId: string,
    id: string,
    environment: string,
    as: 'current' | 'candidate' = 'current',
  ): void {
    const chain = state.chain(chainId)
    const deployment = state.chainDeployment(chainId, id)
    if (as === 'current') state.occupy(chain, environment, deployment)
    else {
      const target = chain.environments.get(environment) ?? state.addChainEnvironment(chainId, { name: environment })
      target.candidate = id
    }
    const { status } = deployment
    log({ what: 'promoted', kind: 'chain-deployment', id, parent: chainId, status, reason: environment, by: 'world' })
  }

  return {
    promote,
    promoteAsCandidate,
    finishPromotion,
    demote,
    promoteCopy,
    push,
    recreateModel,
    removeEnvironment,
    promoteChain,
    /** The key is no longer valid from now on. */
    revokeKey: (key: string) => state.keys.delete(key),
    setStatus(modelId: string, id: string, status: string): void {
      const deployment = state.deployment(modelId, id)
      deployment.status = status
      delete deployment.becomes
      delete deployment.replicas
    },
  }
}
