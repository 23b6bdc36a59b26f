import { describe, expect, it } from 'vitest'
import {
  nameCell,
  OUTCOMES,
  resultRow,
  sentenceCell,
  targetCell,
  timeCell,
  worstFirst,
} from '../../src/report/table.ts'
import type { Outcome } from '../../src/teardown/result.ts'
import { DELETION, result } from './results.ts'

/** The cells of a row, with what only keeps words together taken out again. */
const cellsOf = (row: string) =>
  row.replaceAll('&nbsp;', ' ').replaceAll('&#8209;', '-').trim().slice(2, -2).split(' | ')

describe('a row of the table of targets', () => {
  it('says what it is, how it ended, how long it took and what was done', () => {
    expect(
      cellsOf(resultRow(result('deleted', 'd1', { name: 'PR-7', history: DELETION, reason: 'confirmed gone' }))),
    ).toEqual([
      '✅ deleted',
      '<b>PR-7</b><br>deployment <code>d1</code> of model <code>m1</code>',
      '1.5 s',
      'delete: confirmed gone',
    ])
  })

  it.each([undefined, 'd1', '', '  '])('a name that says nothing beside the ID (%j) is left out', (name) => {
    const row = resultRow(result('deleted', 'd1', name === undefined ? {} : { name }))
    expect(cellsOf(row)[1]).toBe('deployment <code>d1</code> of model <code>m1</code>')
  })

  it('in a dry run says why and what would be done', () => {
    const row = resultRow(
      result('planned', 'd1', { reason: 'is RUNNING', plan: ['stop', 'delete once it is stopped'] }),
    )
    expect(cellsOf(row)[3]).toBe('is RUNNING: would stop, delete once it is stopped')
  })

  it.each<[string, Outcome, string, string | undefined, string]>([
    ['is added', 'failed', 'no access', 'ACTIVE', 'no access (ACTIVE)'],
    ['with what was said beside it', 'failed', 'no access', 'UNKNOWN (gone?)', 'no access (UNKNOWN (gone?))'],
    ['is not repeated', 'timed-out', 'last seen STOPPING', 'STOPPING (target STOPPED)', 'last seen STOPPING'],
    ['of what is deleted is no longer true', 'deleted', 'confirmed gone', 'STOPPED', 'confirmed gone'],
    ['is not known', 'failed', 'no access', undefined, 'no access'],
  ])('the last status %s', (_what, outcome, reason, lastStatus, expected) => {
    const row = resultRow(result(outcome, 'd1', { reason, ...(lastStatus === undefined ? {} : { lastStatus }) }))
    expect(cellsOf(row)[3]).toBe(expected)
  })

  it('what took no time, or was left alone, has no time', () => {
    expect(timeCell(0)).toBe('')
    expect(cellsOf(resultRow(result('kept')))[2]).toBe('')
  })
})

describe('the order', () => {
  it('is the worst first, and within an outcome as it was', () => {
    const outcomes: Outcome[] = ['kept', 'deleted', 'cancelled', 'deleted', 'failed', 'refused', 'timed-out', 'planned']
    const sorted = worstFirst(outcomes.map((outcome, n) => result(outcome, `d${n}`)))
    expect(sorted.map(({ target }) => target.id)).toEqual(['d4', 'd5', 'd6', 'd2', 'd7', 'd1', 'd3', 'd0'])
  })

  it('every outcome has its place and its own sign', () => {
    expect(new Set(OUTCOMES.map(({ sign }) => sign)).size).toBe(9)
  })
})

describe('texts in a table', () => {
  it('a name of 10,000 characters is cut, never within a character', () => {
    expect(nameCell('x'.repeat(10_000))).toBe(`${'x'.repeat(100)}…`)
    expect(nameCell(`${'x'.repeat(99)}😀😀`)).toBe(`${'x'.repeat(99)}…`)
  })

  it('a sentence is cut after a whole word', () => {
    const cut = sentenceCell(`${'word '.repeat(150)}`)
    expect(cut).toMatch(/^(word )+word…$/)
    expect(cut.length).toBeLessThan(602)
  })

  it('an ID is cut too', () => {
    expect(targetCell({ resource: 'model', id: 'y'.repeat(500) })).toBe(`model&nbsp;<code>${'y'.repeat(100)}…</code>`)
  })

  it.each([
    [{ resource: 'deployment', id: 'd1', parent: 'm1' }, 'deployment <code>d1</code> of model <code>m1</code>'],
    [
      { resource: 'chain-deployment', id: 'c1', parent: 'x1' },
      'chain deployment <code>c1</code> of chain <code>x1</code>',
    ],
    [
      { resource: 'environment', id: 'staging', parent: 'm1' },
      'environment <code>staging</code> of model <code>m1</code>',
    ],
  ] as const)('%j is %s', (target, text) => {
    expect(targetCell(target).replaceAll('&nbsp;', ' ').replaceAll('&#8209;', '-')).toBe(text)
  })
})
