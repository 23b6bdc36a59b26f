import type { Snapshot } from '../observation.ts'
import type { RunningPart } from './prices.ts'

/** Something of Baseten's that is there, with what its rules look at. */
export interface BasetenSnapshot extends Snapshot {
  details: BasetenDetails
  /** What a deployment runs: one part for each chainlet of a chain deployment. Absent where Baseten does not say. */
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
  /** Why it stays whatever is allowed; undefined where it may go. */
  stays: string | undefined
}

/** An environment as the rules need it for a deployment in it. */
export interface EnvironmentMembership extends EnvironmentDetails {
  /** Whether it is shown itself; a deployment may name one that is no more. */
  listed: boolean
}

/** A deployment of a model or of a chain. */
export interface DeploymentDetails {
  resource: 'deployment' | 'chain-deployment'
  id: string
  /** The model or chain it is in. */
  parent: string
  /** What it serves; undefined where it serves nothing that is guarded. */
  guard: BasetenGuard | undefined
  /** All deployments beside it, this one included, the newest first; undefined where nobody asked. */
  siblings: readonly Sibling[] | undefined
  /** What says that its model may have more deployments than are shown, in words; undefined where nothing does. */
  incompleteList?: string
  /** The model or chain it is in; absent where nobody asked. */
  model?: ModelDetails
}

/** A model as it goes with its last deployment. */
export interface ModelDetails {
  name: string | undefined
  /** The names of its environments, without a production that nothing is in. */
  environments: readonly string[]
}

export type BasetenGuard =
  | { kind: 'production' }
  | { kind: 'development'; environments: readonly EnvironmentMembership[] }
  | { kind: 'environment'; environments: readonly EnvironmentMembership[] }

/** A deployment as the rule of the last one needs it. */
export interface Sibling {
  id: string
  guard: BasetenGuard | undefined
}
