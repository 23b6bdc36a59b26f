import { targetKey } from '../providers/target.ts'
import type { RunReport } from '../report/report.ts'
import { isFailure } from '../report/status.ts'
import type { Result } from '../teardown/result.ts'

/** A GitHub environment of which everything is gone. */
export interface GoneEnvironment {
  name: string
  /** Whose deployments of it are meant; empty if no pull request is known. */
  pullRequests: readonly number[]
}

/**
 * Which results are reported to which pull request: all of them to `own`, the pull request of the run; in a {pr} sweep, to each
 * other one those of its own deployments.
 */
export function commentPlaces(report: RunReport, own: number | undefined): ReadonlyMap<number, readonly Result[]> {
  const places = new Map<number, readonly Result[]>()
  for (const [number, results] of resultsByPullRequest(report)) {
    const went = results.filter(({ outcome }) => outcome === 'deleted' || outcome === 'accepted')
    if (went.length > 0) places.set(number, results)
  }
  if (own !== undefined) places.set(own, report.results)
  return places
}

/**
 * The environments to mark: those of which everything is confirmed gone, some of it by this run. `name` is the input, in which
 * `{pr}` stands for each pull request that the results belong to, or else for `own`. What a sweep matched and kept is still
 * there, so the environment is not gone.
 */
export function goneEnvironments(report: RunReport, name: string, own: number | undefined): GoneEnvironment[] {
  if (report.problems.length > 0 || report.results.some(({ outcome }) => isFailure(outcome))) return []
  const byNumber = resultsByPullRequest(report)
  if (byNumber.size === 0 && own !== undefined) byNumber.set(own, [...report.results])
  if (!name.includes('{pr}')) return isAllGone(report.results) ? [{ name, pullRequests: [...byNumber.keys()] }] : []
  return [...byNumber].flatMap(([number, results]) =>
    isAllGone(results) ? [{ name: name.replaceAll('{pr}', String(number)), pullRequests: [number] }] : [],
  )
}

/** Why there is none of these environments, in words. */
export function whyNoEnvironment(report: RunReport, name: string, own: number | undefined): string {
  if (report.problems.length === 0 && report.results.length === 0) return 'there was nothing to delete'
  const isForNobody = name.includes('{pr}') && own === undefined && resultsByPullRequest(report).size === 0
  if (isForNobody) return "no pull request is known for {pr}; name it in 'pull-request'"
  return report.problems.length === 0 && report.results.every(({ outcome }) => outcome === 'already-gone')
    ? 'nothing of it was found: it may have been deleted before, or an ID may be mistyped'
    : 'not everything is confirmed gone'
}

/** What was never seen may be mistyped, and then what was meant still runs. */
function isAllGone(results: readonly Result[]): boolean {
  const isGone = results.every(({ outcome }) => outcome === 'deleted' || outcome === 'already-gone')
  return isGone && results.some(({ outcome }) => outcome === 'deleted')
}

/** The results of a sweep by the pull requests that they belong to. */
function resultsByPullRequest({ plan, results }: RunReport): Map<number, Result[]> {
  const numbers = new Map(plan?.candidates.map(({ listed, pullRequests }) => [targetKey(listed.target), pullRequests]))
  const byNumber = new Map<number, Result[]>()
  for (const result of results) {
    for (const number of numbers.get(targetKey(result.target)) ?? []) {
      byNumber.set(number, [...(byNumber.get(number) ?? []), result])
    }
  }
  return byNumber
}
