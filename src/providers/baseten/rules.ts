import type { RequestedEvent, TargetHistory } from '../history.ts'
import { acts, ended, lastAct, problemOf } from '../history.ts'
import type { Observed } from '../observation.ts'
import type { Policy } from '../provider.ts'
import { applyRules } from '../shared/common-rules.ts'
import { finalRefusal } from '../shared/patience.ts'
import type { EndStep, Step } from '../step.ts'
import type { BasetenAction } from './action.ts'
import { leaveEnvironmentStep, nextEnvironmentStep } from './environment-rules.ts'
import { incompleteListReason, isLast, membershipsOf, othersOf, protectionOf } from './guards.ts'
import type { BasetenSnapshot, DeploymentDetails } from './snapshot.ts'

/** States in which a deployment serves nothing, so that deactivating it would change nothing. */
const INACTIVE: ReadonlySet<string> = new Set(['INACTIVE', 'FAILED', 'BUILD_FAILED', 'DEPLOY_FAILED', 'BUILD_STOPPED'])

/** "If it was pushed moments ago, repeat the GET for about 30 s": what Baseten's own clients wait. Milliseconds. */
const FRESH_MS = 30_000

/**
 * States that pass by themselves: a refusal in one of them is retried until the timeout. Source: Baseten's OpenAPI,
 * DeploymentStatusV1, and documentation, "Deployment lifecycle".
 */
export const PASSING: ReadonlySet<string> = new Set([
  'BUILDING',
  'DEPLOYING',
  'LOADING_MODEL',
  'UPDATING',
  'WAKING_UP',
  'DEACTIVATING',
])

/** The rules for one target. Source: Baseten's documentation, "Environments", its management API and its command line. */
export function nextBasetenStep(
  observed: Observed<BasetenSnapshot>,
  history: TargetHistory<BasetenAction>,
  policy: Policy,
): Step<BasetenAction> {
  const step = applyRules(observed, history, {
    freshMs: FRESH_MS,
    guard: ({ details }) => protectionOf(details, policy),
    contradiction: ({ details }) =>
      'siblings' in details && protectionOf(details, policy) === incompleteListReason(details, policy)
        ? details.incompleteList
        : undefined,
    next: (snapshot) => byResource(snapshot, history, policy),
  })
  const isWithModel = acts(history, 'delete-model').length > 0
  return step.type === 'end' && step.outcome === 'deleted' && isWithModel
    ? { ...step, reason: 'confirmed gone, with its model' }
    : step
}

function byResource(
  { details, status, detail }: BasetenSnapshot,
  history: TargetHistory<BasetenAction>,
  policy: Policy,
): Step<BasetenAction> {
  switch (details.resource) {
    case 'model':
    case 'chain':
      return (
        refusedStep('delete', status, history) ?? {
          type: 'act',
          action: { verb: 'delete', final: true },
          reason: `exists with ${detail}, and everything in it is deleted`,
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

function nextDeploymentStep(
  details: DeploymentDetails,
  status: string,
  history: TargetHistory<BasetenAction>,
  policy: Policy,
): Step<BasetenAction> {
  if (isLast(details, policy)) return lastStep(details, status, history)
  const held = membershipsOf(details)
  if (held.length > 0) return leaveEnvironmentStep(details.id, status, held, history)

  const refused = ended(history, 'delete', 'refused')
  // A guard was lifted: Baseten's documents announce that the deletion may still be refused.
  if (details.guard !== undefined && refused.length > 0) return refusal('it', status, refused.at(-1))
  if (refused.length > 0 && !INACTIVE.has(status)) return deactivateFirst(details, status, history)
  const final = refusedStep('delete', status, history)
  if (final !== undefined) return isOnlyOfChain(details) ? withChain(final) : final
  return {
    type: 'act',
    action: { verb: 'delete', final: true },
    reason: `is ${status}`,
    after: ['wait until it is gone'],
  }
}

/** Deletes the model with its last deployment once all others are seen to be gone, so that it takes none that is kept. */
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
      reason: `is ${status}; ${others === 1 ? 'the other deployment is deleted' : `${others} other deployments are deleted`} first`,
      after: ['delete its model if it is the last deployment by then', 'wait until it is gone'],
    }
  }
  return (
    refusedStep('delete-model', status, history) ?? {
      type: 'act',
      action: { verb: 'delete-model', final: true },
      reason: `is ${status} and the last deployment of its model, which is deleted with it`,
      after: ['wait until the model is gone'],
    }
  )
}

const WITH_CHAIN = "It is the only deployment of its chain: to delete both, use 'resource: chain'"

function isOnlyOfChain(details: DeploymentDetails): boolean {
  return details.resource === 'chain-deployment' && othersOf(details).length === 0
}

function withChain(step: EndStep): EndStep {
  return { ...step, reason: `${step.reason}. ${WITH_CHAIN}` }
}

/** The end, once Baseten has refused for longer than a temporary state lasts. */
function refusedStep(
  verb: 'delete' | 'delete-model',
  status: string,
  history: TargetHistory<BasetenAction>,
): EndStep | undefined {
  const last = finalRefusal(history, verb, status, PASSING)
  return last === undefined ? undefined : refusal(verb === 'delete' ? 'it' : 'its model', status, last)
}

function refusal(what: string, status: string, last: RequestedEvent | undefined): EndStep {
  const reason = `Baseten refuses to delete ${what} in status ${status}: ${problemOf(last)}`
  return { type: 'end', outcome: 'refused', reason }
}

/**
 * Deactivating first is only the answer to a refusal: Baseten's own pipelines delete directly. If that is refused as well, both
 * are tried in turn.
 */
function deactivateFirst(
  details: DeploymentDetails,
  status: string,
  history: TargetHistory<BasetenAction>,
): Step<BasetenAction> {
  const after = ['delete once it is inactive', 'wait until it is gone']
  if (status === 'DEACTIVATING' || ended(history, 'deactivate', 'accepted').length > 0) {
    return { type: 'wait', until: 'stopped', reason: `is ${status} and being deactivated`, after }
  }
  const last = lastAct(history)
  const notDeactivated = acts(history, 'deactivate').findLast(({ actionResult }) => actionResult.result !== 'unknown')
  if (notDeactivated !== undefined && finalRefusal(history, 'delete', status, PASSING) !== undefined) {
    const problem = problemOf(notDeactivated) || 'it is not found there'
    const reason = `Baseten neither deletes nor deactivates it in status ${status}: ${problem}`
    const step: EndStep = { type: 'end', outcome: 'refused', reason }
    return isOnlyOfChain(details) ? withChain(step) : step
  }
  if (notDeactivated !== undefined && last?.action.verb === 'deactivate') {
    return {
      type: 'act',
      action: { verb: 'delete', final: true },
      reason: `is ${status}, and Baseten does not deactivate it`,
      after: ['wait until it is gone'],
    }
  }
  return {
    type: 'act',
    action: { verb: 'deactivate', final: false },
    reason: `is ${status}, and Baseten refused to delete it so`,
    after: ['wait until it is inactive', ...after],
  }
}
