import { describe, expect, it } from 'vitest'
import type { TargetEvent } from '../../src/providers/history.ts'
import type { Action, ActionResult } from '../../src/providers/step.ts'
import { timelineOf } from '../../src/report/timeline.ts'
import type { Result } from '../../src/teardown/result.ts'
import { EXCHANGE, NOON, result } from './results.ts'
import { hostileResults } from './scenes.ts'

const ACCEPTED: ActionResult = { result: 'accepted', exchange: EXCHANGE }
const REFUSED: ActionResult = { result: 'refused', problem: 'busy', status: 409, exchange: EXCHANGE }

function acted(at: number, verb: 'stop' | 'delete', actionResult: ActionResult = ACCEPTED): TargetEvent {
  const action: Action = verb === 'stop' ? { verb, final: false } : { verb, final: true }
  return { type: 'requested', at: NOON + at, until: NOON + at + 50, action, actionResult }
}

/** Stopped at once, deleted after ten seconds, gone after fifteen. */
function gone(name: string, more: Partial<Result> = {}): Result {
  const history = [acted(0, 'stop'), acted(10_000, 'delete')]
  return result('deleted', `id-${name}`, { name, history, endedAt: NOON + 15_000, ...more })
}

const linesOf = (chart: string, start: string) =>
  chart.split('\n').flatMap((line) => (line.startsWith(`  ${start}`) ? [line.slice(2)] : []))
const sections = (chart: string) => linesOf(chart, 'section ').map((line) => line.slice('section '.length))
const bars = (chart: string) => chart.split('\n').filter((line) => line.includes(' :'))

describe('the timeline', () => {
  it('shows each action of each target until the next one or the end, what comes before the deletion in another colour', () => {
    expect(
      timelineOf([gone('a'), gone('b')])
        .split('\n')
        .slice(6),
    ).toEqual([
      '  section ✅ a',
      '  stop :active, 2000-01-01 00:00:00.000, 10000ms',
      '  delete :2000-01-01 00:00:10.000, 5000ms',
      '  section ✅ b',
      '  stop :active, 2000-01-01 00:00:00.000, 10000ms',
      '  delete :2000-01-01 00:00:10.000, 5000ms',
      '```',
      '',
    ])
  })

  it.each([
    ['one target', [gone('a')]],
    ['targets of which nothing was asked', [result('kept', 'a'), result('already-gone', 'b')]],
    ['less than a second', [gone('a', { endedAt: NOON + 900 }), gone('b', { endedAt: NOON + 800 })]],
    ['nothing', []],
  ])('is left out for %s', (_what, results) => {
    expect(timelineOf(results)).toBe('')
  })

  it('stays below what Mermaid draws as text: targets are left out, and counted', () => {
    const history = Array.from({ length: 200 }, (_, n) => acted(n * 100, n % 2 === 0 ? 'stop' : 'delete'))
    const many = Array.from({ length: 20 }, (_, n) => gone(`busy-${n}`, { history, endedAt: NOON + 30_000 }))
    const chart = timelineOf(many)
    expect(chart.length).toBeLessThanOrEqual(40_000)
    expect(chart).toMatch(/title What was done when \(\d of 20 targets\)/)
  })

  it('marks what a failure was about, and only that', () => {
    const failed = gone('a', { outcome: 'timed-out' })
    expect(bars(timelineOf([failed, gone('b')])).map((line) => line.includes('crit'))).toEqual([
      false,
      true,
      false,
      false,
    ])
  })

  it('has the failures first', () => {
    expect(sections(timelineOf([gone('a'), gone('b', { outcome: 'failed' })]))).toEqual(['❌ b', '✅ a'])
  })

  it('of more than twenty targets shows twenty, and says so', () => {
    const chart = timelineOf(Array.from({ length: 1000 }, (_, n) => gone(`t${n}`)))
    expect(sections(chart)).toHaveLength(20)
    expect(chart).toContain('title What was done when (20 of 1000 targets)')
    expect(chart.length).toBeLessThan(5000)
  })

  it('attempts at the same are one bar, with what came of the last', () => {
    const history = [acted(0, 'stop', REFUSED), acted(2000, 'stop', REFUSED), acted(5000, 'delete')]
    expect(bars(timelineOf([gone('a', { history }), gone('b')])).slice(0, 2)).toEqual([
      '  stop (refused) :active, 2000-01-01 00:00:00.000, 5000ms',
      '  delete :2000-01-01 00:00:05.000, 10000ms',
    ])
  })

  it('a bar too narrow for its text has a dot, so that it does not cover the next', () => {
    const history = [acted(0, 'stop'), acted(100, 'delete')]
    expect(bars(timelineOf([gone('a', { history }), gone('b')]))[0]).toBe('  · :active, 2000-01-01 00:00:00.000, 100ms')
  })

  it('of more than an hour shows hours', () => {
    const long = gone('a', { endedAt: NOON + 2 * 3_600_000 })
    expect(timelineOf([long, gone('b')])).toContain('axisFormat %H:%M:%S')
    expect(timelineOf([gone('a'), gone('b')])).toContain('axisFormat %M:%S')
  })
})

describe('names cannot break the timeline', () => {
  it('whatever they are, every line is one that Mermaid takes', () => {
    const lines = timelineOf(hostileResults()).split('\n')
    const known = [
      /^```(mermaid)?$/,
      /^%%\{init: \{"gantt":\{"displayMode":"compact","leftPadding":\d+,"numberSectionStyles":2\}\}\}%%$/,
      /^gantt$/,
      /^ {2}title What was done when( \(20 of \d+ targets\))?$/,
      /^ {2}(dateFormat|axisFormat) [YMDHS:.% L-]+$/i,
      /^ {2}section (❌|✅) [\p{L}\p{N} _.-]{1,32}…?( \(\d+\))?$/u,
      /^ {2}(delete \(unknown\)|·) :(crit, )?2000-01-01 \d\d:\d\d:\d\d\.\d{3}, \d+ms$/,
      /^$/,
    ]
    expect(lines.filter((line) => !known.some((form) => form.test(line)))).toEqual([])
  })

  it('equal ones stay apart, because Mermaid would draw them as one', () => {
    expect(sections(timelineOf([gone('main'), gone('main'), gone('main')]))).toEqual([
      '✅ main',
      '✅ main (2)',
      '✅ main (3)',
    ])
  })

  it.each(['constructor', '__proto__', '16'])(
    '%s is not alone in its label, because Mermaid takes it for more than a name',
    (name) => {
      expect(sections(timelineOf([gone(name), gone('b')]))).toEqual([`✅ ${name}`, '✅ b'])
    },
  )

  it.each(['', '   ', '\u200b'])('%j: the row has another name', (name) => {
    expect(sections(timelineOf([gone(name), gone('b')]))[0]).toMatch(/^✅ \S/)
  })

  it('a long one is cut between characters', () => {
    expect(sections(timelineOf([gone('𠮷'.repeat(50)), gone('b')]))[0]).toBe(`✅ ${'𠮷'.repeat(32)}…`)
  })
})
