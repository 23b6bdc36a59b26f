import { plural } from '../../lib/format.ts'
import { acts, problemOf, refusals, type TargetHistory } from '../history.ts'
import type { Observed } from '../observation.ts'
import type { Collateral, Policy } from '../provider.ts'
import { applyRules } from '../shared/common-rules.ts'
import { finalRefusal } from '../shared/patience.ts'
import type { EndStep, Step } from '../step.ts'
import { type SapAction, STOP_TRACE_MS } from './action.ts'
import { protectionOf } from './guards.ts'
import type { GroupContents, GroupDetails, SapSnapshot } from './snapshot.ts'

/** A group that was made a moment ago may not be shown yet; SAP documents no time. Milliseconds. */
const FRESH_MS = 30_000
/** What was in a group is gone a moment before SAP counts it as empty. Milliseconds. */
const EMPTIED_MS = 60_000
const AFTER = ['delete it', 'wait until it is gone']

/** Of these states of a group, a refusal is retried until the timeout. */
const PASSING: ReadonlySet<string> = new Set(['PROVISIONING'])

/**
 * A resource group goes when nothing runs in it and it is empty: executions are stopped, then the deployments in it go, then the
 * group. Source: AI Core API 2.42, "Resource Group"; SAP AI Core, "Delete a Resource Group".
 */
export function nextGroupStep(
  observed: Observed<SapSnapshot>,
  details: GroupDetails | undefined,
  history: TargetHistory<SapAction>,
  policy: Policy,
): Step<SapAction> {
  return applyRules(observed, history, {
    freshMs: FRESH_MS,
    guard: (snapshot) => protectionOf(snapshot, policy),
    next: ({ status }) => finalStep(status, history) ?? byContents(status, details?.contents, history),
  })
}

function finalStep(status: string, history: TargetHistory<SapAction>): EndStep | undefined {
  const refusal =
    finalRefusal(history, 'delete', status, PASSING, EMPTIED_MS) ??
    finalRefusal(history, 'stop-execution', status, PASSING)
  if (refusal === undefined) return undefined
  const times = refusals(history).length
  return { type: 'end', outcome: 'refused', reason: `refused ${plural(times, 'time')}: ${problemOf(refusal)}` }
}

function byContents(
  status: string,
  contents: GroupContents | undefined,
  history: TargetHistory<SapAction>,
): Step<SapAction> {
  if (contents === undefined)
    return { type: 'wait', until: 'settled', reason: 'what is in it was not read', after: AFTER }
  const { executions, deployments } = contents
  if (executions.length > 0) return stopExecutions(executions, history)
  if (deployments.length > 0) {
    const reason = `holds ${plural(deployments.length, 'deployment')}, which ${deployments.length === 1 ? 'is' : 'are'} deleted first`
    return { type: 'wait', until: 'empty', reason, after: AFTER }
  }
  if (status !== 'PROVISIONED' && status !== 'ERROR') {
    return { type: 'wait', until: 'settled', reason: `is ${status}`, after: AFTER }
  }
  return {
    type: 'act',
    action: { verb: 'delete', final: true },
    reason: `is ${status} and empty`,
    after: AFTER.slice(1),
  }
}

/** Only what is PENDING or RUNNING can be stopped; the rest passes by itself. */
function stopExecutions(executions: GroupContents['executions'], history: TargetHistory<SapAction>): Step<SapAction> {
  const after = [...(executions.length > 1 ? ['stop the others'] : []), 'delete what is in it', ...AFTER]
  const next = executions.find(
    ({ id, status }) => (status === 'PENDING' || status === 'RUNNING') && !isStopping(id, history),
  )
  if (next === undefined) {
    const reason = `waits for ${plural(executions.length, 'execution')} in it to stop`
    return { type: 'wait', until: 'stopped', reason, after: ['delete what is in it', ...AFTER] }
  }
  const action: SapAction = { verb: 'stop-execution', final: false, execution: next.id }
  return { type: 'act', action, reason: `execution ${next.id} in it is ${next.status}`, after }
}

function isStopping(execution: string, history: TargetHistory<SapAction>): boolean {
  const asked = acts(history, 'stop-execution').findLast(({ action }) => action.execution === execution)
  const now = history.at(-1)?.until ?? 0
  return asked?.actionResult.result === 'accepted' && now - asked.until < STOP_TRACE_MS
}

/** What `protect` is checked against besides the group's own ID. */
export function groupCollateral({ contents }: GroupDetails): Collateral[] {
  const { deployments = [] } = contents ?? {}
  return deployments.map(({ id, snapshot: { name } }) => ({
    kind: 'content',
    name,
    sentence: `deployment ${id} in it is deleted first`,
  }))
}
