import {
  type SapBehaviour,
  type SapConfiguration,
  type SapDeployment,
  type SapSeed,
  type SapSettings,
  timestamp,
} from './model.ts'

/** A whole deployment from what a test gave of it. What was given as null or undefined stays so. */
export function grown(seed: SapSeed, id: string, configuration: SapConfiguration, now: number): SapDeployment {
  const { resourceGroup: _group, behaviour: _behaviour, ...given } = seed
  const status = given.status ?? 'RUNNING'
  const since = given.createdAt ?? timestamp(now)
  return {
    configurationId: configuration.id,
    configurationName: configuration.name,
    executableId: configuration.executableId,
    scenarioId: configuration.scenarioId,
    targetStatus: status === 'STOPPING' || status === 'STOPPED' ? 'STOPPED' : 'RUNNING',
    lastOperation: 'CREATE',
    latestRunningConfigurationId: configuration.id,
    ttl: null,
    details: { scaling: { backendDetails: {} }, resources: { backendDetails: {} } },
    deploymentUrl: deploymentUrl(id),
    createdAt: since,
    modifiedAt: since,
    submissionTime: since,
    ...given,
    id,
    status,
  }
}

/** How a seeded deployment behaves. */
export function behaviourOf(seed: SapSeed, settings: SapSettings): SapBehaviour {
  const { stopMs, deleteMs } = settings
  return { stopEnds: 'STOPPED', deleteEnds: 'GONE', stopMs, deleteMs, hiddenMs: 0, ...seed.behaviour }
}

/** Where a running deployment answers. */
export function deploymentUrl(id: string): string {
  return `https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com/v2/inference/deployments/${id}`
}
