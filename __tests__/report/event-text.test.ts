import { describe, expect, it } from 'vitest'
import type { TargetEvent } from '../../src/providers/history.ts'
import type { ActionResult } from '../../src/providers/step.ts'
import { label, stepsOf } from '../../src/report/event-text.ts'
import type { RunReport } from '../../src/report/report.ts'
import { reportFile } from '../../src/report/report-file.ts'
import { bottomless, DELETION, EXCHANGE, HOSTILE, NOON, reportOf, result } from './results.ts'

const acted = (actionResult: ActionResult): TargetEvent => ({
  type: 'requested',
  at: NOON,
  until: NOON + 50,
  action: { verb: 'stop', final: false },
  actionResult,
})

describe('the steps of a target', () => {
  it('have times, HTTP status and request ID', () => {
    expect(stepsOf(DELETION)).toEqual([
      expect.objectContaining({
        at: NOON,
        ms: 0,
        text: 'is ACTIVE',
        method: 'GET',
        httpStatus: 200,
        requestId: 'req-1',
      }),
      expect.objectContaining({ at: NOON + 100, ms: 120, text: 'delete accepted', method: 'DELETE', httpStatus: 200 }),
      expect.objectContaining({
        at: NOON + 1500,
        text: 'not found',
        method: 'GET',
        httpStatus: 404,
        path: EXCHANGE.path,
      }),
    ])
  })

  it('say how often the same was seen, and what was said beside the status', () => {
    const saw: TargetEvent = {
      type: 'observed',
      at: NOON,
      until: NOON + 9000,
      times: 4,
      status: 'UNKNOWN',
      detail: 'target STOPPED',
    }
    expect(stepsOf([saw])).toEqual([{ at: NOON, ms: 9000, text: 'is UNKNOWN (target STOPPED) (4 checks)' }])
  })

  it.each<[string, ActionResult]>([
    ['stop accepted', { result: 'accepted', exchange: EXCHANGE }],
    ['stop did not find it', { result: 'not-found', exchange: EXCHANGE }],
    ['stop refused: busy', { result: 'refused', problem: 'busy', status: 409, exchange: EXCHANGE }],
    ['stop had no clear answer: reset', { result: 'unknown', problem: 'reset' }],
    ['stop failed: no access', { result: 'failed', problem: 'no access' }],
  ])('%s', (text, actionResult) => {
    expect(stepsOf([acted(actionResult)])[0]?.text).toBe(text)
  })

  it('a look that could not be read says why', () => {
    const erred: TargetEvent = { type: 'read-failed', at: NOON, until: NOON, times: 2, problem: 'HTTP 503, 8 times' }
    expect(stepsOf([erred])[0]?.text).toBe('could not be read: HTTP 503, 8 times (2 checks)')
  })
})

describe('how a target is called', () => {
  it.each([
    ['deployment d1 of model m1', { resource: 'deployment', id: 'd1', parent: 'm1' }],
    ['deployment d1', { resource: 'deployment', id: 'd1' }],
    ['model m1', { resource: 'model', id: 'm1' }],
    ['environment staging of model m1', { resource: 'environment', id: 'staging', parent: 'm1' }],
    ['chain deployment c1 of chain x1', { resource: 'chain-deployment', id: 'c1', parent: 'x1' }],
  ] as const)('%s', (text, target) => {
    expect(label(target)).toBe(text)
  })
})

describe('the report file', () => {
  const parsed = (report: RunReport, version = '1.0.0'): unknown =>
    JSON.parse([...reportFile(report, version)].join(''))

  it('is JSON with the run, and the steps of each target with times in ISO 8601', () => {
    const report = reportOf([result('deleted', 'd1', { history: DELETION, tombstone: { id: 'd1' } })])
    expect(parsed(report, '9.9.9')).toMatchObject({
      action: 'undeploy 9.9.9',
      provider: 'baseten',
      status: 'deleted',
      dryRun: false,
      startedAt: '2026-11-21T12:00:00.000Z',
      endedAt: '2026-11-21T12:00:02.000Z',
      problems: [],
      targets: [
        {
          id: 'd1',
          outcome: 'deleted',
          tombstone: { id: 'd1' },
          steps: [
            { at: '2026-11-21T12:00:00.000Z', text: 'is ACTIVE', httpStatus: 200, requestId: 'req-1' },
            { at: '2026-11-21T12:00:00.100Z', text: 'delete accepted', ms: 120 },
            { at: '2026-11-21T12:00:01.500Z', text: 'not found', httpStatus: 404 },
          ],
        },
      ],
    })
  })

  it.each([
    ['no target', []],
    ['hostile texts', HOSTILE.map((text) => result('failed', 'd1', { name: text, reason: text, lastStatus: text }))],
    ['a tombstone nested too deeply', [result('deleted', 'd1', { tombstone: bottomless() })]],
  ])('with %s is valid JSON, one object for each target', (_what, results) => {
    expect(parsed(reportOf(results))).toMatchObject({ targets: results.map(({ target }) => ({ id: target.id })) })
  })

  it('comes in pieces of whole lines, so that no long text is in memory at once', () => {
    const results = Array.from({ length: 1000 }, (_, index) => result('deleted', `d${index}`))
    const pieces = [...reportFile(reportOf(results), '1.0.0')]
    expect(pieces.length).toBeGreaterThan(2)
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000)
    for (const piece of pieces.slice(1)) expect(piece).toMatch(/^,?\n/)
  })

  it('of wrong inputs names them', () => {
    const report = reportOf([], { problems: ['a', 'b'], provider: undefined })
    expect(parsed(report)).toMatchObject({ status: 'failed', provider: null, problems: ['a', 'b'], targets: [] })
  })
})
