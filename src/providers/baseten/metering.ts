import { messageOf } from '../../lib/errors.ts'
import type { Connection } from '../context.ts'
import type { CostBook, Metering, Usage, UsageQuestion } from '../metering.ts'
import { isSuccess } from '../shared/response.ts'
import type { Target } from '../target.ts'
import { type BasetenSettings, createReads, describeBaseten, PROFILE, pathOf, type Read } from './api.ts'
import { type Bill, type BilledThing, spentOn } from './bill.ts'
import { type BillSource, createBillSource } from './bill-source.ts'
import { type MetricsReading, REQUESTS_METRIC, readMetrics } from './metrics.ts'
import { createPace } from './pace.ts'
import { windowsOf } from './periods.ts'
import { costPerHour, type Prices, readPrices } from './prices.ts'
import type { BasetenSnapshot } from './snapshot.ts'
import { isAtRest, judgeUsage } from './usage.ts'

const HOUR_MS = 3_600_000
/** The second query starts this long before the end of the first: metrics can lag, and clocks differ. */
const OVERLAP_MS = HOUR_MS

/** Nothing depends on costs, so one retry is enough. */
const COSTS_PROFILE = { ...PROFILE, requestTimeoutMs: 10_000, concurrency: 2, maxTries: 2 }
/** Deletions depend on metrics, and their endpoint is marked as unstable. */
const METRICS_PROFILE = { ...PROFILE, requestTimeoutMs: 10_000, maxTries: 3 }
/** Half of Baseten's limit for an endpoint, so that other users of the key keep their share. */
const MOST_PER_SECOND = 50

/**
 * Prices, metrics and the bill of Baseten's management API. Its answers prove nothing about the key: a key may read
 * deployments but no bill, or prices and nothing else.
 */
export function createMetering(settings: BasetenSettings, connection: Connection): Metering<BasetenSnapshot> {
  const { clock, openHttp } = connection
  const closed = new AbortController()
  const until = closed.signal
  const readCosts = createReads(settings, openHttp({ ...COSTS_PROFILE, until }))
  const bills = createBillSource(readCosts, clock.now)
  const askMetrics = metricsReader(createReads(settings, openHttp({ ...METRICS_PROFILE, until })), () => pace(until))
  const pace = createPace(clock, MOST_PER_SECOND)

  return {
    openCostBook: ({ bill }) => openCostBook(readCosts, bill ? bills : undefined),
    usage: (target, snapshot, question) => usageOf(target, snapshot, question, askMetrics, bills),
    async recentUse(target) {
      if (target.resource !== 'deployment') return undefined
      const window = { start: clock.now() - HOUR_MS, end: clock.now() }
      const reading = await askMetrics(target, window.start, window.end)
      if (reading.kind !== 'sum' || reading.sum === 0) return undefined
      const evidence = { metrics: [{ window, reading }], bills: [], noBill: undefined, atRest: false }
      const thing = billedThing(target, undefined)
      return judgeUsage({ ...evidence, period: window, words: 'in the last hour', thing }).reason
    },
    close: () => closed.abort(),
  }
}

/** Without an end, the window ends when the provider handles the request. */
type AskMetrics = (target: Target, start: number, end?: number) => Promise<MetricsReading>

function metricsReader(read: Read, pace: () => Promise<void>): AskMetrics {
  return async (target, start, end) => {
    const window = end === undefined ? {} : { end_epoch_millis: String(end) }
    const query = new URLSearchParams({ mode: 'SUMMARY', start_epoch_millis: String(start), ...window })
    query.set('metrics', REQUESTS_METRIC)
    try {
      const path = `${pathOf(target)}/metrics?${query}`
      await pace()
      const answer = await read(path)
      if (isSuccess(answer)) return readMetrics(answer.body, { start, end: end ?? start })
      const isRefused = answer.status === 401 || answer.status === 403
      return { kind: 'unreadable', why: isRefused ? 'the key may not read metrics' : describeBaseten(answer) }
    } catch (error) {
      return { kind: 'unreadable', why: messageOf(error) }
    }
  }
}

/** Reads metrics of what has them, and the bill if they show nothing; the first time also to see whether it contradicts them. */
async function usageOf(
  target: Target,
  snapshot: BasetenSnapshot,
  { since, until, knownUntil, words }: UsageQuestion,
  askMetrics: AskMetrics,
  bills: BillSource,
): Promise<Usage> {
  const thing = billedThing(target, snapshot)
  const isFirst = knownUntil === undefined
  const windows = isFirst ? windowsOf({ start: since, end: until }) : [{ start: knownUntil - OVERLAP_MS, end: until }]
  const metrics =
    thing.resource === 'chain-deployment'
      ? []
      : await Promise.all(
          windows.map(async (window) => {
            const reading = await askMetrics(target, window.start, isFirst ? window.end : undefined)
            return { window, reading }
          }),
        )
  const needsBill = isFirst || metrics.every(({ reading }) => reading.kind === 'silent')
  const billed = needsBill ? await bills.since(since, !isFirst) : { bills: [], noBill: undefined }
  const atRest = isAtRest(snapshot.status)
  return judgeUsage({ period: { start: since, end: until }, words, thing, atRest, metrics, ...billed })
}

function openCostBook(read: Read, bills: BillSource | undefined): CostBook<BasetenSnapshot> {
  let prices: Prices | undefined
  let bill: Bill | undefined
  const askPrices = async () => {
    const answer = await read('/instance_type_prices').catch(() => undefined)
    if (answer !== undefined && isSuccess(answer)) prices = readPrices(answer.body)
  }
  const askBill = async () => {
    const answer = await bills?.latest()
    if (typeof answer !== 'string') bill = answer
  }
  return {
    costOf: (target, snapshot) => ({
      perHour: snapshot.parts === undefined || prices === undefined ? undefined : costPerHour(snapshot.parts, prices),
      spent: bill === undefined ? undefined : spentOn(bill, billedThing(target, snapshot)),
    }),
    hasPrices: () => prices !== undefined,
    settled: Promise.all([askPrices(), askBill()]).then(() => undefined),
  }
}

function billedThing({ resource, id }: Target, snapshot: BasetenSnapshot | undefined): BilledThing {
  return resource === 'chain-deployment'
    ? { resource, id, chainlets: snapshot?.parts?.length ?? 0 }
    : { resource: 'deployment', id }
}
