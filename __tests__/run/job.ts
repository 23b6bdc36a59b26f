import type { GithubEmulator } from '../../emulators/github.ts'
import type { Acted } from '../support/act.ts'

type With = Readonly<Record<string, string>>

const EVENT_PATH = '/event.json'

/** The variables of the runner for a step of a job. */
export const JOB = {
  GITHUB_REPOSITORY: 'octo/hello',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_RUN_ID: '7001',
  GITHUB_WORKFLOW: 'Clean up',
  GITHUB_JOB: 'undeploy',
  GITHUB_ACTION: 'first',
}

export const RUN_URL = 'https://github.com/octo/hello/actions/runs/7001'

/** What the runner gives a step in a run for a pull request, or for `schedule`. */
export function job(event: 'pull_request' | 'pull_request_target' | 'schedule', pullRequest = 42, env: With = {}) {
  const payload = event === 'schedule' ? { schedule: '0 3 * * *' } : { pull_request: { number: pullRequest } }
  return {
    env: { ...JOB, GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: EVENT_PATH, ...env },
    files: { [EVENT_PATH]: JSON.stringify(payload) },
  }
}

/** The comments of a pull request, oldest first. */
export function comments({ github }: { github: GithubEmulator }, pullRequest = 42): string[] {
  return github.world.comments(pullRequest).map(({ body }) => body)
}

/** What was written to GitHub. */
export function gitHubWrites({ github }: { github: GithubEmulator }): string[] {
  return github.requests.flatMap(({ method, path }) => (method === 'GET' || path === '/graphql' ? [] : [method]))
}

/** The warnings of a run. */
export function warnings({ log }: Acted): string[] {
  return log.flatMap((line) => (line.startsWith('warning: ') ? [line.slice('warning: '.length)] : []))
}
