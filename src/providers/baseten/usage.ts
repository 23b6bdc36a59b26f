import { plural } from '../../lib/format.ts'
import type { Usage } from '../metering.ts'
import { type Bill, type BilledThing, type BillReading, requestsOn } from './bill.ts'
import type { MetricsReading } from './metrics.ts'
import { daysOf, daysWithin, type Period } from './periods.ts'

/** Everything that shows whether something was used. */
export interface Evidence {
  period: Period
  /** The period in words: `in the last 7 days`. */
  words: string
  thing: BilledThing
  /** Whether nothing of it runs now or is about to start. */
  atRest: boolean
  /** Metrics of windows that together cover the period; none for chain deployments, which have no metrics. */
  metrics: readonly { window: Period; reading: MetricsReading }[]
  /** The bills that could be read. */
  bills: readonly Bill[]
  /** Why there are none, in words. */
  noBill: string | undefined
}

/** Statuses in which nothing runs (DeploymentStatusV1). */
const AT_REST: ReadonlySet<string> = new Set([
  'INACTIVE',
  'SCALED_TO_ZERO',
  'FAILED',
  'BUILD_FAILED',
  'BUILD_STOPPED',
  'DEPLOY_FAILED',
])

export function isAtRest(status: string): boolean {
  return AT_REST.has(status)
}

/**
 * Decides from the evidence. Metrics decide if they have a series, and the bill must not contradict them; for windows without
 * one, the bill decides.
 */
export function judgeUsage(evidence: Evidence): Usage {
  const { metrics, words, period, thing } = evidence
  const counts = metrics.flatMap(({ reading }) => (reading.kind === 'sum' && reading.sum > 0 ? [reading] : []))
  if (counts.length > 0) {
    const sum = counts.reduce((all, each) => all + each.sum, 0)
    const isCount = counts.every((each) => each.isCount) && Number.isInteger(sum)
    return { kind: 'in-use', reason: isCount ? `${plural(sum, 'request')} ${words}` : `it had requests ${words}` }
  }
  const unreadable = metrics.find(({ reading }) => reading.kind === 'unreadable')
  if (unreadable?.reading.kind === 'unreadable') return unknown(unreadable.reading.why)

  const isBilledOnly = thing.resource === 'chain-deployment'
  if (metrics.length === 0 && !isBilledOnly) return unknown('its metrics were not read')
  const windows = (kind: MetricsReading['kind']) =>
    metrics.filter(({ reading }) => reading.kind === kind).map(({ window }) => window)
  const silentDays = new Set((isBilledOnly ? [period] : windows('silent')).flatMap(daysOf))
  if (silentDays.size > 0) {
    const prefix = isBilledOnly ? '' : 'its metrics show nothing, and '
    if (evidence.noBill !== undefined) return unknown(prefix + evidence.noBill)
    const billed = readBills(evidence, [...silentDays])
    if (billed.kind === 'requests') return { kind: 'in-use', reason: `its bill shows ${billedText(billed)}` }
    if (billed.kind !== 'none') return unknown(prefix + billed.why)
  }
  // Without an entry for these days, the bill does not contradict the metrics.
  const billed = readBills(evidence, windows('sum').flatMap(daysWithin))
  if (billed.kind === 'requests') {
    return unknown(`its metrics show no request, but its bill shows ${billedText(billed)}`)
  }
  if (billed.kind === 'contradiction') return unknown(billed.why)
  return { kind: 'unused', reason: `no request ${words}${silentDays.size > 0 ? ', as its bill shows' : ''}` }
}

function readBills({ bills, thing, atRest }: Evidence, days: readonly string[]): BillReading {
  return requestsOn(bills, thing, days, atRest)
}

function billedText({ count, since }: Extract<BillReading, { kind: 'requests' }>): string {
  return `${plural(count, 'request')} since ${since}`
}

/** Kept, with the reason. */
export function unknown(why: string): Usage {
  return { kind: 'unknown', reason: `its use cannot be read: ${why}` }
}
