import { upsertComment } from '../github/comment.ts'
import { deactivateEnvironment, markedText } from '../github/environment.ts'
import { pullRequestsOfEvent } from '../github/event.ts'
import type { GitHub } from '../github/github.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { timeoutSignal } from '../lib/clock.ts'
import { messageOf } from '../lib/errors.ts'
import { plural } from '../lib/format.ts'
import { commentOf } from '../report/comment.ts'
import type { RunReport } from '../report/report.ts'
import { commentPlaces, goneEnvironments, whyNoEnvironment } from './feedback-plan.ts'
import { openGitHub } from './github.ts'
import type { Runtime } from './runtime.ts'

const MAX_WARNINGS = 3

/** How long all of this may take after the work is done. Milliseconds. */
const BUDGET_MS = 30_000

/** What one piece of feedback needs. */
interface Feedback {
  runtime: Runtime
  report: RunReport
  github: GitHub
  /** The pull request that the run is for; undefined if there is none. */
  own: number | undefined
  /** Does one thing; what fails is kept for a warning, and the rest is done all the same. */
  bestEffort: (work: () => Promise<void>) => Promise<void>
}

/**
 * Tells GitHub what became of the targets: the comment on the pull request, and the deployments of the environment. It is
 * courtesy: what fails here is a warning and never fails the step. A cancelled run leaves no time for it.
 */
export async function tellGitHub(runtime: Runtime, inputs: Inputs, report: RunReport): Promise<void> {
  const { comment, githubEnvironment } = inputs
  if ((!comment && githubEnvironment === undefined) || runtime.cancelled.aborted) return
  const { clock, cancelled, runner } = runtime
  const budget = timeoutSignal(clock, BUDGET_MS)

  const problems: string[] = []
  const bestEffort = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      problems.push(messageOf(error))
    }
  }
  await bestEffort(async () => {
    const own = ownPullRequest(runtime, inputs, problems)
    const signal = AbortSignal.any([budget.signal, cancelled])
    const github = await openGitHub(runtime, inputs, { deadline: clock.now() + BUDGET_MS, signal })
    const feedback = { runtime, report, github, own, bestEffort }
    if (comment) await writeComments(feedback)
    if (githubEnvironment !== undefined) await markEnvironments(feedback, githubEnvironment)
  })
  budget.cancel()
  warn(problems, runner)
}

/** The pull request that the user named, or else the one of the event. If neither is known, the reason is added to `problems`. */
function ownPullRequest({ env, readFile }: Runtime, { pullRequest }: Inputs, problems: string[]): number | undefined {
  if (pullRequest !== 'closed') return pullRequest
  const { numbers, problem } = pullRequestsOfEvent(env, readFile)
  if (problem !== undefined) problems.push(`${problem}. Name the pull request in 'pull-request'`)
  if (numbers.length > 1) {
    problems.push(`The run is for pull requests ${numbers.join(', ')}: name the one that is meant in 'pull-request'`)
  }
  return numbers.length === 1 ? numbers[0] : undefined
}

async function writeComments({ runtime, report, github, own, bestEffort }: Feedback): Promise<void> {
  const places = commentPlaces(report, own)
  if (places.size === 0) runtime.runner.info("'comment': there is no pull request to write to")
  for (const [pullRequest, results] of places) {
    const section = commentOf(report, results, runUrl(runtime))
    await bestEffort(() => upsertComment(github, { pullRequest, ...jobOf(runtime) }, section))
  }
}

async function markEnvironments({ runtime, report, github, own, bestEffort }: Feedback, input: string): Promise<void> {
  const environments = goneEnvironments(report, input, own)
  if (environments.length === 0) {
    runtime.runner.info(
      `'github-environment': nothing is marked inactive, because ${whyNoEnvironment(report, input, own)}`,
    )
  }
  for (const environment of environments) {
    await bestEffort(async () => {
      const { text, isWarning } = markedText(
        environment,
        await deactivateEnvironment(github, environment, runUrl(runtime)),
      )
      if (isWarning) throw new Error(text)
      runtime.runner.info(text)
    })
  }
}

/** Many pull requests can fail for one reason; GitHub keeps ten annotations of a step, and others need some. */
function warn(problems: readonly string[], runner: Runtime['runner']): void {
  for (const problem of problems.slice(0, MAX_WARNINGS)) runner.warning(problem)
  const rest = problems.slice(MAX_WARNINGS)
  if (rest.length > 0) runner.warning(`and ${plural(rest.length, 'more failure')} of this kind: ${rest.join('; ')}`)
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
