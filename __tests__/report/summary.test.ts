import { describe, expect, it } from 'vitest'
import { commentOf } from '../../src/report/comment.ts'
import type { RunReport } from '../../src/report/report.ts'
import { summaryOf, verdict } from '../../src/report/summary.ts'
import type { Result } from '../../src/teardown/result.ts'
import { DELETION, HOSTILE, reportOf, result } from './results.ts'

const bytes = (text: string) => Buffer.byteLength(text, 'utf8')

/** The lines of the first table. */
const table = (summary: string) => summary.split('\n').filter((line) => line.startsWith('|'))

describe('the job summary', () => {
  it('names the targets, the outcome, the reason and the request IDs', () => {
    const summary = summaryOf(reportOf([result('deleted', 'd1', { name: 'PR-7', history: DELETION })]), '/r.json')
    for (const part of ['d1', 'm1', 'PR-7', 'deleted', 'baseten', 'req-1']) expect(summary).toContain(part)
  })

  it('failures come before what went well', () => {
    const summary = summaryOf(reportOf([result('deleted', 'good'), result('failed', 'bad')]), '/r.json')
    expect(summary.indexOf('bad')).toBeLessThan(summary.indexOf('good'))
    expect(summary.indexOf('bad')).toBeGreaterThan(0)
  })

  it('names every mistake in the inputs', () => {
    expect(summaryOf(reportOf([], { problems: ['first one', 'second one'] }), '')).toMatch(/first one[\s\S]*second one/)
  })

  it.each<[string, Partial<RunReport>]>([
    ['exact', {}],
    ['a sweep', { plan: { candidates: [], unmatched: [], doubts: [] } }],
  ])(
    'a mistake in the middle, %s: says what was reached, with the table, and not that nothing was deleted',
    (...row) => {
      const results = [result('deleted', 'gone', { history: DELETION }), result('failed', 'left')]
      const report = reportOf(results, { problems: ['something broke'], ...row[1] })
      expect(verdict(report)).toBe('1 failed, 1 deleted; 1 problem')
      const summary = summaryOf(report, '/r.json')
      expect(summary).not.toContain('nothing was deleted')
      for (const part of ['something broke', '1 of 2 targets is not confirmed gone', 'it is failed']) {
        expect(summary).toContain(part)
      }
      expect(table(summary).filter((line) => /gone|left/.test(line)).length).toBeGreaterThanOrEqual(2)
      expect(commentOf(report, results, 'https://run')).toContain('1 failed, 1 deleted; 1 problem')
    },
  )

  it.each<[string, Result]>([
    ['a deletion was accepted', result('accepted')],
    ['a target failed after it was asked to go', result('failed', 'd1', { history: DELETION.slice(0, 2) })],
  ])('a mistake after %s: is not said to have deleted nothing', (_what, reached) => {
    expect(verdict(reportOf([reached], { problems: ['x'] }))).not.toContain('nothing was deleted')
  })

  it.each<[string, Result]>([
    ['looked at', result('failed', 'd1', { history: DELETION.slice(0, 1) })],
    ['kept', result('kept')],
    ['planned', result('planned')],
  ])('a mistake after targets were only %s: nothing was deleted', (_what, reached) => {
    expect(verdict(reportOf([reached], { problems: ['x'] }))).toBe('nothing was deleted')
  })

  it.each(HOSTILE)('%j as name, status, reason and request ID changes nothing of its shape', (text) => {
    const made = (words: string) =>
      summaryOf(
        reportOf([
          result('failed', 'd1', {
            name: words,
            reason: words,
            lastStatus: words,
            history: [
              { type: 'observed', at: 0, until: 0, times: 1, status: words, detail: words },
              {
                type: 'requested',
                at: 0,
                until: 0,
                action: { verb: 'delete', final: true },
                actionResult: { result: 'unknown', problem: words },
              },
            ],
          }),
        ]),
        '/r.json',
      )
    const [plain, hostile] = [made('plain'), made(text)]

    const shape = (summary: string) => summary.replace(/[^|\n<>`]/g, '')
    expect(shape(hostile)).toBe(shape(plain))
    expect(hostile).not.toMatch(/@octocat|@org|https?:\/\/evil|www\.evil|<script|<img|<h1|<!--|!\[|##\[error/)
    expect(hostile.split('\n').filter((line) => /^\s*(#\s|::|- \[)/.test(line))).toEqual([])
  })

  it('stays below the megabyte above which GitHub drops it, and says that it was cut', () => {
    const many = Array.from({ length: 4000 }, (_, n) =>
      result('failed', `d${n}`, { name: '部署|`<'.repeat(20), reason: '😀 &'.repeat(50), history: DELETION }),
    )
    const summary = summaryOf(reportOf(many), '/tmp/undeploy-report.json')
    expect(bytes(summary)).toBeLessThan(1024 * 1024)
    expect(summary.slice(-300)).toContain('report.json')
  })

  it.each([400, 1000, 3000, 10_000])('cut at %d bytes: no longer, whole rows only, and it says so', (limit) => {
    const many = Array.from({ length: 100 }, (_, n) =>
      result('deleted', `d${n}`, { history: DELETION, name: 'é'.repeat(9) }),
    )
    const summary = summaryOf(reportOf(many), '/r.json', limit)
    expect(bytes(summary)).toBeLessThanOrEqual(limit)
    expect(summary).toContain('/r.json')
    expect(table(summary).filter((line) => !line.endsWith('|'))).toEqual([])
    expect(summary.match(/<details>/g)?.length ?? 0).toBe(summary.match(/<\/details>/g)?.length ?? 0)
  })

  it('not cut: says nothing of that', () => {
    expect(summaryOf(reportOf([result('deleted')]), '/unique-path.json')).not.toContain('Cut here')
  })

  it('where it is cut, it names the report file, if there is one', () => {
    const report = reportOf(Array.from({ length: 300 }, (_, n) => result('deleted', `d${n}`)))
    expect(summaryOf(report, '/r.json', 20_000)).toContain('Everything is in <code>/r.json</code>.')
    const withoutFile = summaryOf(report, '', 20_000)
    expect(withoutFile).toMatch(/Cut here, because GitHub does not show longer summaries\.\n$/)
    expect(withoutFile).not.toContain('<code></code>')
  })
})
