import * as v from 'valibot'
import { plural } from '../lib/format.ts'
import { type GitHub, gitHubProblem } from './github.ts'
import { type OwnCommits, ownCommits } from './own-commits.ts'

const DEPLOYMENT = v.object({
  id: v.number(),
  ref: v.string(),
  sha: v.string(),
  production_environment: v.optional(v.nullable(v.boolean())),
})
type Deployment = v.InferOutput<typeof DEPLOYMENT>
const DEPLOYMENTS = v.array(DEPLOYMENT)
const ROUTE = '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses'
const STATUSES = v.array(v.object({ state: v.string() }))

/** How many deployments are read at once: an old environment has hundreds, nearly all inactive. */
const AT_ONCE = 10

/** A GitHub environment, and which of its deployments are meant. */
export interface EnvironmentScope {
  name: string
  /** Empty if none is known: then the whole environment is meant, if it has only one ref. */
  pullRequests: readonly number[]
}

/** The result of marking an environment. Each of its deployments is counted once. */
export interface Marked {
  /** Marked now. */
  marked: number
  /** Inactive before. */
  wereInactive: number
  /** Not changed: of production, or of other pull requests and branches. */
  others: number
  /** The refs of the active ones, if there are several and nothing says which is meant. */
  refs: readonly string[]
}

/**
 * Marks the deployments of a GitHub environment `inactive` that belong to the pull requests, with a link to the run: those of their
 * branches or of one of their commits. Without a pull request, all of them if the active ones have one ref, otherwise none.
 * Production is never marked. Rejects with a message for people.
 */
export async function deactivateEnvironment(
  github: GitHub,
  { name, pullRequests }: EnvironmentScope,
  runUrl: string,
): Promise<Marked> {
  const owners = await Promise.all(pullRequests.map((number) => ownCommits(github, number)))
  try {
    const found = v.parse(
      DEPLOYMENTS,
      await github.list('GET /repos/{owner}/{repo}/deployments', { environment: name }),
    )
    const own = found.filter((each) => owners.length === 0 || owners.some((owner) => belongs(each, owner)))
    const active = await activeOf(github, own)
    const refs = new Set(active.map(({ ref }) => ref))
    const wereInactive = own.length - active.length
    if (owners.length === 0 && refs.size > 1) return { marked: 0, wereInactive, others: active.length, refs: [...refs] }
    const toMark = active.filter((each) => !isProduction(each, name))
    for (const { id } of toMark) await mark(github, id, runUrl)
    return { marked: toMark.length, wereInactive, others: found.length - wereInactive - toMark.length, refs: [] }
  } catch (error) {
    const doing = `marking the deployments of environment ${name} inactive`
    throw new Error(gitHubProblem(error, doing, 'deployments: write'), { cause: error })
  }
}

/** The same in words. If nothing was marked, the input is probably wrong. */
export function markedText(scope: EnvironmentScope, result: Marked): { text: string; isWarning: boolean } {
  const { name, pullRequests } = scope
  const { marked, wereInactive, others, refs } = result
  const whose = pullRequests.length === 0 ? '' : ` of pull request ${pullRequests.join(', ')}`
  const left = others === 0 ? '' : `; ${plural(others, 'other')} not changed`
  if (marked > 0) {
    const text = `Marked ${plural(marked, 'deployment')} of the GitHub environment ${name} as inactive${left}`
    return { text, isWarning: false }
  }
  if (refs.length > 0) {
    const text = `Marked 0 deployments of the GitHub environment ${name} as inactive: the active ones are of several refs (${refs.slice(0, 5).join(', ')}), and no pull request says which are meant. Name it in 'pull-request'`
    return { text, isWarning: true }
  }
  if (wereInactive > 0) {
    const text = `The ${plural(wereInactive, 'deployment')} of the GitHub environment ${name}${whose} had been inactive before${left}`
    return { text, isWarning: false }
  }
  const why =
    others === 0
      ? `there are none; is the name in 'github-environment' misspelt?`
      : whose === ''
        ? `${plural(others, 'deployment')} of it ${others === 1 ? 'is' : 'are'} of production`
        : `none of its ${plural(others, 'deployment')} is${whose}, or it is of production`
  return { text: `Marked 0 deployments of the GitHub environment ${name} as inactive: ${why}`, isWarning: true }
}

/** If GitHub does not say: its own rule is that the name decides (REST docs, "Create a deployment"). */
function isProduction({ production_environment }: Deployment, environment: string): boolean {
  return production_environment ?? environment === 'production'
}

function belongs({ ref, sha }: Deployment, { refs, commits }: OwnCommits): boolean {
  return refs.has(ref) || commits.has(sha) || commits.has(ref)
}

/** Those whose latest status is not `inactive`. */
async function activeOf(github: GitHub, deployments: readonly Deployment[]): Promise<Deployment[]> {
  const active: Deployment[] = []
  for (let from = 0; from < deployments.length; from += AT_ONCE) {
    const group = deployments.slice(from, from + AT_ONCE)
    const latest = await Promise.all(group.map(({ id }) => github.list(`GET ${ROUTE}`, { deployment_id: id })))
    active.push(...group.filter((_, index) => v.parse(STATUSES, latest[index])[0]?.state !== 'inactive'))
  }
  return active
}

function mark(github: GitHub, id: number, runUrl: string): Promise<void> {
  return github.put(`POST ${ROUTE}`, {
    deployment_id: id,
    state: 'inactive',
    log_url: runUrl,
    description: 'Undeploy: confirmed gone',
  })
}
