import { describe, expect, it } from 'vitest'
import { dollars, dollarsAMonth, parseUsd, type Usd, usdNumber, usdText } from '../../src/lib/money.ts'

const usd = (value: number | string): Usd => parseUsd(value) ?? expect.fail(`${value} is no amount`)

describe('reading an amount', () => {
  it.each([
    [0, '0.00'],
    [0.02012, '0.0201'],
    ['28.97', '28.97'],
    ['+1', '1.00'],
    ['-0.5', '-0.50'],
    ['.25', '0.25'],
    ['1.', '1.00'],
    [1e-7, '0.00'],
    ['1e2', '100.00'],
    ['007.10', '7.10'],
    [1_234_567.891, '1234567.891'],
  ])('takes %s as %s', (value, text) => {
    expect(usdText(usd(value))).toBe(text)
  })

  it.each(['', '.', '-', '+.', 'free', '$4', '1,000', '1.2.3', '0x10', 'NaN', 'Infinity', '9'.repeat(40), '1e999'])(
    'takes %j for none',
    (value) => {
      expect(parseUsd(value)).toBeUndefined()
    },
  )

  it('takes numbers that are none for none', () => {
    expect([Number.NaN, Number.POSITIVE_INFINITY, 1e300].map(parseUsd)).toEqual([undefined, undefined, undefined])
  })
})

describe('calculating', () => {
  it('has no rounding surprise where binary fractions have one', () => {
    expect(usdNumber(usd(0.1) + usd(0.2))).toBe(0.3)
    expect(JSON.stringify(usdNumber(usd(0.02012) * 3n * 60n))).toBe('3.6216')
    expect(JSON.stringify(usdNumber(usd(1.005) * 100n))).toBe('100.5')
  })

  it('sums a thousand prices to the cent', () => {
    const sum = Array.from({ length: 1000 }, () => usd(0.07) * 60n).reduce((a, b) => a + b, 0n)
    expect(usdText(sum)).toBe('4200.00')
  })

  it('keeps two to four decimals, half of the last rounded up', () => {
    expect([4, 4.2, 1.2072, 0.03485, 0.00005, 0.00004, -0.00005].map((value) => usdText(usd(value)))).toEqual([
      '4.00',
      '4.20',
      '1.2072',
      '0.0349',
      '0.0001',
      '0.00',
      '-0.0001',
    ])
  })
})

describe('showing', () => {
  it('groups thousands and has cents, and four decimals for less than ten of them', () => {
    expect([0, 4.32, 1.2072, 1234.5, 0.0348, -12, 1_234_567].map((value) => dollars(usd(value)))).toEqual([
      '$0.00',
      '$4.32',
      '$1.21',
      '$1,234.50',
      '$0.0348',
      '-$12.00',
      '$1,234,567.00',
    ])
  })

  it('says what an hour comes to in a month, in three digits', () => {
    expect([4.32, 1.2072, 0.0348, 0, 100, 0.2].map((value) => dollarsAMonth(usd(value)))).toEqual([
      '$3,150',
      '$881',
      '$25.40',
      '$0.00',
      '$73,000',
      '$146',
    ])
  })
})
