import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TargetEvent } from '../../src/providers/history.ts'
import { summaryOf } from '../../src/report/summary.ts'
import type { Outcome } from '../../src/teardown/result.ts'
import { EXTENT } from '../properties/scenario.ts'
import { EXCHANGE, NOON, reportOf, result } from './results.ts'
import { hostilePlan, hostileResults, NASTY } from './scenes.ts'

const bytes = (text: string) => Buffer.byteLength(text, 'utf8')
const occurrences = (text: string, part: string) => text.split(part).length - 1

const OUTCOMES: readonly Outcome[] = ['deleted', 'failed', 'refused', 'timed-out', 'cancelled', 'planned', 'kept']
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom(...NASTY))

const anyEvent = fc.tuple(anyText, fc.nat(100_000), fc.boolean()).map(([text, at, isAct]): TargetEvent => {
  const exchange = { ...EXCHANGE, requestId: text }
  const times = { at: NOON + at, until: NOON + at + 5 }
  if (!isAct) return { type: 'observed', ...times, times: 2, status: text, detail: text, exchange }
  const actionResult = { result: 'unknown' as const, problem: text, exchange }
  return { type: 'requested', ...times, action: { verb: 'delete', final: true }, actionResult }
})

const anyResult = fc
  .record({
    outcome: fc.constantFrom(...OUTCOMES),
    id: anyText,
    text: anyText,
    history: fc.array(anyEvent, { maxLength: 6 }),
  })
  .map(({ outcome, id, text, history }) =>
    result(outcome, id, { name: text, reason: text, lastStatus: text, history, endedAt: NOON + 100_000 }),
  )

/** What holds of every summary, however it was cut. */
function expectSound(summary: string): void {
  for (const tag of ['details', 'summary', 'code', 'b']) {
    expect(occurrences(summary, `<${tag}>`), tag).toBe(occurrences(summary, `</${tag}>`))
  }
  expect(occurrences(summary, '```') % 2).toBe(0)
  const tags = summary.match(/<\/?[a-z!][^>]*>?/gi) ?? []
  expect(tags.filter((tag) => !/^<(?:\/?(?:details|summary|code|b)|br)>$/.test(tag))).toEqual([])
  expect(summary.split('\n').filter((line) => line.startsWith('|') && !line.endsWith('|'))).toEqual([])
  expect(summary.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
}

describe('whatever the results', () => {
  it('the summary is never longer than allowed, and never cut within a row, a fold or a diagram', () => {
    fc.assert(
      fc.property(fc.array(anyResult, { maxLength: 60 }), fc.integer({ min: 0, max: 60_000 }), (results, limit) => {
        const summary = summaryOf(
          reportOf(results, { plan: hostilePlan(results.map(({ reason }) => reason)) }),
          '/r.json',
          limit,
        )
        expect(bytes(summary)).toBeLessThanOrEqual(limit)
        expectSound(summary)
      }),
      { numRuns: 60, seed: EXTENT.seed },
    )
  })

  it.each([5000, 20_000])('of %i hostile targets it stays below the MiB above which GitHub shows nothing', (count) => {
    const texts = Array.from({ length: count / 2 }, (_, n) => `${NASTY[n % NASTY.length]} ${n}`)
    const summary = summaryOf(reportOf(hostileResults(texts), { plan: hostilePlan(texts) }), '/tmp/undeploy-1.json')
    expect(bytes(summary)).toBeLessThan(1024 * 1024)
    expect(summary).toContain('Everything is in <code>/tmp/undeploy-1.json</code>')
    expectSound(summary)
  })

  it('many wrong inputs of any length: still below it', () => {
    const problems = Array.from({ length: 200 }, (_, n) => `${n} ${'|<'.repeat(5000)}`)
    expect(bytes(summaryOf(reportOf([], { problems }), '/r.json'))).toBeLessThan(1024 * 1024)
  })
})

describe('what is shown of many targets', () => {
  const many = (outcome: Outcome, count: number) =>
    Array.from({ length: count }, (_, n) => result(outcome, `${outcome}-${n}`, { history: [] }))
  const openPart = (summary: string) => summary.slice(0, summary.indexOf('<details>'))

  it('twenty are all open', () => {
    expect(summaryOf(reportOf(many('deleted', 20)), '')).not.toContain('<details>')
  })

  it('of more, each outcome is folded with its number, and failures stay open and first', () => {
    const summary = summaryOf(reportOf([...many('deleted', 30), ...many('kept', 5), ...many('refused', 2)]), '')
    expect(openPart(summary)).toContain('refused-1')
    expect(openPart(summary)).not.toContain('deleted-1')
    expect(summary.match(/<summary>.*<\/summary>/g)).toEqual([
      '<summary>✅ deleted: 30 targets</summary>',
      '<summary>🔒 kept: 5 targets</summary>',
    ])
  })

  it('of very many failures the first fifty are open, and no target is left out', () => {
    const summary = summaryOf(reportOf(many('failed', 1000)), '')
    expect(occurrences(openPart(summary), '<code>failed-')).toBe(50)
    expect(occurrences(summary, '<code>failed-')).toBe(1000)
    expect(summary).toContain('❌ failed: 950 more targets')
  })

  it('the steps of the first hundred are shown, failures first, and the rest is said to be in the report', () => {
    const history = [
      {
        type: 'requested' as const,
        at: NOON,
        until: NOON,
        action: { verb: 'delete' as const, final: true as const },
        actionResult: { result: 'accepted' as const, exchange: EXCHANGE },
      },
    ]
    const results = [...many('deleted', 150), ...many('failed', 3)].map((each) => ({ ...each, history }))
    const steps = summaryOf(reportOf(results), '/r.json').split('### The steps')[1] ?? ''
    expect(occurrences(steps, '<code>failed-')).toBe(3)
    expect(occurrences(steps, '<code>deleted-')).toBe(97)
    expect(steps).toContain('Those of 53 more targets are in <code>/r.json</code>.')
  })
})

describe('what needs somebody is said at the top', () => {
  it.each<[Outcome, RegExp | undefined]>([
    ['failed', /The target is not confirmed gone.*What to do is in the table/],
    ['timed-out', /not confirmed gone.*Run the step again.*raise 'timeout'/],
    ['cancelled', /not confirmed gone.*Run the step again/],
    ['refused', undefined],
    ['deleted', undefined],
    ['accepted', undefined],
    ['already-gone', undefined],
    ['planned', undefined],
    ['kept', undefined],
  ])('%s: %s', (outcome, expected) => {
    const warning = /> \[!WARNING\]\n> (.*)\n/.exec(summaryOf(reportOf([result(outcome)]), ''))?.[1]
    if (expected === undefined) expect(warning).toBeUndefined()
    else expect(warning?.replaceAll(/<\/?b>/g, '')).toMatch(expected)
  })

  it('of several, how many', () => {
    const results = [result('failed'), result('cancelled'), result('deleted'), result('kept')]
    expect(summaryOf(reportOf(results), '')).toContain('2 of 3 targets are not confirmed gone')
  })
})
