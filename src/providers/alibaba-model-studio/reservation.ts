import type { TargetHistory } from '../history.ts'
import { acts, ended, problemOf, sameLooks } from '../history.ts'
import type { EndStep, Step, WaitStep } from '../step.ts'
import type { AlibabaAction } from './action.ts'
import { countText } from './capacity-detail.ts'
import type { AlibabaSnapshot, Capacity, CapacityInstance } from './snapshot.ts'

/** On the way to another state, of a reservation as of an instance: some operation is under way, whoever started it. */
const MOVING: ReadonlySet<string> = new Set([
  'DELETING',
  'STOPPING',
  'SUSPENDING',
  'SCALING',
  'STARTING',
  'RECOVERING',
  'PENDING',
  'DEPLOYING',
  'UPDATING',
  'WAIT_TO_DEPLOY',
  'WAIT_PRE_PAID_BILLING_TO_DEPLOYING',
  'WAIT_PRE_PAID_BILLING_TO_SCALING',
])

/** Codes of "another operation is under way", which passes; for DELETE of the reservation the second says that too. */
const BUSY = 'CAPACITY_INSTANCE_OPERATION_CONFLICT'
const UNSUPPORTED = 'CAPACITY_INSTANCE_OPERATION_UNSUPPORTED'

/** How often one of those is looked at again: some five minutes, as the waits between get longer. */
const MAX_BUSY = 20
/** How often a release is asked for that begins and does not come to its end. */
const MAX_TRIES = 3
/** How often one that has FAILED in the very answer: those of earlier runs are among them. */
const MAX_FAILED_AT_ONCE = 10
/** Looks that still list an instance that was not found when it was to be released. */
const DOUBTFUL_LOOKS = 10
/** How long something that should change by itself may stay as it is. Milliseconds. */
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
  // What was never paid goes first: if Alibaba sees it otherwise, nothing else has been released yet.
  const [next] = left.toSorted((a, b) => Number(isPostpaid(a)) - Number(isPostpaid(b)))
  if (next !== undefined) return releaseStep(next, left, history)
  if (capacity.instances.length > 0) {
    return patiently(`it is ${status}, and released capacity instances are still listed`, history)
  }
  if (status !== 'STOPPED') return patiently(`it is ${status} without capacity instances, and not STOPPED`, history)
  return deleteStep(history)
}

/**
 * Only the billing console ends what is paid ahead. One that FAILED may never have been paid: then it can be released. One that
 * is DELETING is on its way out, unsubscribed there.
 */
function isPaidAhead(instance: CapacityInstance): boolean {
  return !isPostpaid(instance) && instance.status !== 'FAILED' && instance.status !== 'DELETING'
}

function isPostpaid({ chargeType }: CapacityInstance): boolean {
  return chargeType === 'post_paid'
}

/** Our rule as long as nothing was asked for; later it is what the provider's state comes to. */
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
  const moving = left.find((instance) => MOVING.has(instance.status))
  if (moving !== undefined) return `its capacity instance ${moving.id} is ${moving.status}`
  return MOVING.has(status) ? `is ${status}, with ${countText(left.length)}` : undefined
}

function releaseStep(
  instance: CapacityInstance,
  left: readonly CapacityInstance[],
  history: TargetHistory<AlibabaAction>,
): Step<AlibabaAction> {
  const { id, status, past } = instance
  const obstacle = afterLastRelease(instance, history)
  if (obstacle !== undefined) return obstacle
  if (!instance.canDelete) {
    const what = `its capacity instance ${id} is ${status}, and Alibaba does not allow to release it now`
    return patiently(what, history, { outcome: 'refused', after: planFor(left) })
  }
  const again = past.tries + past.failedAtOnce === 0 ? '' : ' (again)'
  const others = left.filter((other) => other !== instance)
  return {
    type: 'act',
    action: { verb: 'release', final: false, instance: id },
    reason: `has ${countText(left.length)} to release: ${[`${id} (${status})${again}`, ...named(others)].join(', ')}`,
    after: [`wait until capacity instance ${id} is released`, ...planFor(others)],
  }
}

