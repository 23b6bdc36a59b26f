import { describe, expect, it } from 'vitest'
import { DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import { START } from '../support/clock.ts'
import { isMetering } from '../support/metering.ts'
import { ago, basetenAccount, DAY, errorsOf, HOUR, idsOf } from './accounts.ts'

type Options = Parameters<typeof basetenAccount>[0]

/** `cheap` costs $1.2072 an hour, `dear` $12.9996 with two H100, `zero` nothing, `odd` nobody knows what. */
function priced(options: Options = {}) {
  const account = basetenAccount(options)
  const { world } = account
  world.addModel({ id: 'm1', name: 'llama' })
  const createdAt = ago(20 * DAY)
  world.addDeployment('m1', { id: 'live', name: 'main', production: true, createdAt })
  world.addDeployment('m1', { id: 'cheap', name: 'pr-cheap', createdAt })
  world.addDeployment('m1', { id: 'zero', name: 'pr-zero', status: 'SCALED_TO_ZERO', createdAt })
  world.addDeployment('m1', { id: 'dear', name: 'pr-dear', instanceTypeName: 'H100:26x234', replicas: 2, createdAt })
  return account
}

function withOdd() {
  const account = priced()
  account.world.addDeployment('m1', { id: 'odd', name: 'pr-odd', instanceTypeName: 'custom', createdAt: ago(20 * DAY) })
  return account
}

/** `costPerHour` by ID. */
const costs = ({ results }: { results: Record<string, unknown>[] }) =>
  Object.fromEntries(results.map(({ id, costPerHour }) => [String(id), costPerHour]))

const SWEEP = { name: 'pr-*' }

describe('what a sweep costs', () => {
  it('is an output, a member of each result, and in the last line of the log', async () => {
    const done = await priced().run(SWEEP)
    expect(done.outputs['cost-per-hour']).toBe('14.2068')
    expect(costs(done)).toEqual({ cheap: 1.2072, zero: 0, dear: 12.9996 })
    expect(done.outputs['results']).toContain('"costPerHour":1.2072')
    expect(done.log.at(-1)).toMatch(/^info: Undeploy: 3 deleted in .*, which stops \$14\.21 an hour$/)
  })

  it('is in the plan, the dearest first, with what stays', async () => {
    const { log } = await priced().run({ name: '*' })
    expect(log).toContain(
      'info: What is selected costs $14.21 an hour, about $10,400 a month, at list price. What is kept costs $1.21 an hour.',
    )
    const lines = log.filter((line) => /\(pr-.* old/.test(line))
    expect(lines.map((line) => line.replace(/^.*\((pr-\w+)\).*?(?:, (\$[\d.]+) an hour)?: .*$/, '$1 $2'))).toEqual([
      'pr-dear $13.00',
      'pr-cheap $1.21',
      'pr-zero $0.00',
    ])
  })

  it('is silent about what did not match', async () => {
    const { log } = await priced().run(SWEEP)
    expect(log).toContain('info: What is selected costs $14.21 an hour, about $10,400 a month, at list price.')
  })

  it('is in the summary, and its table', async () => {
    const account = priced()
    account.world.traffic.bill('dear', { date: '2026-11-20', subtotal: '300' })
    const { summary } = await account.run({ ...SWEEP, 'dry-run': 'true' })
    expect(summary).toContain('Would stop &#36;14.21 an hour, about &#36;10,400 a month, at list price.')
    expect(summary).toContain('| name | target | status | age | an hour | last 31 days | why |')
    expect(summary).toMatch(/pr-dear .*\| &#36;13\.00 \| &#36;300\.00&nbsp;and&nbsp;0&nbsp;requests \|/)
    expect(summary).toMatch(/pr-zero .*\| &#36;0\.00 \| {2}\|/)
  })

  it('is in the report file, with labels and what was spent', async () => {
    const account = priced()
    account.world.deployment('m1', 'cheap').labels = { team: 'ml' }
    account.world.traffic.bill('cheap', { date: '2026-11-20', subtotal: '28.97' })
    account.world.traffic.serve('cheap', 4, { at: START - DAY })
    const { report } = await account.run({ ...SWEEP, 'dry-run': 'true' })
    const rows = report['plan'] as Record<string, unknown>[]
    expect(rows.find(({ id }) => id === 'cheap')).toMatchObject({
      labels: { team: 'ml' },
      costPerHour: 1.2072,
      costOf31Days: 28.97,
      requestsIn31Days: 4,
    })
    expect(rows.find(({ id }) => id === 'dear')).toMatchObject({ labels: null, costOf31Days: null })
  })

  it('tells what each has cost, from numbers and from texts', async () => {
    for (const billingNumbers of ['string', 'number'] as const) {
      const account = priced({ billingNumbers })
      account.world.traffic.bill('cheap', { date: '2026-11-20', subtotal: '28.97' })
      account.world.traffic.bill('cheap', { date: '2026-11-19', subtotal: '0.1' })
      const { log, summary } = await account.run({ ...SWEEP, 'dry-run': 'true' })
      expect(log.join('\n')).toContain('$1.21 an hour, $29.07 and 0 requests in 31 days')
      expect(summary).toContain('It has cost &#36;29.07 in the last 31 days.')
    }
  })

  it('is unknown where the price of one is, which is not zero', async () => {
    const done = await withOdd().run(SWEEP)
    expect(done.outputs['cost-per-hour']).toBe('')
    expect(costs(done)).toMatchObject({ odd: null, cheap: 1.2072 })
    expect(done.log.join('\n')).toContain(
      'What is selected costs at least $14.21 an hour, about $10,400 a month, at list price; the price of 1 target is not known.',
    )
    expect(done.log.at(-1)).toMatch(/which stops at least \$14\.21 an hour$/)
  })

  it('is zero where nothing of it runs', async () => {
    const done = await priced().run({ name: 'pr-zero' })
    expect(done.outputs['cost-per-hour']).toBe('0.00')
    expect(done.summary).toContain('Stops nothing at the moment: no replica runs.')
  })

  it('is zero of what is inactive, whatever is told of its replicas', async () => {
    const account = priced()
    const overrides = { active_replica_count: undefined, instance_type_name: null }
    account.world.addDeployment('m1', { id: 'off', name: 'off', status: 'INACTIVE', createdAt: ago(DAY), overrides })
    expect((await account.run({ name: 'off' })).outputs['cost-per-hour']).toBe('0.00')
  })

  it('is that of what went and not of what failed', async () => {
    const account = priced()
    account.world.deployment('m1', 'dear')
    account.justBefore(
      (method, path) => method === 'DELETE' && path.endsWith('/dear'),
      () => account.world.promote('m1', 'dear', 'staging'),
    )
    const done = await account.run(SWEEP)
    expect(idsOf(done, 'deleted')).toEqual(['cheap', 'zero'])
    expect(done.outputs['cost-per-hour']).toBe('1.2072')
  })

  it('of a chain deployment is that of all its chainlets', async () => {
    const account = basetenAccount()
    account.world.addChain({ id: 'c1', name: 'rag' })
    const chainlets = [
      { id: 'a', name: 'A', replicas: 2 },
      { id: 'b', name: 'B', instanceTypeName: '1x2' },
    ]
    account.world.addChainDeployment('c1', { id: 'old', createdAt: ago(9 * DAY), chainlets })
    const done = await account.run({ resource: 'chain-deployment', name: '*' })
    expect(done.outputs['cost-per-hour']).toBe('2.4492')
  })

  it('is not asked for of what has no price: models, environments, chains', async () => {
    for (const resource of ['model', 'environment', 'chain']) {
      const account = priced()
      const { outputs } = await account.run({ resource, name: 'pr-*' })
      expect(outputs['cost-per-hour']).toBe('')
      expect(account.emulator.requests.filter(isMetering)).toEqual([])
    }
  })
})

describe('money never delays or fails anything', () => {
  const isCost = (request: { path: string }) => isMetering(request) && !request.path.includes('/metrics')

  it.each([
    ['403', { kind: 'status', status: 403, body: '{"code":"PERMISSION_DENIED"}' }],
    ['404', { kind: 'status', status: 404 }],
    ['500', { kind: 'status', status: 500 }],
    ['429', { kind: 'status', status: 429, body: '{"retry_after":3600}' }],
    ['another shape', { kind: 'wrong-type' }],
    ['a page of HTML', { kind: 'html' }],
    ['a broken connection', { kind: 'reset-before' }],
    ['no answer', { kind: 'hang' }],
    ['an answer without end', { kind: 'slow' }],
    ['far too much', { kind: 'huge' }],
  ] as const)('%s for prices and bill: the sweep takes as long and ends as without', async (_, fault) => {
    const plain = await priced().run(SWEEP)
    const account = priced()
    account.emulator.faults.push({ ...fault, when: isCost, times: 99 })
    const done = await account.run(SWEEP)
    expect({ ok: done.ok, ms: done.ms, errors: errorsOf(done) }).toEqual({ ok: true, ms: plain.ms, errors: [] })
    expect(idsOf(done, 'deleted')).toEqual(['cheap', 'dear', 'zero'])
    expect(done.outputs['cost-per-hour']).toBe('')
    expect(done.log.join('\n')).not.toMatch(/warning|costs \$|an hour/)
  })

  it('prices without a bill are told, where the key may not read it', async () => {
    const done = await priced({ apiKeys: [{ key: DEFAULT_API_KEY, billing: false }] }).run(SWEEP)
    expect(done.outputs['cost-per-hour']).toBe('14.2068')
    expect(done.summary).not.toContain('31 days')
  })

  it('in a dry run, prices that come late are waited for, but not for long', async () => {
    const account = priced()
    account.emulator.faults.push({ kind: 'hang', when: isCost, times: 99 })
    const done = await account.run({ ...SWEEP, 'dry-run': 'true' })
    expect(done.ok).toBe(true)
    expect(done.ms).toBeLessThanOrEqual(2000)
    expect(done.outputs['cost-per-hour']).toBe('')
  })

  it('a key that may read prices and nothing else is told that it is the wrong one', async () => {
    const account = priced()
    account.emulator.faults.push({ kind: 'status', status: 403, when: (request) => !isMetering(request), times: 99 })
    const done = await account.run(SWEEP)
    expect(errorsOf(done).join()).toMatch(/Check 'api-key'/)
  })
})

describe('exact IDs', () => {
  const EXACT = { 'model-id': 'm1', 'deployment-id': 'cheap\ndear' }

  it('have a cost as well, from one request beside the first look', async () => {
    const account = priced()
    const done = await account.run(EXACT)
    expect(done.outputs['cost-per-hour']).toBe('14.2068')
    expect(costs(done)).toEqual({ cheap: 1.2072, dear: 12.9996 })
    expect(account.emulator.requests.filter(isCost).map(({ path }) => path)).toEqual(['/v1/instance_type_prices'])
  })

  it('take as long as without, and the first three requests are those of the look', async () => {
    const account = priced()
    const silent = priced()
    silent.emulator.faults.push({ kind: 'hang', when: isMetering, times: 99 })
    const [done, without] = [await account.run(EXACT), await silent.run(EXACT)]
    expect(without.ok).toBe(true)
    expect(without.ms).toBe(done.ms)
    expect(account.emulator.requests.slice(0, 3).some(isMetering)).toBe(false)
  })

  it.each(['true', 'false'])('in use are warned of (dry run: %s)', async (dryRun) => {
    const account = priced()
    account.world.traffic.serve('dear', 214, { at: START - HOUR / 2 })
    account.world.traffic.serve('cheap', 9, { at: START - 2 * HOUR })
    const { log, ok } = await account.run({ ...EXACT, 'dry-run': dryRun })
    expect(log.filter((line) => line.startsWith('warning: '))).toEqual([
      expect.stringMatching(/deployment dear of model m1.* is in use: 214 requests in the last hour$/),
    ])
    expect(ok).toBe(true)
  })

  it('that nobody can tell the use of are not warned of', async () => {
    const account = priced({ metrics: 500 })
    const { log, ok } = await account.run({ ...EXACT, 'dry-run': 'true' })
    expect(ok).toBe(true)
    expect(log.filter((line) => line.startsWith('warning: '))).toEqual([])
  })

  const isCost = (request: { path: string }) => isMetering(request) && !request.path.includes('/metrics')
})

describe('a dry run of a sweep', () => {
  it('marks what had requests in the last hour', async () => {
    const account = priced()
    account.world.traffic.serve('dear', 214, { at: START - HOUR / 2 })
    const { log, summary } = await account.run({ ...SWEEP, 'dry-run': 'true' })
    expect(log.join('\n')).toContain("its name matches 'name'; in use: 214 requests in the last hour")
    expect(summary).toContain('in use: 214 requests in the last hour')
    expect(log.join('\n').match(/in use/g)).toHaveLength(1)
  })

  it('asks for no use where too many are selected to be deleted', async () => {
    const account = priced()
    await account.run({ ...SWEEP, 'dry-run': 'true', 'max-deletions': '1' })
    expect(account.emulator.requests.filter(({ path }) => path.includes('/metrics'))).toEqual([])
  })
})
