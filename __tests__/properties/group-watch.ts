import type { FakeClock } from '../support/clock.ts'
import { listOf, textOf } from './answers.ts'
import { OUTDATED_MS } from './scenario.ts'
import type { Sent } from './wire.ts'

export interface GroupRules {
  /** Whether resource groups are asked for, or deployments in them. */
  isOfGroups: boolean
  selected: ReadonlySet<string>
  allow: string
  latencyMs: number
}

/** What the action has heard of resource groups, and what is wrong with what it writes. */
export interface GroupWatch {
  readonly objections: readonly string[]
  write: (write: Sent) => void
  answer: (request: Sent, status: number, body: unknown) => void
}

interface Heard {
  at: number
  /** Which answer it was, counted from the first. */
  nth: number
  ids: ReadonlyMap<string, string>
}

const ENDED = ['COMPLETED', 'STOPPED', 'DEAD']

/** Judges each write by what was heard until then. It shares nothing with the action but the provider's paths. */
export function createGroupWatch(clock: FakeClock, rules: GroupRules): GroupWatch {
  const objections: string[] = []
  const deployments = new Map<string, Heard>()
  const executions = new Map<string, Heard>()
  const groups = new Map<string, { at: number; createdAt: string }>()
  const created = new Map<string, Set<string>>()
  const members = new Map<string, Set<string>>()
  /** The answer that did not find a deployment in the group, the last one. */
  const gone = new Map<string, number>()
  let answers = 0
  const freshMs = OUTDATED_MS + 4 * rules.latencyMs

  const active = (group: string): string[] =>
    [...(executions.get(group)?.ids ?? [])].flatMap(([id, status]) => (ENDED.includes(status) ? [] : id))

  const isFresh = (heard: { at: number } | undefined) => heard !== undefined && clock.now() - heard.at <= freshMs

  const noteGroup = (group: unknown): void => {
    const id = textOf(group, 'resourceGroupId')
    const createdAt = textOf(group, 'createdAt')
    groups.set(id, { at: clock.now(), createdAt })
    created.set(id, (created.get(id) ?? new Set()).add(createdAt))
  }

  const groupObjection = (id: string): string | undefined => {
    if (!rules.isOfGroups) return 'no group was asked for'
    if (!rules.selected.has(id)) return 'it is not selected'
    if (!isFresh(groups.get(id))) return 'it was not seen lately'
    if ((created.get(id)?.size ?? 0) > 1) return 'it is another one'
    const inside = deployments.get(id)
    if (inside === undefined) return 'nobody looked into it'
    if (inside.nth < (gone.get(id) ?? 0)) return 'nobody looked into it since the last deployment was seen gone'
    if (!isFresh(inside)) return 'nobody looked into it lately'
    if (inside.ids.size > 0) return `it was seen to hold ${[...inside.ids.keys()]}`
    if (!isFresh(executions.get(id))) return 'its executions were not asked for lately'
    return active(id).length > 0 ? `${active(id)} was seen running in it` : undefined
  }

  const deploymentObjection = (group: string, id: string): string | undefined => {
    if (!rules.selected.has(group)) return `group ${group} is not selected`
    if (members.get(group)?.has(id) !== true) return `it was not seen in ${group}`
    if (!rules.isOfGroups) return undefined
    return active(group).length > 0 ? `${active(group)} was seen running beside it` : undefined
  }

  const objection = ({ method, path, body, group }: Sent): string | undefined => {
    const [, groupId] = /^\/v2\/admin\/resourceGroups\/([^?]+)$/.exec(path) ?? []
    if (groupId !== undefined) return method === 'DELETE' ? groupObjection(groupId) : `no ${method} here`
    const [, execution] = /^\/v2\/lm\/executions\/([^?]+)$/.exec(path) ?? []
    if (execution !== undefined) {
      if (!rules.isOfGroups || !rules.selected.has(group)) return `group ${group} is not selected`
      if (!rules.allow.includes('executions')) return 'executions are not allowed'
      const status = executions.get(group)?.ids.get(execution) ?? 'never seen'
      return method === 'PATCH' && ['RUNNING', 'PENDING'].includes(status) ? undefined : `it was ${status}`
    }
    const [, deployment] = /^\/v2\/lm\/deployments\/([^?]+)$/.exec(path) ?? []
    if (deployment !== undefined) return deploymentObjection(group, deployment)
    if (path !== '/v2/lm/deployments' || method !== 'PATCH') return 'nobody asked for it'
    const ids = listOf(JSON.parse(body), 'deployments').map((each) => textOf(each, 'id'))
    return ids.map((id) => deploymentObjection(group, id)).find((text) => text !== undefined)
  }

  return {
    objections,
    write(write) {
      if (write.path.startsWith('/oauth')) return
      const wrong = objection(write)
      if (wrong !== undefined) objections.push(`${write.method} ${write.path} in '${write.group}': ${wrong}`)
    },
    answer({ method, path, group }, status, body) {
      const nth = ++answers
      if (method === 'GET' && status === 404 && path.startsWith('/v2/lm/deployments/')) gone.set(group, nth)
      if (method !== 'GET' || status !== 200) return
      const listed = () =>
        new Map(listOf(body, 'resources').map((each) => [textOf(each, 'id'), textOf(each, 'status')]))
      const note = (id: string) => members.set(group, (members.get(group) ?? new Set()).add(id))
      if (path.startsWith('/v2/admin/resourceGroups/')) noteGroup(body)
      else if (path.startsWith('/v2/admin/resourceGroups?'))
        for (const each of listOf(body, 'resources')) noteGroup(each)
      else if (path.startsWith('/v2/lm/executions?')) executions.set(group, { at: clock.now(), nth, ids: listed() })
      else if (path.startsWith('/v2/lm/deployments/')) note(textOf(body, 'id'))
      else if (path.startsWith('/v2/lm/deployments?')) {
        deployments.set(group, { at: clock.now(), nth, ids: listed() })
        for (const id of listed().keys()) note(id)
      }
    },
  }
}
