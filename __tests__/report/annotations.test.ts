import { describe, expect, it } from 'vitest'
import { annotate } from '../../src/report/annotations.ts'
import type { RunReport } from '../../src/report/report.ts'
import { createSecrets } from '../../src/runner/secrets.ts'
import type { Outcome } from '../../src/teardown/result.ts'
import { fakeRunner } from '../support/runner.ts'
import { reportOf, result } from './results.ts'

function annotations(report: RunReport, ifNotFound: 'ignore' | 'warn' | 'fail' = 'warn'): string[] {
  const { runner, told } = fakeRunner(createSecrets(() => undefined))
  annotate(report, ifNotFound, runner)
  return told.log
}

const many = (count: number, outcome: Outcome) => Array.from({ length: count }, (_, n) => result(outcome, `d${n}`))

describe('annotations', () => {
  it.each<[Outcome, string[]]>([
    ['failed', ['error']],
    ['refused', ['error']],
    ['timed-out', ['error']],
    ['already-gone', ['warning']],
    ['deleted', []],
    ['accepted', []],
    ['planned', []],
    ['kept', []],
    ['cancelled', []],
  ])('a target that is %s: %j', (outcome, levels) => {
    expect(annotations(reportOf([result(outcome)])).map((line) => line.split(':')[0])).toEqual(levels)
  })

  it("a missing target is no warning with 'if-not-found: ignore'", () => {
    expect(annotations(reportOf([result('already-gone')]), 'ignore')).toEqual([])
  })

  it("what disappeared is told with 'if-not-found: fail', too, with which only what was never found has failed", () => {
    expect(annotations(reportOf([result('already-gone')]), 'fail')).toEqual([expect.stringContaining('warning: ')])
  })

  it('name the target, its name, the outcome and the reason', () => {
    const [line] = annotations(reportOf([result('failed', 'd7', { name: 'PR-7', reason: 'HTTP 500 (request r1)' })]))
    for (const part of ['d7', 'm1', 'PR-7', 'failed', 'HTTP 500 (request r1)']) expect(line).toContain(part)
  })

  it('ten failures: one each or folded, never more than the ten that GitHub keeps', () => {
    const lines = annotations(reportOf(many(10, 'failed')))
    expect(lines.length).toBeLessThanOrEqual(10)
    for (let n = 0; n < 10; n++) expect(lines.join('\n')).toContain(`deployment d${n} `)
  })

  it('forty of a level: the last one has all the rest, and one warning is left for others', () => {
    const lines = annotations(reportOf([...many(40, 'failed'), ...many(40, 'already-gone')]))
    expect(lines.filter((line) => line.startsWith('error: '))).toHaveLength(10)
    expect(lines.filter((line) => line.startsWith('warning: '))).toHaveLength(9)
    expect(lines[9]).toContain('31 more failures')
    for (let n = 9; n < 40; n++) expect(lines[9]).toContain(`deployment d${n} `)
  })

  it('thousands: still ten, each short enough for GitHub', () => {
    const lines = annotations(reportOf(many(3000, 'timed-out')))
    expect(lines).toHaveLength(10)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(4096)
  })

  it('wrong inputs: one error each', () => {
    expect(annotations(reportOf([], { problems: ['a', 'b'] }))).toEqual(['error: a', 'error: b'])
  })
})
