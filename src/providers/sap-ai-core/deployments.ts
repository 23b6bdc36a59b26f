import type * as v from 'valibot'
import type { Exchange } from '../../http/exchange.ts'
import { ProviderError, UnclearAnswer } from '../errors.ts'
import type { Listed, Observation, Present } from '../observation.ts'
import { type GetOne, observeMany, observeOne, type ShownList } from '../shared/list-observer.ts'
import { nearlyTheId } from '../shared/nearly-the-id.ts'
import { attempt } from '../shared/observe.ts'
import { createPageReader, type PagedList, readWhole } from '../shared/pages.ts'
import { segment } from '../shared/paths.ts'
import { isSuccess } from '../shared/response.ts'
import { parseBody } from '../shared/schema.ts'
import { coalesce, singleFlightNext } from '../shared/single-flight.ts'
import type { Target } from '../target.ts'
import { LIST_FROM, PAGES, type SapApi } from './api.ts'
import { describeSap, noList } from './errors.ts'
import { CONFIGURATIONS, DEPLOYMENT, DEPLOYMENTS, LISTED, type SapDeployment } from './schema.ts'
import { type SapSnapshot, snapshotOf } from './snapshot.ts'

/** Entries a page: nearly every resource group has fewer, and one answer shows all. A larger page would take memory at once. */
const PAGE = 2000

/** The deployments of one resource group. */
export interface SapDeployments {
  list(): Promise<Listed<SapSnapshot>[]>
  /** The same, if nothing can be missing in it. Throws {@link UnclearAnswer}. */
  listWhole(): Promise<Listed<SapSnapshot>[]>
  observe(targets: readonly Target[]): Promise<Observation<SapSnapshot>[]>
}

/** A list as SAP gives it. */
type Lister<T> = v.GenericSchema<unknown, { count?: number | undefined; resources: T[] }>

export function createDeployments(api: SapApi, resourceGroup: string): SapDeployments {
  /** Names of configurations, for deployments that come without. */
  const names = new Map<string, string>()

  const readPages = createPageReader(PAGES)
  const readAll = <T extends { id: string }>(path: string, schema: Lister<T>) =>
    readPages(
      path,
      ({ id }: T) => id,
      async ({ skip }) => {
        const answer = await api.readList(`${path}?$top=${PAGE}&$skip=${skip}`)
        if (!isSuccess(answer)) throw noList(answer, resourceGroup, await api.hasWorked())
        const { count: total, resources: entries } = parseBody(schema, answer)
        return { entries, total, exchange: answer.exchange }
      },
    )
  const readDeployments = coalesce(() => readAll('/lm/deployments', DEPLOYMENTS))
  const readListed = singleFlightNext(() => readAll('/lm/deployments', LISTED))

  const learnNames = (deployments: Iterable<SapDeployment>) =>
    learnInto(names, deployments, async () => (await readAll('/lm/configurations', CONFIGURATIONS)).byId)

  const listedIn = async ({ byId }: PagedList<SapDeployment>): Promise<Listed<SapSnapshot>[]> => {
    await learnNames(byId.values())
    return [...byId.values()].map((deployment) => ({
      target: { resource: 'deployment', id: deployment.id, group: resourceGroup },
      snapshot: snapshotOf(deployment, names, resourceGroup),
    }))
  }

  const present = async (deployment: SapDeployment, exchange: Exchange): Promise<Present<SapSnapshot>> => {
    await learnNames([deployment]).catch(notNeeded)
    return { state: 'present', snapshot: snapshotOf(deployment, names, resourceGroup), exchange }
  }

  const get: GetOne<SapSnapshot> = async (target) => {
    const { deployment, exchange } = await find(api, target)
    return deployment === undefined ? { state: 'absent', exchange } : present(deployment, exchange)
  }

  /** A list that is only used for one deployment, in whatever shape the others are. */
  const listedNow = async () => {
    const { byId, isWhole, exchange } = await readListed()
    const show = (id: string) => {
      const listed = byId.get(id)
      if (listed === undefined) return undefined
      const { status } = listed
      if (status === undefined) throw new UnclearAnswer('GET does not find it, but the list shows it', exchange)
      return present({ ...listed, status }, exchange)
    }
    const list: ShownList<SapSnapshot> = { show, isWhole }
    return { byId, list }
  }

  return {
    list: async () => listedIn(await readDeployments()),
    listWhole: async () => listedIn(await readWhole('/lm/deployments', readDeployments)),
    async observe(targets) {
      if (targets.length < LIST_FROM) {
        let known: ReadonlyMap<string, Listing> = new Map()
        const readList = async () => {
          const { byId, list } = await listedNow()
          known = byId
          return list
        }
        const looks = targets.map((target) => attempt(() => observeOne(target, get, readList)))
        return mistakenAs(await Promise.all(looks), targets, known)
      }
      const { byId, isWhole, exchange } = await readDeployments()
      await learnNames(targets.flatMap(({ id }) => byId.get(id) ?? [])).catch(notNeeded)
      const show = (id: string): Present<SapSnapshot> | undefined => {
        const deployment = byId.get(id)
        return deployment && { state: 'present', snapshot: snapshotOf(deployment, names, resourceGroup), exchange }
      }
      return mistakenAs(await observeMany(targets, { show, isWhole }, get), targets, byId)
    },
  }
}

