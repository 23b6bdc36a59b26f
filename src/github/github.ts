import { getOctokit } from '@actions/github'
import type { Clock } from '../clock.ts'
import { backoff } from '../http/backoff.ts'

/** The parts of GitHub's API that are used, for one repository. All reject with octokit's errors. */
export interface GitHub {
  owner: string
  repo: string
  /** Runs one GraphQL query. */
  graphql: (query: string, variables: Record<string, unknown>) => Promise<unknown>
  /** All entries of a REST list, page by page. */
  list: (route: string, parameters?: Record<string, unknown>) => Promise<unknown[]>
  /** A REST write that may be repeated, because doing it twice comes to the same. */
  put: (route: string, parameters: Record<string, unknown>) => Promise<void>
  /** A REST write that is sent once, because twice would be twice. */
  post: (route: string, parameters: Record<string, unknown>) => Promise<void>
}

export interface GitHubOptions {
  token: string
  /** `owner/name`, as in GITHUB_REPOSITORY. */
  repository: string
  /** As in GITHUB_API_URL; GitHub's own where absent. */
  apiUrl: string | undefined
  clock: Clock
  random: () => number
  signal: AbortSignal
  /** Another fetch than octokit's own. */
  fetch?: (url: string, init?: RequestInit) => Promise<Response>
}

const MAX_TRIES = 4

/** GitHub through octokit, which honours proxies as the runner sets them. Failures that pass are waited out. */
export function connectGitHub(options: GitHubOptions): GitHub {
  const { token, repository, apiUrl, clock, random, signal } = options
  const [owner = '', repo = ''] = repository.split('/')
  const octokit = getOctokit(token, {
    ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }),
    request: { signal, ...(options.fetch === undefined ? {} : { fetch: options.fetch }) },
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  })

  const patiently = async <T>(call: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call()
      } catch (error) {
        if (attempt === MAX_TRIES || signal.aborted || !passes(error)) throw error
        await clock.sleep(Math.max(retryAfterMs(error), backoff(attempt, random)), signal)
      }
    }
  }
  const send = async (route: string, parameters: Record<string, unknown>): Promise<void> => {
    await octokit.request(route, { owner, repo, ...parameters })
  }

  return {
    owner,
    repo,
    graphql: (query, variables) => patiently(() => octokit.graphql(query, variables)),
    list: (route, parameters = {}) =>
      patiently(() => octokit.paginate(route, { owner, repo, per_page: 100, ...parameters })),
    put: (route, parameters) => patiently(() => send(route, parameters)),
    post: send,
  }
}

function ignore(): void {}

/** The HTTP status of octokit's error; 500 for one that never got an answer. Undefined for anything else. */
export function statusOf(error: unknown): number | undefined {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'status') : undefined
  return typeof status === 'number' ? status : undefined
}

/** Server faults, and rate limits, which GitHub shows as 429 or as 403 with a Retry-After header. */
function passes(error: unknown): boolean {
  const status = statusOf(error) ?? 0
  return status === 429 || status >= 500 || (status === 403 && retryAfterMs(error) > 0)
}

function retryAfterMs(error: unknown): number {
  const seconds = Number(header(error, 'retry-after'))
  return Number.isFinite(seconds) ? seconds * 1000 : 0
}

/** A header of the answer that octokit turned into an error. */
function header(error: unknown, name: string): string | undefined {
  const response: unknown = error instanceof Error ? Reflect.get(error, 'response') : undefined
  const headers: unknown =
    typeof response === 'object' && response !== null ? Reflect.get(response, 'headers') : undefined
  const value: unknown = typeof headers === 'object' && headers !== null ? Reflect.get(headers, name) : undefined
  return value === undefined ? undefined : String(value)
}

/** What failed and what to do, for people. */
export function gitHubProblem(error: unknown, doing: string, permission: string): string {
  const status = statusOf(error)
  if (status === 401) return `GitHub did not accept 'github-token' while ${doing}: ${words(error)}`
  if (status === 403 || status === 404) return permissionProblem(error, doing, permission)
  return `GitHub could not be asked while ${doing}: ${words(error)}`
}

/** The same for a refusal: names the permission that is missing. */
export function permissionProblem(error: unknown, doing: string, permission: string): string {
  const accepted = header(error, 'x-accepted-github-permissions')
  const asks = accepted === undefined ? '' : ` (GitHub asks for ${accepted})`
  return `GitHub refused ${doing}: ${words(error)}. Give the job 'permissions: ${permission}'${asks}`
}

function words(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 300) : String(error)
}
