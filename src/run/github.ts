import type { GitHub } from '../github/github.ts'
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

/** The states of pull requests of this repository. Rejects with a message for people where they cannot be read. */
export async function lookUpPullRequests(
  runtime: Runtime,
  inputs: Inputs,
  limits: Limits,
  numbers: ReadonlySet<number>,
) {
  runtime.runner.info(`Looking up ${plural(numbers.size, 'pull request')} of ${inputs.github.repository}`)
  return pullRequestStates(await openGitHub(runtime, inputs, limits.hard), numbers)
}
