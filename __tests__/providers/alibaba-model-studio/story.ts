import type { Exchange } from '../../../src/http/exchange.ts'
import type { AlibabaAction } from '../../../src/providers/alibaba-model-studio/action.ts'
import { nextAlibabaStep } from '../../../src/providers/alibaba-model-studio/rules.ts'
import type { AlibabaDetails, AlibabaSnapshot } from '../../../src/providers/alibaba-model-studio/snapshot.ts'
import type { TargetEvent } from '../../../src/providers/history.ts'
import type { Observed } from '../../../src/providers/observation.ts'
import type { Guard } from '../../../src/providers/provider.ts'
import type { ActionResult, Step } from '../../../src/providers/step.ts'
import { targetKey } from '../../../src/providers/target.ts'

const AT = Date.UTC(2026, 10, 21, 12)
export const BORN = AT - 3_600_000
const EXCHANGE: Exchange = { at: AT, ms: 1, method: 'GET', path: '/api/v1/deployments/x', status: 200 }
const ORDINARY: AlibabaDetails = { prepaid: false, reservation: false, foreignWorkspace: undefined }

/** A look that showed the deployment, `times` times in a row. */
export function saw(
  status: string,
  { times = 1, createdAt = BORN, ms = 0 }: { times?: number; createdAt?: number; ms?: number } = {},
): TargetEvent<AlibabaAction> {
  const going = status === 'DELETING' || status === 'OFFLINING' ? { isBeingDeleted: true as const } : {}
  return { type: 'observed', at: AT, until: AT + ms, times, status, createdAt, exchange: EXCHANGE, ...going }
}

/** `times` looks that did not find it, over `ms`. */
export function missed(times = 1, ms = 0): TargetEvent<AlibabaAction> {
  return { type: 'not-found', at: AT, until: AT + ms, times, exchange: { ...EXCHANGE, status: 404 } }
}

/** A look without a readable answer. */
export function erred(): TargetEvent<AlibabaAction> {
  return { type: 'read-failed', at: AT, until: AT, times: 1, problem: 'HTTP 503' }
}

/** A DELETE and what came of it, `ms` later. */
export function deleted(result: ActionResult['result'], ms = 0): TargetEvent<AlibabaAction> {
  return {
    type: 'requested',
    at: AT + ms,
    until: AT + ms,
    action: { verb: 'delete', final: true },
    actionResult: ACTION_RESULTS[result],
  }
}

const ACTION_RESULTS: Readonly<Record<ActionResult['result'], ActionResult>> = {
  accepted: { result: 'accepted', tombstone: { status: 'DELETING' }, exchange: EXCHANGE },
  'not-found': { result: 'not-found', exchange: EXCHANGE },
  refused: { result: 'refused', problem: 'HTTP 400 UnsupportedOperation', status: 400, exchange: EXCHANGE },
  unknown: { result: 'unknown', problem: 'the connection failed' },
  failed: { result: 'failed', problem: 'HTTP 401' },
}

interface Circumstances {
  details?: Partial<AlibabaDetails>
  allow?: readonly Guard[]
}

/** The rules' next step after what happened, the last of which is the look they decide on. */
export function next(
  history: readonly TargetEvent<AlibabaAction>[],
  { details = {}, allow = [] }: Circumstances = {},
): Step {
  return nextAlibabaStep(lookOf(history.at(-1), details), history, {
    allow: new Set(allow),
    selected: new Set([targetKey({ resource: 'deployment', id: 'x' })]),
  })
}

function lookOf(
  last: TargetEvent<AlibabaAction> | undefined,
  details: Partial<AlibabaDetails>,
): Observed<AlibabaSnapshot> {
  switch (last?.type) {
    case 'observed': {
      const { status, createdAt = BORN } = last
      const going = last.isBeingDeleted ? { isBeingDeleted: true as const } : {}
      const snapshot = { name: 'x', status, createdAt, ...going, details: { ...ORDINARY, ...details } }
      return { state: 'present', snapshot, exchange: EXCHANGE }
    }
    case 'not-found':
      return { state: 'absent', exchange: EXCHANGE }
    default:
      throw new Error('a story ends with a look that says something')
  }
}
