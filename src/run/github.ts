import type { GitHub } from '../github/github.ts'
import { createPullRequestWatch, type PullRequestWatch } from '../github/pull-request-watch.ts'
import { pullRequestStates } from '../github/pull-requests.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { plural } from '../lib/format.ts'
import type { Limits } from './deadline.ts'
import type { Runtime } from './runtime.ts'

/** GitHub with the token of the inputs. */
export function openGitHub(
  runtime: Runtime,
  { github: { token, repository } }: Inputs,
  signal: AbortSignal,
): Promise<GitHub> {
  const { env, clock, random, connectGitHub, runner } = runtime
  return connectGitHub({
    token,
    repository,
    apiUrl: env['GITHUB_API_URL'] || undefined,
    clock,
    random,
    signal,
    onRequest: runner.debug,
  })
}

/** Asks for pull requests of this repository, as often as a run needs to know of them. */
export function watchPullRequests(runtime: Runtime, inputs: Inputs, limits: Limits): PullRequestWatch {
  let github: Promise<GitHub> | undefined
  return createPullRequestWatch(async (numbers) => {
    const tell = github === undefined ? runtime.runner.info : runtime.runner.debug
    tell(`Looking up ${plural(numbers.size, 'pull request')} of ${inputs.github.repository}`)
    github ??= openGitHub(runtime, inputs, limits.hard)
    return pullRequestStates(await github, numbers)
  }, runtime.clock)
}
