import * as v from 'valibot'
import type { PullRequestState } from '../sweep/classify.ts'
import { type GitHub, gitHubProblem, graphqlErrors, httpStatusOf, permissionProblem } from './github.ts'

/** How many numbers one query reads, far below GitHub's limit for the nodes of a query. */
const BATCH = 100

/** GraphQL's Int; a larger number is no pull request. */
const LARGEST = 2 ** 31 - 1

const STATE = v.nullable(v.object({ state: v.picklist(['OPEN', 'CLOSED', 'MERGED']) }))
const DATA = v.object({ repository: v.record(v.string(), STATE) })

/**
 * The state of each number in the repository: closed includes merged; a number that is not a pull request is unknown. One
 * query for a hundred numbers. Rejects with a message for people if GitHub cannot be asked.
 */
export async function pullRequestStates(
  github: GitHub,
  numbers: ReadonlySet<number>,
): Promise<ReadonlyMap<number, PullRequestState>> {
  const states = new Map<number, PullRequestState>([...numbers].map((number) => [number, 'unknown']))
  const asked = [...numbers].filter((number) => number > 0 && number <= LARGEST).sort((a, b) => a - b)
  for (let from = 0; from < asked.length; from += BATCH) {
    const found = await ask(github, asked.slice(from, from + BATCH))
    for (const [number, state] of found) states.set(number, state)
  }
  return states
}

async function ask(github: GitHub, numbers: readonly number[]): Promise<[number, PullRequestState][]> {
  const fields = numbers.map((number) => `pr${number}: pullRequest(number: ${number}) { state }`)
  const query = `query ($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { ${fields.join(' ')} } }`
  const data = await github.graphql(query, { owner: github.owner, repo: github.repo }).catch(partialData)
  const parsed = v.safeParse(DATA, data)
  if (!parsed.success) {
    throw new Error(`GitHub answered something else than the states of pull requests of ${github.owner}/${github.repo}`)
  }
  return numbers.map((number) => {
    const answer = parsed.output.repository[`pr${number}`]
    return [number, answer == null ? 'unknown' : answer.state === 'OPEN' ? 'open' : 'closed']
  })
}

/** A number that is not a pull request makes octokit reject although the rest is answered; anything else is a failure. */
function partialData(error: unknown): unknown {
  const errors = graphqlErrors(error)
  const onlyMissing =
    errors.length > 0 && errors.every(({ type, path }) => type === 'NOT_FOUND' && path !== undefined && path.length > 1)
  if (onlyMissing && error instanceof Error) return Reflect.get(error, 'data')
  const doing = 'looking up pull requests for {pr}'
  const status = httpStatusOf(error)
  if (status !== undefined && NO_GRAPHQL.has(status)) {
    throw new Error(`GitHub has no GraphQL API at this address (HTTP ${status}), so ${doing} is not possible`, {
      cause: error,
    })
  }
  // GraphQL also refuses with 200; a repository that the token cannot see is not found.
  if (errors.some(({ type, path = [] }) => type === 'FORBIDDEN' || (type === 'NOT_FOUND' && path.length < 2))) {
    throw new Error(permissionProblem(error, doing, PERMISSION), { cause: error })
  }
  throw new Error(gitHubProblem(error, doing, PERMISSION), { cause: error })
}

const PERMISSION = 'pull-requests: read'

/** The answers of a server that does not know the path; GitHub itself answers 200, 401, or 403. */
const NO_GRAPHQL: ReadonlySet<number> = new Set([404, 405, 410, 501])
