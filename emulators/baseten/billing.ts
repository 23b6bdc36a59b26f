import { json } from '../core.ts'
import { forbidden, refused } from './answers.ts'
import type { Call } from './call.ts'
import { DEFAULT_INSTANCE } from './prices.ts'

const DAY_MS = 24 * 3_600_000
/** "Earliest queryable: 2026-01-01." */
const EARLIEST = Date.parse('2026-01-01T00:00:00Z')
const LONGEST_RANGE_MS = 31 * DAY_MS

/** What is known of a used deployment or chainlet, also after its end. */
export interface BillableResource {
  id: string
  kind: 'MODEL_DEPLOYMENT' | 'CHAINLET'
  name: string
  owner: string
  instanceType: string | null
  environment: string | null
  chain?: { chainId: string; chainName: string; chainDeploymentId: string }
  exists(): boolean
}

interface Row {
  date: string
  subtotal: number
  minutes: number
  requests: number
}

/** GET /v1/billing/usage_summary: everything the key may see, model APIs and training aside, of which there is none. */
export function getUsageSummary(call: Call): Response {
  const { settings, billables, traffic } = call.state
  if (call.key.billing === false) return forbidden('The key may not read billing')
  const range = readRange(call.query)
  if (range instanceof Response) return range
  if (settings.billingBreakdown === 'no-usage') return json(200, { ...NOTHING_ELSE, dedicated_usage: null })

  const used = traffic.ids().flatMap((id) => {
    const resource = billables.get(id)
    const rows = resource === undefined ? [] : rowsOf(call, resource, range)
    return resource === undefined || rows.length === 0 ? [] : [{ resource, rows }]
  })
  const all = used.flatMap(({ rows }) => rows)
  const total = money(call, sum(all, 'subtotal'))
  const dedicated = {
    subtotal: total,
    credits_used: money(call, 0),
    total,
    minutes: sum(all, 'minutes'),
    ...(settings.billingBreakdown === 'missing'
      ? {}
      : { breakdown: used.map(({ resource, rows }) => dedicatedItemV1(call, resource, rows)) }),
  }
  return json(200, { ...NOTHING_ELSE, dedicated_usage: dedicated })
}

const NOTHING_ELSE = { training_usage: null, model_apis_usage: null }

/** Both ends are needed, and at most 31 days may lie between them. */
function readRange(query: URLSearchParams): { start: number; end: number } | Response {
  const [start, end] = ['start_date', 'end_date'].map((name) => Date.parse(query.get(name) ?? ''))
  if (start === undefined || Number.isNaN(start)) return refused(400, 'start_date: Field required [type=missing]')
  if (end === undefined || Number.isNaN(end)) return refused(400, 'end_date: Field required [type=missing]')
  if (start < EARLIEST) return refused(400, 'start_date must not be before 2026-01-01')
  if (end <= start) return refused(400, 'end_date must be after start_date')
  return end - start > LONGEST_RANGE_MS ? refused(400, 'The date range must not exceed 31 days') : { start, end }
}

/** The days of a range on which something was used or billed; what is younger than the lag is not there yet. */
function rowsOf({ state }: Call, { id }: BillableResource, { start, end }: { start: number; end: number }): Row[] {
  const { traffic, settings, now } = state
  const known = now() - settings.billingLagMs
  const first = Math.floor(start / DAY_MS)
  const days = Array.from({ length: Math.ceil(end / DAY_MS) - first }, (_, index) => (first + index) * DAY_MS)
  return days.flatMap((day) => {
    const date = new Date(day).toISOString().slice(0, 10)
    const billed = day > known ? [] : traffic.billed(id).filter((each) => each.date === date)
    const requests = traffic.count(id, day, Math.min(day + DAY_MS, known))
    if (billed.length === 0 && requests === 0) return []
    const minutes = billed.reduce((sum, each) => sum + each.minutes, 0)
    const subtotal = billed.reduce((sum, each) => sum + Number(each.subtotal), 0)
    return [{ date, subtotal, minutes, requests }]
  })
}

/** DedicatedItemV1. */
function dedicatedItemV1(call: Call, resource: BillableResource, rows: readonly Row[]) {
  const cost = (subtotal: number) => ({
    subtotal: money(call, subtotal),
    compute_cost: money(call, subtotal),
    surcharge_cost: money(call, 0),
  })
  return {
    billable_resource: billableResourceV1(resource),
    ...cost(sum(rows, 'subtotal')),
    minutes: sum(rows, 'minutes'),
    inference_requests: sum(rows, 'requests'),
    ...(call.state.settings.billingDaily
      ? {
          daily: rows.map(({ date, subtotal, minutes, requests }) => ({
            date,
            ...cost(subtotal),
            minutes,
            inference_requests: requests,
          })),
        }
      : {}),
  }
}

/** BillableResourceV1. */
function billableResourceV1(resource: BillableResource) {
  const { chain } = resource
  return {
    id: resource.id,
    kind: resource.kind,
    name: resource.name,
    model_name: resource.owner,
    is_deleted: !resource.exists(),
    instance_type: resource.instanceType ?? DEFAULT_INSTANCE,
    environment_name: resource.environment,
    chain_metadata:
      chain === undefined
        ? null
        : { chain_id: chain.chainId, chain_name: chain.chainName, chain_deployment_id: chain.chainDeploymentId },
    team_id: null,
    team_name: null,
  }
}

function sum(rows: readonly Row[], field: 'subtotal' | 'minutes' | 'requests'): number {
  return rows.reduce((total, row) => total + row[field], 0)
}

/** Dollars are a number or a text. */
function money({ state }: Call, dollars: number): number | string {
  const text = dollars.toFixed(4)
  return state.settings.billingNumbers === 'string' ? text : Number(text)
}
