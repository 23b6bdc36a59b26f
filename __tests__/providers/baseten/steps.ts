import { act } from '../../support/act.ts'
import { transportTo } from '../../support/transport.ts'
import { type Account, createAccount, hoursAgo, ORIGIN, type Run, stepInputs } from './support.ts'

export const CHAIN = 'c1'

/** Inputs that delete environments of `m1`. */
export function environmentStep(names: string, more: Run = {}): Run {
  return { resource: 'environment', 'deployment-id': undefined, environment: names, ...more }
}

/** Inputs that delete whole chains. */
export function chainStep(ids: string, more: Run = {}): Run {
  return { resource: 'chain', 'deployment-id': undefined, 'model-id': undefined, 'chain-id': ids, ...more }
}

/** Inputs that delete deployments of the chain `c1`. */
export function chainDeploymentStep(ids: string, more: Run = {}): Run {
  return { resource: 'chain-deployment', 'deployment-id': ids, 'model-id': undefined, 'chain-id': CHAIN, ...more }
}

/** An account with the chain `c1`, whose production is `live`, and the chain deployments named, oldest first. */
export function createChain(
  ids: readonly string[] = ['d1'],
  options: Parameters<typeof createAccount>[1] = {},
): Account {
  const account = createAccount([], options)
  const { world } = account
  world.addChain({ id: CHAIN, name: 'rag', createdAt: hoursAgo(100) })
  world.addChainDeployment(CHAIN, { id: 'live', environment: 'production', createdAt: hoursAgo(99) })
  for (const [index, id] of ids.entries()) {
    world.addChainDeployment(CHAIN, { id, createdAt: hoursAgo(50 - index) })
  }
  return account
}

/** Several runs at the same time, on one clock and one account. */
export function together(account: Account, ...runs: readonly Run[]) {
  return Promise.all(
    runs.map((inputs) =>
      act({
        inputs: stepInputs(inputs),
        transport: transportTo({ [ORIGIN]: account.baseten }),
        clock: account.clock,
      }),
    ),
  )
}

/** Lets something happen just before the first request of this method is looked at. */
export function beforeFirst(account: Account, method: 'DELETE' | 'POST', happens: () => void): void {
  let done = false
  account.baseten.settings.before = (sent) => {
    if (sent !== method || done) return
    done = true
    happens()
  }
}
