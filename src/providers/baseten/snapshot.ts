import type { Snapshot } from '../observation.ts'
import type { RunningPart } from './prices.ts'

/** An existing Baseten resource, with what its rules need. */
export interface BasetenSnapshot extends Snapshot {
  details: BasetenDetails
  /** The running parts of a deployment, one for each chainlet of a chain deployment. Absent if Baseten does not say. */
  parts?: readonly RunningPart[]
}

/** What the rules look at beyond the status. */
export type BasetenDetails = { resource: 'model' } | { resource: 'chain' } | EnvironmentDetails | DeploymentDetails

/** An environment of a model, or of a chain. */
export interface EnvironmentDetails {
  resource: 'environment'
  name: string
  /** The deployment that serves it; deleting the environment scales it to zero. */
  current: string | undefined
  currentName: string | undefined
  /** The deployment that is being promoted to it. */
  candidate: string | undefined
  candidateName: string | undefined
  /** The status of a promotion under way, which deleting the environment cancels. */
  promotion: string | undefined
  /** Why it is kept whatever `allow` says; undefined if it may be deleted. */
  keptBecause: string | undefined
}

/** An environment as the rules need it for a deployment in it. */
export interface EnvironmentMembership extends EnvironmentDetails {
  /** Whether it is shown itself; a deployment may name one that no longer exists. */
  listed: boolean
}

/** A deployment of a model or of a chain. */
export interface DeploymentDetails {
  resource: 'deployment' | 'chain-deployment'
  id: string
  /** The model or chain it is in. */
  parent: string
  /** What it serves; undefined if it serves nothing that is guarded. */
  guard: BasetenGuard | undefined
  /** All deployments of its parent, this one included, the newest first; undefined if they were not read. */
  siblings: readonly Sibling[] | undefined
  /** Why its model may have more deployments than are shown, in words; undefined if it seems complete. */
  incompleteList?: string
  /** The model or chain it is in; absent if it was not read. */
  model?: ModelDetails
}

/** A model that is deleted with its last deployment. */
export interface ModelDetails {
  name: string | undefined
  /** The names of its environments, without an empty production. */
  environments: readonly string[]
}

export type BasetenGuard =
  | { kind: 'production' }
  | { kind: 'development'; environments: readonly EnvironmentMembership[] }
  | { kind: 'environment'; environments: readonly EnvironmentMembership[] }

/** A deployment as the rule about the last one needs it. */
export interface Sibling {
  id: string
  guard: BasetenGuard | undefined
}
