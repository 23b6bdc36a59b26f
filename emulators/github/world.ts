import { addComment, commentsOf } from './comments.ts'
import { addStatus } from './deployments.ts'
import {
  type DeploymentStatus,
  type GithubDeployment,
  type GithubEvent,
  type IssueComment,
  type Permissions,
  type State,
  slug,
  type Thread,
} from './state.ts'

export interface ThreadSeed extends Partial<Omit<Thread, 'number'>> {
  number: number
}

export interface DeploymentSeed extends Partial<Omit<GithubDeployment, 'id' | 'statuses'>> {
  environment: string
  /** The states it went through, oldest first. */
  states?: readonly string[]
}

/** The repository as a test sees and changes it, past the API. */
export interface GithubWorld {
  readonly events: readonly GithubEvent[]
  /** What each token may do; change or delete at any time. */
  readonly tokens: Map<string, Permissions>
  /** Who writes with each token: the bot of GitHub Actions, unless it is named here. */
  readonly logins: Map<string, string>
  setVisibility(visibility: 'public' | 'private'): void
  /** Pull requests are OPEN where nothing else is said. */
  addPull(seed: ThreadSeed): Thread
  addIssue(seed: ThreadSeed): Thread
  /** A pull request or issue; undefined where there is none. Its fields may be changed. */
  thread(number: number): Thread | undefined
  setState(number: number, state: Thread['state']): void
  removeThread(number: number): void
  addComment(number: number, body: string, user?: string): IssueComment
  hasComment(id: number): boolean
  /** Oldest first. */
  comments(number: number): IssueComment[]
  removeComment(id: number): void
  addDeployment(seed: DeploymentSeed): GithubDeployment
  deployment(id: number): GithubDeployment | undefined
  /** The state of its latest status; undefined where it has none. */
  stateOf(id: number): string | undefined
  statuses(id: number): readonly DeploymentStatus[]
  removeDeployment(id: number): void
}

/** The only commit of a pull request of which nothing else is said. */
export function commitOf(number: number): string {
  return `c0ffee${String(number).padStart(34, '0')}`
}

/** Makes the view of a repository from outside. */
export function createWorld(state: State): GithubWorld {
  function need(number: number): Thread {
    const thread = state.threads.get(number)
    if (thread === undefined)
      throw new RangeError(`no such pull request or issue in the emulated repository: ${number}`)
    return thread
  }

  function add(kind: Thread['kind'], seed: ThreadSeed): Thread {
    const title = `${kind} ${seed.number}`
    const head = { headRef: `branch-${seed.number}`, headRepository: slug(state), commits: [commitOf(seed.number)] }
    const refs = { ...head, baseRef: 'main' }
    const thread: Thread = { kind, state: 'OPEN', title, ...refs, locked: false, created: state.now(), ...seed }
    if (thread.state !== 'OPEN') thread.closed ??= state.now()
    state.threads.set(thread.number, thread)
    return thread
  }

  return {
    events: state.events,
    tokens: state.tokens,
    logins: state.logins,
    setVisibility(visibility) {
      state.visibility = visibility
    },
    addPull: (seed) => add('pull', seed),
    addIssue: (seed) => add('issue', seed),
    thread: (number) => state.threads.get(number),
    setState(number, to) {
      const thread = need(number)
      thread.state = to
      if (to === 'OPEN') delete thread.closed
      else thread.closed = state.now()
    },
    removeThread(number) {
      state.threads.delete(number)
    },
    addComment: (number, body, user = 'octocat') => addComment(state, need(number), body, user),
    hasComment: (id) => state.comments.has(id),
    comments: (number) => commentsOf(state, number),
    removeComment(id) {
      state.comments.delete(id)
    },
    addDeployment({ states = [], ...seed }) {
      const sha = 'a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d'
      const deployment: GithubDeployment = {
        id: state.nextId++,
        ref: 'main',
        sha,
        task: 'deploy',
        transient: false,
        production: false,
        created: state.now(),
        ...seed,
        statuses: [],
      }
      state.deployments.set(deployment.id, deployment)
      const { environment } = deployment
      for (const each of states) {
        addStatus(state, deployment, { state: each, description: '', logUrl: '', environmentUrl: '', environment })
      }
      return deployment
    },
    deployment: (id) => state.deployments.get(id),
    stateOf: (id) => state.deployments.get(id)?.statuses.at(-1)?.state,
    statuses: (id) => state.deployments.get(id)?.statuses ?? [],
    removeDeployment(id) {
      state.deployments.delete(id)
    },
  }
}
