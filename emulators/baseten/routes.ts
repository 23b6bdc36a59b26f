import * as billing from './billing.ts'
import type { Call } from './call.ts'
import * as chains from './chains.ts'
import * as deployments from './deployments.ts'
import * as environments from './environments.ts'
import * as metrics from './metrics.ts'
import * as models from './models.ts'
import * as prices from './prices.ts'

/** Answers a call; the path's parameters come in their order. */
type Handler = (call: Call, ...parameters: string[]) => Response

export interface Route {
  method: string
  pattern: string
  handler: Handler
}

const MODEL = '/v1/models/:model'
const DEPLOYMENT = `${MODEL}/deployments/:deployment`
const ENVIRONMENT = `${MODEL}/environments/:environment`
const CHAIN = '/v1/chains/:chain'
const CHAIN_DEPLOYMENT = `${CHAIN}/deployments/:deployment`

const route = (method: string, pattern: string, handler: Handler): Route => ({ method, pattern, handler })

/** Aliases come before the pattern that would take them for an ID. DELETE knows no alias: there it is just an ID. */
const ROUTES: readonly Route[] = [
  route('GET', '/v1/instance_type_prices', prices.listPrices),
  route('GET', '/v1/billing/usage_summary', billing.getUsageSummary),
  route('GET', '/v1/teams', models.listTeams),
  route('GET', '/v1/teams/:team/models', models.listTeamModels),
  route('GET', '/v1/models', models.listModels),
  route('GET', MODEL, models.getModel),
  route('DELETE', MODEL, models.deleteModel),
  route('GET', `${MODEL}/deployments`, deployments.listDeployments),
  route('GET', `${MODEL}/deployments/production`, deployments.getProduction),
  route('GET', `${MODEL}/deployments/development`, deployments.getDevelopment),
  route('GET', DEPLOYMENT, deployments.getDeployment),
  route('GET', `${DEPLOYMENT}/metrics`, metrics.getMetrics),
  route('DELETE', DEPLOYMENT, deployments.deleteDeployment),
  route('POST', `${MODEL}/deployments/production/deactivate`, deployments.deactivateProduction),
  route('POST', `${MODEL}/deployments/development/deactivate`, deployments.deactivateDevelopment),
  route('POST', `${DEPLOYMENT}/deactivate`, deployments.deactivateDeployment),
  route('GET', `${MODEL}/environments`, environments.listEnvironments),
  route('GET', ENVIRONMENT, environments.getEnvironment),
  route('DELETE', ENVIRONMENT, environments.deleteEnvironment),
  route('POST', `${ENVIRONMENT}/cancel_promotion`, environments.cancelPromotion),
  route('GET', '/v1/chains', chains.listChains),
  route('GET', CHAIN, chains.getChain),
  route('DELETE', CHAIN, chains.deleteChain),
  route('GET', `${CHAIN}/deployments`, chains.listChainDeployments),
  route('GET', CHAIN_DEPLOYMENT, chains.getChainDeployment),
  route('DELETE', CHAIN_DEPLOYMENT, chains.deleteChainDeployment),
  route('POST', `${CHAIN_DEPLOYMENT}/deactivate`, chains.deactivateChainDeployment),
  route('GET', `${CHAIN}/environments`, chains.listChainEnvironments),
  route('GET', `${CHAIN}/environments/:environment`, chains.getChainEnvironment),
]

const PARTS = new Map(ROUTES.map((known) => [known, known.pattern.split('/')]))

/** The endpoint of a request, `method` where only the path is known, `path` where not even that is. */
export function matchRoute(method: string, path: string): { route: Route; parameters: string[] } | 'method' | 'path' {
  const parts = path.split('/')
  let miss: 'method' | 'path' = 'path'
  for (const [known, pattern] of PARTS) {
    const parameters = parametersOf(pattern, parts)
    if (!parameters) continue
    if (known.method === method) return { route: known, parameters }
    miss = 'method'
  }
  return miss
}

function parametersOf(pattern: string[], parts: string[]): string[] | undefined {
  if (pattern.length !== parts.length) return undefined
  const parameters: string[] = []
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? ''
    if (expected.startsWith(':') ? part === '' : part !== expected) return undefined
    if (expected.startsWith(':')) parameters.push(decoded(part))
  }
  return parameters
}

/** A broken escape names nothing that exists. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
