import { describe, expect, it } from 'vitest'
import { parseUsd } from '../../src/lib/money.ts'
import type { Cost } from '../../src/providers/metering.ts'
import { commentOf } from '../../src/report/comment.ts'
import { byCost, costPerHourText, savings, stoppedPhrase } from '../../src/report/cost.ts'
import { summaryOf } from '../../src/report/summary.ts'
import type { Outcome } from '../../src/teardown/result.ts'
import { reportOf, result } from './results.ts'

const cost = (perHour: string | undefined, spent?: string): Cost => ({
  perHour: perHour === undefined ? undefined : parseUsd(perHour),
  spent: spent === undefined ? undefined : { cost: parseUsd(spent), requests: 3 },
})
const costing = (outcome: Outcome, id: string, perHour: string | undefined, spent?: string) =>
  result(outcome, id, { cost: cost(perHour, spent) })
const HAS_PRICES = { hasPrices: true }

describe('what is saved', () => {
  const results = [
    costing('deleted', 'a', '1.2072', '28.97'),
    costing('accepted', 'b', '3.1128'),
    costing('kept', 'c', '100'),
    costing('failed', 'd', '100'),
    costing('already-gone', 'e', '100'),
  ]

  it('is what went or is accepted to go, in the outputs, the log, the summary and the comment', () => {
    const report = reportOf(results, HAS_PRICES)
    expect(costPerHourText(report)).toBe('4.32')
    expect(stoppedPhrase(report)).toBe('stops $4.32 an hour')
    const sentence = 'Stops $4.32 an hour, about $3,150 a month, at list price. It has cost $28.97 in the last 31 days.'
    expect(savings(report)).toBe(sentence)
    expect(summaryOf(report, '/r.json').replaceAll('&#36;', '$')).toContain(sentence)
    expect(
      commentOf(report, results, 'https://github.com/octo/hello/actions/runs/1').replaceAll('&#36;', '$'),
    ).toContain(sentence)
  })

  it('would be saved in a dry run', () => {
    const report = reportOf([costing('planned', 'a', '4.32')], { ...HAS_PRICES, dryRun: true })
    expect([costPerHourText(report), stoppedPhrase(report)]).toEqual(['4.32', 'would stop $4.32 an hour'])
    expect(savings(report)).toMatch(/^Would stop /)
  })

  it('is not told without prices, and is unknown where all prices are', () => {
    expect([costPerHourText(reportOf(results)), savings(reportOf(results)), stoppedPhrase(reportOf(results))]).toEqual([
      '',
      '',
      '',
    ])
    const report = reportOf([costing('deleted', 'a', undefined)], HAS_PRICES)
    expect([costPerHourText(report), savings(report), stoppedPhrase(report)]).toEqual([
      '',
      'What it costs is not known.',
      '',
    ])
  })

  it('is at least what is known where one price is not', () => {
    const report = reportOf([costing('deleted', 'a', '1'), costing('deleted', 'b', undefined)], HAS_PRICES)
    expect(costPerHourText(report)).toBe('')
    expect(savings(report)).toBe(
      'Stops at least $1.00 an hour, about $730 a month, at list price; the price of 1 target is not known.',
    )
  })

  it('is nothing where nothing went', () => {
    const report = reportOf([costing('kept', 'c', '100')], HAS_PRICES)
    expect([costPerHourText(report), savings(report), stoppedPhrase(report)]).toEqual(['0.00', '', ''])
  })
})

it('the dearest comes first, what is not known last, and the order of equals stays', () => {
  const items = ['a', 'b', 'c', 'd'].map((id, index) => ({ id, cost: cost([undefined, '1', '2', '1'][index]) }))
  expect(byCost(items).map(({ id }) => id)).toEqual(['c', 'b', 'd', 'a'])
})
