import type { Exchange } from '../../http/exchange.ts'
import type { Connection } from '../context.ts'
import type { Observation } from '../observation.ts'
import type { Provider } from '../provider.ts'
import { verifyMissing } from '../shared/list-observer.ts'
import { attempt, unreadable } from '../shared/observe.ts'
import { type Target, targetKey } from '../target.ts'
import { type AlibabaAction, requestText } from './action.ts'
import { actionResultOf } from './action-result.ts'
import { type AlibabaSettings, CONCURRENCY, createAlibabaApi, deploymentPath } from './api.ts'
import { createCapacity } from './capacity.ts'
import { withCapacity } from './capacity-detail.ts'
import { type AlibabaDeployment, createDeployments, snapshotOf } from './deployments.ts'
import { collateralOf, nextAlibabaStep, protectionOf } from './rules.ts'
import type { AlibabaSnapshot } from './snapshot.ts'
import { isGoing } from './status.ts'

/** Up to so many targets, a GET each is cheaper than a list. */
const LIST_FROM = 3

/**
 * Alibaba Cloud Model Studio (DashScope): DELETE is only accepted with `DELETING`; NotFound confirms the removal. The
 * capacity instances of a reservation are released first.
 * Source: Model Studio documentation, "Delete a deployment", "Get deployment", "Error codes", "TPM reservation".
 */
export function connectAlibabaModelStudio(
  settings: AlibabaSettings,
  connection: Connection,
): Provider<AlibabaSnapshot, AlibabaAction> {
  const api = createAlibabaApi(settings, connection)
  const deployments = createDeployments(api)
  const capacity = createCapacity(api, connection.clock)

  const present = async (
    deployment: AlibabaDeployment,
    exchange: Exchange,
    depth: 'decide' | 'confirm',
  ): Promise<Observation<AlibabaSnapshot>> => {
    const snapshot = snapshotOf(deployment, settings.workspaceId)
    const { reservation, foreignWorkspace } = snapshot.details
    if (depth === 'confirm' || !reservation || foreignWorkspace !== undefined || isGoing(snapshot.status)) {
      return { state: 'present', snapshot, exchange }
    }
    try {
      const now = await capacity.look(deployment.deployed_model, snapshot.createdAt)
      return { state: 'present', snapshot: withCapacity(snapshot, now), exchange }
    } catch (error) {
      return { ...unreadable(error), ...(snapshot.createdAt === undefined ? {} : { createdAt: snapshot.createdAt }) }
    }
  }

  const look = async ({ id }: Target, depth: 'decide' | 'confirm'): Promise<Observation<AlibabaSnapshot>> => {
    const { deployment, exchange } = await deployments.find(id)
    return deployment === undefined ? { state: 'absent', exchange } : present(deployment, exchange, depth)
  }

  const lookAtAll = async (
    targets: readonly Target[],
    depth: 'decide' | 'confirm',
  ): Promise<Observation<AlibabaSnapshot>[]> => {
    if (targets.length <= LIST_FROM || targets.length <= deployments.pages()) {
      return Promise.all(targets.map((target) => attempt(() => look(target, depth))))
    }
    const { byId, exchange } = await deployments.readAll()
    const missing = targets.filter(({ id }) => !byId.has(id))
    const gone = missing.filter(({ id }) => deployments.isGone(id))
    const verified = await verifyMissing(gone, (target) => look(target, depth))
    // GET always tells. Where nothing is to be decided, a few lists more are cheaper than one for each.
    const canWait = depth === 'confirm' && missing.length - gone.length > deployments.pages()
    const observations = targets.map(async (target): Promise<Observation<AlibabaSnapshot>> => {
      const deployment = byId.get(target.id)
      if (deployment !== undefined) return present(deployment, exchange, depth)
      const word = verified.get(targetKey(target))
      if (word !== undefined) return word
      return canWait && deployments.isSettling(target.id) ? { state: 'unsettled' } : attempt(() => look(target, depth))
    })
    return Promise.all(observations)
  }

  return {
    concurrency: CONCURRENCY,
    async list() {
      const { byId } = await deployments.readAll()
      return [...byId.values()].map((deployment) => ({
        target: { resource: 'deployment', id: deployment.deployed_model },
        snapshot: snapshotOf(deployment, settings.workspaceId),
      }))
    },
    observe: (targets) => lookAtAll(targets, 'decide'),
    confirmGone: (targets) => lookAtAll(targets, 'confirm'),
    protection: ({ details }, policy) => protectionOf(details, policy),
    collateral: ({ details }) => collateralOf(details),
    nextStep: nextAlibabaStep,
    requestText,
    async act(target, action, limits) {
      switch (action.verb) {
        case 'release':
          return capacity.release(target, action.instance, limits)
        case 'delete':
          return actionResultOf(await api.remove(deploymentPath(target.id), limits), target)
      }
    },
  }
}
