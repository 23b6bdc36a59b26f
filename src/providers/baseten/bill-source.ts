import { messageOf } from '../../lib/errors.ts'
import { DAY_MS } from '../../lib/format.ts'
import { isSuccess } from '../shared/response.ts'
import { singleFlightNext } from '../shared/single-flight.ts'
import { describeBaseten, type Read } from './api.ts'
import { type Bill, readBill } from './bill.ts'
import { type Period, startOfDay } from './periods.ts'

/** The longest bill covers 31 days: today and this many days before it. */
const DAYS_BEFORE = 30
/** An account has thousands of entries, each with 31 days. */
const MAX_BILL_BYTES = 32 * 1024 * 1024

/** A bill, or why there is none. */
type BillAnswer = Bill | string

/** The usage summaries of an account. Nothing here throws. */
export interface BillSource {
  /** The bill of the last 31 days, requested once. */
  latest(): Promise<BillAnswer>
  /** Bills that cover all days since a time, Unix ms; `fresh` requests them again. `noBill` says why one is missing. */
  since(since: number, fresh: boolean): Promise<{ bills: readonly Bill[]; noBill: string | undefined }>
}

export function createBillSource(read: Read, now: () => number): BillSource {
  const today = () => startOfDay(now())
  const ask = async (period: Period): Promise<BillAnswer> => {
    const query = new URLSearchParams({ start_date: iso(period.start), end_date: iso(period.end) })
    try {
      const answer = await read(`/billing/usage_summary?${query}`, MAX_BILL_BYTES)
      if (answer.status === 401 || answer.status === 403) return 'the key may not read the bill'
      if (!isSuccess(answer)) return describeBaseten(answer)
      return readBill(answer.body, period) ?? 'the bill is not as documented'
    } catch (error) {
      return messageOf(error)
    }
  }
  const askLatest = () => ask({ start: today() - DAYS_BEFORE * DAY_MS, end: now() })
  const askAgain = singleFlightNext(askLatest)
  let first: Promise<BillAnswer> | undefined
  let dayBefore: Promise<BillAnswer> | undefined

  const latest = () => {
    first ??= askLatest()
    return first
  }
  const readDayBefore = () => {
    const end = today() - DAYS_BEFORE * DAY_MS
    dayBefore ??= ask({ start: end - DAY_MS, end })
    return dayBefore
  }

  return {
    latest,
    async since(since, fresh) {
      const isLonger = since < today() - DAYS_BEFORE * DAY_MS
      const answers = await Promise.all([fresh ? askAgain() : latest(), ...(isLonger ? [readDayBefore()] : [])])
      return {
        bills: answers.filter((answer) => typeof answer !== 'string'),
        noBill: answers.find((answer) => typeof answer === 'string'),
      }
    },
  }
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
