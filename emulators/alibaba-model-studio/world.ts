import { comeBack, planRemoval, vanish } from './deletion.ts'
import {
  type Deployment,
  type DeploymentFields,
  type DeploymentSeed,
  type Instance,
  type InstanceSeed,
  isGoing,
  type Operation,
} from './objects.ts'
import { end, enqueue, release } from './operations.ts'
import type { ApiKey, Settings } from './options.ts'
import { addDeployment, addInstance } from './seeding.ts'
import { type DeployableModel, note, type State, type WorldEvent } from './state.ts'

/** The account as a test sees and changes it, past the API. Everything due by now has happened at each look. */
export interface AlibabaWorld {
  /** How the account behaves; may be changed at any time. */
  readonly settings: Settings
  readonly events: readonly WorldEvent[]
  /** Keys by themselves; delete one to revoke it. */
  readonly keys: Map<string, ApiKey>
  readonly workspaces: Set<string>
  readonly models: DeployableModel[]
  seed(...seeds: DeploymentSeed[]): void
  has(id: string): boolean
  get(id: string): Deployment | undefined
  ids(): string[]
  /** DELETING and OFFLINING set a deletion going, as when someone else deletes it. */
  setStatus(id: string, status: string): void
  update(id: string, fields: DeploymentFields): void
  /** Someone else removes it, at once. */
  remove(id: string): void
  /** Someone else removes it and creates another under the same ID, now or at `created`. */
  recreate(id: string, seed?: Omit<DeploymentSeed, 'deployed_model'>): void
  /** A deletion under way comes to nothing. */
  failBack(id: string, status: 'RUNNING' | 'FAILED' | (string & {})): void
  /** Keeps a deletion under way from ever ending. */
  holdDeletion(id: string): void
  instances(id: string): Instance[]
  addInstance(id: string, seed: InstanceSeed): void
  /** The billing console unsubscribes a prepaid instance: it is released. */
  unsubscribe(id: string, instanceId: string): void
  /** Someone else starts a capacity operation; without `ms` it runs until endOperation. Returns its ID. */
  startOperation(id: string, operation?: { type?: string; ms?: number; instanceId?: string }): string
  endOperation(operationId: string, status: 'SUCCEEDED' | 'FAILED'): void
  operation(operationId: string): Operation | undefined
}

/** Makes the view of an account from outside. */
export function createWorld(state: State): AlibabaWorld {
  const { timeline } = state

  function look(id: string): Deployment | undefined {
    timeline.catchUp()
    return state.deployments.get(id)
  }

  function need(id: string): Deployment {
    const deployment = look(id)
    if (deployment === undefined) throw new RangeError(`no such deployment in the emulated account: ${id}`)
    return deployment
  }

  function needInstance(id: string, instanceId: string): Instance {
    const instance = need(id).instances.get(instanceId)
    if (instance === undefined) throw new RangeError(`no such capacity instance in ${id}: ${instanceId}`)
    return instance
  }

  function changed(deployment: Deployment): void {
    deployment.modified = timeline.now()
    note(state, 'changed', deployment)
  }

  return {
    settings: state.settings,
    get events() {
      timeline.catchUp()
      return state.events
    },
    keys: state.keys,
    workspaces: state.workspaces,
    models: state.models,
    seed(...seeds) {
      timeline.catchUp()
      for (const seed of seeds) addDeployment(state, seed)
    },
    has: (id) => look(id) !== undefined,
    get: look,
    ids() {
      timeline.catchUp()
      return [...state.deployments.keys()]
    },
    setStatus(id, status) {
      const deployment = need(id)
      deployment.status = status
      changed(deployment)
      if (isGoing(status)) planRemoval(state, deployment)
    },
    update(id, fields) {
      const deployment = need(id)
      deployment.fields = { ...deployment.fields, ...fields }
      changed(deployment)
    },
    remove: (id) => vanish(state, need(id), 'removed', timeline.now()),
    recreate(id, seed = {}) {
      if (look(id) !== undefined) vanish(state, need(id), 'removed', timeline.now())
      note(state, 'recreated', addDeployment(state, { ...seed, deployed_model: id }))
    },
    failBack: (id, status) => comeBack(state, need(id), status, timeline.now()),
    holdDeletion(id) {
      need(id).attempt += 1
    },
    instances: (id) => [...need(id).instances.values()],
    addInstance(id, seed) {
      addInstance(need(id), seed, timeline.now())
    },
    unsubscribe(id, instanceId) {
      release(state, need(id), needInstance(id, instanceId), timeline.now(), 'unsubscribed')
    },
    startOperation(id, { type = 'SCALE', ms = Number.POSITIVE_INFINITY, instanceId } = {}) {
      const requestId = `outside-${state.operations.size + 1}`
      const instance = instanceId === undefined ? {} : { instance: needInstance(id, instanceId) }
      return enqueue(state, { deployment: need(id), type, requestId, parameters: requestId, ms, ...instance }).id
    },
    endOperation(operationId, status) {
      timeline.catchUp()
      const operation = state.operations.get(operationId)
      if (operation === undefined) throw new RangeError(`no such operation: ${operationId}`)
      end(state, operation, status, timeline.now())
    },
    operation(operationId) {
      timeline.catchUp()
      return state.operations.get(operationId)
    },
  }
}