/** One deployment by GET; undefined if there is none. */
async function find(
  api: SapApi,
  target: Target,
): Promise<{ deployment: SapDeployment | undefined; exchange: Exchange }> {
  const answer = await api.read(deploymentPath(target))
  const { exchange } = answer
  if (answer.status === 404) return { deployment: undefined, exchange }
  if (!isSuccess(answer)) throw new ProviderError('target', describeSap(answer), exchange)
  const deployment = parseBody(DEPLOYMENT, answer)
  if (deployment.id === target.id) return { deployment, exchange }
  throw new ProviderError('target', 'SAP AI Core answered about another deployment', exchange)
}

/** The only name of a deployment is that of its configuration, which SAP may leave out. */
async function learnInto(
  names: Map<string, string>,
  deployments: Iterable<SapDeployment>,
  readConfigurations: () => Promise<ReadonlyMap<string, { id: string; name?: string | undefined }>>,
): Promise<void> {
  const nameless = [...deployments].filter(({ configurationName }) => configurationName === undefined)
  if (nameless.every(({ configurationId }) => configurationId === undefined || names.has(configurationId))) return
  for (const { id, name } of (await readConfigurations()).values()) if (name !== undefined) names.set(id, name)
}

/** The fields of a list entry that users mistake for the ID. */
type Listing = Pick<SapDeployment, 'id' | 'configurationId' | 'configurationName'>

/** An ID that is not there, but that lists show as a name or as the ID of a configuration, is not the one that was meant. */
function mistakenAs(
  observations: readonly Observation<SapSnapshot>[],
  targets: readonly Target[],
  known: ReadonlyMap<string, Listing>,
): Observation<SapSnapshot>[] {
  return observations.map((observation, index) => {
    const id = targets[index]?.id
    if (observation.state !== 'absent' || id === undefined) return observation
    for (const each of known.values()) {
      const reason = mistakeFor(id, each)
      if (reason !== undefined) return { ...observation, mistaken: { kind: 'name', reason } }
    }
    return observation
  })
}

/** Why `id` is not an ID, if a list entry shows what it is; otherwise undefined. */
function mistakeFor(id: string, { id: listed, configurationName, configurationId }: Listing): string | undefined {
  const what = configurationName === id ? 'name' : configurationId === id ? 'configuration ID' : undefined
  return what === undefined
    ? nearlyTheId(id, listed, 'deployment')
    : `it is the ${what} of deployment ${listed}; write that ID, or use 'name' for names`
}

/** If a name cannot be read, the rules treat it as missing; errors that end the step are passed on. */
function notNeeded(error: unknown): void {
  if (!(error instanceof ProviderError || error instanceof UnclearAnswer)) throw error
}

export function deploymentPath(target: Target): string {
  return `/lm/deployments/${segment(target.id)}`
}
