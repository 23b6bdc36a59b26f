import type { Exchange } from '../../http/exchange.ts'
import type { Connection } from '../context.ts'
import type { Observation } from '../observation.ts'
import type { Provider } from '../provider.ts'
import { type GetOne, observeMany, observeOne, type ShownList } from '../shared/list-observer.ts'
import { mistypedAs } from '../shared/nearly-the-id.ts'
import { attempt, unreadable } from '../shared/observe.ts'
import type { PagedList } from '../shared/pages.ts'
import { coalesce, singleFlightNext } from '../shared/single-flight.ts'
import type { Target } from '../target.ts'
import { type AlibabaAction, requestText } from './action.ts'
import { actionResultOf } from './action-result.ts'
import { type AlibabaSettings, CONCURRENCY, createAlibabaApi, deploymentPath } from './api.ts'
import { type AlibabaCapacity, createCapacity } from './capacity.ts'
import { withCapacity } from './capacity-detail.ts'
import { type AlibabaDeployment, type AlibabaDeployments, createDeployments, snapshotOf } from './deployments.ts'
import { collateralOf, nextAlibabaStep, protectionOf } from './rules.ts'
import type { AlibabaSnapshot } from './snapshot.ts'

type Describe = (deployment: AlibabaDeployment, exchange: Exchange) => Promise<Observation<AlibabaSnapshot>>

/** Up to this many targets, a GET for each is cheaper than a list. */
const GET_UP_TO = 3
/** After this many lists in a row that changed while they were read, GET decides on the targets that they do not show. */
const MAX_UNSTEADY = 10

/**
 * Alibaba Cloud Model Studio (DashScope): DELETE is only accepted with `DELETING`; NotFound confirms the removal. The
 * capacity instances of a reservation are released first.
 * Source: Model Studio documentation, "Delete a deployment", "Get deployment", "Error codes", "TPM reservation".
 */
export function connectAlibabaModelStudio(
  settings: AlibabaSettings,
  connection: Connection,
): Provider<AlibabaSnapshot, AlibabaAction> {
  const api = createAlibabaApi(settings, connection)
  const deployments = createDeployments(api)
  const capacity = createCapacity(api, connection.clock)
  const { describe, describeWithCapacity } = createDescribers(capacity, settings.workspaceId)
  const observeWith = createObserver(deployments)

  return {
    concurrency: CONCURRENCY,
    async list() {
      const { byId } = await deployments.readAll()
      return [...byId.values()].map((deployment) => ({
        target: { resource: 'deployment', id: deployment.deployed_model },
        snapshot: snapshotOf(deployment, settings.workspaceId),
      }))
    },
    observe: (targets) => observeWith(targets, describeWithCapacity, false),
    confirmGone: (targets) => observeWith(targets, describe, true),
    protection: ({ details }, policy) => protectionOf(details, policy),
    collateral: ({ details }) => collateralOf(details),
    nextStep: nextAlibabaStep,
    requestText,
    async act(target, action, limits) {
      switch (action.verb) {
        case 'release':
          return capacity.release(target, action.instance, limits)
        case 'delete':
          return actionResultOf(await api.remove(deploymentPath(target.id), limits), target)
      }
    },
  }
}

/** What is observed of a deployment that is there: only that it is, or also everything that decides the next step. */
function createDescribers(
  capacity: AlibabaCapacity,
  workspaceId: string | undefined,
): Record<'describe' | 'describeWithCapacity', Describe> {
  const describe: Describe = async (deployment, exchange) => ({
    state: 'present',
    snapshot: snapshotOf(deployment, workspaceId),
    exchange,
  })

  /** With the capacity of a reservation, which decides what comes next. */
  const describeWithCapacity: Describe = async (deployment, exchange) => {
    const snapshot = snapshotOf(deployment, workspaceId)
    const { createdAt, details } = snapshot
    if (!details.reservation || details.foreignWorkspace !== undefined || snapshot.isBeingDeleted) {
      return { state: 'present', snapshot, exchange }
    }
    try {
      const now = await capacity.look(deployment.deployed_model, createdAt)
      return { state: 'present', snapshot: withCapacity(snapshot, now), exchange }
    } catch (error) {
      return { ...unreadable(error), ...(createdAt === undefined ? {} : { createdAt }) }
    }
  }
  return { describe, describeWithCapacity }
}

/** Looks at targets with a GET for each or with one list of all, whichever is cheaper. With `canWait`, it may say "ask again". */
function createObserver(deployments: AlibabaDeployments) {
  const readAll = coalesce(() => deployments.readAll())
  const readNext = singleFlightNext(() => deployments.readAll())
  let pages = 1
  let unsteady = 0
  let counted: PagedList<AlibabaDeployment> | undefined

  const getWith =
    (describe: Describe): GetOne<AlibabaSnapshot> =>
    async ({ id }) => {
      const { deployment, exchange } = await deployments.find(id)
      return deployment === undefined ? { state: 'absent', exchange } : describe(deployment, exchange)
    }

  const shown = (list: PagedList<AlibabaDeployment>, describe: Describe): ShownList<AlibabaSnapshot> => {
    pages = list.pages
    const show = (id: string) => {
      const deployment = list.byId.get(id)
      return deployment && describe(deployment, list.exchange)
    }
    return { show, isWhole: list.isWhole }
  }

  return async (
    targets: readonly Target[],
    describe: Describe,
    canWait: boolean,
  ): Promise<Observation<AlibabaSnapshot>[]> => {
    const get = getWith(describe)
    if (targets.length <= GET_UP_TO || targets.length <= pages) {
      let known: readonly string[] = []
      const readList = async () => {
        const list = await readNext()
        known = [...list.byId.keys()]
        return shown(list, describe)
      }
      const observations = await Promise.all(targets.map((target) => attempt(() => observeOne(target, get, readList))))
      return mistypedAs(observations, targets, known, 'deployment')
    }
    const list = await readAll()
    // One list can serve two looks, at those to decide about and at those that go: it counts once.
    if (list !== counted) unsteady = list.isWhole ? 0 : unsteady + 1
    counted = list
    const missing = targets.filter(({ id }) => !list.byId.has(id))
    // While the list changes because others are deleted, it is too early to ask for each.
    const isEarly = canWait && !list.isWhole && unsteady <= MAX_UNSTEADY && missing.length > list.pages
    const getMissing: GetOne<AlibabaSnapshot> = isEarly ? async () => ({ state: 'unsettled' }) : get
    const observations = await observeMany(targets, shown(list, describe), getMissing)
    // What was asked to go was there: its ID is right.
    return canWait ? observations : mistypedAs(observations, targets, [...list.byId.keys()], 'deployment')
  }
}
