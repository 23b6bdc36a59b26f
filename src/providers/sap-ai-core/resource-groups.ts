import type { Exchange } from '../../http/exchange.ts'
import type { Clock } from '../../lib/clock.ts'
import { ProviderError, UnclearAnswer } from '../errors.ts'
import type { Listed, Observation, Present } from '../observation.ts'
import type { Contents } from '../provider.ts'
import { type GetOne, observeMany, observeOne, type ShownList } from '../shared/list-observer.ts'
import { mistypedAs } from '../shared/nearly-the-id.ts'
import { attempt } from '../shared/observe.ts'
import { readTogether } from '../shared/together.ts'
import type { Target } from '../target.ts'
import { LIST_FROM } from './api.ts'
import { createGroupBirths } from './group-births.ts'
import type { GroupReader } from './group-reader.ts'
import type { SapResourceGroup } from './schema.ts'
import { ofOneGroup } from './search.ts'
import { groupSnapshotOf, type SapSnapshot } from './snapshot.ts'

/** How long a look for the plan counts as the first one, and a list of groups as part of a look into one. Milliseconds. */
const HOLDS_MS = 3000

/** The resource groups of a tenant, as targets. */
export interface SapResourceGroups {
  list(): Promise<Listed<SapSnapshot>[]>
  observe(targets: readonly Target[]): Promise<Observation<SapSnapshot>[]>
  confirmGone(targets: readonly Target[]): Promise<Observation<SapSnapshot>[]>
  contents(targets: readonly Target[]): Promise<(Contents<SapSnapshot> | undefined)[]>
}

export function createResourceGroups(reader: GroupReader, clock: Clock): SapResourceGroups {
  /** What a plan was made with, for the observation that follows it at once. */
  const planned = new Map<string, Present<SapSnapshot>>()
  const births = createGroupBirths()

  const takePlanned = (id: string): Present<SapSnapshot> | undefined => {
    const known = planned.get(id)
    planned.delete(id)
    return known !== undefined && clock.now() - known.exchange.at <= HOLDS_MS ? known : undefined
  }

  /** The group alone. */
  const groupAlone: GetOne<SapSnapshot> = async (target) => {
    const { group, exchange } = await reader.find(target)
    return group === undefined
      ? { state: 'absent', exchange }
      : { state: 'present', snapshot: groupSnapshotOf(group), exchange }
  }

  /** The group and what is in it. */
  const observeInside: GetOne<SapSnapshot> = async (target) => {
    const known = takePlanned(target.id)
    if (known !== undefined) return known
    const [{ group, exchange }, contents] = await readTogether(clock, [
      async () => births.noted(await reader.find(target)),
      () => reader.contentsOf(target.id).catch((error: unknown) => new Unread(error)),
    ])
    if (group === undefined) return { state: 'absent', exchange }
    if (contents instanceof Unread) return withoutContents(target, contents.why)
    return { state: 'present', snapshot: groupSnapshotOf(group, contents), exchange }
  }

  /** A group that disappears at this moment denies access to what is in it. */
  const withoutContents = async (target: Target, why: unknown): Promise<Observation<SapSnapshot>> => {
    const { group, exchange } = await reader.find(target)
    if (group === undefined) return { state: 'absent', exchange }
    throw ofOneGroup(why)
  }

  /** A group that a list shows, and what is in it. If that takes long, the list is too old for it, and all is read again. */
  const observeListed: ShowListed = async (group, exchange) => {
    const id = group.resourceGroupId
    births.noted({ group })
    const known = takePlanned(id)
    if (known !== undefined) return known
    const contents = await reader.contentsOf(id).catch(() => undefined)
    if (contents !== undefined && clock.now() - exchange.at <= HOLDS_MS) {
      return { state: 'present', snapshot: groupSnapshotOf(group, contents), exchange }
    }
    const observation = await observeInside({ resource: 'resource-group', id })
    if (observation.state !== 'absent') return observation
    throw new UnclearAnswer('GET does not find it, but the list shows it', exchange)
  }

  const observe = (targets: readonly Target[]) => observeGroups(reader, targets, observeInside, observeListed)

  return {
    list: () => listGroups(reader),
    observe,
    confirmGone: (targets) =>
      observeGroups(reader, targets, groupAlone, async (group, exchange) => ({
        ...{ state: 'present', snapshot: groupSnapshotOf(group), exchange },
      })),
    async contents(targets) {
      const observations = await observe(targets)
      return observations.map((seen, index) => {
        const { id = '' } = targets[index] ?? {}
        if (seen.state === 'absent') return undefined
        if (seen.state === 'unreadable') throw seen.error
        if (seen.state !== 'present') throw new ProviderError('target', `resource group ${id} cannot be read`)
        births.requireFirst(id, seen.snapshot.createdAt)
        planned.set(id, seen)
        return { snapshot: seen.snapshot, inside: insideOf(id, seen.snapshot) }
      })
    },
  }
}

async function listGroups(reader: GroupReader): Promise<Listed<SapSnapshot>[]> {
  const { byId } = await reader.all()
  return [...byId.values()].map((group) => ({
    target: { resource: 'resource-group', id: group.resourceGroupId },
    snapshot: groupSnapshotOf(group),
  }))
}

/** What is observed of a group that the list shows. */
type ShowListed = (group: SapResourceGroup, exchange: Exchange) => Promise<Observation<SapSnapshot>>

/** Observes groups by GET, and many of them by one list. */
async function observeGroups(
  reader: GroupReader,
  targets: readonly Target[],
  get: GetOne<SapSnapshot>,
  showListed: ShowListed,
): Promise<Observation<SapSnapshot>[]> {
  let known: readonly string[] = []
  const readList = async (): Promise<ShownList<SapSnapshot>> => {
    const { byId, isWhole, exchange } = await reader.all()
    known = [...byId.keys()]
    const show = (id: string) => {
      const group = byId.get(id)
      return group && showListed(group, exchange)
    }
    return { show, isWhole }
  }
  const observations =
    targets.length < LIST_FROM
      ? await Promise.all(targets.map((target) => attempt(() => observeOne(target, get, readList))))
      : await observeMany(targets, await readList(), get)
  return mistypedAs(observations, targets, known, 'resource group')
}

/** The deployments in a group, as targets. */
function insideOf(group: string, { details }: SapSnapshot): Listed<SapSnapshot>[] {
  const { deployments = [] } = (details.resource === 'resource-group' ? details.contents : undefined) ?? {}
  return deployments.map(({ id, snapshot }) => ({ target: { resource: 'deployment', id, group }, snapshot }))
}

/** Why a group could not be looked into. */
class Unread {
  readonly why: unknown

  constructor(why: unknown) {
    this.why = why
  }
}
