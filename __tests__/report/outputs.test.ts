import { describe, expect, it } from 'vitest'
import { json, outputsOf } from '../../src/report/outputs.ts'
import type { Outcome } from '../../src/teardown/result.ts'
import { bottomless, HOSTILE, reportOf, result } from './results.ts'

const OUTCOMES: Outcome[] = [
  ...(['deleted', 'accepted', 'already-gone', 'planned', 'kept'] as const),
  ...(['refused', 'failed', 'timed-out', 'cancelled'] as const),
]

describe('the outputs of every run', () => {
  it('nothing to delete: all are there, with nothing to say', () => {
    expect(outputsOf(reportOf([]), '/tmp/r.json')).toEqual({
      cut: false,
      outputs: {
        status: 'nothing-to-delete',
        tombstone: '',
        tombstones: '[]',
        results: '[]',
        'deleted-ids': '[]',
        'deleted-count': '0',
        'failed-count': '0',
        'kept-count': '0',
        'cost-per-hour': '',
        'report-path': '/tmp/r.json',
      },
    })
  })

  it('wrong inputs: failed, whatever else is known', () => {
    expect(outputsOf(reportOf([], { problems: ['x'], provider: undefined }), '').outputs.status).toBe('failed')
  })

  it('one object for each target, with the fields of the public interface', () => {
    const tombstone = { id: 'd1', deleted: true, model_id: 'm1' }
    const results = [
      result('deleted', 'd1', { name: 'PR-1', lastStatus: 'ACTIVE', tombstone }),
      result('already-gone', 'm2', { target: { resource: 'model', id: 'm2' } }),
      result('failed', 'd3', { target: { resource: 'deployment', id: 'd3' } }),
    ]
    expect(JSON.parse(outputsOf(reportOf(results), '').outputs.results)).toEqual([
      {
        ...{ provider: 'baseten', resource: 'deployment', id: 'd1', modelId: 'm1', name: 'PR-1', outcome: 'deleted' },
        ...{
          reason: 'it is deleted',
          lastStatus: 'ACTIVE',
          tombstone,
          durationMs: 1500,
          actions: [],
          costPerHour: null,
          resourceGroup: null,
        },
      },
      {
        ...{ provider: 'baseten', resource: 'model', id: 'm2', modelId: 'm2', name: null, outcome: 'already-gone' },
        ...{
          reason: 'it is already-gone',
          lastStatus: null,
          tombstone: null,
          durationMs: 1500,
          actions: [],
          costPerHour: null,
          resourceGroup: null,
        },
      },
      {
        ...{ provider: 'baseten', resource: 'deployment', id: 'd3', modelId: null, name: null, outcome: 'failed' },
        ...{
          reason: 'it is failed',
          lastStatus: null,
          tombstone: null,
          durationMs: 1500,
          actions: [],
          costPerHour: null,
          resourceGroup: null,
        },
      },
    ])
  })

  it('one target: its tombstone as it came; several: empty, and all of them in tombstones', () => {
    const [one, two] = [result('deleted', 'd1', { tombstone: { id: 'd1' } }), result('failed', 'd2')]
    expect(outputsOf(reportOf([one]), '').outputs).toMatchObject({
      tombstone: '{"id":"d1"}',
      tombstones: '[{"id":"d1"}]',
    })
    expect(outputsOf(reportOf([one, two]), '').outputs).toMatchObject({
      tombstone: '',
      tombstones: '[{"id":"d1"},null]',
    })
    expect(outputsOf(reportOf([two]), '').outputs).toMatchObject({ tombstone: '', tombstones: '[null]' })
  })

  it('only what is confirmed gone by this run counts as deleted', () => {
    const results = OUTCOMES.map((outcome) => result(outcome, `id-${outcome}`))
    expect(outputsOf(reportOf(results), '').outputs).toMatchObject({
      status: 'failed',
      'deleted-ids': '["id-deleted"]',
      'deleted-count': '1',
      'failed-count': '3',
      'kept-count': '1',
    })
  })

  it('hostile texts stay one line of valid JSON', () => {
    const results = HOSTILE.map((text, index) => result('failed', `d${index}`, { name: text, reason: text }))
    const { outputs } = outputsOf(reportOf(results), '')
    expect(JSON.parse(outputs.results)).toMatchObject(HOSTILE.map((text) => ({ name: text, reason: text })))
    expect(Object.values(outputs).filter((value) => /[\r\n]/.test(value))).toEqual([])
  })
})

