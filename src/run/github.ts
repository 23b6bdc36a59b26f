import { fetchOver } from '../github/fetch.ts'
import { GITHUB_PROFILE, type GitHub } from '../github/github.ts'
import { createPullRequestWatch, type PullRequestWatch } from '../github/pull-request-watch.ts'
import { pullRequestStates } from '../github/pull-requests.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { plural } from '../lib/format.ts'
import type { Limits } from './deadline.ts'
import { type HttpLimits, openHttp } from './http.ts'
import type { Runtime } from './runtime.ts'

/** GitHub with the token of the inputs, within `limits`. */
export function openGitHub(runtime: Runtime, { github }: Inputs, limits: HttpLimits): Promise<GitHub> {
  const apiUrl = runtime.env['GITHUB_API_URL'] || 'https://api.github.com'
  const http = openHttp(runtime, limits, GITHUB_PROFILE)
  const { origin } = new URL(apiUrl)
  const [read, write] = [fetchOver(http, 'read', origin), fetchOver(http, 'write', origin)]
  return runtime.connectGitHub({ ...github, apiUrl, read, write })
}

/** Asks for pull requests of this repository, as often as a run needs to know of them. */
export function watchPullRequests(runtime: Runtime, inputs: Inputs, limits: Limits): PullRequestWatch {
  let github: Promise<GitHub> | undefined
  return createPullRequestWatch(async (numbers) => {
    const tell = github === undefined ? runtime.runner.info : runtime.runner.debug
    tell(`Looking up ${plural(numbers.size, 'pull request')} of ${inputs.github.repository}`)
    github ??= openGitHub(runtime, inputs, { deadline: limits.deadline, signal: limits.cutOff })
    return pullRequestStates(await github, numbers)
  }, runtime.clock)
}
