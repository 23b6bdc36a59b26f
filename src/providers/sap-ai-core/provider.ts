import type { Connection } from '../context.ts'
import type { Provider } from '../provider.ts'
import { requestText, type SapAction } from './action.ts'
import { actionResultOf } from './action-result.ts'
import { CONCURRENCY, createSapApi, type SapSettings } from './api.ts'
import { createSapBulk } from './bulk.ts'
import { createDeployments, deploymentPath } from './deployments.ts'
import { protectionOf } from './guards.ts'
import { nextSapStep } from './rules.ts'
import type { SapSnapshot } from './snapshot.ts'

/** From this many actions on, one bulk request is worth trying. */
const BULK_FROM = 10

/** The target status that stands for an action in a request about many. */
const BULK_STATUS = { stop: 'STOPPED', delete: 'DELETED' } as const satisfies Record<SapAction['verb'], string>

/**
 * SAP AI Core, AI API 2.42: deployments are stopped before they are deleted, and are gone once GET answers 404.
 * Source: SAP AI Core and SAP AI Launchpad documentation, "Deployments", "Delete a Deployment".
 */
export function connectSapAiCore(settings: SapSettings, connection: Connection): Provider<SapSnapshot, SapAction> {
  const api = createSapApi(settings, connection)
  const bulk = createSapBulk(api)
  const deployments = createDeployments(api, settings.resourceGroup)

  return {
    concurrency: CONCURRENCY,
    list: () => deployments.list(),
    observe(targets) {
      // Whether many can be acted on with one request is learnt meanwhile.
      if (targets.length >= BULK_FROM) void bulk.isOffered()
      return deployments.observe(targets)
    },
    confirmGone: (targets) => deployments.observe(targets),
    protection: ({ details }, policy) => protectionOf(details, policy),
    collateral: () => [],
    nextStep: nextSapStep,
    requestText,
    bulk: {
      from: BULK_FROM,
      most: 100,
      verbs: ['stop', 'delete'],
      act: (targets, { verb }, limits) => bulk.modify(targets, BULK_STATUS[verb], limits),
    },
    async act(target, action, { notAfter }) {
      const path = deploymentPath(target)
      switch (action.verb) {
        case 'stop':
          return actionResultOf(await api.write('PATCH', path, { body: { targetStatus: 'STOPPED' }, notAfter }), target)
        case 'delete': {
          const options = action.withBody ? { body: { targetStatus: 'DELETED' }, notAfter } : { notAfter }
          return actionResultOf(await api.write('DELETE', path, options), target)
        }
      }
    },
  }
}
