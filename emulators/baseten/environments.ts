import { json } from '../core.ts'
import { bodyProblem, methodNotAllowed, notFound } from './answers.ts'
import { type Call, emptyTombstone, findModel, ordered, readRestriction, refuse, restriction } from './call.ts'
import type { Environment, Model } from './objects.ts'
import { environmentV1 } from './render.ts'

/** GET /v1/models/{model_id}/environments. */
export function listEnvironments(call: Call, modelId: string): Response {
  const model = findModel(call, modelId)
  if (model instanceof Response) return model
  const environments = ordered(call, [...model.environments.values()], ({ name }) => name)
  return json(200, { environments: environments.map((environment) => environmentV1(model, environment)) })
}

/** GET /v1/models/{model_id}/environments/{env_name}. */
export function getEnvironment(call: Call, modelId: string, name: string): Response {
  return withEnvironment(
    call,
    modelId,
    name,
    (environment, model) => readRestriction(call, [name]) ?? json(200, environmentV1(model, environment)),
  )
}

/** DELETE /v1/models/{model_id}/environments/{env_name}: never production. The deployment that served it stays. */
export function deleteEnvironment(call: Call, modelId: string, name: string): Response {
  const support = call.state.settings.environmentDelete
  if (support === '404') return notFound('page')
  if (support === '405') return methodNotAllowed()
  return withEnvironment(call, modelId, name, () => {
    if (!call.state.hasModel(modelId)) return notFound('model')
    const target = { kind: 'environment', id: name, parent: modelId } as const
    const problem = bodyProblem(call.body, 'allowed') ?? restriction(call, target, [name])
    if (problem) return problem
    if (name === 'production') return refuse(call, target, 'The production environment cannot be deleted')
    const tombstone = { name, model_id: modelId, deleted: true }
    const empty = emptyTombstone(call, target, tombstone)
    if (empty) return empty
    const answer = support === '204' ? 204 : 200
    call.races.removeEnvironment(modelId, name, { by: 'client', answer })
    return answer === 204 ? new Response(null, { status: 204 }) : json(200, tombstone)
  })
}

/**
 * POST .../environments/{env_name}/cancel_promotion. A promotion that takes traffic already ramps down first; what is
 * answered where none is under way is undocumented, a refusal is assumed.
 */
export function cancelPromotion(call: Call, modelId: string, name: string): Response {
  return withEnvironment(call, modelId, name, (environment) => {
    if (!call.state.hasModel(modelId)) return notFound('model')
    const target = { kind: 'environment', id: name, parent: modelId } as const
    const problem = bodyProblem(call.body, 'allowed') ?? restriction(call, target, [name])
    if (problem) return problem
    const { promotion } = environment
    if (!promotion) return refuse(call, target, 'There is no promotion in progress')
    call.state.log({ what: 'canceled', ...target, status: promotion.status, by: 'client', answer: 200 })
    if (promotion.status === 'RELEASING') {
      environment.promotion = null
      environment.candidate = null
      return json(200, { status: 'CANCELED', message: 'The promotion was canceled' })
    }
    promotion.status = 'RAMPING_DOWN'
    promotion.endsAt ??= call.state.now() + call.state.settings.cancelPromotionMs
    return json(200, { status: 'RAMPING_DOWN', message: 'The promotion is ramping down' })
  })
}

function withEnvironment(
  call: Call,
  modelId: string,
  name: string,
  answer: (environment: Environment, model: Model) => Response,
): Response {
  const model = findModel(call, modelId)
  if (model instanceof Response) return model
  const environment = model.environments.get(name)
  return environment ? answer(environment, model) : notFound('environment')
}
