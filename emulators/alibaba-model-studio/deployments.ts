import { type Access, sees } from './access.ts'
import { beginDeletion, whyNotDelete } from './deletion.ts'
import { type ErrorRow, errorOf } from './errors.ts'
import type { Deployment } from './objects.ts'
import { pageOf, slice } from './paging.ts'
import type { Replies } from './replies.ts'
import { note, type State } from './state.ts'
import { deploymentView } from './views.ts'

/** GET /deployments. The only filter is `plan`; `status` is not supported and so ignored. */
export function listDeployments(state: State, replies: Replies, access: Access, query: URLSearchParams): Response {
  const { settings } = state
  const page = pageOf(query, { size: settings.pageSizeDefault, max: settings.pageSizeMax })
  if ('code' in page) return replies.refuse(page)
  const plan = query.get('plan')
  const visible = inOrder(state).filter((each) => sees(access, each) && (plan === null || each.fields.plan === plan))
  const deployments = slice(visible, page).map((each) => deploymentView(settings, each, 'list'))
  const total = { exact: { total: visible.length }, more: { total: visible.length + 1 }, absent: {} }[
    settings.listTotal
  ]
  return replies.ok({ page_no: page.number, page_size: page.size, ...total, deployments })
}

function inOrder({ settings, deployments }: State): Deployment[] {
  const all = [...deployments.values()]
  if (settings.order === 'seeded') return all
  const sign = settings.order === 'newest-first' ? -1 : 1
  return all.sort((a, b) => sign * (a.created - b.created))
}

/** GET /deployments/models: what can be deployed, so `models` is no deployment's ID. */
export function listModels(state: State, replies: Replies, query: URLSearchParams): Response {
  const page = pageOf(query, { size: 50, max: 200 })
  if ('code' in page) return replies.refuse(page)
  const total = state.models.length
  return replies.ok({ models: slice(state.models, page), page_no: page.number, page_size: page.size, total })
}

/** GET /deployments/{deployed_model}. */
export function getDeployment(state: State, replies: Replies, access: Access, id: string): Response {
  const deployment = find(state, access, id)
  if (deployment === undefined) return replies.refuse(notFound(state, id))
  const { stale } = deployment
  if (stale === undefined || stale.reads === 0) return replies.ok(deploymentView(state.settings, deployment, 'get'))
  stale.reads -= 1
  return replies.ok({ ...deploymentView(state.settings, deployment, 'get'), status: stale.status })
}

/** DELETE /deployments/{deployed_model}. The answer is the deployment itself, DELETING. */
export function deleteDeployment(state: State, replies: Replies, access: Access, id: string): Response {
  const { settings } = state
  const deployment = find(state, access, id)
  const error = deployment === undefined ? missing(state, id) : whyNotDelete(state, deployment)
  if (deployment === undefined || error !== undefined) {
    const refusal = error ?? notFound(state, id)
    note(state, 'refused', deployment ?? { id, status: '' }, { code: refusal.code })
    return replies.refuse(refusal)
  }
  const { okWithError } = settings
  if (okWithError?.processed === false) {
    note(state, 'refused', deployment, { code: okWithError.code })
  } else {
    beginDeletion(state, deployment)
  }
  if (okWithError !== undefined) return replies.refuse({ status: settings.deleteStatus, ...okWithError })
  if (settings.emptyDeleteBody) return replies.empty(settings.deleteStatus)
  const view = deploymentView(settings, deployment, 'delete')
  const output = settings.deletedField ? { ...view, deleted: true } : view
  return replies.ok(output, { status: settings.deleteStatus })
}

/** A deployment the caller sees. */
export function find(state: State, access: Access, id: string): Deployment | undefined {
  const deployment = state.deployments.get(id)
  return deployment !== undefined && sees(access, deployment) ? deployment : undefined
}

function notFound({ settings }: State, id: string): ErrorRow {
  return { status: settings.notFoundStatus, code: settings.notFoundCode, message: `Model: ${id} not found!` }
}

/** A write to a deleted reservation has a code of its own (throughput reservation API, error codes). */
function missing(state: State, id: string): ErrorRow {
  return state.deletedCodes.has(id) ? errorOf(state.settings.deletedReservationCode) : notFound(state, id)
}
