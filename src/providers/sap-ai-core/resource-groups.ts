import type { Exchange } from '../../http/exchange.ts'
import { ProviderError } from '../errors.ts'
import type { Listed, Observation } from '../observation.ts'
import type { Contents } from '../provider.ts'
import { type GetOne, observeMany, observeOne, type ShownList } from '../shared/list-observer.ts'
import { nearlyTheId } from '../shared/nearly-the-id.ts'
import { attempt } from '../shared/observe.ts'
import { createPageReader } from '../shared/pages.ts'
import { segment } from '../shared/paths.ts'
import { isSuccess } from '../shared/response.ts'
import { parseBody } from '../shared/schema.ts'
import { coalesce } from '../shared/single-flight.ts'
import type { Target } from '../target.ts'
import type { SapTenant } from './api.ts'
import { describeSap, noGroupList } from './errors.ts'
import { EXECUTIONS, RESOURCE_GROUP, RESOURCE_GROUPS, type SapResourceGroup } from './schema.ts'
import { type GroupContents, groupSnapshotOf, type SapSnapshot } from './snapshot.ts'

/** A tenant has 50 groups; without `maxpagesize`, all come in one answer. */
const GROUPS_PAGE = 1000
const EXECUTIONS_PAGE = 2000
const MAX_ENTRIES = 200_000
const SHORTEST_PAGE = 100
/** From this many targets on, one list is cheaper than a GET for each. */
const LIST_FROM = 4

/** An execution in one of these has ended. Source: AI API, status of an execution. */
const ENDED: ReadonlySet<string> = new Set(['COMPLETED', 'STOPPED', 'DEAD'])

/** The resource groups of a tenant, as targets. Source: AI Core API 2.42, "Resource Group". */
export interface SapResourceGroups {
  /** The IDs of all. */
  ids(): Promise<string[]>
  list(): Promise<Listed<SapSnapshot>[]>
  observe(targets: readonly Target[]): Promise<Observation<SapSnapshot>[]>
  confirmGone(targets: readonly Target[]): Promise<Observation<SapSnapshot>[]>
  contents(target: Target): Promise<Contents<SapSnapshot> | undefined>
}

/** `listIn` gives the deployments in a group. */
export function createResourceGroups(
  tenant: SapTenant,
  listIn: (group: string) => Promise<Listed<SapSnapshot>[]>,
): SapResourceGroups {
  const readPages = createPageReader({ shortest: SHORTEST_PAGE, maxEntries: MAX_ENTRIES })

  const readGroups = coalesce(() =>
    readPages(
      '/admin/resourceGroups',
      ({ resourceGroupId }: SapResourceGroup) => resourceGroupId,
      async ({ skip }) => {
        const answer = await tenant.admin.readList(`/admin/resourceGroups?$top=${GROUPS_PAGE}&$skip=${skip}`)
        if (!isSuccess(answer)) throw noGroupList(answer, 'resource groups')
        const { count: total, resources: entries } = parseBody(RESOURCE_GROUPS, answer)
        return { entries, total, exchange: answer.exchange }
      },
    ),
  )

  const activeExecutions = async (group: string): Promise<GroupContents['executions']> => {
    const api = tenant.inGroup(group)
    const { byId } = await readPages(
      '/lm/executions',
      ({ id }: { id: string; status: string }) => id,
      async ({ skip }) => {
        const answer = await api.readList(`/lm/executions?$top=${EXECUTIONS_PAGE}&$skip=${skip}`)
        if (!isSuccess(answer)) throw noGroupList(answer, `executions in resource group ${group}`)
        const { count: total, resources: entries } = parseBody(EXECUTIONS, answer)
        return { entries, total, exchange: answer.exchange }
      },
    )
    return [...byId.values()].filter(({ status }) => !ENDED.has(status))
  }

  const contentsIn = async (group: string): Promise<GroupContents> => {
    const [listed, executions] = await Promise.all([listIn(group), activeExecutions(group)])
    return { deployments: listed.map(({ target, snapshot }) => ({ id: target.id, snapshot })), executions }
  }

  const find = async (target: Target): Promise<{ group: SapResourceGroup | undefined; exchange: Exchange }> => {
    const answer = await tenant.admin.read(groupPath(target))
    const { exchange } = answer
    if (answer.status === 404) return { group: undefined, exchange }
    if (!isSuccess(answer)) throw new ProviderError('target', describeSap(answer), exchange)
    const group = parseBody(RESOURCE_GROUP, answer)
    if (group.resourceGroupId === target.id) return { group, exchange }
    throw new ProviderError('target', 'SAP AI Core answered about another resource group', exchange)
  }

  /** Looks at groups; `look` says what is asked of one that is there. */
  const observer = (look: (group: SapResourceGroup) => Promise<SapSnapshot>) => {
    const present = async (group: SapResourceGroup, exchange: Exchange): Promise<Observation<SapSnapshot>> => ({
      state: 'present',
      snapshot: await look(group),
      exchange,
    })
    const get: GetOne<SapSnapshot> = async (target) => {
      const { group, exchange } = await find(target)
      return group === undefined ? { state: 'absent', exchange } : present(group, exchange)
    }
    return async (targets: readonly Target[]): Promise<Observation<SapSnapshot>[]> => {
      let known: readonly string[] = []
      const readList = async (): Promise<ShownList<SapSnapshot>> => {
        const { byId, isWhole, exchange } = await readGroups()
        known = [...byId.keys()]
        const show = (id: string) => {
          const group = byId.get(id)
          return group && present(group, exchange)
        }
        return { show, isWhole }
      }
      const observations =
        targets.length < LIST_FROM
          ? await Promise.all(targets.map((target) => attempt(() => observeOne(target, get, readList))))
          : await observeMany(targets, await readList(), get)
      return observations.map((observation, index) => mistakenAs(observation, targets[index]?.id, known))
    }
  }

  return {
    ids: async () => [...(await readGroups()).byId.keys()],
    async list() {
      const { byId } = await readGroups()
      return [...byId.values()].map((group) => ({
        target: { resource: 'resource-group', id: group.resourceGroupId },
        snapshot: groupSnapshotOf(group),
      }))
    },
    observe: observer(async (group) => groupSnapshotOf(group, await contentsIn(group.resourceGroupId))),
    confirmGone: observer(async (group) => groupSnapshotOf(group)),
    async contents(target) {
      const { group } = await find(target)
      if (group === undefined) return undefined
      const inside = await listIn(target.id)
      const deployments = inside.map(({ target: { id }, snapshot }) => ({ id, snapshot }))
      return {
        snapshot: groupSnapshotOf(group, { deployments, executions: await activeExecutions(target.id) }),
        inside,
      }
    },
  }
}

/** An ID that differs from that of a group in its letter case or separators alone is mistyped. */
function mistakenAs(
  observation: Observation<SapSnapshot>,
  id: string | undefined,
  known: readonly string[],
): Observation<SapSnapshot> {
  if (observation.state !== 'absent' || id === undefined) return observation
  const [reason] = known.flatMap((each) => nearlyTheId(id, each, 'resource group') ?? [])
  return reason === undefined ? observation : { ...observation, mistaken: { kind: 'name', reason } }
}

export function groupPath({ id }: Target): string {
  return `/admin/resourceGroups/${segment(id)}`
}
