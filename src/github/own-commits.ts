import * as v from 'valibot'
import { type GitHub, gitHubProblem } from './github.ts'

/** What identifies the deployments of a pull request. */
export interface OwnCommits {
  /** The names of its branch, if the branch is in this repository, and of its own refs. */
  refs: ReadonlySet<string>
  commits: ReadonlySet<string>
}

const REPOSITORY = v.nullable(v.object({ full_name: v.string() }))
const PULL = v.object({
  head: v.object({ ref: v.string(), sha: v.string(), repo: REPOSITORY }),
  base: v.object({ repo: REPOSITORY }),
})
const COMMITS = v.array(v.object({ sha: v.string() }))

/**
 * The branch and the commits of a pull request; GitHub lists at most 250 of its commits. A branch of a fork may have the same name
 * as one of this repository, so it does not count. Rejects with a message for people.
 */
export async function ownCommits(github: GitHub, pullRequest: number): Promise<OwnCommits> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}'
  try {
    const { head, base } = v.parse(PULL, await github.get(route, { pull_number: pullRequest }))
    const commits = v.parse(COMMITS, await github.list(`${route}/commits`, { pull_number: pullRequest }))
    const isOurs = head.repo !== null && head.repo.full_name === base.repo?.full_name
    return {
      refs: new Set([
        ...['head', 'merge'].map((end) => `refs/pull/${pullRequest}/${end}`),
        ...(isOurs ? [head.ref, `refs/heads/${head.ref}`] : []),
      ]),
      commits: new Set([head.sha, ...commits.map(({ sha }) => sha)]),
    }
  } catch (error) {
    const doing = `reading the commits of pull request ${pullRequest}`
    throw new Error(gitHubProblem(error, doing, 'pull-requests: read'), { cause: error })
  }
}
