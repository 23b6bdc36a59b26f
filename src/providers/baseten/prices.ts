import * as v from 'valibot'
import { parseUsd, type Usd } from '../../lib/money.ts'

/** List prices in USD per minute and replica, by the name of the instance type; undefined if two contradict each other. */
export type Prices = ReadonlyMap<string, Usd | undefined>

const PRICES = v.object({
  instance_types: v.array(v.object({ instance_type: v.object({ name: v.string() }), price: v.number() })),
})

const MINUTES_AN_HOUR = 60n

/** The price list in an answer of GET /v1/instance_type_prices; undefined if it is not as documented. */
export function readPrices(body: unknown): Prices | undefined {
  const list = v.safeParse(PRICES, body)
  if (!list.success) return undefined
  const prices = new Map<string, Usd | undefined>()
  for (const { instance_type, price } of list.output.instance_types) {
    const { name } = instance_type
    const amount = price < 0 ? undefined : parseUsd(price)
    prices.set(name, prices.has(name) && prices.get(name) !== amount ? undefined : amount)
  }
  return prices
}

/** The running parts of a deployment: one, or one for each chainlet of a chain deployment. */
export interface RunningPart {
  /** The name of its instance type; undefined if Baseten gives none. */
  instanceType: string | undefined
  /** Undefined if Baseten does not give the number. */
  replicas: number | undefined
}

/**
 * Its current cost per hour at list price, in USD. Undefined if a price or a number of replicas is unknown, which is not zero.
 * That `instance_type_name` is the `name` in the price list is inferred from both descriptions.
 */
export function costPerHour(parts: readonly RunningPart[], prices: Prices): Usd | undefined {
  let sum: Usd = 0n
  for (const { instanceType, replicas } of parts) {
    if (replicas === 0) continue
    const price = instanceType === undefined ? undefined : prices.get(instanceType)
    if (price === undefined || replicas === undefined) return undefined
    sum += price * BigInt(replicas) * MINUTES_AN_HOUR
  }
  return sum
}
