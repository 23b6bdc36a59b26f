import { type ErrorRow, errorOf } from './errors.ts'
import type { Deployment } from './objects.ts'
import type { State } from './state.ts'

/** What the caller sees: one workspace, or all where undefined. */
export interface Access {
  workspace: string | undefined
}

/** Who is calling, and what of the account that opens (throughput reservation API, authentication). */
export function accessOf(state: State, headers: Headers): Access | ErrorRow {
  const key = /^Bearer (.+)$/.exec(headers.get('authorization') ?? '')?.[1]
  if (key === undefined) return errorOf('InvalidApiKey', 'No API-key provided.')
  const grant = state.keys.get(key)
  if (grant === undefined) return errorOf('InvalidApiKey')
  const named = headers.get('x-dashscope-workspace')
  if (named === null) return { workspace: state.settings.scope === 'workspace' ? grant.workspace : undefined }
  if (!state.workspaces.has(named)) return errorOf('WorkSpaceNotFound')
  const isAllowed = named === grant.workspace || (grant.workspaces?.includes(named) ?? true)
  return isAllowed ? { workspace: named } : errorOf('Workspace.AccessDenied')
}

/** Whether the caller sees a deployment. What it does not see is missing to it. */
export function sees({ workspace }: Access, deployment: Deployment): boolean {
  return workspace === undefined || deployment.fields.workspace_id === workspace
}
