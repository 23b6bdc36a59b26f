import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type BasetenSettings, DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import type { FaultKind } from '../../emulators/emulator.ts'
import { START } from '../support/clock.ts'
import { isMetering } from '../support/metering.ts'
import { type AccountOf, ago, basetenAccount, DAY, HOUR } from '../sweep/accounts.ts'
import { EXTENT, mostly } from './scenario.ts'

interface Used {
  status: string
  /** When it was asked, in hours before the start. */
  asked: readonly number[]
  /** On how many of the last days it is on the bill. */
  billedDays: number
  daysOld: number
}

interface UsageWorld {
  isChain: boolean
  deployments: readonly Used[]
  unusedDays: number
  settings: Partial<BasetenSettings>
  mayReadBill: boolean
  /** Somebody sends a request to a deployment right before the nth request of the run. */
  sent: readonly { which: number; nth: number }[]
  faults: readonly { fault: FaultKind; times: number; skip: number }[]
}

const FAULTS: readonly FaultKind[] = [
  { kind: 'reset-before' },
  { kind: 'hang' },
  { kind: 'truncated' },
  { kind: 'wrong-type' },
  { kind: 'html' },
  ...[403, 404, 429, 500].map((status): FaultKind => ({ kind: 'status', status })),
  ...['null', '{}', '{"metric_values":[]}', '{"dedicated_usage":null}'].map(
    (body): FaultKind => ({ kind: 'status', status: 200, body, headers: { 'content-type': 'application/json' } }),
  ),
]

