import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../../src/lib/format.ts'
import {
  type Bill,
  type BillEntry,
  type BilledThing,
  createBill,
  readBill,
  requestsOn,
  spentOn,
} from '../../../src/providers/baseten/bill.ts'
import { type MetricsReading, REQUESTS_METRIC, readMetrics } from '../../../src/providers/baseten/metrics.ts'
import { daysOf, daysWithin, windowsOf } from '../../../src/providers/baseten/periods.ts'
import { type Evidence, isAtRest, judgeUsage } from '../../../src/providers/baseten/usage.ts'

const NOW = Date.parse('2026-11-28T04:30:00Z')
const last = (days: number) => ({ start: NOW - days * DAY_MS, end: NOW })
const WEEK = last(7)
const WEEK_DAYS = daysOf(WEEK)
const THING: BilledThing = { resource: 'deployment', id: 'd1' }

const ZERO: MetricsReading = { kind: 'sum', sum: 0, isCount: true }
const SILENT: MetricsReading = { kind: 'silent' }

/** An entry with so many requests on each day; undefined leaves the day out. */
function entry(id: string, perDay: (day: string) => number | undefined, more: Partial<BillEntry> = {}): BillEntry {
  const rows = WEEK_DAYS.flatMap((day): [string, number][] => {
    const count = perDay(day)
    return count === undefined ? [] : [[day, count]]
  })
  const requests = rows.reduce((sum, [, count]) => sum + count, 0)
  const known = { chainDeployment: undefined, subtotal: 0n, daily: new Map(rows) }
  return { id, kind: 'MODEL_DEPLOYMENT', requests, ...known, ...more }
}

const bill = (...entries: BillEntry[]): Bill => createBill(WEEK_DAYS, entries)

function judge(readings: readonly MetricsReading[], more: Partial<Evidence> = {}) {
  const metrics = readings.map((reading) => ({ window: WEEK, reading }))
  const rest = { period: WEEK, words: 'in the last 7 days', thing: THING, atRest: false, bills: [], noBill: undefined }
  return judgeUsage({ metrics, ...rest, ...more })
}

describe('the windows of the metrics', () => {
  it.each([
    [1, 1],
    [7, 1],
    [7.001, 2],
    [14, 2],
    [30, 5],
    [31, 5],
  ])('of %d days are %d, none longer than 7 days', (days, count) => {
    const windows = windowsOf(last(days))
    expect(windows).toHaveLength(count)
    expect(windows.every(({ start, end }) => end - start <= 7 * DAY_MS && end > start)).toBe(true)
    expect([windows.at(0)?.start, windows.at(-1)?.end]).toEqual([NOW - days * DAY_MS, NOW])
    expect(windows.slice(1).every(({ start }, index) => start === windows[index]?.end)).toBe(true)
  })
})

describe('the days of the bill', () => {
  it('are rounded outwards, in UTC', () => {
    expect(daysOf(last(1))).toEqual(['2026-11-27', '2026-11-28'])
    expect(WEEK_DAYS).toHaveLength(8)
    expect(daysOf({ start: Date.parse('2026-11-27T00:00:00Z'), end: Date.parse('2026-11-28T00:00:00Z') })).toEqual([
      '2026-11-27',
    ])
  })

  it('that began within the time are one fewer, but where it began at midnight', () => {
    expect(daysWithin(WEEK)).toEqual(WEEK_DAYS.slice(1))
    expect(daysWithin({ start: Date.parse('2026-11-27T00:00:00Z'), end: NOW })).toEqual(['2026-11-27', '2026-11-28'])
  })
})

