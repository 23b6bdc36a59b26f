import type { Exchange } from '../../http/exchange.ts'
import type { Clock } from '../../lib/clock.ts'
import { ProviderError, UnclearAnswer } from '../errors.ts'
import type { Listed, Observation, Present } from '../observation.ts'
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
import { ofOneGroup } from './search.ts'
import { type GroupContents, groupSnapshotOf, type SapSnapshot } from './snapshot.ts'

/** A tenant has 50 groups; without `maxpagesize`, all come in one answer. */
const GROUPS_PAGE = 1000
const EXECUTIONS_PAGE = 2000
const MAX_ENTRIES = 200_000
const SHORTEST_PAGE = 100
/** From this many targets on, one list is cheaper than a GET for each. */
const LIST_FROM = 4

/** What was asked at once and is answered within this time belongs together. Milliseconds. */
const SAME_TIME_MS = 3000
const MAX_TRIES = 3
/** What was read for the plan still counts for the first look this long after. Milliseconds. */
const PLAN_HOLDS_MS = 2000

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
  clock: Clock,
  listIn: (group: string) => Promise<Listed<SapSnapshot>[]>,
): SapResourceGroups {
  const readPages = createPageReader({ shortest: SHORTEST_PAGE, maxEntries: MAX_ENTRIES })
  /** What a plan was made with, for the look that follows at once. */
  const planned = new Map<string, Present<SapSnapshot>>()

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

  /** The group alone. */
  const glance: GetOne<SapSnapshot> = async (target) => {
    const { group, exchange } = await find(target)
    return group === undefined
      ? { state: 'absent', exchange }
      : { state: 'present', snapshot: groupSnapshotOf(group), exchange }
  }

  /** The group and what is in it, all at once. Where one answer takes long, the others are too old for it: it is done again. */
  const lookInto: GetOne<SapSnapshot> = async (target) => {
    const known = planned.get(target.id)
    planned.delete(target.id)
    if (known !== undefined && clock.now() - known.exchange.at <= PLAN_HOLDS_MS) return known
    for (let tries = 1; ; tries++) {
      const begun = clock.now()
      const [{ group, exchange }, contents] = await Promise.all([
        find(target),
        contentsIn(target.id).catch((error: unknown) => new Unread(error)),
      ])
      if (group === undefined) return { state: 'absent', exchange }
      if (contents instanceof Unread) return notLookedInto(target, contents.why)
      if (clock.now() - begun > SAME_TIME_MS && tries < MAX_TRIES) continue
      return { state: 'present', snapshot: groupSnapshotOf(group, contents), exchange }
    }
  }

  /** A group that goes at this moment denies access to what is in it. */
  const notLookedInto = async (target: Target, why: unknown): Promise<Observation<SapSnapshot>> => {
    const { group, exchange } = await find(target)
    if (group === undefined) return { state: 'absent', exchange }
    throw ofOneGroup(why)
  }

  /** Looks at groups; what a list shows is looked at by `get`. */
  const observer = (get: GetOne<SapSnapshot>) => {
    return async (targets: readonly Target[]): Promise<Observation<SapSnapshot>[]> => {
      let known: readonly string[] = []
      const readList = async (): Promise<ShownList<SapSnapshot>> => {
        const { byId, isWhole, exchange } = await readGroups()
        known = [...byId.keys()]
        const show = (id: string) => {
          const group = byId.get(id)
          if (group === undefined) return undefined
          return get === glance
            ? { state: 'present' as const, snapshot: groupSnapshotOf(group), exchange }
            : shownInList(id, get, exchange)
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
    observe: observer(lookInto),
    confirmGone: observer(glance),
    async contents(target) {
      const seen = await lookInto(target)
      if (seen.state === 'absent') return undefined
      if (seen.state !== 'present') throw new ProviderError('target', `resource group ${target.id} cannot be read`)
      planned.set(target.id, seen)
      return { snapshot: seen.snapshot, inside: insideOf(target.id, seen.snapshot) }
    },
  }
}

/** The deployments in a group, as targets. */
function insideOf(group: string, { details }: SapSnapshot): Listed<SapSnapshot>[] {
  const { deployments = [] } = (details.resource === 'resource-group' ? details.contents : undefined) ?? {}
  return deployments.map(({ id, snapshot }) => ({ target: { resource: 'deployment', id, group }, snapshot }))
}

/** A list may show what GET does not find: then nothing is known of what is in it. */
async function shownInList(
  id: string,
  get: GetOne<SapSnapshot>,
  exchange: Exchange,
): Promise<Observation<SapSnapshot>> {
  const observation = await get({ resource: 'resource-group', id })
  if (observation.state !== 'absent') return observation
  throw new UnclearAnswer('GET does not find it, but the list shows it', exchange)
}

/** What kept a group from being looked into. */
class Unread {
  readonly why: unknown

  constructor(why: unknown) {
    this.why = why
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
