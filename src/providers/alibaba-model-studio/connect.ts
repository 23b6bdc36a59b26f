import type { Exchange } from '../../http/exchange.ts'
import type { Connection } from '../connection.ts'
import { attempt, unreadable } from '../observe.ts'
import type { Observation, Provider, Target } from '../provider.ts'
import { witnessed } from '../witness.ts'
import { type AlibabaSettings, createAlibabaApi, deploymentPath } from './api.ts'
import { createCapacity } from './capacity.ts'
import { withCapacity } from './capacity-detail.ts'
import { type AlibabaDeployment, createDeployments, sightingOf } from './deployments.ts'
import type { AlibabaFacts } from './facts.ts'
import { receiptOf } from './receipt.ts'
import { alsoGoes, nextAlibabaStep, protectionOf } from './rules.ts'
import { isGoing } from './status.ts'

/** Up to so many targets, a GET each is cheaper than a list. */
const LIST_FROM = 3

/**
 * Alibaba Cloud Model Studio (DashScope): DELETE is only accepted with `DELETING`; NotFound confirms the removal. The
 * capacity instances of a reservation are released first.
 * Source: Model Studio documentation, "Delete a deployment", "Get deployment", "Error codes", "TPM reservation".
 */
export function connectAlibabaModelStudio(settings: AlibabaSettings, connection: Connection): Provider<AlibabaFacts> {
  const api = createAlibabaApi(settings, connection)
  const deployments = createDeployments(api)
  const capacity = createCapacity(api, connection.clock)

  const present = async (
    deployment: AlibabaDeployment,
    exchange: Exchange,
    depth: 'decide' | 'confirm',
  ): Promise<Observation<AlibabaFacts>> => {
    const sighting = sightingOf(deployment, settings.workspaceId)
    const { reservation, foreignWorkspace } = sighting.facts
    if (depth === 'confirm' || !reservation || foreignWorkspace !== undefined || isGoing(sighting.status)) {
      return { state: 'present', sighting, exchange }
    }
    try {
      const now = await capacity.look(deployment.deployed_model, sighting.createdAt)
      return { state: 'present', sighting: withCapacity(sighting, now), exchange }
    } catch (error) {
      return { ...unreadable(error), ...(sighting.createdAt === undefined ? {} : { createdAt: sighting.createdAt }) }
    }
  }

  const look = async ({ id }: Target, depth: 'decide' | 'confirm'): Promise<Observation<AlibabaFacts>> => {
    const { deployment, exchange } = await deployments.find(id)
    return deployment === undefined ? { state: 'absent', exchange } : present(deployment, exchange, depth)
  }

  return {
    async list() {
      const { byId } = await deployments.readAll()
      return [...byId.values()].map((deployment) => ({
        target: { resource: 'deployment', id: deployment.deployed_model },
        sighting: sightingOf(deployment, settings.workspaceId),
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
      const observations = targets.map(async (target): Promise<Observation<AlibabaFacts>> => {
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
    protection: ({ facts }, rules) => protectionOf(facts, rules),
    alsoGoes: ({ facts }) => alsoGoes(facts),
    nextStep: nextAlibabaStep,
    async act(target, action) {
      if (action.verb === 'release') return capacity.release(target, action.instance)
      return receiptOf(await api.remove(deploymentPath(target.id)), target)
    },
  }
}