describe('metrics', () => {
  const summary = (more: object = {}) => ({
    start_epoch_millis: WEEK.start,
    end_epoch_millis: WEEK.end,
    mode: 'SUMMARY',
    step_seconds: null,
    metric_descriptors: [{ name: REQUESTS_METRIC, unit_hint: 'COUNT', kind: 'COUNTER', label_sets: [{}, {}] }],
    metric_values: [{ start_epoch_millis: WEEK.start, values: [[0, 0]] }],
    ...more,
  })
  const values = (...values: unknown[]) => ({ metric_values: [{ start_epoch_millis: WEEK.start, values }] })

  it('add up over all label sets', () => {
    expect(readMetrics(summary(values([2, 3])), WEEK)).toEqual({ kind: 'sum', sum: 5, isCount: true })
    expect(readMetrics(summary(), WEEK)).toEqual({ kind: 'sum', sum: 0, isCount: true })
  })

  it('with a null beside a number are that number', () => {
    expect(readMetrics(summary(values([null, 0])), WEEK)).toMatchObject({ kind: 'sum', sum: 0 })
    expect(readMetrics(summary(values([null, 1])), WEEK)).toMatchObject({ kind: 'sum', sum: 1 })
  })

  it.each([
    ['all values are null', summary(values([null, null]))],
    ['there is no series', summary({ metric_descriptors: [], ...values() })],
    [
      'there is no label set',
      summary({ metric_descriptors: [{ name: REQUESTS_METRIC, label_sets: [] }], ...values([]) }),
    ],
    ['there are others only', summary({ metric_descriptors: [{ name: 'x', label_sets: [{}] }], ...values([9]) })],
    ['there is no value set at all', summary({ metric_descriptors: [], metric_values: [] })],
  ])('say nothing where %s', (_, body) => {
    expect(readMetrics(body, WEEK)).toEqual(SILENT)
  })

  it('can be a rate, which is no count', () => {
    const descriptor = { name: REQUESTS_METRIC, unit_hint: 'PER_SECOND', label_sets: [{}] }
    expect(readMetrics(summary({ metric_descriptors: [descriptor], ...values([0.5]) }), WEEK)).toEqual({
      kind: 'sum',
      sum: 0.5,
      isCount: false,
    })
  })

  it.each([
    ['another shape', { metrics: { inference_volume: [] } }],
    ['nothing', undefined],
    ['another mode', summary({ mode: 'SERIES' })],
    ['two value sets', summary({ metric_values: [...summary().metric_values, ...summary().metric_values] })],
    ['fewer values than label sets', summary(values([0]))],
    ['fewer values than descriptors', summary(values())],
    ['a negative value', summary(values([-1, 1]))],
    ['a value that is a text', summary(values(['0', 0]))],
    ['a later start', summary({ start_epoch_millis: WEEK.start + 1 })],
    ['an earlier end', summary({ end_epoch_millis: WEEK.end - 1 })],
  ])('are unreadable with %s', (_, body) => {
    expect(readMetrics(body, WEEK).kind).toBe('unreadable')
  })
})