/** What the releases of this instance so far have come to, where that stands in the way of another one. */
function afterLastRelease(
  { id, status, past }: CapacityInstance,
  history: TargetHistory<AlibabaAction>,
): EndStep | WaitStep | undefined {
  const mine = acts(history, 'release').filter(({ action }) => action.instance === id)
  const last = mine.at(-1)
  if (past.tries >= MAX_TRIES || past.failedAtOnce >= MAX_FAILED_AT_ONCE) {
    const times = `${past.tries + past.failedAtOnce} times`
    const how = past.last === 'FAILED' ? `FAILED ${times}, last with ${past.problem}` : `did not release it, ${times}`
    return { type: 'end', outcome: 'failed', reason: `the release of its capacity instance ${id} (${status}) ${how}` }
  }
  if (past.last === 'SUCCEEDED' && last?.actionResult.result === 'accepted' && !isStuck(history)) {
    const reason = `capacity instance ${id} is still ${status}, though its release SUCCEEDED`
    return { type: 'wait', until: 'settled', reason, after: [] }
  }
  if (past.last === 'FAILED' && sameLooks(history) < 2) {
    const reason = `the release of capacity instance ${id} FAILED: ${past.problem}`
    return { type: 'wait', until: 'confirmed', reason, after: [] }
  }
  if (last?.actionResult.result === 'not-found') {
    if (sameLooks(history) < DOUBTFUL_LOOKS) {
      const reason = `capacity instance ${id} is ${status}, but was not found when it was to be released`
      return { type: 'wait', until: 'confirmed', reason, after: [] }
    }
    const reason = `its capacity instance ${id} was not found when it was to be released, but is still ${status}`
    return { type: 'end', outcome: 'failed', reason }
  }
  // FAILED in the very answer comes with HTTP 200 and was judged above.
  if (last?.actionResult.result !== 'refused' || last.actionResult.status === 200) return undefined
  const busy = mine.filter(({ actionResult }) => actionResult.result === 'refused' && actionResult.code === BUSY)
  if (last.actionResult.code === BUSY && busy.length < MAX_BUSY) return undefined
  const reason = `Alibaba refuses to release its capacity instance ${id} in status ${status}: ${problemOf(last)}`
  return { type: 'end', outcome: 'refused', reason }
}

function deleteStep(history: TargetHistory<AlibabaAction>): Step<AlibabaAction> {
  const refused = ended(history, 'delete', 'refused')
  const last = refused.at(-1)
  const code = last?.actionResult.result === 'refused' ? last.actionResult.code : undefined
  const mayPass = (code === BUSY || code === UNSUPPORTED) && refused.length < MAX_BUSY
  if (last !== undefined && !mayPass) {
    const reason = `Alibaba refuses to delete it, although it is STOPPED without capacity instances: ${problemOf(last)}`
    return { type: 'end', outcome: 'refused', reason }
  }
  return {
    type: 'act',
    action: { verb: 'delete', final: true },
    reason: 'is STOPPED, with no capacity instances left',
    after: ['wait until it is gone'],
  }
}

/** Waits for what should change by itself, and gives up where it does not. */
function patiently(
  what: string,
  history: TargetHistory,
  { outcome = 'failed', after = planFor([]) }: { outcome?: 'refused' | 'failed'; after?: readonly string[] } = {},
): EndStep | WaitStep {
  if (!isStuck(history)) return { type: 'wait', until: 'settled', reason: what, after }
  const reason = `${what}, for ${PATIENCE_MS / 60_000} minutes without a change; see it in the Model Studio console`
  return { type: 'end', outcome, reason }
}

function isStuck(history: TargetHistory): boolean {
  const last = history.at(-1)
  return last !== undefined && last.type !== 'requested' && last.until - last.at >= PATIENCE_MS
}

/** What is to be done with the instances that are left, and then. */
function planFor(left: readonly CapacityInstance[]): string[] {
  const toGo = named(left.filter(({ status }) => status !== 'DELETING'))
  const release = toGo.length === 0 ? [] : [`release one after another ${toGo.join(', ')}`]
  return [...release, 'delete once it is STOPPED without capacity instances', 'wait until it is gone']
}

/** So many instances are named one by one. */
const NAMED = 8

function named(instances: readonly CapacityInstance[]): string[] {
  const texts = instances.slice(0, NAMED).map(({ id, status }) => `${id} (${status})`)
  return instances.length > NAMED ? [...texts, `${instances.length - NAMED} more`] : texts
}
