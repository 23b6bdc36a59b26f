import { parse } from 'yaml'

/** What is looked at of a job. */
interface Job {
  permissions?: unknown
  needs?: string[]
  if?: string
  'timeout-minutes'?: number
  steps?: { id?: string; uses?: string; run?: string }[]
}

/** The jobs of a workflow by name. */
export function jobsOf(text: string): Record<string, Job> {
  return parse(text).jobs
}

/** What is wrong with the permissions and time limits of a workflow: nothing by default, and each job says what it needs. */
export function grantFindings(text: string): string[] {
  const { permissions } = parse(text)
  const jobs = Object.entries(jobsOf(text)).flatMap(([name, job]) => [
    ...(job.permissions === undefined ? [`${name} does not say its permissions`] : []),
    ...(job['timeout-minutes'] === undefined ? [`${name} has no timeout-minutes`] : []),
  ])
  return JSON.stringify(permissions) === '{}' ? jobs : ['the workflow grants something to every job', ...jobs]
}

/** All `run:` scripts of a workflow. */
export function scriptsOf(text: string): string[] {
  return Object.values(jobsOf(text)).flatMap(({ steps = [] }) => steps.flatMap(({ run }) => run ?? []))
}

/** Scripts with an expression in them: the runner pastes its value in, and it may be a script itself. */
export function injectable(text: string): string[] {
  return scriptsOf(text).filter((script) => script.includes('${{'))
}

/** The `uses:` that are neither of this repository nor pinned to a commit, with its version in a comment. */
export function unpinned(text: string): string[] {
  const all = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, uses = '']) => uses)
  const ours = /^(?:\.\/|undeploy\/undeploy@v1$)/
  return all.filter((uses) => !ours.test(uses) && !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(uses))
}
