import { json } from '../core.ts'
import { sees } from './access.ts'
import { bodyProblem, forbidden, notFound } from './answers.ts'
import { type Call, deletedAlready, emptyTombstone, findModel, ordered, restriction, teamName } from './call.ts'
import type { Model } from './objects.ts'
import { modelV1, teamV1 } from './render.ts'

/** GET /v1/teams: the teams the key sees. */
export function listTeams(call: Call): Response {
  const name = call.query.get('name')
  const seen = [...call.state.teams.values()].filter((team) => sees(call.key, team.id))
  return json(200, { teams: seen.filter((team) => name === null || team.name === name).map(teamV1) })
}

/** GET /v1/models: the name matches whole, and may match one model of each team. */
export function listModels(call: Call): Response {
  const seen = call.state.models.list().filter((model) => sees(call.key, model.teamId))
  return modelList(call, seen)
}

/** GET /v1/teams/{team_id}/models. */
export function listTeamModels(call: Call, teamId: string): Response {
  if (!call.state.teams.has(teamId)) return notFound('team')
  if (!sees(call.key, teamId)) {
    return call.state.settings.foreignStatus === 403 ? forbidden('No access to this team') : notFound('team')
  }
  return modelList(
    call,
    call.state.models.list().filter((model) => model.teamId === teamId),
  )
}

function modelList(call: Call, models: Model[]): Response {
  const name = call.query.get('name')
  const named = models.filter((model) => name === null || model.name === name)
  return json(200, {
    models: ordered(call, named, ({ id }) => id).map((model) => modelV1(model, teamName(call, model))),
  })
}

/** GET /v1/models/{model_id}. */
export function getModel(call: Call, id: string): Response {
  const model = findModel(call, id)
  return model instanceof Response ? model : json(200, modelV1(model, teamName(call, model)))
}

/** DELETE /v1/models/{model_id}: no precondition, and everything below goes with it, production included. */
export function deleteModel(call: Call, id: string): Response {
  const model = findModel(call, id)
  if (model instanceof Response) return model
  const tombstone = { id, deleted: true }
  const target = { kind: 'model', id } as const
  if (!call.state.hasModel(id)) return deletedAlready(call, true, 'model', tombstone)
  const problem = bodyProblem(call.body, 'allowed') ?? restriction(call, target, model.environments.keys())
  if (problem) return problem
  const empty = emptyTombstone(call, target, tombstone)
  if (empty) return empty
  call.state.removeModel(id, { by: 'client', answer: 200 })
  return json(200, tombstone)
}