describe('outputs that would be larger than GitHub takes', () => {
  const big = Array.from({ length: 20 }, (_, n) => result('deleted', `d${n}`, { tombstone: { note: 'x'.repeat(100) } }))
  const size = (outputs: object) => Object.values(outputs).reduce((sum, value) => sum + String(value).length, 0)

  it('as long as all fits, nothing is cut', () => {
    const { outputs, cut } = outputsOf(reportOf(big), '/r.json', 100_000)
    expect(cut).toBe(false)
    expect(JSON.parse(outputs.results)).toHaveLength(20)
    expect(JSON.parse(outputs.tombstones)).toHaveLength(20)
  })

  it('tombstones are left out first, the results stay whole', () => {
    const whole = outputsOf(reportOf(big), '/r.json', 100_000).outputs
    const { outputs, cut } = outputsOf(reportOf(big), '/r.json', size(whole) - 500)
    expect(cut).toBe(true)
    expect(outputs.results).toBe(whole.results)
    expect(JSON.parse(outputs.tombstones).length).toBeLessThan(20)
    expect(JSON.parse(whole.tombstones)).toEqual(expect.arrayContaining(JSON.parse(outputs.tombstones)))
  })

  it.each([300, 1000, 2000, 3000, 5000, 7000])(
    'at a limit of %d: they stay within it, are valid JSON, and the counts are right',
    (limit) => {
      const { outputs, cut } = outputsOf(reportOf(big), '/r.json', limit)
      expect(size(outputs)).toBeLessThanOrEqual(limit)
      expect(cut).toBe(true)
      expect(JSON.parse(outputs.results).length).toBeLessThanOrEqual(20)
      expect(Array.isArray(JSON.parse(outputs.tombstones))).toBe(true)
      expect(outputs).toMatchObject({ status: 'deleted', 'deleted-count': '20', 'report-path': '/r.json' })
    },
  )

  it('the tombstone of a single target goes when it alone is too large', () => {
    const { outputs, cut } = outputsOf(reportOf([result('deleted', 'd1', { tombstone: 'x'.repeat(9000) })]), '', 5000)
    expect(outputs).toMatchObject({ tombstone: '', tombstones: '[]', results: '[]', 'deleted-count': '1' })
    expect(cut).toBe(true)
  })

  it('without a limit of their own they stay below half of a megabyte, counted as GitHub does', () => {
    const huge = Array.from({ length: 300 }, (_, n) => result('deleted', `d${n}`, { tombstone: 'é'.repeat(5000) }))
    expect(size(outputsOf(reportOf(huge), '').outputs)).toBeLessThanOrEqual(500_000)
  })
})

describe('JSON', () => {
  it.each([
    [undefined, 'null'],
    [null, 'null'],
    [{ a: undefined }, '{}'],
    ['\u2028', '"\u2028"'],
    ['\ud800', '"\\ud800"'],
  ])('of %j', (value, text) => {
    expect(json(value)).toBe(text)
  })

  it('of a value nested too deeply is null', () => {
    expect(json(bottomless())).toBe('null')
  })

  it('a tombstone nested too deeply takes nothing else of its target with it', () => {
    const results = [result('deleted', 'd1', { tombstone: bottomless() }), result('deleted', 'd2')]
    const { outputs } = outputsOf(reportOf(results), '')
    expect(JSON.parse(outputs.results)).toMatchObject([
      { id: 'd1', outcome: 'deleted', tombstone: null },
      { id: 'd2', outcome: 'deleted' },
    ])
    expect(outputs.tombstones).toBe('[null,null]')
  })
})
