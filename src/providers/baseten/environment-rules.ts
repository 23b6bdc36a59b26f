import type { RequestedEvent, TargetHistory } from '../history.ts'
import { acts, problemOf } from '../history.ts'
import { lastingRefusal } from '../shared/patience.ts'
import type { EndStep, Step, WaitStep } from '../step.ts'
import type { BasetenAction } from './action.ts'
import { changesBy } from './collateral.ts'
import type { EnvironmentDetails, EnvironmentMembership } from './snapshot.ts'

/** If Baseten still shows an environment this long after "not found", that is more than a delay. Milliseconds. */
const SHOWN_MS = 30_000

/** The next step for an environment that is there, not guarded, and whose deletion was not accepted yet. */
export function nextEnvironmentStep(
  details: EnvironmentDetails,
  history: TargetHistory<BasetenAction>,
): Step<BasetenAction> {
  const obstacle = obstacleTo(details, acts(history, 'delete'), history)
  if (obstacle !== undefined) return obstacle
  return {
    type: 'act',
    action: { verb: 'delete', final: true },
    reason: ['exists', ...changesBy(details).map(({ sentence }) => sentence)].join('; '),
    after: ['wait until it is gone'],
  }
}

/**
 * The steps before a deployment in these environments can be deleted: each of them is deleted, and then the deployment must be
 * seen outside all of them.
 */
export function leaveEnvironmentStep(
  id: string,
  status: string,
  held: readonly EnvironmentMembership[],
  history: TargetHistory<BasetenAction>,
): Step<BasetenAction> {
  const after = ['delete once it is in no environment', 'wait until it is gone']
  for (const environment of held.filter(({ listed }) => listed)) {
    const { name } = environment
    const tries = acts(history, 'delete-environment').filter(({ action }) => action.environment === name)
    if (tries.some(({ actionResult }) => actionResult.result === 'accepted')) continue
    const obstacle = obstacleTo(environment, tries, history)
    if (obstacle !== undefined) return obstacle
    return {
      type: 'act',
      action: { verb: 'delete-environment', final: false, environment: name },
      reason: [
        `is ${status} in the environment ${name}, which is deleted first`,
        ...changesBy(environment, id).map(({ sentence }) => sentence),
      ].join('; '),
      after: [...namesAfter(held, name), ...after],
    }
  }
  const names = held.map(({ name }) => name).join(', ')
  return { type: 'wait', until: 'settled', reason: `is ${status} and not free of the environment ${names} yet`, after }
}

/** The environments to delete later. */
function namesAfter(held: readonly EnvironmentMembership[], first: string): string[] {
  return held.filter(({ name, listed }) => listed && name !== first).map(({ name }) => `delete the environment ${name}`)
}

/** Why the deletion of an environment that is still shown is not requested again. */
function obstacleTo(
  { name, promotion }: EnvironmentDetails,
  tries: readonly RequestedEvent[],
  history: TargetHistory,
): EndStep | WaitStep | undefined {
  const refused = tries.filter(({ actionResult }) => actionResult.result === 'refused')
  const unsupported: EndStep = {
    type: 'end',
    outcome: 'refused',
    reason: `deleting the environment ${name} is not supported here: ${problemOf(refused.at(-1)) || 'Baseten answers that there is none, but shows it'}`,
  }
  if (refused.some(({ actionResult }) => actionResult.result === 'refused' && actionResult.status === 405))
    return unsupported
  const missed = tries.find(({ actionResult }) => actionResult.result === 'not-found')
  if (missed !== undefined) {
    if ((history.at(-1)?.until ?? 0) - missed.until >= SHOWN_MS) return unsupported
    return { type: 'wait', until: 'confirmed', reason: 'is still shown, but not there to be deleted', after: [] }
  }
  // A promotion under way passes by itself.
  const last = promotion === undefined ? lastingRefusal(refused, history) : undefined
  if (last === undefined) return undefined
  return {
    type: 'end',
    outcome: 'refused',
    reason: `Baseten refuses to delete the environment ${name}: ${problemOf(last)}`,
  }
}
