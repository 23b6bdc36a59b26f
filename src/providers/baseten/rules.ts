import { whenAbsent } from '../absence.ts'
import { deletionAccepted, ended, problemOf } from '../history.ts'
import type { History, Observed, Rules, Step } from '../provider.ts'
import { parseTime } from '../time.ts'
import type { BasetenDeployment, BasetenEnvironment, BasetenModel } from './schema.ts'

/** What the rules look at beyond the status. */
export type BasetenFacts =
  | { resource: 'model' }
  | {
      resource: 'deployment'
      /** What it serves; undefined where it serves nothing that is guarded. */
      guard: BasetenGuard | undefined
      /** The other deployments of the model; undefined where nobody asked. */
      companions: readonly Companion[] | undefined
    }

export type BasetenGuard =
  | { kind: 'production' }
  | { kind: 'development' }
  | { kind: 'environment'; environments: readonly string[] }

/** Another deployment of the same model, as far as the rule of the last one needs it. */
export interface Companion {
  id: string
  guarded: boolean
  /** Created before the deployment in question, or at the same time with the smaller ID. */
  older: boolean
}

interface WholeModel {
  model: BasetenModel
  deployments: readonly BasetenDeployment[]
  environments: readonly BasetenEnvironment[]
}

/** The facts about one deployment, from everything that is known of its model. */
export function deploymentFacts(deployment: BasetenDeployment, whole: WholeModel): BasetenFacts {
  const companions = whole.deployments
    .filter(({ id }) => id !== deployment.id)
    .map((other) => ({
      id: other.id,
      guarded: guardOf(other, whole) !== undefined,
      older: isOlder(other, deployment),
    }))
  return { resource: 'deployment', guard: guardOf(deployment, whole), companions }
}

/** Baseten refuses to delete what is associated with an environment, production and development included. */
function guardOf(deployment: BasetenDeployment, { model, environments }: WholeModel): BasetenGuard | undefined {
  const { id } = deployment
  const serving = environments
    .filter(
      ({ current_deployment, candidate_deployment }) =>
        current_deployment?.id === id || candidate_deployment?.id === id,
    )
    .map(({ name }) => name)
  if (deployment.environment != null && !serving.includes(deployment.environment)) serving.push(deployment.environment)
  if (deployment.is_production || model.production_deployment_id === id || serving.includes('production')) {
    return { kind: 'production' }
  }
  if (deployment.is_development || model.development_deployment_id === id) return { kind: 'development' }
  return serving.length > 0 ? { kind: 'environment', environments: serving } : undefined
}

function isOlder(a: BasetenDeployment, b: BasetenDeployment): boolean {
  const [timeA, timeB] = [parseTime(a.created_at) ?? 0, parseTime(b.created_at) ?? 0]
  return timeA === timeB ? a.id < b.id : timeA < timeB
}

/** States in which a deployment serves nothing, so that deactivating it would change nothing. */
const INACTIVE: ReadonlySet<string> = new Set(['INACTIVE', 'FAILED', 'BUILD_FAILED', 'DEPLOY_FAILED', 'BUILD_STOPPED'])

/** The second refusal is final: nothing has changed for the better since the first. */
const MAX_REFUSALS = 2

/** The rules for one deployment or model. Source: Baseten's documentation, "Environments", and its command line. */
export function nextBasetenStep(observation: Observed<BasetenFacts>, history: History, rules: Rules): Step {
  if (observation.state === 'absent') return whenAbsent(history)
  if (deletionAccepted(history)) return { type: 'wait', until: 'gone', because: 'deletion was accepted', after: [] }
  const { facts, status, detail } = observation.sighting

  const refusal = facts.resource === 'deployment' ? refusalOf(facts, rules) : undefined
  if (refusal !== undefined) return { type: 'end', outcome: 'refused', reason: refusal }

  const refused = ended(history, 'delete', 'refused')
  if (refused.length >= MAX_REFUSALS) {
    const reason = `Baseten refuses to delete it in status ${status}: ${problemOf(refused.at(-1))}`
    return { type: 'end', outcome: 'refused', reason }
  }
  if (refused.length > 0 && facts.resource === 'deployment' && !INACTIVE.has(status)) {
    return deactivateFirst(status, history)
  }
  return {
    type: 'act',
    action: { verb: 'delete', final: true },
    because: facts.resource === 'model' ? `exists with ${detail}, and all of it goes` : `is ${status}`,
    after: ['wait until it is gone'],
  }
}

/** Deactivating first is only the answer to a refusal: Baseten's own pipelines delete directly. */
function deactivateFirst(status: string, history: History): Step {
  const after = ['delete once it is inactive', 'wait until it is gone']
  if (status === 'DEACTIVATING' || ended(history, 'deactivate', 'accepted').length > 0) {
    return { type: 'wait', until: 'stopped', because: `is ${status} and being deactivated`, after }
  }
  const refused = ended(history, 'deactivate', 'refused').at(-1)
  if (refused !== undefined) {
    const reason = `Baseten neither deletes nor deactivates it in status ${status}: ${problemOf(refused)}`
    return { type: 'end', outcome: 'refused', reason }
  }
  return {
    type: 'act',
    action: { verb: 'deactivate', final: false },
    because: `is ${status}, and Baseten refused to delete it so`,
    after: ['wait until it is inactive', ...after],
  }
}

function refusalOf(facts: Extract<BasetenFacts, { resource: 'deployment' }>, rules: Rules): string | undefined {
  const { guard, companions } = facts
  switch (guard?.kind) {
    case 'production':
      return "it serves production, which is never deleted: promote another deployment first, or delete the whole model with 'resource: model'"
    case 'development':
      if (rules.allow.has('development')) break
      return "it is the model's development deployment; set 'allow: development' if it is really to go"
    case 'environment':
      return `it serves or is a candidate for the environment ${guard.environments.join(', ')}: promote another deployment there, or delete that environment first`
    case undefined:
      break
  }
  // "Always leave one": of a selection that covers all that is left, the newest stays.
  const goes = ({ id, guarded }: Companion) => rules.selected.has(id) && !guarded
  if (companions?.every((other) => goes(other) && other.older)) {
    return "it is the last deployment of its model, which Baseten does not delete singly: delete the model with 'resource: model'"
  }
  return undefined
}
