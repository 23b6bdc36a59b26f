import type { Deployment, Operation } from './objects.ts'
import type { ApiKey, Settings } from './options.ts'
import type { Timeline } from './timeline.ts'

/** What really happened, whatever was answered. */
export interface WorldEvent {
  at: number
  what:
    | 'accepted' // a DELETE of a deployment began a deletion
    | 'refused' // a DELETE of a deployment changed nothing
    | 'deleted' // a deployment is gone, at the end of an accepted DELETE
    | 'failed-back' // a deletion came to nothing
    | 'stopped' // a reservation without instances came to rest
    | 'release-accepted'
    | 'release-refused'
    | 'released'
    | 'release-failed'
    | 'changed' // from outside
    | 'removed' // from outside
    | 'recreated' // from outside
    | 'unsubscribed' // from outside
  id: string
  /** The deployment's, or the instance's, status at that moment; '' where there is none. */
  status: string
  instance?: string
  /** The error code of a refusal. */
  code?: string
}

/** Everything the account holds. */
export interface State {
  readonly settings: Settings
  readonly timeline: Timeline
  readonly deployments: Map<string, Deployment>
  /** Reservations that are gone: their code is not simply unknown. */
  readonly deletedCodes: Set<string>
  readonly operations: Map<string, Operation>
  readonly keys: Map<string, ApiKey>
  readonly workspaces: Set<string>
  readonly models: DeployableModel[]
  readonly events: WorldEvent[]
}

export interface DeployableModel {
  model_name: string
  base_capacity: number
}

/** Notes what happened to a deployment. */
export function note(
  state: State,
  what: WorldEvent['what'],
  deployment: Pick<Deployment, 'id' | 'status'>,
  rest: Partial<WorldEvent> = {},
): void {
  const { id, status } = deployment
  state.events.push({ at: state.timeline.now(), what, id, status, ...rest })
}