describe('the bill', () => {
  const item = (more: object = {}) => ({
    billable_resource: { id: 'd1', kind: 'MODEL_DEPLOYMENT', is_deleted: false, chain_metadata: null },
    subtotal: '1.50',
    compute_cost: '1.50',
    surcharge_cost: '0',
    minutes: 60,
    inference_requests: 3,
    ...more,
  })
  const body = (...breakdown: unknown[]) => ({ dedicated_usage: { subtotal: 0, breakdown } })
  const read = (...breakdown: unknown[]) => readBill(body(...breakdown), WEEK) ?? expect.fail('not read')

  it('tells what it has cost, of numbers and of texts, and how many requests it had', () => {
    expect(spentOn(read(item(), item({ subtotal: 0.25 })), THING)).toEqual({ cost: 1_750_000_000_000n, requests: 6 })
    expect(spentOn(read(item({ subtotal: '+.' })), THING)).toEqual({ cost: undefined, requests: 3 })
    expect(spentOn(read(), THING)).toBeUndefined()
  })

  it('counts the chainlets of a chain deployment, by its ID', () => {
    const chainlet = (id: string, chain: string) =>
      item({
        billable_resource: { id, kind: 'CHAINLET', chain_metadata: { chain_id: 'c', chain_deployment_id: chain } },
      })
    const all = read(chainlet('a', 'cd1'), chainlet('b', 'cd1'), chainlet('c', 'cd2'))
    expect(spentOn(all, { resource: 'chain-deployment', id: 'cd1', chainlets: 2 })).toMatchObject({ requests: 6 })
  })

  it.each([
    ['no dedicated usage', { dedicated_usage: null }],
    ['no breakdown', { dedicated_usage: { subtotal: 0, credits_used: 0, total: 0, minutes: 0 } }],
    ['an entry without a number of requests', body(item({ inference_requests: undefined }))],
    ['an entry with requests as a text', body(item({ inference_requests: '0' }))],
    ['an entry of a negative number', body(item({ inference_requests: -1 }))],
    ['an entry without an ID', body(item({ billable_resource: { kind: 'CHAINLET' } }))],
    ['another shape', []],
  ])('with %s cannot be read', (_, answer) => {
    expect(readBill(answer, WEEK)).toBeUndefined()
  })

  it('with kinds that came later can be read', () => {
    expect(read(item({ billable_resource: { id: 'l', kind: 'LOOPS_SAMPLER' } })).days).toHaveLength(8)
  })

  it('shows no request where an entry says 0 on every day', () => {
    expect(requestsOn([bill(entry('d1', () => 0))], THING, WEEK_DAYS, false)).toEqual({ kind: 'none' })
  })

  it('shows the requests of the days asked for, and since when', () => {
    const own = entry('d1', (day) => (day >= '2026-11-26' ? 2 : 0))
    expect(requestsOn([bill(own)], THING, WEEK_DAYS, false)).toEqual({
      kind: 'requests',
      count: 6,
      since: '2026-11-26',
    })
    expect(requestsOn([bill(own)], THING, WEEK_DAYS.slice(0, 3), false)).toEqual({ kind: 'none' })
  })

  it('does not tell where a day is missing and it runs', () => {
    const own = entry('d1', (day) => (day === '2026-11-28' ? undefined : 0))
    expect(
      requestsOn(
        [
          bill(
            own,
            entry('d2', () => 5),
          ),
        ],
        THING,
        WEEK_DAYS,
        false,
      ),
    ).toEqual({
      kind: 'unknown',
      why: 'the bill has no entry for it on 2026-11-28',
    })
  })

  it('needs no entry for what is at rest, on days on which others have one', () => {
    expect(requestsOn([bill(entry('d2', () => 5))], THING, WEEK_DAYS, true)).toEqual({ kind: 'none' })
    const gap = entry('d2', (day) => (day === '2026-11-23' ? undefined : 5))
    expect(requestsOn([bill(gap)], THING, WEEK_DAYS, true)).toMatchObject({ kind: 'unknown' })
    expect(requestsOn([bill()], THING, WEEK_DAYS, true)).toMatchObject({ kind: 'unknown' })
    const job = entry('t1', () => 5, { kind: 'TRAINING_JOB' })
    expect(requestsOn([bill(job)], THING, WEEK_DAYS, true)).toMatchObject({ kind: 'unknown' })
  })

  it('needs an entry for each chainlet of what runs', () => {
    const chain: BilledThing = { resource: 'chain-deployment', id: 'cd1', chainlets: 2 }
    const chainlet = (id: string) => entry(id, () => 0, { kind: 'CHAINLET', chainDeployment: 'cd1' })
    expect(requestsOn([bill(chainlet('a'))], chain, WEEK_DAYS, false)).toMatchObject({ kind: 'unknown' })
    expect(requestsOn([bill(chainlet('a'), chainlet('b'))], chain, WEEK_DAYS, false)).toEqual({ kind: 'none' })
  })

  it('without days tells of none at all, but not when there were some', () => {
    const sum = (requests: number) => ({ ...entry('d1', () => 0), requests, daily: undefined })
    expect(requestsOn([bill(sum(0))], THING, WEEK_DAYS, false)).toEqual({ kind: 'none' })
    expect(requestsOn([bill(sum(3))], THING, WEEK_DAYS.slice(1), false)).toMatchObject({ kind: 'unknown' })
    // Of a bill of these days alone, all requests were on these days.
    expect(requestsOn([bill(sum(3))], THING, WEEK_DAYS, false)).toEqual({
      kind: 'requests',
      count: 3,
      since: WEEK_DAYS[0],
    })
  })

  it('contradicts itself where its days are not its sum', () => {
    const own = { ...entry('d1', () => 0), requests: 1 }
    expect(requestsOn([bill(own)], THING, WEEK_DAYS, true)).toMatchObject({ kind: 'contradiction' })
  })

  it('does not tell of days that it does not cover', () => {
    const own = createBill(WEEK_DAYS.slice(1), [entry('d1', () => 0)])
    expect(requestsOn([own], THING, WEEK_DAYS, true)).toMatchObject({ kind: 'unknown' })
    const first = createBill(WEEK_DAYS.slice(0, 1), [entry('d1', () => 0)])
    expect(requestsOn([own, first], THING, WEEK_DAYS, true)).toEqual({ kind: 'none' })
  })
})

