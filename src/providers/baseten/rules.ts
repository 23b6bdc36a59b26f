import type { TargetHistory } from '../history.ts'
import { acts, deletionAccepted, ended, problemOf, sameLooks } from '../history.ts'
import type { Observed } from '../observation.ts'
import type { Policy } from '../provider.ts'
import { whenAbsent, whenStillShown } from '../shared/absence.ts'
import type { EndStep, Step } from '../step.ts'
import type { BasetenAction } from './action.ts'
import { leaveEnvironmentStep, nextEnvironmentStep } from './environment-rules.ts'
import { incompleteListReason, isLast, membershipsOf, othersOf, protectionOf } from './guards.ts'
import type { BasetenSnapshot, DeploymentDetails } from './snapshot.ts'

/** States in which a deployment serves nothing, so that deactivating it would change nothing. */
const INACTIVE: ReadonlySet<string> = new Set(['INACTIVE', 'FAILED', 'BUILD_FAILED', 'DEPLOY_FAILED', 'BUILD_STOPPED'])

/** The second refusal is final: nothing has changed for the better since the first. */
const MAX_REFUSALS = 2

/** Two lists that are read together can disagree for a moment; so many looks that say the same are no moment any more. */
const MAX_DOUBTS = 5

/** The rules for one target. Source: Baseten's documentation, "Environments", its management API and its command line. */
export function nextBasetenStep(
  observation: Observed<BasetenSnapshot>,
  history: TargetHistory<BasetenAction>,
  policy: Policy,
): Step<BasetenAction> {
  if (observation.state === 'absent') return whenGone(history)
  if (deletionAccepted(history)) return { type: 'wait', until: 'gone', reason: 'deletion was accepted', after: [] }
  const { details, status, detail } = observation.snapshot
  const shown = details.resource === 'environment' ? undefined : whenStillShown(history)
  if (shown !== undefined) return shown

  const guard = protectionOf(details, policy)
  if (guard !== undefined) {
    const doubt =
      'siblings' in details && guard === incompleteListReason(details, policy) ? details.incompleteList : undefined
    return doubt !== undefined && sameLooks(history) < MAX_DOUBTS
      ? { type: 'wait', until: 'confirmed', reason: doubt, after: [] }
      : { type: 'end', outcome: 'protected', reason: guard }
  }

  switch (details.resource) {
    case 'model':
    case 'chain':
      return (
        finalRefusal('delete', MAX_REFUSALS, status, history) ?? {
          type: 'act',
          action: { verb: 'delete', final: true },
          reason: `exists with ${detail}, and all of it goes`,
          after: ['wait until it is gone'],
        }
      )
    case 'environment':
      return nextEnvironmentStep(details, history)
    case 'deployment':
    case 'chain-deployment':
      return nextDeploymentStep(details, status, history, policy)
  }
}

/** Gone, with what it went with where that was not a deletion of its own. */
function whenGone(history: TargetHistory<BasetenAction>): Step<BasetenAction> {
  const step = whenAbsent(history)
  if (step.type !== 'end' || step.outcome !== 'deleted') return step
  if (acts(history, 'delete-model').length > 0) return { ...step, reason: 'confirmed gone, with its model' }
  const isFreed = ended(history, 'delete-environment', 'accepted').length > 0
  return isFreed && acts(history, 'delete').length === 0
    ? { ...step, reason: 'confirmed gone, with its environment' }
    : step
}

function nextDeploymentStep(
  details: DeploymentDetails,
  status: string,
  history: TargetHistory<BasetenAction>,
  policy: Policy,
): Step<BasetenAction> {
  if (isLast(details, policy)) return lastStep(details, status, history)
  const held = membershipsOf(details)
  if (held.length > 0) return leaveEnvironmentStep(details.id, status, held, history)

  // What goes although it is guarded is only tried: its refusal is what Baseten's documents announce.
  const final = finalRefusal('delete', details.guard === undefined ? MAX_REFUSALS : 1, status, history)
  if (final !== undefined)
    return isOnlyOfChain(details) ? { ...final, reason: `${final.reason}. ${WITH_CHAIN}` } : final
  if (ended(history, 'delete', 'refused').length > 0 && !INACTIVE.has(status)) return deactivateFirst(status, history)
  return {
    type: 'act',
    action: { verb: 'delete', final: true },
    reason: `is ${status}`,
    after: ['wait until it is gone'],
  }
}

/** The model goes with its last deployment, once all others are seen to be gone: none that stays is taken along. */
function lastStep(
  details: DeploymentDetails,
  status: string,
  history: TargetHistory<BasetenAction>,
): Step<BasetenAction> {
  const others = othersOf(details).length
  if (others > 0) {
    return {
      type: 'wait',
      until: 'settled',
      reason: `is ${status}; ${others === 1 ? 'the other deployment goes' : `${others} other deployments go`} first`,
      after: ['delete its model if it is the last deployment by then', 'wait until it is gone'],
    }
  }
  return (
    finalRefusal('delete-model', MAX_REFUSALS, status, history) ?? {
      type: 'act',
      action: { verb: 'delete-model', final: true },
      reason: `is ${status} and the last deployment of its model, which goes with it`,
      after: ['wait until the model is gone'],
    }
  )
}

const WITH_CHAIN = "It is the only deployment of its chain: to delete both, use 'resource: chain'"

function isOnlyOfChain(details: DeploymentDetails): boolean {
  return details.resource === 'chain-deployment' && othersOf(details).length === 0
}

/** The end, once Baseten has refused often enough. */
function finalRefusal(
  verb: 'delete' | 'delete-model',
  most: number,
  status: string,
  history: TargetHistory<BasetenAction>,
): EndStep | undefined {
  const refused = ended(history, verb, 'refused')
  if (refused.length < most) return undefined
  const what = verb === 'delete' ? 'it' : 'its model'
  const reason = `Baseten refuses to delete ${what} in status ${status}: ${problemOf(refused.at(-1))}`
  return { type: 'end', outcome: 'refused', reason }
}

/** Deactivating first is only the answer to a refusal: Baseten's own pipelines delete directly. */
function deactivateFirst(status: string, history: TargetHistory<BasetenAction>): Step<BasetenAction> {
  const after = ['delete once it is inactive', 'wait until it is gone']
  if (status === 'DEACTIVATING' || ended(history, 'deactivate', 'accepted').length > 0) {
    return { type: 'wait', until: 'stopped', reason: `is ${status} and being deactivated`, after }
  }
  const refused = acts(history, 'deactivate').findLast(
    ({ actionResult: { result } }) => result === 'refused' || result === 'not-found',
  )
  if (refused !== undefined) {
    const problem = problemOf(refused) || 'it is not found there'
    const reason = `Baseten neither deletes nor deactivates it in status ${status}: ${problem}`
    return { type: 'end', outcome: 'refused', reason }
  }
  return {
    type: 'act',
    action: { verb: 'deactivate', final: false },
    reason: `is ${status}, and Baseten refused to delete it so`,
    after: ['wait until it is inactive', ...after],
  }
}
