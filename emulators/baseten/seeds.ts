import type { Chain, ChainDeployment, Deployment, Environment, Model, Overrides, Team } from './objects.ts'

/** Everything is optional and has a likely default, so that a test names only what it is about. */
export type TeamSeed = Partial<Team>

export interface ModelSeed extends Partial<Pick<Model, 'id' | 'createdAt' | 'name' | 'teamId' | 'instanceTypeName'>> {
  overrides?: Overrides
}

export interface DeploymentSeed extends Partial<Omit<Deployment, 'modelId' | 'environmentFreeAt'>> {
  /** The same as `environment: 'production'`: it becomes the current deployment of that environment. */
  production?: boolean
  /** Makes it the model's development deployment. */
  development?: boolean
}

export interface EnvironmentSeed extends Partial<Environment> {
  name: string
}

export interface ChainSeed extends Partial<Pick<Chain, 'id' | 'createdAt' | 'name' | 'teamId'>> {
  overrides?: Overrides
}

/** `environment` makes it the current deployment of that environment. */
export type ChainDeploymentSeed = Partial<Omit<ChainDeployment, 'chainId' | 'environmentFreeAt'>>

const ID_LENGTH = 7
const ID_SPACE = 36 ** ID_LENGTH
const ID_STEP = 2_654_435_761

/** Short opaque IDs that are no sequence: the same ones in every run, all different. */
export function idMaker(): () => string {
  let count = 0
  return () => {
    count += 1
    return ((count * ID_STEP) % ID_SPACE).toString(36).padStart(ID_LENGTH, '0')
  }
}

/** An environment nobody is in. */
export function emptyEnvironment(name: string, createdAt: string): Environment {
  return { name, createdAt, current: null, candidate: null, promotion: null, minReplica: 0 }
}
