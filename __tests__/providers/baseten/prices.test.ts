import { describe, expect, it } from 'vitest'
import { usdText } from '../../../src/lib/money.ts'
import { costPerHour, type Prices, readPrices } from '../../../src/providers/baseten/prices.ts'

const list = (...types: [name: string, price: unknown][]) => ({
  instance_types: types.map(([name, price]) => ({ instance_type: { id: name, name, gpu_count: 1 }, price })),
})
const PRICES: Prices = readPrices(list(['A10G:4x16', 0.02012], ['H100', 0.10833], ['free', 0])) ?? new Map()

function cost(...parts: [instanceType: string | undefined, replicas: number | undefined][]): string | undefined {
  const amount = costPerHour(
    parts.map(([instanceType, replicas]) => ({ instanceType, replicas })),
    PRICES,
  )
  return amount === undefined ? undefined : usdText(amount)
}

describe('the cost of an hour', () => {
  it('is replicas times the price of a minute times 60', () => {
    expect(cost(['A10G:4x16', 1])).toBe('1.2072')
    expect(cost(['A10G:4x16', 3])).toBe('3.6216')
    expect(cost(['free', 3])).toBe('0.00')
  })

  it('is the sum over all chainlets', () => {
    expect(cost(['A10G:4x16', 1], ['H100', 2])).toBe('14.2068')
  })

  it('is zero where no replica is active, whatever the price', () => {
    expect(cost(['A10G:4x16', 0])).toBe('0.00')
    expect(cost([undefined, 0], ['custom', 0])).toBe('0.00')
  })

  it('is unknown, which is not zero, where a price or a number is', () => {
    expect(cost(['custom', 1])).toBeUndefined()
    expect(cost([undefined, 1])).toBeUndefined()
    expect(cost(['A10G:4x16', undefined])).toBeUndefined()
    expect(cost(['A10G:4x16', 1], ['custom', 1])).toBeUndefined()
  })
})

describe('the price list', () => {
  it('does not tell a price that is negative or said twice', () => {
    const prices = readPrices(list(['a', -1], ['b', 1], ['b', 2], ['c', 1], ['c', 1]))
    expect([prices?.get('a'), prices?.get('b')]).toEqual([undefined, undefined])
    expect(usdText(prices?.get('c') ?? 0n)).toBe('1.00')
  })

  it.each([[null], [{}], [[]], [{ instance_types: [{ price: 1 }] }], [list(['a', '1'])], [list(['a', null])]])(
    'cannot be read from %j',
    (body) => {
      expect(readPrices(body)).toBeUndefined()
    },
  )
})
