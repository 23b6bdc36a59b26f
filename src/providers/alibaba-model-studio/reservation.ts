import type { RequestedEvent, TargetHistory } from '../history.ts'
import { acts, ended, problemOf, sameObservations } from '../history.ts'
import { lastingRefusal } from '../shared/patience.ts'
import type { EndStep, Step, WaitStep } from '../step.ts'
import type { AlibabaAction } from './action.ts'
import { countText } from './capacity-detail.ts'
import { isPermanent } from './errors.ts'
import type { AlibabaSnapshot, Capacity, CapacityInstance } from './snapshot.ts'
import { PASSING } from './status.ts'

/** "Another operation is under way", which passes by itself. */
const BUSY = 'CAPACITY_INSTANCE_OPERATION_CONFLICT'
/** The answer to DELETE while the last release has not taken effect everywhere. */
const UNSUPPORTED = 'CAPACITY_INSTANCE_OPERATION_UNSUPPORTED'

/**
 * How often a release is tried if it does not succeed. Each try is another request with another key, and one that is FAILED in
 * the answer itself may be of an earlier run.
 */
const MAX_TRIES = 3
/** How long an instance may still be listed after its release answered "not found". Milliseconds. */
const LAG_MS = 30_000
/** How long to wait for a change that should happen by itself. Milliseconds. */
const PATIENCE_MS = 5 * 60_000

const BILLING = 'in the billing console (Expenses and Costs)'

/**
 * A throughput reservation: every capacity instance is released, one after another, until none is listed and the reservation
 * is STOPPED; only then is it deleted. Source: Model Studio documentation, "TPM reservation", its API and error codes.
 */
export function nextReservationStep(
  snapshot: AlibabaSnapshot,
  history: TargetHistory<AlibabaAction>,
): Step<AlibabaAction> {
  const { status, details } = snapshot
  const { capacity } = details
  if (capacity === undefined) {
    return { type: 'wait', until: 'confirmed', reason: 'its capacity instances were not read', after: [] }
  }
  const left = capacity.instances.filter(({ deleted }) => !deleted)
  const prepaid = left.find(isPaidAhead)
  if (prepaid !== undefined) return stayFor(prepaid, history)

  const underWay = whatIsUnderWay(status, capacity, left)
  if (underWay !== undefined) return { type: 'wait', until: 'settled', reason: underWay, after: planFor(left) }
  // Instances that were never paid for come first: if Alibaba refuses one, nothing else has been released yet.
  const [next] = left.toSorted((a, b) => Number(isPostpaid(a)) - Number(isPostpaid(b)))
  if (next !== undefined) return releaseStep(next, left, history)
  if (capacity.instances.length > 0) {
    return waitOrFail(`it is ${status}, and released capacity instances are still listed`, history)
  }
  if (status !== 'STOPPED') return waitOrFail(`it is ${status} without capacity instances, and not STOPPED`, history)
  return deleteStep(history)
}

/**
 * Prepaid capacity can only be ended in the billing console. One that FAILED may never have been paid for, and can be released.
 * One that is DELETING was unsubscribed there.
 */
function isPaidAhead(instance: CapacityInstance): boolean {
  return !isPostpaid(instance) && instance.status !== 'FAILED' && instance.status !== 'DELETING'
}

function isPostpaid({ chargeType }: CapacityInstance): boolean {
  return chargeType === 'post_paid'
}

/** Protected while nothing was requested; later, the result of the provider's state. */
function stayFor({ id, chargeType, status }: CapacityInstance, history: TargetHistory<AlibabaAction>): EndStep {
  const begun = acts(history, 'release').length > 0
  const how = chargeType === 'pre_paid' ? 'is prepaid' : `has the charge type ${chargeType ?? 'unknown'}, not post_paid`
  const reason = `its capacity instance ${id} (${status}) ${how}: unsubscribe that ${BILLING}, then run this again`
  return { type: 'end', outcome: begun ? 'refused' : 'protected', reason }
}

function whatIsUnderWay(
  status: string,
  { releasing }: Capacity,
  left: readonly CapacityInstance[],
): string | undefined {
  if (releasing !== undefined) return `the release of capacity instance ${releasing} is under way`
  const moving = left.find((instance) => PASSING.has(instance.status))
  if (moving !== undefined) return `its capacity instance ${moving.id} is ${moving.status}`
  return PASSING.has(status) ? `is ${status}, with ${countText(left.length)}` : undefined
}

function releaseStep(
  instance: CapacityInstance,
  left: readonly CapacityInstance[],
  history: TargetHistory<AlibabaAction>,
): Step<AlibabaAction> {
  const { id, status, past } = instance
  const obstacle = afterLastRelease(instance, history)
  if (obstacle !== undefined) return obstacle
  const again = past.tries + past.failedAtOnce === 0 ? '' : ' (again)'
  const others = left.filter((other) => other !== instance)
  return {
    type: 'act',
    action: { verb: 'release', final: false, instance: id },
    reason: `has ${countText(left.length)} to release: ${[`${id} (${status})${again}`, ...named(others)].join(', ')}`,
    after: [`wait until capacity instance ${id} is released`, ...planFor(others)],
  }
}