const WORLD: fc.Arbitrary<UsageWorld> = fc.record({
  isChain: mostly(false, true),
  deployments: fc.array(
    fc.record({
      status: fc.constantFrom('ACTIVE', 'ACTIVE', 'SCALED_TO_ZERO', 'INACTIVE', 'WAKING_UP', 'FAILED'),
      asked: fc.array(fc.constantFrom(0.5, 5, 30, 24 * 6, 24 * 8, 24 * 15, 24 * 29, 24 * 40), { maxLength: 2 }),
      billedDays: fc.constantFrom(0, 0, 1, 8, 40, 40, 40),
      daysOld: mostly(60, 0, 5, 20),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  unusedDays: fc.constantFrom(1, 7, 8, 14, 30, 31),
  settings: fc.record({
    quietSeries: fc.constantFrom('omitted', 'empty', 'null', 'zero', 'zero'),
    requestUnit: fc.constantFrom('count', 'rate'),
    metrics: mostly<BasetenSettings['metrics']>('supported', 'other-shape', 403, 404, 500),
    billingNumbers: fc.constantFrom('number', 'string'),
    billingBreakdown: mostly<BasetenSettings['billingBreakdown']>('present', 'missing', 'no-usage'),
    billingDaily: mostly(true, false),
  }),
  mayReadBill: mostly(true, false),
  sent: fc.array(fc.record({ which: fc.nat(3), nth: fc.nat(40) }), { maxLength: 3 }),
  faults: fc.array(fc.record({ fault: fc.constantFrom(...FAULTS), times: fc.constantFrom(1, 2, 9), skip: fc.nat(6) }), {
    maxLength: 2,
  }),
})

const DATES = Array.from({ length: 45 }, (_, index) => new Date(START - index * DAY).toISOString().slice(0, 10))

type Account = AccountOf<ReturnType<typeof basetenAccount>['emulator']>

/** What the account counts requests by: the deployment, or the only chainlet of a chain deployment. */
const counted = ({ isChain }: UsageWorld, id: string) => (isChain ? `${id}-let` : id)

function build(world: UsageWorld): Account {
  const apiKeys = [{ key: DEFAULT_API_KEY, billing: world.mayReadBill }]
  const account = basetenAccount({ ...world.settings, apiKeys })
  const { world: made } = account
  made.addModel({ id: 'm1' })
  made.addDeployment('m1', { id: 'live', name: 'live', production: true })
  made.addChain({ id: 'c1' })
  for (const [index, { status, asked, billedDays, daysOld }] of world.deployments.entries()) {
    const [id, createdAt] = [`d${index}`, ago(daysOld * DAY)]
    if (world.isChain) {
      made.addChainDeployment('c1', { id, status, createdAt, chainlets: [{ id: counted(world, id), name: 'Let' }] })
    } else made.addDeployment('m1', { id, name: `pr-${index}`, status, createdAt })
    for (const [nth, hours] of asked.entries()) {
      made.traffic.serve(counted(world, id), 1, { at: START - hours * HOUR, status: nth === 0 ? '2xx' : '5xx' })
    }
    for (const date of DATES.slice(0, billedDays)) made.traffic.bill(counted(world, id), { date })
  }
  for (const date of DATES) made.traffic.bill('live', { date })
  return account
}

interface Sent {
  id: string
  at: number
  /** How many requests of the run had arrived. */
  after: number
}

/** Plays the world; gives the requests that came while it ran. */
async function play(account: Account, world: UsageWorld): Promise<Sent[]> {
  const sent: Sent[] = []
  const requests = account.emulator.requests
  for (const { which, nth } of world.sent) {
    const id = `d${which % world.deployments.length}`
    let count = 0
    account.justBefore(
      () => count++ === nth,
      () => {
        const at = account.clock.now() - 1
        account.world.traffic.serve(counted(world, id), 1, { at, status: '4xx' })
        sent.push({ id, at, after: requests.length })
      },
    )
  }
  for (const { fault, times, skip } of world.faults) {
    let met = 0
    account.emulator.faults.push({ ...fault, times, when: (request) => isMetering(request) && met++ >= skip })
  }
  const what = world.isChain ? { resource: 'chain-deployment', name: '*' } : { name: 'pr-*' }
  await account.run({ ...what, 'unused-for': `${world.unusedDays}d`, timeout: '5m' })
  return sent
}

/** What says of use, for one deployment: its metrics, or the bill. */
const tellsOf = (world: UsageWorld, id: string, path: string) =>
  path.includes(`/deployments/${id}/metrics`) || (path.includes('/billing/') && (world.isChain || isBillOnly(world)))

const isBillOnly = ({ settings }: UsageWorld) => settings.quietSeries !== 'zero'

/** What was done wrong; nothing if the run kept to its word. */
function objections(account: Account, world: UsageWorld, sent: readonly Sent[]): string[] {
  const requests = account.emulator.requests
  const isUnreadable =
    (world.settings.metrics !== 'supported' && !world.isChain) || (world.isChain && !world.mayReadBill)
  return requests.flatMap(({ method, path, status }, index) => {
    if (method !== 'DELETE' || status !== 200) return []
    const id = /\/deployments\/(d\d)$/.exec(path)?.[1] ?? expect.fail(path)
    const used = world.deployments[Number(id.slice(1))] ?? expect.fail(id)
    const last = requests.slice(0, index).findLastIndex((request) => tellsOf(world, id, request.path))
    const since = START - world.unusedDays * DAY
    return [
      used.daysOld <= world.unusedDays ? `${id} is younger than that` : '',
      isUnreadable ? `nobody could tell the use of ${id}` : '',
      requests[last]?.status === 200 ? '' : `the last answer about the use of ${id} was ${requests[last]?.status}`,
      used.asked.some((hours) => START - hours * HOUR >= since) ? `${id} had requests before` : '',
      sent.some((each) => each.id === id && each.at >= since && each.after <= last)
        ? `${id} had a request meanwhile`
        : '',
    ].filter((text) => text !== '')
  })
}

it('whatever can be told of use, and whenever somebody sends a request: what was used, or may have been, is not deleted', async () => {
  let deleted = 0
  let kept = 0
  const property = fc.asyncProperty(WORLD, async (world) => {
    const account = build(world)
    const sent = await play(account, world)
    expect(objections(account, world, sent)).toEqual([])
    const count = account.asked().length
    deleted += count
    kept += world.deployments.length - count
  })
  await fc.assert(property, { numRuns: Math.ceil(EXTENT.worlds / 5), seed: EXTENT.seed })
  // A sweep that never deletes anything would keep its word as well.
  expect(Math.min(deleted, kept)).toBeGreaterThan(EXTENT.worlds / 50)
})
