import { json } from '../core.ts'
import { invalid, paged, refusal, timestamp } from './replies.ts'
import type { Call } from './routes.ts'
import { type DeploymentStatus, type GithubDeployment, type State, slug } from './state.ts'

const DOCS = '/rest/deployments'
const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success']
const CREATOR = { login: 'github-actions[bot]', id: 41_898_282, type: 'Bot' }

/** GET /repos/{owner}/{repo}/deployments, newest first, filtered by environment, ref, sha and task. */
export function listDeployments(state: State, { url, origin, canonicalPath }: Call): Response {
  const asked = (name: string) => url.searchParams.get(name) ?? 'none'
  const matches = (name: 'environment' | 'ref' | 'sha' | 'task', each: GithubDeployment) =>
    asked(name) === 'none' || asked(name) === '' || asked(name) === each[name]
  const found = [...state.deployments.values()]
    .filter((each) => (['environment', 'ref', 'sha', 'task'] as const).every((name) => matches(name, each)))
    .sort((a, b) => b.id - a.id)
  return paged(url, found, (each) => view(state, origin, each), canonicalPath)
}

/** GET /repos/{owner}/{repo}/deployments/{deployment_id}. */
export function getDeployment(state: State, { origin }: Call, [id = '']: string[]): Response {
  const deployment = state.deployments.get(Number(id))
  if (deployment === undefined) return refusal(404, 'Not Found', `${DOCS}/deployments#get-a-deployment`)
  return json(200, view(state, origin, deployment))
}

/** GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses, newest first. */
export function listStatuses(state: State, { url, origin, canonicalPath }: Call, [id = '']: string[]): Response {
  const deployment = state.deployments.get(Number(id))
  if (deployment === undefined) return refusal(404, 'Not Found', `${DOCS}/statuses#list-deployment-statuses`)
  return paged(
    url,
    deployment.statuses.toReversed(),
    (each) => statusView(state, origin, deployment, each),
    canonicalPath,
  )
}

/** POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses. */
export function createStatus(state: State, { origin, body }: Call, [id = '']: string[]): Response {
  const docs = `${DOCS}/statuses#create-a-deployment-status`
  const deployment = state.deployments.get(Number(id))
  if (deployment === undefined) return refusal(404, 'Not Found', docs)
  const wrong = (field: string, message: string) => invalid(docs, 'DeploymentStatus', field, `${field} ${message}`)
  const text = (name: string) => (typeof body[name] === 'string' ? body[name] : '')
  if (body['state'] === undefined) return refusal(422, 'Invalid request.\n\n"state" wasn\'t supplied.', docs)
  if (!STATES.includes(text('state'))) return wrong('state', 'is not included in the list')
  if (text('description').length > 140) return wrong('description', 'is too long (maximum is 140 characters)')
  for (const name of ['log_url', 'target_url', 'environment_url']) {
    if (text(name) !== '' && !isWebAddress(text(name))) return wrong(name, 'must use http(s) scheme')
  }
  const status = addStatus(state, deployment, {
    state: text('state'),
    description: text('description'),
    // `target_url` is the former name of `log_url`.
    logUrl: text('log_url') || text('target_url'),
    environmentUrl: text('environment_url'),
    environment: text('environment') || deployment.environment,
  })
  state.events.push({ at: state.now(), what: 'status-created', id, status: status.state })
  return json(201, statusView(state, origin, deployment, status))
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

/** Adds a status to a deployment; the latest one counts. */
export function addStatus(
  state: State,
  deployment: GithubDeployment,
  fields: Omit<DeploymentStatus, 'id' | 'created'>,
): DeploymentStatus {
  const status = { ...fields, id: state.nextId++, created: state.now() }
  deployment.statuses.push(status)
  return status
}

function view(state: State, origin: string, deployment: GithubDeployment): object {
  const { id, environment, ref, sha, task, created, statuses } = deployment
  const url = `${origin}/repos/${slug(state)}/deployments/${id}`
  return {
    url,
    id,
    node_id: `DE_${id}`,
    task,
    original_environment: environment,
    environment,
    description: null,
    created_at: timestamp(created),
    updated_at: timestamp(statuses.at(-1)?.created ?? created),
    statuses_url: `${url}/statuses`,
    repository_url: `${origin}/repos/${slug(state)}`,
    creator: CREATOR,
    sha,
    ref,
    payload: {},
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: null,
  }
}

function statusView(state: State, origin: string, { id }: GithubDeployment, status: DeploymentStatus): object {
  const deploymentUrl = `${origin}/repos/${slug(state)}/deployments/${id}`
  return {
    url: `${deploymentUrl}/statuses/${status.id}`,
    id: status.id,
    node_id: `DES_${status.id}`,
    state: status.state,
    creator: CREATOR,
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: timestamp(status.created),
    updated_at: timestamp(status.created),
    deployment_url: deploymentUrl,
    repository_url: `${origin}/repos/${slug(state)}`,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: null,
  }
}
