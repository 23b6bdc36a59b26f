import * as v from 'valibot'
import { type GitHub, gitHubProblem } from './github.ts'

const DEPLOYMENTS = v.array(v.object({ id: v.number() }))
const ROUTE = '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses'
const STATUSES = v.array(v.object({ state: v.string() }))

/** How many deployments are looked at in one go: an environment that lives long has hundreds, nearly all inactive. */
const AT_ONCE = 10

/**
 * Marks every deployment of a GitHub environment `inactive`, but for those that are already, with a link to the run. Gives
 * how many were marked. Rejects with a message for people.
 */
export async function deactivateEnvironment(github: GitHub, environment: string, runUrl: string): Promise<number> {
  const isActive = async (id: number): Promise<boolean> => {
    const [latest] = v.parse(STATUSES, await github.list(`GET ${ROUTE}`, { deployment_id: id }))
    return latest?.state !== 'inactive'
  }
  const mark = (id: number): Promise<void> =>
    github.put(`POST ${ROUTE}`, {
      deployment_id: id,
      state: 'inactive',
      log_url: runUrl,
      description: 'Undeploy: confirmed gone',
    })
  let marked = 0
  try {
    const found = v.parse(DEPLOYMENTS, await github.list('GET /repos/{owner}/{repo}/deployments', { environment }))
    for (let from = 0; from < found.length; from += AT_ONCE) {
      const group = found.slice(from, from + AT_ONCE)
      const active = await Promise.all(group.map(({ id }) => isActive(id)))
      for (const { id } of group.filter((_, index) => active[index])) {
        await mark(id)
        marked++
      }
    }
    return marked
  } catch (error) {
    const doing = `marking the deployments of environment ${environment} inactive`
    throw new Error(gitHubProblem(error, doing, 'deployments: write'), { cause: error })
  }
}
