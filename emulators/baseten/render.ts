import type { Chain, ChainDeployment, Deployment, Environment, Model, Runnable, Team } from './objects.ts'
import { productionId } from './objects.ts'
import { DEFAULT_INSTANCE, instanceTypeV1, priceList } from './prices.ts'

/** The answers' objects, complete as the management API's specification declares them. */

const AUTOSCALING = {
  min_replica: 0,
  max_replica: 1,
  autoscaling_window: 60,
  scale_down_delay: 900,
  concurrency_target: 1,
  target_utilization_percentage: 70,
  target_in_flight_tokens: null,
  max_scale_down_rate: null,
}

const BACKPRESSURE = { policy: null }

const PROMOTION_SETTINGS = {
  redeploy_on_promotion: false,
  rolling_deploy: false,
  promotion_cleanup_strategy: 'SCALE_TO_ZERO',
  rolling_deploy_config: null,
  ramp_up_while_promoting: false,
  ramp_up_duration_seconds: 600,
}

const INSTANCE_TYPE = [...priceList().values()].filter(({ name }) => name === DEFAULT_INSTANCE).map(instanceTypeV1)[0]

const RUNNING = ['ACTIVE', 'UNHEALTHY', 'UPDATING', 'DEACTIVATING']
const NOT_DEPLOYED = ['BUILDING', 'DEPLOYING', 'BUILD_FAILED', 'BUILD_STOPPED', 'DEPLOY_FAILED']

const replicas = (status: string) => (RUNNING.includes(status) ? 1 : 0)

/** How many replicas of a deployment are active. */
export function replicasOf(deployment: Deployment): number {
  return deployment.replicas ?? replicas(deployment.status)
}

// "If null, the model has not finished deploying" (DeploymentV1).
const autoscaling = (status: string) => (NOT_DEPLOYED.includes(status) ? null : AUTOSCALING)

/** TeamV1. */
export function teamV1(team: Team) {
  return { id: team.id, name: team.name, default: team.default, created_at: team.createdAt }
}

/** ModelV1. */
export function modelV1(model: Model, teamName: string) {
  return {
    id: model.id,
    created_at: model.createdAt,
    name: model.name,
    deployments_count: model.deployments.size(),
    production_deployment_id: productionId(model),
    development_deployment_id: model.developmentDeploymentId,
    instance_type_name: model.instanceTypeName,
    team_name: teamName,
    ...model.overrides,
  }
}

/** DeploymentV1. */
export function deploymentV1(model: Model, deployment: Deployment) {
  return {
    id: deployment.id,
    created_at: deployment.createdAt,
    name: deployment.name,
    model_id: deployment.modelId,
    is_production: productionId(model) === deployment.id,
    is_development: model.developmentDeploymentId === deployment.id,
    status: deployment.status,
    active_replica_count: replicasOf(deployment),
    autoscaling_settings: autoscaling(deployment.status),
    instance_type_name: deployment.instanceTypeName,
    environment: deployment.environment,
    labels: deployment.labels,
    region: deployment.region,
    request_backpressure_settings: BACKPRESSURE,
    ...deployment.overrides,
  }
}

/** EnvironmentV1. */
export function environmentV1(model: Model, environment: Environment) {
  return environmentOf(model.id, environment, (id) => {
    const deployment = model.deployments.visible(id)
    return deployment && deploymentV1(model, deployment)
  })
}

function environmentOf(ownerId: string, environment: Environment, show: (id: string) => object | undefined) {
  const { promotion } = environment
  return {
    name: environment.name,
    created_at: environment.createdAt,
    model_id: ownerId,
    ...occupants(environment, show),
    in_progress_promotion: promotion && {
      status: promotion.status,
      percent_traffic_to_new_version: promotion.percent,
      error_message: null,
      rolling_deploy: false,
    },
    autoscaling_settings: { ...AUTOSCALING, min_replica: environment.minReplica },
    promotion_settings: PROMOTION_SETTINGS,
    instance_type: INSTANCE_TYPE,
    request_backpressure_settings: BACKPRESSURE,
    autoscaling_schedules: null,
    ...environment.overrides,
  }
}

function occupants({ current, candidate }: Environment, show: (id: string) => object | undefined) {
  const shown = (id: string | null) => (id === null ? null : (show(id) ?? null))
  return { current_deployment: shown(current), candidate_deployment: shown(candidate) }
}

/** ChainV1. */
export function chainV1(chain: Chain, teamName: string) {
  return {
    id: chain.id,
    created_at: chain.createdAt,
    name: chain.name,
    deployments_count: chain.deployments.size(),
    team_name: teamName,
    ...chain.overrides,
  }
}

/** ChainDeploymentV1: neither name nor labels, `is_production` or `is_development`. */
export function chainDeploymentV1(deployment: ChainDeployment) {
  return {
    id: deployment.id,
    created_at: deployment.createdAt,
    chain_id: deployment.chainId,
    environment: deployment.environment,
    chainlets: deployment.chainlets.map(({ status = deployment.status, ...chainlet }) => ({
      id: chainlet.id,
      name: chainlet.name,
      autoscaling_settings: autoscaling(status),
      instance_type_name: chainlet.instanceTypeName === undefined ? DEFAULT_INSTANCE : chainlet.instanceTypeName,
      active_replica_count: chainlet.replicas ?? replicas(status),
      status,
    })),
    status: deployment.status,
    ...deployment.overrides,
  }
}

/** ChainEnvironmentV1. */
export function chainEnvironmentV1(chain: Chain, environment: Environment) {
  const serving = chain.deployments.visible(environment.current ?? environment.candidate ?? '')
  return {
    name: environment.name,
    created_at: environment.createdAt,
    chain_id: chain.id,
    promotion_settings: PROMOTION_SETTINGS,
    chainlet_settings: (serving?.chainlets ?? []).map(({ name }) => ({
      chainlet_name: name,
      autoscaling_settings: { ...AUTOSCALING, min_replica: environment.minReplica },
      instance_type: INSTANCE_TYPE,
    })),
    ...occupants(environment, (id) => {
      const deployment = chain.deployments.visible(id)
      return deployment && chainDeploymentV1(deployment)
    }),
    ...environment.overrides,
  }
}

/** A chain environment squeezed into EnvironmentV1, which is what the specification declares for their list. */
export function chainEnvironmentAsDeclared(chain: Chain, environment: Environment) {
  return environmentOf(chain.id, environment, (id) => {
    const deployment = chain.deployments.visible(id)
    return deployment && asModelDeployment(chain, environment, deployment)
  })
}

function asModelDeployment(chain: Chain, environment: Environment, deployment: Runnable) {
  return {
    id: deployment.id,
    created_at: deployment.createdAt,
    name: deployment.id,
    model_id: chain.id,
    is_production: environment.name === 'production' && environment.current === deployment.id,
    is_development: false,
    status: deployment.status,
    active_replica_count: replicas(deployment.status),
    autoscaling_settings: autoscaling(deployment.status),
    instance_type_name: DEFAULT_INSTANCE,
    environment: deployment.environment,
    labels: null,
    region: null,
    request_backpressure_settings: BACKPRESSURE,
    ...deployment.overrides,
  }
}
