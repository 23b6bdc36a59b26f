/** The scopes of `permissions:` in a workflow that the endpoints here ask for. */
export type Scope = 'contents' | 'deployments' | 'issues' | 'pull-requests'
export type Level = 'none' | 'read' | 'write'
export type Permissions = Partial<Record<Scope, Level>>

/** A pull request or an issue: they share their numbers. */
export interface Thread {
  readonly number: number
  readonly kind: 'pull' | 'issue'
  state: 'OPEN' | 'CLOSED' | 'MERGED'
  title: string
  headRef: string
  /** `owner/name` of the repository that the branch is in; undefined once that was deleted. */
  headRepository: string | undefined
  /** Of a pull request, the oldest first; the last one is its head. */
  commits: string[]
  baseRef: string
  locked: boolean
  readonly created: number
  closed?: number
}

export interface IssueComment {
  readonly id: number
  readonly number: number
  body: string
  user: string
  readonly created: number
  updated: number
}

export interface GithubDeployment {
  readonly id: number
  environment: string
  ref: string
  sha: string
  task: string
  transient: boolean
  production: boolean
  readonly created: number
  /** Oldest first. */
  readonly statuses: DeploymentStatus[]
}

export interface DeploymentStatus {
  readonly id: number
  readonly state: string
  readonly description: string
  readonly logUrl: string
  readonly environmentUrl: string
  readonly environment: string
  readonly created: number
}

/** What really happened in the repository, and what was refused. */
export interface GithubEvent {
  at: number
  what: 'comment-created' | 'comment-updated' | 'comment-deleted' | 'status-created' | 'refused'
  /** Of the comment or the deployment; of a refusal, method and path. */
  id: string
  /** The state of a deployment status, the HTTP status of a refusal. */
  status?: string
}

/** One repository and who may do what in it. */
export interface State {
  readonly now: () => number
  readonly repository: { readonly id: number; readonly owner: string; readonly name: string }
  visibility: 'public' | 'private'
  readonly tokens: Map<string, Permissions>
  /** Who writes with each token: the bot of GitHub Actions, unless it is named here. */
  readonly logins: Map<string, string>
  readonly threads: Map<number, Thread>
  readonly comments: Map<number, IssueComment>
  readonly deployments: Map<number, GithubDeployment>
  readonly events: GithubEvent[]
  /** Shared by everything that has an ID. */
  nextId: number
}

/** Who writes with the token of GitHub Actions. */
export const ACTIONS_BOT = 'github-actions[bot]'

/** `owner/name`. */
export function slug({ repository }: State): string {
  return `${repository.owner}/${repository.name}`
}
