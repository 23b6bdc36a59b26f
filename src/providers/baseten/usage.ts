import { plural } from '../../lib/format.ts'
import type { Usage } from '../metering.ts'
import { type Bill, type BilledThing, type BillReading, requestsOn } from './bill.ts'
import type { MetricsReading } from './metrics.ts'
import { daysOf, daysWithin, type Period } from './periods.ts'

/** Everything that says whether something was used. */
export interface Evidence {
  period: Period
  /** The period in words: `in the last 7 days`. */
  words: string
  thing: BilledThing
  /** Whether nothing of it runs now, and nothing is about to. */
  atRest: boolean
  /** What metrics say of windows that together cover the period; none for chain deployments, which have no metrics. */
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
 * Decides from the evidence. Metrics decide where they have a series, and the bill must not contradict them; windows without one
 * are for the bill to tell.
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

  const silent = metrics.filter(({ reading }) => reading.kind === 'silent').map(({ window }) => window)
  const isBilledOnly = thing.resource === 'chain-deployment'
  if (silent.length === 0 && !isBilledOnly) {
    if (metrics.length === 0) return unknown('its metrics were not read')
    const billed = readBills(evidence, daysWithin(period))
    if (billed.kind === 'requests') {
      return unknown(`its metrics show no request, but its bill shows ${billedText(billed)}`)
    }
    return billed.kind === 'contradiction' ? unknown(billed.why) : { kind: 'unused', reason: `no request ${words}` }
  }
  if (evidence.noBill !== undefined) {
    return unknown(isBilledOnly ? evidence.noBill : `its metrics show nothing, and ${evidence.noBill}`)
  }
  const days = new Set((isBilledOnly ? [period] : silent).flatMap(daysOf))
  const billed = readBills(evidence, [...days])
  switch (billed.kind) {
    case 'none':
      return { kind: 'unused', reason: `no request ${words}, as its bill shows` }
    case 'requests':
      return { kind: 'in-use', reason: `its bill shows ${billedText(billed)}` }
    case 'unknown':
    case 'contradiction':
      return unknown(isBilledOnly ? billed.why : `its metrics show nothing, and ${billed.why}`)
  }
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
