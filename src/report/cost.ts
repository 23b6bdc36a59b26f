import { plural } from '../lib/format.ts'
import { dollars, dollarsAMonth, type Usd, usdNumber, usdText } from '../lib/money.ts'
import type { Cost } from '../providers/metering.ts'
import type { SweepPlan } from '../sweep/plan.ts'
import type { Outcome, Result } from '../teardown/result.ts'
import type { RunReport } from './report.ts'

/** Outcomes after which a target costs nothing, or would cost nothing. */
const STOPPED: ReadonlySet<Outcome> = new Set(['deleted', 'accepted', 'planned'])

interface Sum {
  known: Usd
  /** How many have an unknown cost. */
  unknown: number
}

function sumOf(costs: readonly (Cost | undefined)[]): Sum {
  return costs.reduce<Sum>(
    ({ known, unknown }, cost) =>
      cost?.perHour === undefined ? { known, unknown: unknown + 1 } : { known: known + cost.perHour, unknown },
    { known: 0n, unknown: 0 },
  )
}

function stoppedBy(results: readonly Result[]): Result[] {
  return results.filter(({ outcome }) => STOPPED.has(outcome))
}

/** The output `cost-per-hour`: empty if prices, or the price of one target, are not known. */
export function costPerHourText({ results, hasPrices }: Pick<RunReport, 'results' | 'hasPrices'>): string {
  const { known, unknown } = sumOf(stoppedBy(results).map(({ cost }) => cost))
  return hasPrices === true && unknown === 0 ? usdText(known) : ''
}

/** The member `costPerHour` of `results`: USD, null if it is not known. */
export function costNumber(cost: Cost | undefined): number | null {
  return cost?.perHour === undefined ? null : usdNumber(cost.perHour)
}

/** `which stops $4.32 an hour`, for the last line of the log; empty if no cost is known. */
export function stoppedPhrase({ results, hasPrices, dryRun }: RunReport): string {
  const stopped = stoppedBy(results)
  const { known, unknown } = sumOf(stopped.map(({ cost }) => cost))
  if (hasPrices !== true || stopped.length === unknown || known === 0n) return ''
  const least = unknown === 0 ? '' : 'at least '
  return `${dryRun ? 'would stop' : 'stops'} ${least}${perHour(known)}`
}

/** What a run saves, in sentences; empty if no cost is known. */
export function savings(report: RunReport): string {
  const { results, hasPrices, dryRun, plan } = report
  const stopped = stoppedBy(results)
  if (hasPrices !== true || stopped.length === 0) return ''
  const { known, unknown } = sumOf(stopped.map(({ cost }) => cost))
  if (stopped.length === unknown) return 'What it costs is not known.'
  const sentences = [`${dryRun ? 'Would stop' : 'Stops'} ${amount(known, unknown)}.`]
  const spent = spentOn(stopped.map(({ cost }) => cost))
  if (spent !== '') sentences.push(`It has cost ${spent} in the last 31 days.`)
  if (plan !== undefined) sentences.push(keptSentence(plan))
  return sentences.filter((sentence) => sentence !== '').join(' ')
}

/** What the selected and the kept ones of a plan cost, in a sentence; empty if no cost is known. */
export function planCost(plan: SweepPlan): string {
  if (plan.candidates.every(({ cost }) => cost?.perHour === undefined)) return ''
  const selected = plan.candidates.filter((candidate) => candidate.class === 'selected')
  const { known, unknown } = sumOf(selected.map(({ cost }) => cost))
  const costs = selected.length === 0 ? '' : `What is selected costs ${amount(known, unknown)}.`
  return [costs, keptSentence(plan)].filter((sentence) => sentence !== '').join(' ')
}

/** Of what matched: the rest of the account is not the business of a log that may be public. */
function keptSentence({ candidates }: SweepPlan): string {
  const kept = candidates.filter(({ class: name }) => name !== 'selected' && name !== 'not-matched')
  const { known, unknown } = sumOf(kept.map(({ cost }) => cost))
  if (kept.length === unknown) return ''
  return `What is kept costs ${unknown === 0 ? '' : 'at least '}${perHour(known)}.`
}

/** For people: `$4.32 an hour, about $3,150 a month, at list price`. */
function amount(known: Usd, unknown: number): string {
  const rest = unknown === 0 ? '' : `; the price of ${plural(unknown, 'target')} is not known`
  if (known === 0n) return `nothing at the moment: no replica runs${rest}`
  return `${unknown === 0 ? '' : 'at least '}${perHour(known)}, about ${dollarsAMonth(known)} a month, at list price${rest}`
}

/** `$1.21 an hour`. */
export function perHour(amount: Usd): string {
  return `${dollars(amount)} an hour`
}

function spentOn(costs: readonly (Cost | undefined)[]): string {
  const told = costs.flatMap((cost) => cost?.spent?.cost ?? [])
  return told.length === 0 ? '' : dollars(told.reduce((sum, each) => sum + each, 0n))
}

/** `$1.21`, for the column of a table. */
export function costCell(cost: Cost | undefined): string {
  return cost?.perHour === undefined ? 'unknown' : dollars(cost.perHour)
}

/** `$34.10 and 12 requests`; empty if the provider does not show it. */
export function spentText(cost: Cost | undefined): string {
  if (cost?.spent === undefined) return ''
  const { cost: money, requests } = cost.spent
  return [money === undefined ? '' : dollars(money), plural(requests, 'request')]
    .filter((part) => part !== '')
    .join(' and ')
}

/** `, $1.21 an hour, $34.10 and 12 requests in 31 days`; empty if the provider shows neither. */
export function costPhrase(cost: Cost | undefined): string {
  const spent = spentText(cost)
  const parts = [cost?.perHour === undefined ? '' : perHour(cost.perHour), spent === '' ? '' : `${spent} in 31 days`]
  return parts.map((part) => (part === '' ? '' : `, ${part}`)).join('')
}

/** The most expensive first, unknown ones last; otherwise in the order given. */
export function byCost<T extends { cost?: Cost | undefined }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => {
    const [x, y] = [a.cost?.perHour ?? -1n, b.cost?.perHour ?? -1n]
    return x === y ? 0 : x > y ? -1 : 1
  })
}
