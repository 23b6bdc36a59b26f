import type { Exchange } from '../../http/exchange.ts'
import type { Connection } from '../context.ts'
import type { Observation } from '../observation.ts'
import type { Provider } from '../provider.ts'
import { witnessed } from '../shared/list-observer.ts'
import { attempt, unreadable } from '../shared/observe.ts'
import type { Target } from '../target.ts'
import { actionResultOf } from './action-result.ts'
import { type AlibabaSettings, createAlibabaApi, deploymentPath } from './api.ts'
import { createCapacity } from './capacity.ts'
import { withCapacity } from './capacity-detail.ts'
import { type AlibabaDeployment, createDeployments, snapshotOf } from './deployments.ts'
import { alsoGoes, nextAlibabaStep, protectionOf } from './rules.ts'
import type { AlibabaDetails } from './snapshot.ts'
import { isGoing } from './status.ts'

/** Up to so many targets, a GET each is cheaper than a list. */
const LIST_FROM = 3

/**
 * Alibaba Cloud Model Studio (DashScope): DELETE is only accepted with `DELETING`; NotFound confirms the removal. The
 * capacity instances of a reservation are released first.
 * Source: Model Studio documentation, "Delete a deployment", "Get deployment", "Error codes", "TPM reservation".
 */
export function connectAlibabaModelStudio(settings: AlibabaSettings, connection: Connection): Provider<AlibabaDetails> {
  const api = createAlibabaApi(settings, connection)
  const deployments = createDeployments(api)
  const capacity = createCapacity(api, connection.clock)

  const present = async (
    deployment: AlibabaDeployment,
    exchange: Exchange,
    depth: 'decide' | 'confirm',
  ): Promise<Observation<AlibabaDetails>> => {
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

  const look = async ({ id }: Target, depth: 'decide' | 'confirm'): Promise<Observation<AlibabaDetails>> => {
    const { deployment, exchange } = await deployments.find(id)
    return deployment === undefined ? { state: 'absent', exchange } : present(deployment, exchange, depth)
  }

  return {
    async list() {
      const { byId } = await deployments.readAll()
      return [...byId.values()].map((deployment) => ({
        target: { resource: 'deployment', id: deployment.deployed_model },
        snapshot: snapshotOf(deployment, settings.workspaceId),
      }))
    },
    async observe(targets, depth) {
      if (targets.length <= LIST_FROM || targets.length <= deployments.pages()) {
        return Promise.all(targets.map((target) => attempt(() => look(target, depth))))
      }
      const { byId, exchange } = await deployments.readAll()
      const missing = targets.filter(({ id }) => !byId.has(id))
      const gone = missing.filter(({ id }) => deployments.isGone(id))
      const words = await witnessed(gone, exchange, depth, (target) => look(target, depth))
      // GET always tells. Where nothing is to be decided, a few lists more are cheaper than one for each.
      const canWait = depth === 'confirm' && missing.length - gone.length > deployments.pages()
      const observations = targets.map(async (target): Promise<Observation<AlibabaDetails>> => {
        const deployment = byId.get(target.id)
        if (deployment !== undefined) return present(deployment, exchange, depth)
        const word = words.get(target)
        if (word !== undefined) return word
        return canWait && deployments.isSettling(target.id)
          ? { state: 'unsettled' }
          : attempt(() => look(target, depth))
      })
      return Promise.all(observations)
    },
    protection: ({ details }, rules) => protectionOf(details, rules),
    alsoGoes: ({ details }) => alsoGoes(details),
    nextStep: nextAlibabaStep,
    async act(target, action) {
      if (action.verb === 'release') return capacity.release(target, action.instance)
      return actionResultOf(await api.remove(deploymentPath(target.id)), target)
    },
  }
}
