import type { Level, Permissions, Scope, State } from './state.ts'

/** One way to be allowed something; several are alternatives. */
export interface Need {
  scope: Scope
  level: Exclude<Level, 'none'>
}

/** A comment on a pull request is an issue comment: either scope will do (REST docs, issue comments). */
export const commentNeeds = (level: Need['level']): Need[] => [
  { scope: 'issues', level },
  { scope: 'pull-requests', level },
]

/** Whether a token may do something. What is public is readable without any permission. */
export function allows(state: State, permissions: Permissions, needs: readonly Need[]): boolean {
  return needs.some(({ scope, level }) => {
    const granted = permissions[scope] ?? 'none'
    if (level === 'read' && state.visibility === 'public') return true
    return granted === 'write' || granted === level
  })
}

/** The header that names what would have been accepted: `issues=write; pull_requests=write`. */
export function acceptedPermissions(needs: readonly Need[]): string {
  return needs.map(({ scope, level }) => `${scope.replaceAll('-', '_')}=${level}`).join('; ')
}

/** The token of `Authorization: Bearer …` or `token …`; undefined without the header. */
export function tokenOf(headers: Headers): string | undefined {
  const authorization = headers.get('authorization')
  return authorization === null ? undefined : (/^(?:bearer|token) +(.+)$/i.exec(authorization)?.[1] ?? '')
}
