import { json } from '../core.ts'
import { bodyProblem, notFound } from './answers.ts'
import {
  type Call,
  deactivate,
  deletedAlready,
  emptyTombstone,
  findModel,
  mustRest,
  ordered,
  readRestriction,
  refuse,
  restriction,
  type Target,
} from './call.ts'
import type { Deployment, Model } from './objects.ts'
import { environmentsOf, productionId } from './objects.ts'
import { deploymentV1 } from './render.ts'

/** GET /v1/models/{model_id}/deployments: everything at once, the name matching whole. */
export function listDeployments(call: Call, modelId: string): Response {
  const model = findModel(call, modelId)
  if (model instanceof Response) return model
  const name = call.state.settings.deploymentNameFilter ? call.query.get('name') : null
  const listed = model.deployments
    .list()
    .filter((deployment) => arrived(call, deployment) && (name === null || deployment.name === name))
  const deployments = ordered(call, listed, ({ id }) => id).map((deployment) => deploymentV1(model, deployment))
  return json(200, { deployments })
}

/** GET /v1/models/{model_id}/deployments/{deployment_id}. */
export function getDeployment(call: Call, modelId: string, id: string): Response {
  return withModel(call, modelId, (model) => show(call, model, id))
}

/** GET .../deployments/production. */
export function getProduction(call: Call, modelId: string): Response {
  return withModel(call, modelId, (model) => show(call, model, productionId(model)))
}

/** GET .../deployments/development. */
export function getDevelopment(call: Call, modelId: string): Response {
  return withModel(call, modelId, (model) => show(call, model, model.developmentDeploymentId))
}

function show(call: Call, model: Model, id: string | null): Response {
  const deployment = id === null ? undefined : shown(call, model, id)
  if (!deployment) return notFound('deployment')
  return readRestriction(call, environmentsOf(model, deployment)) ?? json(200, deploymentV1(model, deployment))
}

/**
 * DELETE .../deployments/{deployment_id}: an ID and no alias. Refused for what an environment holds, production and
 * development included, and for the only deployment of a model (Baseten CLI reference, model deployment delete).
 */
export function deleteDeployment(call: Call, modelId: string, id: string): Response {
  return withModel(call, modelId, (model) => {
    const tombstone = { id, deleted: true, model_id: modelId }
    const deployment = existing(call, model, id)
    if (!deployment) return deletedAlready(call, shown(call, model, id) !== undefined, 'deployment', tombstone)
    const target = targetOf(deployment)
    const held = environmentsOf(model, deployment)
    const problem = bodyProblem(call.body, 'allowed') ?? restriction(call, target, held)
    if (problem) return problem
    const reason = refusal(call, model, deployment, held)
    if (reason) return refuse(call, target, reason)
    const empty = emptyTombstone(call, target, tombstone)
    if (empty) return empty
    call.state.removeDeployment(modelId, id, { by: 'client', answer: 200 })
    return json(200, tombstone)
  })
}

function refusal(call: Call, model: Model, deployment: Deployment, held: string[]): string | undefined {
  if (held.length > 0) return `Cannot delete a deployment associated with an environment: ${held.join(', ')}`
  if (model.developmentDeploymentId === deployment.id && !call.state.settings.developmentDeletable) {
    return 'Cannot delete the development deployment'
  }
  if (model.deployments.size() === 1) return 'Cannot delete the only deployment of a model'
  return mustRest(call, deployment) ? 'Cannot delete a deployment that is not inactive' : undefined
}

/** POST .../deployments/{deployment_id}/deactivate. */
export function deactivateDeployment(call: Call, modelId: string, id: string): Response {
  return withModel(call, modelId, (model) => stop(call, model, id))
}

/** POST .../deployments/production/deactivate. */
export function deactivateProduction(call: Call, modelId: string): Response {
  return withModel(call, modelId, (model) => stop(call, model, productionId(model)))
}

/** POST .../deployments/development/deactivate. */
export function deactivateDevelopment(call: Call, modelId: string): Response {
  return withModel(call, modelId, (model) => stop(call, model, model.developmentDeploymentId))
}

function stop(call: Call, model: Model, id: string | null): Response {
  const deployment = id === null ? undefined : existing(call, model, id)
  if (!deployment) return notFound('deployment')
  const target = targetOf(deployment)
  const problem = bodyProblem(call.body, 'allowed') ?? restriction(call, target, environmentsOf(model, deployment))
  return problem ?? deactivate(call, deployment, target)
}

/** A deployment that really exists under a model that does, and has arrived. */
function existing(call: Call, model: Model, id: string): Deployment | undefined {
  const deployment = call.state.hasModel(model.id) ? model.deployments.get(id) : undefined
  return deployment && arrived(call, deployment) ? deployment : undefined
}

/** One that GET answers: it may have been deleted a moment ago. */
export function shown(call: Call, model: Model, id: string): Deployment | undefined {
  const deployment = model.deployments.visible(id)
  return deployment && arrived(call, deployment) ? deployment : undefined
}

function arrived(call: Call, deployment: Deployment): boolean {
  return deployment.visibleFrom === undefined || deployment.visibleFrom <= call.state.now()
}

function targetOf({ id, modelId, status }: Deployment): Target {
  return { kind: 'deployment', id, parent: modelId, status }
}

function withModel(call: Call, id: string, answer: (model: Model) => Response): Response {
  const model = findModel(call, id)
  return model instanceof Response ? model : answer(model)
}
