import { type Served, serve } from '../../emulators/serve.ts'
import { type Account, type AccountPlan, createAccount } from './account.ts'
import { type Tally, tallyOf } from './tally.ts'

// The process that the emulators live in, apart from what is measured. It is told what to do by messages of its parent.

export type Order = { open: AccountPlan } | { count: string } | { close: string }

/** An account that can be asked over HTTP. */
export interface OpenAccount {
  url: string
  ids: string[]
  /** What a step says in `with:` to get in, apart from what is to go. */
  inputs: Record<string, string>
}

export type Reply = { opened: OpenAccount } | { tally: Tally } | { closed: true } | { problem: string }

const accounts = new Map<string, { account: Account; plan: AccountPlan; served: Served }>()

async function carryOut(order: Order): Promise<Reply> {
  if ('open' in order) {
    const plan = order.open
    const account = createAccount(plan)
    const served = await serve(account.emulator, { latencyMs: plan.latencyMs ?? 0 })
    accounts.set(served.url, { account, plan, served })
    return { opened: { url: served.url, ids: account.ids, inputs: account.inputs(served.url) } }
  }
  const url = 'count' in order ? order.count : order.close
  const known = accounts.get(url)
  if (known === undefined) throw new Error(`no account at ${url}`)
  const { account, plan, served } = known
  if ('count' in order) {
    return { tally: tallyOf(account.emulator.requests, account.left(), plan.latencyMs ?? 0) }
  }
  accounts.delete(url)
  await served.close()
  return { closed: true }
}

process.on('message', (message: { serial: number; order: Order }) => {
  const { serial, order } = message
  carryOut(order)
    .catch((error: unknown): Reply => ({ problem: String(error) }))
    .then((reply) => process.send?.({ serial, reply }))
})