describe('unused or not', () => {
  it('is unused where every window shows a sum of 0', () => {
    expect(judge([ZERO, ZERO])).toEqual({ kind: 'unused', reason: 'no request in the last 7 days' })
  })

  it('is in use with a single request in any window, whatever the others show', () => {
    const one: MetricsReading = { kind: 'sum', sum: 1, isCount: true }
    expect(judge([ZERO, one])).toEqual({ kind: 'in-use', reason: '1 request in the last 7 days' })
    expect(judge([one, { kind: 'unreadable', why: 'x' }]).kind).toBe('in-use')
    expect(judge([{ kind: 'sum', sum: 0.001, isCount: false }])).toEqual({
      kind: 'in-use',
      reason: 'it had requests in the last 7 days',
    })
  })

  it('is unknown where a window could not be read, whatever the bill says', () => {
    const why = 'the key may not read metrics'
    const bills = [bill(entry('d1', () => 0))]
    expect(judge([ZERO, { kind: 'unreadable', why }], { bills })).toEqual({
      kind: 'unknown',
      reason: 'its use cannot be read: the key may not read metrics',
    })
    expect(judge([]).kind).toBe('unknown')
  })

  it('is unknown where the bill contradicts the metrics', () => {
    const own = entry('d1', (day) => (day === '2026-11-24' ? 3 : 0))
    expect(judge([ZERO], { bills: [bill(own)] })).toEqual({
      kind: 'unknown',
      reason: 'its use cannot be read: its metrics show no request, but its bill shows 3 requests since 2026-11-24',
    })
  })

  it('is unknown where the bill contradicts the metrics of one window, and another window shows nothing', () => {
    const fortnight = last(14)
    const metrics = windowsOf(fortnight).map((window, index) => ({ window, reading: index === 0 ? SILENT : ZERO }))
    const billed = (count: number) => {
      const days = daysOf(fortnight).map((day): [string, number] => [day, day === '2026-11-26' ? count : 0])
      return createBill(daysOf(fortnight), [{ ...entry('d1', () => 0), requests: count, daily: new Map(days) }])
    }
    const more = { metrics, period: fortnight, words: 'in the last 14 days' }
    expect(judge([], { ...more, bills: [billed(5)] })).toEqual({
      kind: 'unknown',
      reason: 'its use cannot be read: its metrics show no request, but its bill shows 5 requests since 2026-11-26',
    })
    expect(judge([], { ...more, bills: [billed(0)] }).kind).toBe('unused')
  })

  it('is unknown where a bill without days, of no other days, shows requests that the metrics do not', () => {
    const own = { ...entry('d1', () => 0), requests: 3, daily: undefined }
    const bills = [createBill(WEEK_DAYS.slice(1), [own])]
    expect(judge([ZERO], { bills }).kind).toBe('unknown')
    expect(judge([ZERO], { bills: [bill(own)] }).kind).toBe('unused')
  })

  it('is unused where the bill has requests only on the day that the time reaches into', () => {
    const own = entry('d1', (day) => (day === WEEK_DAYS[0] ? 3 : 0))
    expect(judge([ZERO], { bills: [bill(own)] }).kind).toBe('unused')
    // Where only the bill tells, that day may be within the time.
    expect(judge([SILENT], { bills: [bill(own)] }).kind).toBe('in-use')
  })

  it('is unused by its metrics alone where there is no bill', () => {
    expect(judge([ZERO], { noBill: 'the key may not read the bill' }).kind).toBe('unused')
  })

  it('is for the bill to tell where metrics show nothing', () => {
    const [idle, running] = [bill(entry('d1', () => 0)), bill(entry('d2', () => 5))]
    expect(judge([SILENT], { bills: [idle] })).toEqual({
      kind: 'unused',
      reason: 'no request in the last 7 days, as its bill shows',
    })
    expect(judge([SILENT], { bills: [running] }).kind).toBe('unknown')
    expect(judge([SILENT], { bills: [running], atRest: true }).kind).toBe('unused')
    expect(judge([SILENT], { bills: [bill(entry('d1', () => 1))] })).toEqual({
      kind: 'in-use',
      reason: 'its bill shows 8 requests since 2026-11-21',
    })
    expect(judge([SILENT], { noBill: 'the key may not read the bill' })).toEqual({
      kind: 'unknown',
      reason: 'its use cannot be read: its metrics show nothing, and the key may not read the bill',
    })
  })

  it('is for the bill alone to tell of a chain deployment', () => {
    const thing: BilledThing = { resource: 'chain-deployment', id: 'cd1', chainlets: 1 }
    const chainlet = (count: number) => entry('a', () => count, { kind: 'CHAINLET', chainDeployment: 'cd1' })
    expect(judge([], { thing, bills: [bill(chainlet(0))] }).kind).toBe('unused')
    expect(judge([], { thing, bills: [bill(chainlet(1))] }).kind).toBe('in-use')
    expect(judge([], { thing, bills: [] }).kind).toBe('unknown')
    expect(judge([], { thing, noBill: 'the key may not read the bill' })).toEqual({
      kind: 'unknown',
      reason: 'its use cannot be read: the key may not read the bill',
    })
  })

  it.each([
    ['INACTIVE', true],
    ['SCALED_TO_ZERO', true],
    ['DEPLOY_FAILED', true],
    ['ACTIVE', false],
    ['WAKING_UP', false],
    ['DEACTIVATING', false],
    ['SOMETHING_NEW', false],
  ])('takes %s for at rest: %s', (status, rests) => {
    expect(isAtRest(status)).toBe(rests)
  })
})
