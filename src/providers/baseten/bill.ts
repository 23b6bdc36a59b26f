import * as v from 'valibot'
import { parseUsd, type Usd } from '../../lib/money.ts'
import type { Spent } from '../metering.ts'
import { type Day, daysOf, type Period } from './periods.ts'

/** The usage summary of some days. An account may have thousands of entries, and each may be looked up. */
export interface Bill {
  days: readonly Day[]
  /** The entries of a resource. */
  entriesOf(thing: BilledThing): readonly BillEntry[]
  /** How many deployments and chainlets have an entry on a day. */
  countOn(day: Day): number
}

/** The usage of one deployment, chainlet, or job. */
export interface BillEntry {
  id: string
  kind: string
  /** The chain deployment of a chainlet. */
  chainDeployment: string | undefined
  /** USD; undefined if it is not an amount. */
  subtotal: Usd | undefined
  requests: number
  /** Requests by day; a missing day had no usage, or is not known yet. Undefined if only the sum is given. */
  daily: ReadonlyMap<Day, number> | undefined
}

const COUNT = v.pipe(v.number(), v.integer(), v.minValue(0))
const ITEM = v.object({
  billable_resource: v.object({
    id: v.string(),
    kind: v.string(),
    chain_metadata: v.optional(v.nullable(v.object({ chain_deployment_id: v.string() }))),
  }),
  subtotal: v.union([v.number(), v.string()]),
  inference_requests: COUNT,
  daily: v.optional(v.nullable(v.array(v.object({ date: v.string(), inference_requests: COUNT })))),
})
const SUMMARY = v.object({ dedicated_usage: v.object({ breakdown: v.array(ITEM) }) })

/** Reads an answer of GET /v1/billing/usage_summary about a period; undefined if it has no breakdown as documented. */
export function readBill(body: unknown, period: Period): Bill | undefined {
  const summary = v.safeParse(SUMMARY, body)
  if (!summary.success) return undefined
  const entries = summary.output.dedicated_usage.breakdown.map(
    ({ billable_resource: { id, kind, chain_metadata }, subtotal, inference_requests, daily }) => ({
      id,
      kind,
      chainDeployment: chain_metadata?.chain_deployment_id,
      subtotal: parseUsd(subtotal),
      requests: inference_requests,
      daily: daily == null ? undefined : byDay(daily),
    }),
  )
  return createBill(daysOf(period), entries)
}

/** A bill of these entries. */
export function createBill(days: readonly Day[], entries: readonly BillEntry[]): Bill {
  const deployments = Map.groupBy(
    entries.filter(({ kind }) => kind === 'MODEL_DEPLOYMENT'),
    ({ id }) => id,
  )
  const chainDeployments = Map.groupBy(entries, ({ chainDeployment }) => chainDeployment)
  const counts = new Map<Day, number>()
  for (const day of entries.filter(isDeployment).flatMap(({ daily = NO_DAYS }) => [...daily.keys()])) {
    counts.set(day, (counts.get(day) ?? 0) + 1)
  }
  return {
    days,
    entriesOf: ({ resource, id }) => (resource === 'deployment' ? deployments : chainDeployments).get(id) ?? [],
    countOn: (day) => counts.get(day) ?? 0,
  }
}

const NO_DAYS: ReadonlyMap<Day, number> = new Map()

function isDeployment({ kind }: BillEntry): boolean {
  return kind !== 'TRAINING_JOB'
}

function byDay(rows: readonly { date: Day; inference_requests: number }[]): ReadonlyMap<Day, number> {
  const days = new Map<Day, number>()
  for (const { date, inference_requests } of rows) days.set(date, (days.get(date) ?? 0) + inference_requests)
  return days
}

/** A deployment, or a chain deployment with this many chainlets. */
export type BilledThing =
  | { resource: 'deployment'; id: string }
  | { resource: 'chain-deployment'; id: string; chainlets: number }

/** The sum of all its entries; undefined if there are none. */
export function spentOn(bill: Bill, thing: BilledThing): Spent | undefined {
  const entries = bill.entriesOf(thing)
  if (entries.length === 0) return undefined
  return {
    cost: entries.reduce<Usd | undefined>(
      (sum, { subtotal }) => (sum === undefined || subtotal === undefined ? undefined : sum + subtotal),
      0n,
    ),
    requests: entries.reduce((sum, { requests }) => sum + requests, 0),
  }
}

/** What bills show about the requests on some days. */
export type BillReading =
  | { kind: 'none' }
  | { kind: 'requests'; count: number; since: Day }
  /** The bill does not say, or contradicts itself. */
  | { kind: 'unknown' | 'contradiction'; why: string }

/**
 * What bills that together cover the days show about a resource. It had no request if an entry says 0 for each day. If nothing of
 * it runs (`atRest`), a day without an entry also counts if others have an entry on that day: then the bill covers the day.
 */
export function requestsOn(
  bills: readonly Bill[],
  thing: BilledThing,
  days: readonly Day[],
  atRest: boolean,
): BillReading {
  const needed = thing.resource === 'deployment' ? 1 : Math.max(1, thing.chainlets)
  const read = bills.map((bill) => ({ bill, own: bill.entriesOf(thing) }))
  if (read.some(({ own }) => own.some(({ requests, daily }) => daily !== undefined && sumOf(daily) !== requests))) {
    return { kind: 'contradiction', why: 'the days of its bill do not add up' }
  }
  const problems: string[] = []
  let found = requestsInAll(read, days)
  for (const day of days) {
    const { bill, own } = read.find((each) => each.bill.days.includes(day)) ?? {}
    if (bill === undefined || own === undefined) return { kind: 'unknown', why: `the bill does not cover ${day}` }
    const counts = own.flatMap((entry) => countOn(entry, day) ?? [])
    const count = counts.reduce((sum, each) => sum + each, 0)
    if (count > 0) found = { kind: 'requests', count: (found?.count ?? 0) + count, since: found?.since ?? day }
    if (counts.length >= needed) continue
    if (own.some(({ daily }) => daily === undefined)) problems.push('the bill does not tell its requests by day')
    else if (!atRest || !isKnown(bill, day, own)) problems.push(`the bill has no entry for it on ${day}`)
  }
  const [why] = problems
  return found ?? (why === undefined ? { kind: 'none' } : { kind: 'unknown', why })
}

/** The requests of entries that do not list days, from a bill of no other days than these. */
function requestsInAll(
  read: readonly { bill: Bill; own: readonly BillEntry[] }[],
  days: readonly Day[],
): Extract<BillReading, { kind: 'requests' }> | undefined {
  for (const { bill, own } of read) {
    const count = own.reduce((sum, { requests, daily }) => sum + (daily === undefined ? requests : 0), 0)
    const [since] = bill.days
    if (count > 0 && since !== undefined && bill.days.every((day) => days.includes(day))) {
      return { kind: 'requests', count, since }
    }
  }
  return undefined
}

/** Requests on a day; undefined if the entry does not say. Without days, a sum of 0 means 0 on each day. */
function countOn({ requests, daily }: BillEntry, day: Day): number | undefined {
  if (daily !== undefined) return daily.get(day)
  return requests === 0 ? 0 : undefined
}

function sumOf(daily: ReadonlyMap<Day, number>): number {
  return [...daily.values()].reduce((sum, count) => sum + count, 0)
}

/** Whether others have an entry on that day. */
function isKnown(bill: Bill, day: Day, own: readonly BillEntry[]): boolean {
  return bill.countOn(day) > own.filter((entry) => isDeployment(entry) && entry.daily?.has(day)).length
}
