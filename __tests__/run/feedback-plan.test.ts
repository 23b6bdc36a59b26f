import { describe, expect, it } from 'vitest'
import { commentPlaces, goneEnvironments, whyNoEnvironment } from '../../src/run/feedback-plan.ts'
import type { Result } from '../../src/teardown/result.ts'
import { reportOf, result } from '../report/results.ts'

/** The report of a {pr} sweep: its results, each with the pull request that it belongs to. */
function swept(...of: readonly (readonly [number, Result])[]) {
  const candidates = of.map(([number, { target }]) => ({
    listed: { target, snapshot: { status: 'ACTIVE' } },
    class: 'selected' as const,
    reason: '',
    pullRequests: [number],
    labels: [],
    ageMs: undefined,
  }))
  return reportOf(
    of.map(([, each]) => each),
    { plan: { candidates, unmatched: [], doubts: [] } },
  )
}

const [GONE, ALSO_GONE, KEPT] = [result('deleted', 'a'), result('deleted', 'b'), result('kept', 'c')]

describe('who is told', () => {
  it('each pull request whose deployments went, of those; the own one of everything', () => {
    const report = swept([41, GONE], [42, ALSO_GONE], [57, KEPT])
    expect([...commentPlaces(report, undefined)]).toEqual([
      [41, [GONE]],
      [42, [ALSO_GONE]],
    ])
    expect([...commentPlaces(report, 57)].at(-1)).toEqual([57, report.results])
  })

  it('nobody, where nothing went', () => {
    expect(commentPlaces(swept([57, KEPT]), undefined).size).toBe(0)
    expect(commentPlaces(swept([41, result('planned')]), undefined).size).toBe(0)
  })
})

describe('the environments of which everything is gone', () => {
  it('{pr} stands for each pull request of the results, and not for the own one beside them', () => {
    const report = swept([41, GONE])
    expect(goneEnvironments(report, 'pr-{pr}/{pr}', 42)).toEqual([{ name: 'pr-41/41', pullRequests: [41] }])
  })

  it('{pr} stands for the own one where the results belong to none', () => {
    expect(goneEnvironments(reportOf([GONE]), 'pr-{pr}', 42)).toEqual([{ name: 'pr-42', pullRequests: [42] }])
    expect(goneEnvironments(reportOf([GONE]), 'pr-{pr}', undefined)).toEqual([])
  })

  it('a name without {pr} is meant for all pull requests of the results, else for the own one, else for nobody', () => {
    expect(goneEnvironments(swept([41, GONE], [42, ALSO_GONE]), 'preview', 43)).toEqual([
      { name: 'preview', pullRequests: [41, 42] },
    ])
    expect(goneEnvironments(reportOf([GONE]), 'preview', 43)).toEqual([{ name: 'preview', pullRequests: [43] }])
    expect(goneEnvironments(reportOf([GONE]), 'preview', undefined)).toEqual([{ name: 'preview', pullRequests: [] }])
  })

  it.each<[string, Partial<Parameters<typeof reportOf>[1]>, readonly Result[]]>([
    ['something went wrong beside the targets', { problems: ['unexpected'] }, [GONE]],
    ['another target failed', {}, [GONE, result('failed', 'x')]],
    ['another target was refused', {}, [GONE, result('refused', 'x')]],
    ['another target stays', {}, [GONE, KEPT]],
    ['another is only accepted', {}, [GONE, result('accepted', 'x')]],
    ['nothing was seen', {}, [result('already-gone')]],
    ['there was nothing', {}, []],
  ])('none where %s', (_what, more, results) => {
    const report = reportOf(results, more)
    for (const name of ['preview', 'pr-{pr}']) {
      expect(goneEnvironments(report, name, 42)).toEqual([])
      expect(whyNoEnvironment(report, name, 42)).not.toBe('')
    }
  })

  it('of one pull request something stays: the other one is gone all the same', () => {
    const report = swept([41, GONE], [42, ALSO_GONE], [42, KEPT])
    expect(goneEnvironments(report, 'pr-{pr}', undefined)).toEqual([{ name: 'pr-41', pullRequests: [41] }])
  })
})
