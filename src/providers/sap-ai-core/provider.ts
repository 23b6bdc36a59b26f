import type { Connection } from '../context.ts'
import type { Provider } from '../provider.ts'
import { observeInGroups } from '../shared/observe.ts'
import { segment } from '../shared/paths.ts'
import type { Scope, Target } from '../target.ts'
import { requestText, type SapAction } from './action.ts'
import { actionResultOf } from './action-result.ts'
import { CONCURRENCY, createSapTenant, type SapSettings, type SapTenant } from './api.ts'
import { createSapBulk } from './bulk.ts'
import { createDeployments, deploymentPath, type SapDeployments } from './deployments.ts'
import { createGroupReader, groupPath } from './group-reader.ts'
import { groupCollateral } from './group-rules.ts'
import { protectionOf } from './guards.ts'
import { readQuota } from './quota.ts'
import { createResourceGroups } from './resource-groups.ts'
import { nextSapStep } from './rules.ts'
import { createSearch } from './search.ts'
import type { SapSnapshot } from './snapshot.ts'

/** From this many actions on, one bulk request is worth trying. */
const BULK_FROM = 10

/** The target status that stands for an action in a request about many. */
const BULK_STATUS = { stop: 'STOPPED', delete: 'DELETED' } as const

/**
 * SAP AI Core, AI API 2.42: deployments are stopped before they are deleted, and are gone once GET answers 404; a resource group
 * goes once it is empty. Source: SAP AI Core and SAP AI Launchpad documentation, "Deployments", "Delete a Deployment", "Delete a
 * Resource Group".
 */
export function connectSapAiCore(settings: SapSettings, connection: Connection): Provider<SapSnapshot, SapAction> {
  const tenant = createSapTenant(settings, connection)
  const bulk = createSapBulk(tenant)
  const deploymentsOf = onePerGroup((group): SapDeployments => createDeployments(tenant.inGroup(group), group))
  const search = createSearch(deploymentsOf)
  /** Finds out beside other reads whether bulk requests are supported, where they are worth one more. */
  const askForBulk = (group: string, count: number): void => {
    if (count >= BULK_FROM) bulk.ask(group)
  }
  const listIn = async (group: string, how: 'list' | 'listWhole' = 'list') => {
    const listed = await deploymentsOf(group)[how]()
    askForBulk(group, listed.length)
    return listed
  }
  const reader = createGroupReader(tenant, (group) => listIn(group, 'listWhole'), connection.clock)
  const groups = createResourceGroups(reader, connection.clock)

  /** Resource groups and deployments, in the order asked. */
  const observer = (how: 'observe' | 'confirmGone') => (targets: readonly Target[]) =>
    observeInGroups(
      targets,
      ({ resource }) => resource === 'resource-group',
      (isGroup, alike) => (isGroup ? groups[how](alike) : search.observe(alike)),
    )
  const observe = observer('observe')

  /** The groups that a sweep looks into. A group that cannot be read stops it. */
  const groupsIn = async ({ groups: { ids, matches } }: Scope): Promise<string[]> => {
    const found = matches === undefined ? [] : [...(await reader.all()).byId.keys()].filter(matches)
    return [...new Set([...ids, ...found])]
  }

  return {
    concurrency: CONCURRENCY,
    async list(scope) {
      if (scope.resource === 'resource-group') return groups.list()
      const lists = await Promise.all((await groupsIn(scope)).map((group) => listIn(group)))
      return lists.flat()
    },
    observe(targets) {
      for (const [group, { length }] of Map.groupBy(targets, ({ group }) => group)) {
        if (typeof group === 'string') askForBulk(group, length)
      }
      return observe(targets)
    },
    confirmGone: observer('confirmGone'),
    protection: protectionOf,
    collateral: ({ details }) => (details.resource === 'resource-group' ? groupCollateral(details) : []),
    nextStep: nextSapStep,
    requestText,
    async contents(targets) {
      return targets.every(({ resource }) => resource === 'resource-group')
        ? groups.contents(targets)
        : targets.map(() => undefined)
    },
    quota: (until) => readQuota(tenant, until),
    bulk: {
      from: BULK_FROM,
      most: 100,
      verbs: ['stop', 'delete'],
      isOffered: bulk.isOffered,
      batchOf: ({ group }) => (typeof group === 'string' ? group : undefined),
      async act(targets, { verb }, limits) {
        const group = targets[0]?.group
        if (typeof group !== 'string' || verb === 'stop-execution') return undefined
        return bulk.modify(group, targets, BULK_STATUS[verb], limits)
      },
    },
    act: createWriter(tenant, search.groupOf),
  }
}

/** Carries out one action with one request. `groupOf` gives the resource group that a deployment is in. */
function createWriter(tenant: SapTenant, groupOf: (target: Target) => string): Provider<SapSnapshot, SapAction>['act'] {
  return async (target, action, { notAfter }) => {
    const isGroup = target.resource === 'resource-group'
    const api = isGroup ? tenant.admin : tenant.inGroup(groupOf(target))
    const path = isGroup ? groupPath(target) : deploymentPath(target)
    switch (action.verb) {
      case 'stop':
        return actionResultOf(
          await api.write('PATCH', path, { body: { targetStatus: 'STOPPED' }, notAfter }),
          target.id,
        )
      case 'stop-execution': {
        const { execution } = action
        const patch = { body: { targetStatus: 'STOPPED' }, notAfter }
        const answer = await tenant.inGroup(target.id).write('PATCH', `/lm/executions/${segment(execution)}`, patch)
        return actionResultOf(answer, execution)
      }
      case 'delete': {
        const options = action.withBody ? { body: { targetStatus: 'DELETED' }, notAfter } : { notAfter }
        return actionResultOf(await api.write('DELETE', path, options), target.id)
      }
    }
  }
}

/** Makes one thing for each group, when it is first asked for. */
function onePerGroup<T>(make: (group: string) => T): (group: string) => T {
  const made = new Map<string, T>()
  return (group) => {
    const known = made.get(group) ?? make(group)
    made.set(group, known)
    return known
  }
}
