import { json } from '../core.ts'
import { sees } from './access.ts'
import { bodyProblem, notFound } from './answers.ts'
import {
  type Call,
  deactivate,
  deletedAlready,
  emptyTombstone,
  findChain,
  mustRest,
  ordered,
  readRestriction,
  refuse,
  restriction,
  type Target,
  teamName,
} from './call.ts'
import type { Chain, ChainDeployment } from './objects.ts'
import { environmentsOf } from './objects.ts'
import { chainDeploymentV1, chainEnvironmentAsDeclared, chainEnvironmentV1, chainV1 } from './render.ts'

/** GET /v1/chains: no query parameters, so a name is no filter. */
export function listChains(call: Call): Response {
  const seen = call.state.chains.list().filter((chain) => sees(call.key, chain.teamId))
  return json(200, {
    chains: ordered(call, seen, ({ id }) => id).map((chain) => chainV1(chain, teamName(call, chain))),
  })
}

/** GET /v1/chains/{chain_id}. */
export function getChain(call: Call, id: string): Response {
  return withChain(call, id, (chain) => json(200, chainV1(chain, teamName(call, chain))))
}

/** DELETE /v1/chains/{chain_id}: with all its deployments. No rule is written down that would refuse it. */
export function deleteChain(call: Call, id: string): Response {
  return withChain(call, id, (chain) => {
    const tombstone = { id, deleted: true }
    const target = { kind: 'chain', id } as const
    if (!call.state.hasChain(id)) return deletedAlready(call, true, 'chain', tombstone)
    const problem = bodyProblem(call.body, 'allowed') ?? restriction(call, target, chain.environments.keys())
    if (problem) return problem
    const empty = emptyTombstone(call, target, tombstone)
    if (empty) return empty
    call.state.removeChain(id, { by: 'client', answer: 200 })
    return json(200, tombstone)
  })
}

/** GET /v1/chains/{chain_id}/deployments. */
export function listChainDeployments(call: Call, chainId: string): Response {
  return withChain(call, chainId, (chain) => {
    const deployments = ordered(call, chain.deployments.list(), ({ id }) => id)
    return json(200, { deployments: deployments.map(chainDeploymentV1) })
  })
}

/** GET /v1/chains/{chain_id}/deployments/{chain_deployment_id}: there are no aliases. */
export function getChainDeployment(call: Call, chainId: string, id: string): Response {
  return withChain(call, chainId, (chain) => {
    const deployment = chain.deployments.visible(id)
    if (!deployment) return notFound('chain deployment')
    return readRestriction(call, environmentsOf(chain, deployment)) ?? json(200, chainDeploymentV1(deployment))
  })
}

/** DELETE /v1/chains/{chain_id}/deployments/{chain_deployment_id}. */
export function deleteChainDeployment(call: Call, chainId: string, id: string): Response {
  return withChain(call, chainId, (chain) => {
    const tombstone = { id, deleted: true, chain_id: chainId }
    const deployment = existing(call, chain, id)
    if (!deployment) {
      return deletedAlready(call, chain.deployments.visible(id) !== undefined, 'chain deployment', tombstone)
    }
    const target = targetOf(deployment)
    const held = environmentsOf(chain, deployment)
    const problem = bodyProblem(call.body, 'allowed') ?? restriction(call, target, held)
    if (problem) return problem
    const reason = refusal(call, chain, deployment, held)
    if (reason) return refuse(call, target, reason)
    const empty = emptyTombstone(call, target, tombstone)
    if (empty) return empty
    call.state.removeChainDeployment(chainId, id, { by: 'client', answer: 200 })
    return json(200, tombstone)
  })
}

function refusal(call: Call, chain: Chain, deployment: ChainDeployment, held: string[]): string | undefined {
  const { environment, last } = call.state.settings.chainRefusals
  if (environment && held.length > 0) {
    return `Cannot delete a chain deployment associated with an environment: ${held.join(', ')}`
  }
  if (last && chain.deployments.size() === 1) return 'Cannot delete the only deployment of a chain'
  return mustRest(call, deployment) ? 'Cannot delete a chain deployment that is not inactive' : undefined
}

/** POST .../deployments/{chain_deployment_id}/deactivate: an absent body is refused, `{}` it must be. */
export function deactivateChainDeployment(call: Call, chainId: string, id: string): Response {
  return withChain(call, chainId, (chain) => {
    const deployment = existing(call, chain, id)
    if (!deployment) return notFound('chain deployment')
    const target = targetOf(deployment)
    const problem = bodyProblem(call.body, 'refused') ?? restriction(call, target, environmentsOf(chain, deployment))
    return problem ?? deactivate(call, deployment, target)
  })
}

/** GET /v1/chains/{chain_id}/environments. They cannot be deleted. */
export function listChainEnvironments(call: Call, chainId: string): Response {
  return withChain(call, chainId, (chain) => {
    const render =
      call.state.settings.chainEnvironmentList === 'chain' ? chainEnvironmentV1 : chainEnvironmentAsDeclared
    const environments = ordered(call, [...chain.environments.values()], ({ name }) => name)
    return json(200, { environments: environments.map((environment) => render(chain, environment)) })
  })
}

/** GET /v1/chains/{chain_id}/environments/{env_name}. */
export function getChainEnvironment(call: Call, chainId: string, name: string): Response {
  return withChain(call, chainId, (chain) => {
    const environment = chain.environments.get(name)
    if (!environment) return notFound('environment')
    return readRestriction(call, [name]) ?? json(200, chainEnvironmentV1(chain, environment))
  })
}

function existing(call: Call, chain: Chain, id: string): ChainDeployment | undefined {
  return call.state.hasChain(chain.id) ? chain.deployments.get(id) : undefined
}

function targetOf({ id, chainId, status }: ChainDeployment): Target {
  return { kind: 'chain-deployment', id, parent: chainId, status }
}

function withChain(call: Call, id: string, answer: (chain: Chain) => Response): Response {
  const chain = findChain(call, id)
  return chain instanceof Response ? chain : answer(chain)
}
