import type { GitHub } from '../github/github.ts'
import { pullRequestStates } from '../github/pull-requests.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { plural } from '../report/text.ts'
import type { Limits } from './limits.ts'
import type { World } from './world.ts'

/** GitHub with the token of the inputs. */
export function openGitHub(
  world: World,
  { github: { token, repository } }: Inputs,
  signal: AbortSignal,
): Promise<GitHub> {
  const { env, clock, random, connectGitHub, runner } = world
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
export async function lookUpPullRequests(world: World, inputs: Inputs, limits: Limits, numbers: ReadonlySet<number>) {
  world.runner.info(`Looking up ${plural(numbers.size, 'pull request')} of ${inputs.github.repository}`)
  return pullRequestStates(await openGitHub(world, inputs, limits.hard), numbers)
}
