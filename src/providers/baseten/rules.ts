import { whenAbsent } from '../absence.ts'
import { acts, deletionAccepted, ended, problemOf } from '../history.ts'
import type { History, Observed, Rules, Step } from '../provider.ts'

/** What the rules look at beyond the status. */
export type BasetenFacts =
  | { resource: 'model' }
  | {
      resource: 'deployment'
      id: string
      /** What it serves; undefined where it serves nothing that is guarded. */
      guard: BasetenGuard | undefined
      /** All deployments of the model, this one included, the newest first; undefined where nobody asked. */
      family: readonly FamilyMember[] | undefined
    }

export type BasetenGuard =
  | { kind: 'production' }
  | { kind: 'development'; environments: readonly string[] }
  | { kind: 'environment'; environments: readonly string[] }

/** A deployment as the rule of the last one needs it. */
export interface FamilyMember {
  id: string
  guard: BasetenGuard | undefined
}

/** States in which a deployment serves nothing, so that deactivating it would change nothing. */
const INACTIVE: ReadonlySet<string> = new Set(['INACTIVE', 'FAILED', 'BUILD_FAILED', 'DEPLOY_FAILED', 'BUILD_STOPPED'])

/** The second refusal is final: nothing has changed for the better since the first. */
const MAX_REFUSALS = 2

/** The rules for one deployment or model. Source: Baseten's documentation, "Environments", and its command line. */
export function nextBasetenStep(observation: Observed<BasetenFacts>, history: History, rules: Rules): Step {
  if (observation.state === 'absent') return whenAbsent(history)
  if (deletionAccepted(history)) return { type: 'wait', until: 'gone', because: 'deletion was accepted', after: [] }
  if (ended(history, 'delete', 'absent').length > 0) {
    return { type: 'wait', until: 'gone', because: 'is still shown, but no longer there to be deleted', after: [] }
  }
  const { facts, status, detail } = observation.sighting

  const guard = protectionOf(facts, rules)
  if (guard !== undefined) return { type: 'end', outcome: 'guarded', reason: guard }

  const refused = ended(history, 'delete', 'refused')
  // What goes although it is guarded is only tried: its refusal is what Baseten's documents announce.
  const most = facts.resource === 'deployment' && facts.guard !== undefined ? 1 : MAX_REFUSALS
  if (refused.length >= most) {
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
  const refused = acts(history, 'deactivate').findLast(
    ({ receipt: { result } }) => result === 'refused' || result === 'absent',
  )
  if (refused !== undefined) {
    const problem = problemOf(refused) || 'it is not found there'
    const reason = `Baseten neither deletes nor deactivates it in status ${status}: ${problem}`
    return { type: 'end', outcome: 'refused', reason }
  }
  return {
    type: 'act',
    action: { verb: 'deactivate', final: false },
    because: `is ${status}, and Baseten refused to delete it so`,
    after: ['wait until it is inactive', ...after],
  }
}

/** What serves stays, and the last deployment of a model. A model that was named goes with all that is under it. */
export function protectionOf(facts: BasetenFacts, rules: Rules): string | undefined {
  if (facts.resource === 'model') return undefined
  const { guard, family } = facts
  const reason = guardReason(guard, rules)
  if (reason !== undefined) return reason
  if (isLast(facts.id, family, rules)) {
    return "it is the last deployment of its model, which Baseten does not delete singly: delete the model with 'resource: model'"
  }
  return undefined
}

function guardReason(guard: BasetenGuard | undefined, { allow }: Rules): string | undefined {
  switch (guard?.kind) {
    case 'production':
      return "it serves production, which is never deleted: promote another deployment first, or delete the whole model with 'resource: model'"
    case 'development':
      if (!allow.has('development')) {
        return "it is the model's development deployment; set 'allow: development' if it is really to go"
      }
      return environmentReason(guard.environments)
    case 'environment':
      return environmentReason(guard.environments)
    case undefined:
      return undefined
  }
}

function environmentReason(environments: readonly string[]): string | undefined {
  if (environments.length === 0) return undefined
  return `it serves or is a candidate for the environment ${environments.join(', ')}: promote another deployment there, or delete that environment first`
}

/** One must stay: of a selection that covers all that could go, the newest does. */
function isLast(id: string, family: readonly FamilyMember[] | undefined, rules: Rules): boolean {
  const [newest, ...others] = family ?? []
  if (newest?.id !== id) return false
  return others.every((member) => rules.selected.has(member.id) && guardReason(member.guard, rules) === undefined)
}
