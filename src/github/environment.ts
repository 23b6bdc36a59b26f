import * as v from 'valibot'
import { type GitHub, gitHubProblem } from './github.ts'

const DEPLOYMENTS = v.array(v.object({ id: v.number() }))
const STATUSES = v.array(v.object({ state: v.string() }))

/**
 * Marks every deployment of a GitHub environment `inactive`, but for those that are already, with a link to the run. Gives
 * how many were marked. Rejects with a message for people.
 */
export async function deactivateEnvironment(github: GitHub, environment: string, runUrl: string): Promise<number> {
  try {
    const found = await github.list('GET /repos/{owner}/{repo}/deployments', { environment })
    let marked = 0
    for (const { id } of v.parse(DEPLOYMENTS, found)) {
      const route = '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses'
      const [latest] = v.parse(STATUSES, await github.list(`GET ${route}`, { deployment_id: id }))
      if (latest?.state === 'inactive') continue
      await github.put(`POST ${route}`, {
        deployment_id: id,
        state: 'inactive',
        log_url: runUrl,
        description: 'Undeploy: confirmed gone',
      })
      marked++
    }
    return marked
  } catch (error) {
    const doing = `marking the deployments of environment ${environment} inactive`
    throw new Error(gitHubProblem(error, doing, 'deployments: write'), { cause: error })
  }
}
