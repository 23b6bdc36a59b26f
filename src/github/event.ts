import * as v from 'valibot'
import type { Environment } from '../lib/environment.ts'

/** The pull requests that the run is for, by the payload of its event. */
export interface EventPullRequests {
  /** None in runs for anything else; several where one commit is the head of several. */
  numbers: readonly number[]
  /** Why they are unknown, in words, if the payload could not be read. */
  problem?: string
}

const NUMBER = v.pipe(v.number(), v.integer(), v.minValue(1))
const WITH_NUMBER = v.object({ number: NUMBER })
const ID = v.optional(v.object({ id: v.optional(v.unknown()) }))
const LISTED = v.object({
  pull_requests: v.array(v.object({ number: NUMBER, base: v.optional(v.object({ repo: ID })) })),
})

/** Where payloads have a pull request (GitHub Docs, "Webhook events and payloads"). Parts of another shape are ignored. */
const PAYLOAD = v.object({
  repository: v.fallback(ID, undefined),
  pull_request: v.fallback(v.optional(WITH_NUMBER), undefined),
  /** Of an issue_comment: the issue is a pull request only if it says so. */
  issue: v.fallback(v.optional(v.object({ number: NUMBER, pull_request: v.object({}) })), undefined),
  workflow_run: v.fallback(v.optional(LISTED), undefined),
  check_run: v.fallback(v.optional(LISTED), undefined),
  check_suite: v.fallback(v.optional(LISTED), undefined),
  merge_group: v.fallback(v.optional(v.object({ head_ref: v.string() })), undefined),
})
type Payload = v.InferOutput<typeof PAYLOAD>

/**
 * The pull requests that the run is for, from the runner's event file. `readFile` returns a text, and throws if it cannot.
 */
export function pullRequestsOfEvent(env: Environment, readFile: (path: string) => string): EventPullRequests {
  const path = env['GITHUB_EVENT_PATH']
  if (!path) return { numbers: [] }
  try {
    const json: unknown = JSON.parse(readFile(path))
    // valibot accepts an array as an object without fields.
    const payload = v.safeParse(PAYLOAD, Array.isArray(json) ? undefined : json)
    return payload.success ? { numbers: numbersIn(payload.output) } : unreadable('it is not a JSON object')
  } catch (error) {
    return unreadable(error instanceof SyntaxError ? 'it is not JSON' : 'there is no such file')
  }
}

function unreadable(why: string): EventPullRequests {
  return { numbers: [], problem: `the event of the run (GITHUB_EVENT_PATH) could not be read: ${why}` }
}

function numbersIn({ repository, pull_request, issue, merge_group, ...rest }: Payload): number[] {
  const direct = pull_request?.number ?? issue?.number ?? queued(merge_group?.head_ref)
  if (direct !== undefined) return [direct]
  const listed = [rest.workflow_run, rest.check_run, rest.check_suite].flatMap((part) => part?.pull_requests ?? [])
  // The head of a fork's pull request may also be that of another one in the fork, which has its own numbers.
  const ours = listed.filter(({ base }) => base?.repo?.id === undefined || base.repo.id === repository?.id)
  return [...new Set(ours.map(({ number }) => number))]
}

/** A merge queue's branch is named after its latest pull request: `gh-readonly-queue/main/pr-42-<sha>`. */
function queued(ref: string | undefined): number | undefined {
  const [, number] = /\/gh-readonly-queue\/.+\/pr-(\d{1,10})-[0-9a-f]+$/.exec(ref ?? '') ?? []
  return number === undefined ? undefined : Number(number)
}
