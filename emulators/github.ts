import { emulate } from './core.ts'
import type { Emulator, EmulatorOptions } from './emulator.ts'
import { answerGraphql, refuseGraphql } from './github/graphql.ts'
import { acceptedPermissions, allows, tokenOf } from './github/permissions.ts'
import { refusal } from './github/replies.ts'
import { routes } from './github/routes.ts'
import { ACTIONS_BOT, type Permissions, type State } from './github/state.ts'
import { createWorld, type GithubWorld } from './github/world.ts'

export { graphqlFault, rateLimitFault } from './github/replies.ts'
export type {
  DeploymentStatus,
  GithubDeployment,
  GithubEvent,
  IssueComment,
  Permissions,
  Thread,
} from './github/state.ts'
export { commitOf, type DeploymentSeed, type GithubWorld, type ThreadSeed } from './github/world.ts'

export interface GithubOptions extends EmulatorOptions {
  /** `owner/name`; `octo/hello` where absent. */
  repository?: string
  /** Whether everyone may read; private where absent, so that every missing permission shows. */
  visibility?: 'public' | 'private'
  /** `ghs_emulated` where absent. */
  token?: string
  /** What the token may do; as in a workflow, what is not named is none. */
  permissions?: Permissions
}

export interface GithubEmulator extends Emulator {
  readonly world: GithubWorld
}

/** Everything this action asks of a repository. */
const ALL: Permissions = { contents: 'read', deployments: 'write', issues: 'write', 'pull-requests': 'write' }

/** The few endpoints of GitHub's REST and GraphQL APIs an action of this kind uses, for one repository. */
export function createGithubEmulator(options: GithubOptions = {}): GithubEmulator {
  const [owner = '', name = ''] = (options.repository ?? 'octo/hello').split('/')
  const state: State = {
    now: options.now ?? Date.now,
    repository: { id: 1_296_269, owner, name },
    visibility: options.visibility ?? 'private',
    tokens: new Map([[options.token ?? 'ghs_emulated', options.permissions ?? ALL]]),
    logins: new Map(),
    threads: new Map(),
    comments: new Map(),
    deployments: new Map(),
    events: [],
    nextId: 1001,
  }
  let count = 0
  const emulator = emulate(options, (request, body) => {
    const response = answer(state, request, body)
    count += 1
    describeLimit(state, response.headers, count)
    noteRefusal(state, request, response)
    return response
  })
  return { ...emulator, world: createWorld(state) }
}

/** Sent with every answer (REST docs, rate limits); a GITHUB_TOKEN has 1,000 requests an hour and repository. */
function describeLimit({ now }: State, headers: Headers, count: number): void {
  headers.set('x-github-request-id', `EMUL:${count.toString(16).toUpperCase().padStart(6, '0')}`)
  headers.set('x-ratelimit-limit', '1000')
  headers.set('x-ratelimit-remaining', String(Math.max(1000 - count, 1)))
  headers.set('x-ratelimit-used', String(count))
  headers.set('x-ratelimit-reset', String(Math.floor(now() / 1000) + 3600))
}

function noteRefusal(state: State, { method, url }: Request, { status }: Response): void {
  if (status < 400) return
  state.events.push({
    at: state.now(),
    what: 'refused',
    id: `${method} ${new URL(url).pathname}`,
    status: String(status),
  })
}

function answer(state: State, request: Request, text: string): Response {
  const url = new URL(request.url)
  const token = tokenOf(request.headers)
  const known = token === undefined ? undefined : state.tokens.get(token)
  const isGraphql = url.pathname === '/graphql' && request.method === 'POST'
  if (isGraphql && known === undefined) return refuseGraphql(token)
  if (token !== undefined && known === undefined) return refusal(401, 'Bad credentials', '/rest')
  const body = parse(text)
  if (body === undefined) return refusal(400, 'Problems parsing JSON', isGraphql ? '/graphql' : '/rest')
  const login = state.logins.get(token ?? '') ?? ACTIONS_BOT
  if (isGraphql) return answerGraphql(state, { permissions: known ?? {}, login }, body)
  return answerRest(state, { method: request.method, url, permissions: known, login, body })
}

interface RestCall {
  method: string
  url: URL
  /** Undefined for whoever is nobody. */
  permissions: Permissions | undefined
  login: string
  body: Record<string, unknown>
}

function answerRest(state: State, { method, url, permissions, login, body }: RestCall): Response {
  const path = pathInRepository(state, url.pathname)
  const matching = routes.find((each) => each.method === method && path !== undefined && each.path.test(path))
  if (path === undefined || matching === undefined) return refusal(404, 'Not Found', '/rest')
  const isWrite = method !== 'GET'
  if (permissions === undefined && isWrite) return refusal(401, 'Requires authentication', matching.docs)
  // What is private does not exist to whoever is nobody.
  if (permissions === undefined && state.visibility === 'private') return refusal(404, 'Not Found', matching.docs)
  if (!allows(state, permissions ?? {}, matching.needs)) {
    const headers = { 'x-accepted-github-permissions': acceptedPermissions(matching.needs) }
    return refusal(403, 'Resource not accessible by integration', matching.docs, { headers })
  }
  const parts = matching.path.exec(path)?.slice(1) ?? []
  const canonicalPath = `/repositories/${state.repository.id}${path}`
  return matching.answer(state, { url, origin: url.origin, canonicalPath, login, body }, parts)
}

/** The path below the repository, by name in any case or by number as Link headers have it. */
function pathInRepository({ repository }: State, pathname: string): string | undefined {
  const { id, owner, name } = repository
  const prefixes = [`/repos/${owner}/${name}`, `/repositories/${id}`]
  const prefix = prefixes.find((each) => pathname.toLowerCase().startsWith(`${each.toLowerCase()}/`))
  return prefix === undefined ? undefined : pathname.slice(prefix.length)
}

/** A JSON object, `{}` for no body, undefined for anything else. */
function parse(text: string): Record<string, unknown> | undefined {
  if (text === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