/** Why earlier releases of this instance rule out another one, if they do. */
function afterLastRelease(
  { id, status, past }: CapacityInstance,
  history: TargetHistory<AlibabaAction>,
): EndStep | WaitStep | undefined {
  const mine = acts(history, 'release').filter(({ action }) => action.instance === id)
  const last = mine.at(-1)
  if (past.tries + past.failedAtOnce >= MAX_TRIES) {
    const times = `${past.tries + past.failedAtOnce} times`
    const how = past.last === 'FAILED' ? `FAILED ${times}, last with ${past.problem}` : `did not release it, ${times}`
    return { type: 'end', outcome: 'failed', reason: `the release of its capacity instance ${id} (${status}) ${how}` }
  }
  if (past.last === 'SUCCEEDED' && last?.actionResult.result === 'accepted' && !isStuck(history)) {
    const reason = `capacity instance ${id} is still ${status}, though its release SUCCEEDED`
    return { type: 'wait', until: 'settled', reason, after: [] }
  }
  if (past.last === 'FAILED' && sameObservations(history) < 2) {
    const reason = `the release of capacity instance ${id} FAILED: ${past.problem}`
    return { type: 'wait', until: 'confirmed', reason, after: [] }
  }
  if (last?.actionResult.result === 'not-found') {
    if ((history.at(-1)?.until ?? 0) - last.until < LAG_MS) {
      const reason = `capacity instance ${id} is ${status}, but was not found when it was to be released`
      return { type: 'wait', until: 'confirmed', reason, after: [] }
    }
    const reason = `its capacity instance ${id} was not found when it was to be released, but is still ${status}`
    return { type: 'end', outcome: 'failed', reason }
  }
  // FAILED in the answer itself comes with HTTP 200 and was handled above.
  if (last?.actionResult.result !== 'refused' || last.actionResult.status === 200) return undefined
  if (last.actionResult.code === BUSY) return undefined
  const reason = `Model Studio refuses to release its capacity instance ${id} in status ${status}: ${problemOf(last)}`
  return { type: 'end', outcome: 'refused', reason }
}

function deleteStep(history: TargetHistory<AlibabaAction>): Step<AlibabaAction> {
  const refused = ended(history, 'delete', 'refused')
  const last = refused.at(-1)
  if (last !== undefined && isFinal(refused, history)) {
    const reason = `Model Studio refuses to delete it, although it is STOPPED without capacity instances: ${problemOf(last)}`
    return { type: 'end', outcome: 'refused', reason }
  }
  return {
    type: 'act',
    action: { verb: 'delete', final: true },
    reason: 'is STOPPED, with no capacity instances left',
    after: ['wait until it is gone'],
  }
}

function isFinal(refused: readonly RequestedEvent[], history: TargetHistory): boolean {
  const [first] = refused
  const last = refused.at(-1)
  if (first === undefined || last?.actionResult.result !== 'refused') return false
  if (isPermanent(last.actionResult)) return true
  if (last.actionResult.code === BUSY) return false
  if (last.actionResult.code === UNSUPPORTED) return last.until - first.until >= PATIENCE_MS
  return lastingRefusal(refused, history) !== undefined
}

/** Waits for a change that should happen by itself, and gives up if it does not. */
function waitOrFail(what: string, history: TargetHistory): EndStep | WaitStep {
  if (!isStuck(history)) return { type: 'wait', until: 'settled', reason: what, after: planFor([]) }
  const reason = `${what}, for ${PATIENCE_MS / 60_000} minutes without a change; see it in the Model Studio console`
  return { type: 'end', outcome: 'failed', reason }
}

function isStuck(history: TargetHistory): boolean {
  const last = history.at(-1)
  return last !== undefined && last.type !== 'requested' && last.until - last.at >= PATIENCE_MS
}

/** The remaining steps: the instances that are left, and then the reservation. */
function planFor(left: readonly CapacityInstance[]): string[] {
  const toGo = named(left.filter(({ status }) => status !== 'DELETING'))
  const release = toGo.length === 0 ? [] : [`release one after another ${toGo.join(', ')}`]
  return [...release, 'delete once it is STOPPED without capacity instances', 'wait until it is gone']
}

/** Up to this many instances are listed by ID. */
const NAMED = 8

function named(instances: readonly CapacityInstance[]): string[] {
  const texts = instances.slice(0, NAMED).map(({ id, status }) => `${id} (${status})`)
  return instances.length > NAMED ? [...texts, `${instances.length - NAMED} more`] : texts
}
