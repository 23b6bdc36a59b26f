import type { Shelf } from './shelf.ts'

/** The 14 statuses of the management API's DeploymentStatusV1. */
export const STATUSES = [
  'BUILDING',
  'DEPLOYING',
  'DEPLOY_FAILED',
  'LOADING_MODEL',
  'ACTIVE',
  'UNHEALTHY',
  'BUILD_FAILED',
  'BUILD_STOPPED',
  'DEACTIVATING',
  'INACTIVE',
  'FAILED',
  'UPDATING',
  'SCALED_TO_ZERO',
  'WAKING_UP',
] as const

/** Statuses in which nothing runs and nothing will: what a server that wants deployments deactivated first lets go. */
export const AT_REST: readonly string[] = ['INACTIVE', 'DEPLOY_FAILED', 'BUILD_FAILED', 'BUILD_STOPPED', 'FAILED']

export interface Team {
  id: string
  name: string
  default: boolean
  createdAt: string
}

/** Fields laid over an object's answer as they are; `undefined` removes one. For answers that break the contract. */
export type Overrides = Record<string, unknown>

/** What deployments of models and of chains share. */
export interface Runnable {
  id: string
  /** Sent as it is, so a test chooses zone, fraction, nonsense. */
  createdAt: string
  /** Any string: the provider may send statuses its specification does not name. */
  status: string
  /** A change of status that is due at a time. */
  becomes?: { status: string; at: number }
  environment: string | null
  /** When `environment` becomes null because the environment is gone. */
  environmentFreeAt?: number
  overrides?: Overrides
}

export interface Deployment extends Runnable {
  modelId: string
  name: string
  /** Follows from the status where absent. */
  replicas?: number
  instanceTypeName: string | null
  labels: Record<string, unknown> | null
  region: { slug: string; display_name: string } | null
  /** Not served before this time, although it exists: a push that has not arrived everywhere. */
  visibleFrom?: number
}

export interface Chainlet {
  id: string
  name: string
  status?: string
  /** Both as of a deployment. */
  replicas?: number
  instanceTypeName?: string | null
}

export interface ChainDeployment extends Runnable {
  chainId: string
  chainlets: Chainlet[]
}

/** An environment of a model or of a chain; a chain's has no promotion to show. */
export interface Environment {
  name: string
  createdAt: string
  current: string | null
  candidate: string | null
  promotion: { status: string; percent: number; endsAt?: number } | null
  minReplica: number
  overrides?: Overrides
}

interface Owner<T> {
  id: string
  createdAt: string
  name: string
  teamId: string
  deployments: Shelf<T>
  environments: Map<string, Environment>
  overrides?: Overrides
}

export interface Model extends Owner<Deployment> {
  instanceTypeName: string
  developmentDeploymentId: string | null
}

export type Chain = Owner<ChainDeployment>

/** The environments that hold a deployment, by whatever tie: its own field, or as current or candidate deployment. */
export function environmentsOf(owner: Model | Chain, deployment: Runnable): string[] {
  const names = new Set<string>()
  if (deployment.environment !== null) names.add(deployment.environment)
  for (const environment of owner.environments.values()) {
    if (environment.current === deployment.id || environment.candidate === deployment.id) names.add(environment.name)
  }
  return [...names]
}

/** The model's production deployment, which is what its environment `production` serves. */
export function productionId(model: Model): string | null {
  return model.environments.get('production')?.current ?? null
}
