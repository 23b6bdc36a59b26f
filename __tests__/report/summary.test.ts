import { describe, expect, it } from 'vitest'
import { summaryOf } from '../../src/report/summary.ts'
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

  it.each(HOSTILE)('%j as name, status, reason and request ID changes nothing of its shape', (text) => {
    const made = (words: string) =>
      summaryOf(
        reportOf([
          result('failed', 'd1', {
            name: words,
            reason: words,
            lastStatus: words,
            history: [
              { type: 'saw', at: 0, until: 0, times: 1, status: words, detail: words },
              {
                type: 'acted',
                at: 0,
                until: 0,
                action: { verb: 'delete', final: true },
                receipt: { result: 'unsure', problem: words },
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
})
