import type { Exchange } from '../../../src/http/exchange.ts'
import type { AlibabaFacts } from '../../../src/providers/alibaba-model-studio/facts.ts'
import { nextAlibabaStep } from '../../../src/providers/alibaba-model-studio/rules.ts'
import type { Event, Guard, Observed, Receipt, Step } from '../../../src/providers/provider.ts'

const AT = Date.UTC(2026, 10, 21, 12)
export const BORN = AT - 3_600_000
const EXCHANGE: Exchange = { at: AT, ms: 1, method: 'GET', path: '/api/v1/deployments/x', status: 200 }
const ORDINARY: AlibabaFacts = { prepaid: false, reservation: false, foreignWorkspace: undefined }

/** A look that showed the deployment, `times` times in a row. */
export function saw(
  status: string,
  { times = 1, createdAt = BORN }: { times?: number; createdAt?: number } = {},
): Event {
  return { type: 'saw', at: AT, until: AT, times, status, createdAt, exchange: EXCHANGE }
}

/** A look that did not find it. */
export function missed(times = 1): Event {
  return { type: 'missed', at: AT, until: AT, times, exchange: { ...EXCHANGE, status: 404 } }
}

/** A look without a readable answer. */
export function erred(): Event {
  return { type: 'erred', at: AT, until: AT, times: 1, problem: 'HTTP 503' }
}

/** A DELETE and what came of it. */
export function deleted(result: Receipt['result']): Event {
  return { type: 'acted', at: AT, until: AT, action: { verb: 'delete', final: true }, receipt: RECEIPTS[result] }
}

const RECEIPTS: Readonly<Record<Receipt['result'], Receipt>> = {
  accepted: { result: 'accepted', tombstone: { status: 'DELETING' }, exchange: EXCHANGE },
  absent: { result: 'absent', exchange: EXCHANGE },
  refused: { result: 'refused', problem: 'HTTP 400 UnsupportedOperation', status: 400, exchange: EXCHANGE },
  unsure: { result: 'unsure', problem: 'the connection failed' },
  failed: { result: 'failed', problem: 'HTTP 401' },
}

interface Circumstances {
  facts?: Partial<AlibabaFacts>
  allow?: readonly Guard[]
}

/** The rules' next step after what happened, the last of which is the look they decide on. */
export function next(history: readonly Event[], { facts = {}, allow = [] }: Circumstances = {}): Step {
  return nextAlibabaStep(lookOf(history.at(-1), facts), history, { allow: new Set(allow), selected: new Set(['x']) })
}

function lookOf(last: Event | undefined, facts: Partial<AlibabaFacts>): Observed<AlibabaFacts> {
  switch (last?.type) {
    case 'saw': {
      const { status, createdAt = BORN } = last
      const sighting = { name: 'x', status, createdAt, facts: { ...ORDINARY, ...facts } }
      return { state: 'present', sighting, exchange: EXCHANGE }
    }
    case 'missed':
      return { state: 'absent', exchange: EXCHANGE }
    default:
      throw new Error('a story ends with a look that says something')
  }
}
