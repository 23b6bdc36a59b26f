import * as v from 'valibot'
import type { HttpProfile, HttpResponse } from '../http/client.ts'
import { messageOf } from '../lib/errors.ts'
import type { FetchInit, FetchResponse } from './fetch.ts'

/** The parts of GitHub's API that are used, for one repository. All reject with octokit's errors. */
export interface GitHub {
  owner: string
  repo: string
  /** Runs one GraphQL query. */
  graphql: (query: string, variables: Record<string, unknown>) => Promise<unknown>
  /** One REST object. */
  get: (route: string, parameters: Record<string, unknown>) => Promise<unknown>
  /** All entries of a REST list, page by page. */
  list: (route: string, parameters?: Record<string, unknown>) => Promise<unknown[]>
  /** A REST write that may be repeated, because it is idempotent. */
  put: (route: string, parameters: Record<string, unknown>) => Promise<void>
  /** A REST write that is sent once, because it is not idempotent. */
  post: (route: string, parameters: Record<string, unknown>) => Promise<void>
}

/** The function with which octokit sends a request. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>

export interface GitHubOptions {
  token: string
  /** `owner/name`, as in GITHUB_REPOSITORY. */
  repository: string
  /** As in GITHUB_API_URL. */
  apiUrl: string
  /** Sends a request that may be repeated. */
  read: Fetch
  /** Sends a request once. */
  write: Fetch
}

/** GitHub allows a hundred requests at once; ten are enough. */
export const GITHUB_PROFILE: HttpProfile = { requestTimeoutMs: 20_000, concurrency: 10, isRetryable: isTransient }

/** The HTTP status of octokit's error; 500 for one that never got an answer. Undefined for anything else. */
export function httpStatusOf(error: unknown): number | undefined {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'status') : undefined
  return typeof status === 'number' ? status : undefined
}

/** A header of the answer that octokit turned into an error. */
function header(error: unknown, name: string): string | undefined {
  const response: unknown = error instanceof Error ? Reflect.get(error, 'response') : undefined
  const headers: unknown =
    typeof response === 'object' && response !== null ? Reflect.get(response, 'headers') : undefined
  const value: unknown = typeof headers === 'object' && headers !== null ? Reflect.get(headers, name) : undefined
  return value === undefined ? undefined : String(value)
}

const GRAPHQL_ERRORS = v.array(
  v.object({
    type: v.optional(v.string()),
    message: v.optional(v.string()),
    path: v.optional(v.array(v.union([v.string(), v.number()]))),
  }),
)

/** The errors in a GraphQL answer, which has HTTP status 200 even then; none for any other error. */
export function graphqlErrors(error: unknown): v.InferOutput<typeof GRAPHQL_ERRORS> {
  const parsed = v.safeParse(GRAPHQL_ERRORS, error instanceof Error ? Reflect.get(error, 'errors') : undefined)
  return parsed.success ? parsed.output : []
}

/**
 * Whether the same request may succeed a little later: rate limits, which GitHub also shows as 403 with a Retry-After header; in
 * GraphQL with 200, as an error type or in the message (GitHub Docs, "Rate limits and query limits for the GraphQL API").
 */
function isTransient({ status, headers, body }: Pick<HttpResponse, 'status' | 'headers' | 'body'>): boolean {
  if (status === 403) return headers['retry-after'] !== undefined
  const parsed = v.safeParse(v.object({ errors: GRAPHQL_ERRORS }), body)
  if (status !== 200 || !parsed.success) return false
  return parsed.output.errors.some(({ type = '', message = '' }) => LATER_TYPE.test(type) || LATER_WORDS.test(message))
}

const LATER_TYPE = /^(?:RATE_LIMIT(?:ED)?|INTERNAL|SERVICE_UNAVAILABLE|TIMEOUT)$/
const LATER_WORDS = /something went wrong|rate limit|timed? ?out|temporar/i

/** What failed and what to do, for people. */
export function gitHubProblem(error: unknown, doing: string, permission: string): string {
  const status = httpStatusOf(error)
  if (status === 401) return `GitHub did not accept 'github-token' while ${doing}: ${words(error)}`
  if (status === 404) return permissionProblem(error, doing, permission)
  if (status !== 403) return `GitHub could not be asked while ${doing}: ${words(error)}`
  // A rate limit, a locked or full conversation, or an archived repository is not a missing permission.
  if (!/not accessible by|permission|admin rights|must have/i.test(words(error))) {
    return `GitHub refused ${doing}: ${words(error)}`
  }
  return permissionProblem(error, doing, permission)
}

/** The same for a refusal: names the permission that is missing. */
export function permissionProblem(error: unknown, doing: string, permission: string): string {
  const accepted = header(error, 'x-accepted-github-permissions')
  const asks = accepted === undefined ? '' : ` (GitHub asks for ${accepted})`
  return `GitHub refused ${doing}: ${words(error)}. Give the job 'permissions: ${permission}'${asks}`
}

/** GitHub's own message. A GraphQL query for many numbers repeats a refusal for each; it is shown once. */
function words(error: unknown): string {
  const refusals = new Set(graphqlErrors(error).flatMap(({ message }) => message ?? []))
  const text = refusals.size > 0 ? [...refusals].join('; ') : messageOf(error)
  return text.slice(0, 300)
}
