import { upsertComment } from '../github/comment.ts'
import { deactivateEnvironment } from '../github/environment.ts'
import { pullRequestOfEvent } from '../github/event.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { messageOf } from '../lib/errors.ts'
import { plural } from '../lib/format.ts'
import { commentOf } from '../report/comment.ts'
import type { RunReport } from '../report/report.ts'
import { isFailure } from '../report/status.ts'
import type { Result } from '../teardown/result.ts'
import { openGitHub } from './github.ts'
import type { Runtime } from './runtime.ts'

const MAX_WARNINGS = 3

/** How long all of this may take after the work is done. Milliseconds. */
const BUDGET_MS = 30_000

/**
 * Tells GitHub what became of the targets: the comment on the pull request, and the deployments of the environment. It is
 * courtesy: what fails here is a warning and never fails the step. A cancelled run leaves no time for it.
 */
export async function tellGitHub(runtime: Runtime, inputs: Inputs, report: RunReport): Promise<void> {
  if ((!inputs.comment && inputs.githubEnvironment === undefined) || runtime.cancelled.aborted) return
  const { clock, cancelled, runner } = runtime
  const over = new AbortController()
  const finished = new AbortController()
  void clock.sleep(BUDGET_MS, finished.signal).then(() => over.abort())
  const github = await openGitHub(runtime, inputs, AbortSignal.any([over.signal, cancelled]))
  const event = await pullRequestOfEvent(runtime.env, async (path) => runtime.readFile(path))

  const problems: string[] = []
  const bestEffort = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      problems.push(messageOf(error))
    }
  }
  if (inputs.comment) {
    const places = commentPlaces(report, event)
    if (places.size === 0) runner.info("'comment': there is no pull request to write to")
    for (const [pullRequest, results] of places) {
      const section = runtime.secrets.redact(commentOf(report, results, runUrl(runtime)))
      await bestEffort(() => upsertComment(github, { pullRequest, ...jobOf(runtime) }, section))
    }
  }
  const environments = environmentsToMark(report, inputs.githubEnvironment, event)
  if (inputs.githubEnvironment !== undefined && environments.length === 0) {
    runner.info(
      `'github-environment': nothing is marked inactive, because ${whyNone(report, inputs.githubEnvironment, event)}`,
    )
  }
  for (const environment of environments) {
    await bestEffort(async () => {
      const marked = await deactivateEnvironment(github, environment, runUrl(runtime))
      runner.info(`Marked ${plural(marked, 'deployment')} of the GitHub environment ${environment} as inactive`)
    })
  }
  finished.abort()
  warn(problems, runner)
}

/** Many pull requests can fail for one reason; GitHub keeps ten annotations of a step, and others need some. */
function warn(problems: readonly string[], runner: Runtime['runner']): void {
  for (const problem of problems.slice(0, MAX_WARNINGS)) runner.warning(problem)
  const rest = problems.slice(MAX_WARNINGS)
  if (rest.length > 0) runner.warning(`and ${plural(rest.length, 'more failure')} of this kind: ${rest.join('; ')}`)
}

/** The pull request of the event is told everything; in a {pr} sweep, each one whose deployments went is told of those. */
function commentPlaces(report: RunReport, event: number | undefined): ReadonlyMap<number, readonly Result[]> {
  const places = new Map<number, readonly Result[]>()
  if (!report.dryRun) {
    for (const [number, results] of resultsByPullRequest(report)) {
      const went = results.filter(({ outcome }) => outcome === 'deleted' || outcome === 'accepted')
      if (went.length > 0) places.set(number, results)
    }
  }
  if (event !== undefined) places.set(event, report.results)
  return places
}

/** Environments of which everything is confirmed gone, by this run in part at least. */
function environmentsToMark(report: RunReport, name: string | undefined, event: number | undefined): string[] {
  if (name === undefined || report.problems.length > 0) return []
  // What a sweep matched and kept is still there, so the environment is not gone.
  if (!name.includes('{pr}')) return isAllGone(report.results) ? [name] : []
  const byNumber = new Map<number, readonly Result[]>(resultsByPullRequest(report))
  if (byNumber.size === 0 && event !== undefined) byNumber.set(event, report.results)
  return [...byNumber].flatMap(([number, results]) =>
    isAllGone(results) && !report.results.some(({ outcome }) => isFailure(outcome))
      ? [name.replaceAll('{pr}', String(number))]
      : [],
  )
}

/** Why no environment is marked, in words. */
function whyNone(report: RunReport, name: string, event: number | undefined): string {
  if (report.problems.length === 0 && report.results.length === 0) return 'there was nothing to delete'
  const isForNobody = name.includes('{pr}') && event === undefined && resultsByPullRequest(report).size === 0
  if (isForNobody) return 'no pull request is known for {pr}'
  return report.problems.length === 0 && report.results.every(({ outcome }) => outcome === 'already-gone')
    ? 'nothing of it was found: it may have been deleted before, or an ID may be mistyped'
    : 'not everything is confirmed gone'
}

/** What was never seen may be mistyped, and then what was meant still runs. */
function isAllGone(results: readonly Result[]): boolean {
  const isGone = results.every(({ outcome }) => outcome === 'deleted' || outcome === 'already-gone')
  return isGone && results.some(({ outcome }) => outcome === 'deleted')
}

/** The results of a {pr} sweep by the pull requests their names belong to. */
function resultsByPullRequest({ plan, results }: RunReport): Map<number, Result[]> {
  const numbers = new Map(plan?.candidates.map(({ listed, pullRequests }) => [listed.target, pullRequests]))
  const byNumber = new Map<number, Result[]>()
  for (const result of results) {
    for (const number of numbers.get(result.target) ?? []) {
      byNumber.set(number, [...(byNumber.get(number) ?? []), result])
    }
  }
  return byNumber
}

function jobOf({ env }: Runtime): { workflow: string; job: string; step: string } {
  return {
    workflow: env['GITHUB_WORKFLOW'] ?? '',
    job: env['GITHUB_JOB'] ?? '',
    step: env['GITHUB_ACTION'] ?? '',
  }
}

function runUrl({ env }: Runtime): string {
  const server = env['GITHUB_SERVER_URL'] || 'https://github.com'
  return `${server}/${env['GITHUB_REPOSITORY'] ?? ''}/actions/runs/${env['GITHUB_RUN_ID'] ?? ''}`
}
