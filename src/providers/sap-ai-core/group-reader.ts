import type { Exchange } from '../../http/exchange.ts'
import type { Clock } from '../../lib/clock.ts'
import { ProviderError } from '../errors.ts'
import type { Listed } from '../observation.ts'
import { createPageReader, type PagedList, readWhole } from '../shared/pages.ts'
import { segment } from '../shared/paths.ts'
import { isSuccess } from '../shared/response.ts'
import { parseBody } from '../shared/schema.ts'
import { coalesce } from '../shared/single-flight.ts'
import { readTogether } from '../shared/together.ts'
import type { Target } from '../target.ts'
import { PAGES, type SapTenant } from './api.ts'
import { describeSap, noGroupList } from './errors.ts'
import { EXECUTIONS, RESOURCE_GROUP, RESOURCE_GROUPS, type SapResourceGroup } from './schema.ts'
import type { GroupContents, SapSnapshot } from './snapshot.ts'

/** A tenant has 50 groups; without `maxpagesize`, all of them come in one answer. */
const GROUPS_PAGE = 1000
const EXECUTIONS_PAGE = 2000

/** An execution with one of these statuses has ended. Source: AI API, status of an execution. */
const ENDED: ReadonlySet<string> = new Set(['COMPLETED', 'STOPPED', 'DEAD'])

/** What the API says of resource groups. Source: AI Core API 2.42, "Resource Group". */
export interface GroupReader {
  /** All groups of the tenant, by their IDs. */
  all(): Promise<PagedList<SapResourceGroup>>
  /** One group by GET; undefined if there is none. */
  find(target: Target): Promise<{ group: SapResourceGroup | undefined; exchange: Exchange }>
  /** The deployments and the active executions in a group. */
  contentsOf(group: string): Promise<GroupContents>
}

type Execution = GroupContents['executions'][number]

/** `listIn` lists all deployments in a group, or rejects. */
export function createGroupReader(
  tenant: SapTenant,
  listIn: (group: string) => Promise<Listed<SapSnapshot>[]>,
  clock: Clock,
): GroupReader {
  const readPages = createPageReader(PAGES)

  const activeExecutions = async (group: string): Promise<Execution[]> => {
    const read = () =>
      readPages(
        '/lm/executions',
        ({ id }: Execution) => id,
        async ({ skip }) => {
          const answer = await tenant.inGroup(group).readList(`/lm/executions?$top=${EXECUTIONS_PAGE}&$skip=${skip}`)
          if (!isSuccess(answer)) throw noGroupList(answer, `executions in resource group ${group}`)
          const { count: total, resources: entries } = parseBody(EXECUTIONS, answer)
          return { entries, total, exchange: answer.exchange }
        },
      )
    // What is missed would be deleted with the group without having been looked at.
    const { byId } = await readWhole('/lm/executions', read)
    return [...byId.values()].filter(({ status }) => !ENDED.has(status))
  }

  return {
    all: coalesce(() =>
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
    ),
    async find(target) {
      const answer = await tenant.admin.read(groupPath(target))
      const { exchange } = answer
      if (answer.status === 404) return { group: undefined, exchange }
      if (!isSuccess(answer)) throw new ProviderError('target', describeSap(answer), exchange)
      const group = parseBody(RESOURCE_GROUP, answer)
      if (group.resourceGroupId === target.id) return { group, exchange }
      throw new ProviderError('target', 'SAP AI Core answered about another resource group', exchange)
    },
    async contentsOf(group) {
      const [listed, executions] = await readTogether(clock, [() => listIn(group), () => activeExecutions(group)])
      return { deployments: listed.map(({ target, snapshot }) => ({ id: target.id, snapshot })), executions }
    },
  }
}

export function groupPath({ id }: Target): string {
  return `/admin/resourceGroups/${segment(id)}`
}
