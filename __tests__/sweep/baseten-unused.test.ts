import { describe, expect, it } from 'vitest'
import { DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import type { Transport } from '../../src/http/transport.ts'
import { START } from '../support/clock.ts'
import { isMetering } from '../support/metering.ts'
import { transportTo } from '../support/transport.ts'
import { ago, basetenAccount, DAY, HOUR, idsOf, reasonOf } from './accounts.ts'

type Options = Parameters<typeof basetenAccount>[0]

const DAYS = Array.from({ length: 40 }, (_, index) => new Date(START - index * DAY).toISOString().slice(0, 10))

/** Old deployments: `idle` was never asked, `used` yesterday, `long` ten days ago. Production is busy. */
function used(options: Options = {}) {
  const account = basetenAccount(options)
  const { world } = account
  world.addModel({ id: 'm1', name: 'llama' })
  world.addDeployment('m1', { id: 'live', name: 'main', production: true, createdAt: ago(90 * DAY) })
  for (const id of ['idle', 'used', 'long'])
    world.addDeployment('m1', { id, name: `pr-${id}`, createdAt: ago(60 * DAY) })
  world.traffic.serve('live', 9, { at: START - HOUR })
  world.traffic.serve('used', 3, { at: START - DAY })
  world.traffic.serve('long', 1, { at: START - 10 * DAY })
  return account
}

/** The same, and the bill knows every day of all of them. */
function billed(options: Options = {}) {
  const account = used(options)
  for (const date of DAYS) for (const id of ['live', 'idle', 'used', 'long']) account.world.traffic.bill(id, { date })
  return account
}

const WEEK = { name: 'pr-*', 'unused-for': '7d' }

/** The paths of requests for price and use, without queries. */
function metering({ emulator }: ReturnType<typeof used>): string[] {
  return emulator.requests.filter(isMetering).map(({ path }) => path.replace(/\?.*/, ''))
}

const metricsOf = (account: ReturnType<typeof used>, id: string) =>
  metering(account).filter((path) => path === `/v1/models/m1/deployments/${id}/metrics`).length

describe('unused-for', () => {
  it('deletes what had no request, and keeps what had one, with their number', async () => {
    const account = billed()
    const done = await account.run(WEEK)
    expect(account.asked().sort()).toEqual(['idle', 'long'])
    expect(reasonOf(done, 'used')).toBe('3 requests in the last 7 days')
    expect(idsOf(done, 'kept')).toEqual(['used'])
    expect(done.log).toContain('group: Kept: in use (1)')
    expect(done.log.join('\n')).toContain("its name matches 'name', and it had no request in the last 7 days")
  })

  it('asks for as much of the past as is said', async () => {
    const account = billed()
    const done = await account.run({ ...WEEK, 'unused-for': '11d' })
    expect(account.asked()).toEqual(['idle'])
    expect(reasonOf(done, 'long')).toBe('1 request in the last 11 days')
  })

  it('keeps what is younger than that, without asking', async () => {
    const account = billed()
    account.world.addDeployment('m1', { id: 'young', name: 'pr-young', createdAt: ago(3 * DAY) })
    const done = await account.run(WEEK)
    expect(reasonOf(done, 'young')).toBe("it was created 3d ago, and 'unused-for' is 7d")
    expect(metricsOf(account, 'young')).toBe(0)
  })

  it('keeps what nobody knows the age of', async () => {
    const account = billed()
    account.world.addDeployment('m1', { id: 'odd', name: 'pr-odd', createdAt: 'long ago' })
    const done = await account.run(WEEK)
    expect(reasonOf(done, 'odd')).toBe("its creation time is not known, so 'unused-for' cannot be checked")
  })

  it('goes with labels and other criteria, all of which must select', async () => {
    const account = billed()
    account.world.deployment('m1', 'idle').labels = { team: 'ml' }
    await account.run({ label: 'team=*', 'unused-for': '7d', 'older-than': '30d' })
    expect(account.asked()).toEqual(['idle'])
    expect(metricsOf(account, 'long')).toBe(0)
  })

  it('keeps the latest of what all others select, used or not', async () => {
    const account = billed()
    account.world.addDeployment('m1', { id: 'newer', name: 'pr-newer', createdAt: ago(50 * DAY) })
    account.world.traffic.bill('newer', { date: DAYS[0] ?? '' })
    await account.run({ ...WEEK, 'keep-latest': '1' })
    expect(account.asked()).not.toContain('newer')
    expect(metricsOf(account, 'newer')).toBe(0)
  })

  it('asks nobody about what is protected, does not match or has another status', async () => {
    const account = billed()
    await account.run({ ...WEEK, name: 'pr-*\nmain', protect: 'pr-idle', status: 'ACTIVE' })
    expect([metricsOf(account, 'live'), metricsOf(account, 'idle')]).toEqual([0, 0])
    expect(account.asked()).toEqual(['long'])
  })
})

describe('what cannot be told is kept, with the reason', () => {
  it.each<[string, Options, RegExp]>([
    ['metrics are refused', { metrics: 403 }, /its use cannot be read: the key may not read metrics/],
    ['metrics are gone', { metrics: 404 }, /its use cannot be read: GET .*metrics answered HTTP 404/],
    ['metrics fail', { metrics: 500 }, /its use cannot be read: GET \S+ answered HTTP 500.*, 3 times/],
    [
      'metrics have another shape',
      { metrics: 'other-shape' },
      /its use cannot be read: its metrics are not as documented/,
    ],
  ])('%s', async (_, options, reason) => {
    const account = billed(options)
    const done = await account.run(WEEK)
    expect(account.asked()).toEqual([])
    expect(done.ok).toBe(true)
    expect(reasonOf(done, 'idle')).toMatch(reason)
    expect(done.log).toContain('group: Kept: cannot be checked (3)')
  })

  it.each(['omitted', 'empty', 'null'] as const)('no series (%s) and no bill', async (quietSeries) => {
    const account = used({ quietSeries, apiKeys: [{ key: DEFAULT_API_KEY, billing: false }] })
    const done = await account.run(WEEK)
    expect(account.asked()).toEqual([])
    expect(reasonOf(done, 'idle')).toBe(
      'its use cannot be read: its metrics show nothing, and the key may not read the bill',
    )
  })

  it.each(['missing', 'no-usage'] as const)(
    'no series and a bill without a breakdown (%s)',
    async (billingBreakdown) => {
      const account = billed({ billingBreakdown })
      const done = await account.run(WEEK)
      expect(account.asked()).toEqual([])
      expect(reasonOf(done, 'idle')).toMatch(/the bill is not as documented/)
    },
  )

  it('no series, and a bill that lacks a day of what runs', async () => {
    const account = used()
    for (const date of DAYS.slice(1)) account.world.traffic.bill('idle', { date })
    const done = await account.run(WEEK)
    expect(account.asked()).toEqual([])
    expect(reasonOf(done, 'idle')).toMatch(/the bill has no entry for it on 2026-11-21/)
  })

  it('a bill that contradicts the metrics', async () => {
    const account = used({ quietSeries: 'zero' })
    account.world.traffic.serve('idle', 2, { at: START - 2 * DAY })
    // Metrics that lost the two requests: the window is answered as if it had none.
    account.emulator.faults.push({
      kind: 'status',
      status: 200,
      times: 9,
      body: JSON.stringify({
        start_epoch_millis: START - 7 * DAY,
        end_epoch_millis: START,
        mode: 'SUMMARY',
        step_seconds: null,
        metric_descriptors: [{ name: 'baseten_inference_requests_total', unit_hint: 'COUNT', label_sets: [{}] }],
        metric_values: [{ start_epoch_millis: START - 7 * DAY, values: [[0]] }],
      }),
      headers: { 'content-type': 'application/json' },
      when: ({ path }) => path.includes('/idle/metrics'),
    })
    const done = await account.run(WEEK)
    expect(account.asked()).not.toContain('idle')
    expect(reasonOf(done, 'idle')).toBe(
      'its use cannot be read: its metrics show no request, but its bill shows 2 requests since 2026-11-19',
    )
  })
})

describe('a counter that never counted', () => {
  it('may have zeros, and then no bill is needed', async () => {
    const account = used({ quietSeries: 'zero', apiKeys: [{ key: DEFAULT_API_KEY, billing: false }] })
    await account.run(WEEK)
    expect(account.asked().sort()).toEqual(['idle', 'long'])
  })

  it('may be a rate, of which zero is zero too', async () => {
    const account = billed({ quietSeries: 'zero', requestUnit: 'rate' })
    const done = await account.run(WEEK)
    expect(account.asked().sort()).toEqual(['idle', 'long'])
    expect(reasonOf(done, 'used')).toBe('it had requests in the last 7 days')
  })

  it('of what is scaled to zero needs no entry, as long as others have one on each day', async () => {
    const account = used()
    account.world.setStatus('m1', 'idle', 'SCALED_TO_ZERO')
    for (const date of DAYS) account.world.traffic.bill('live', { date })
    await account.run(WEEK)
    expect(account.asked()).toEqual(['idle'])
  })

  it('is told by a bill of 31 days for 30, and by one more for 31', async () => {
    const account = billed()
    await account.run({ ...WEEK, 'unused-for': '31d' })
    expect(account.asked()).toEqual(['idle'])
    // Once for the plan, once for the first day of 32, and once before the deletion.
    expect(metering(account).filter((path) => path.includes('billing'))).toHaveLength(3)
  })
})

describe('use is asked for once more right before the deletion', () => {
  const request = (account: ReturnType<typeof used>, id: string) => {
    let asked = 0
    account.justBefore(
      (_method, path) => path.includes(`/${id}/metrics`) && ++asked === 2,
      () => account.world.traffic.serve(id, 1, { at: account.clock.now() - 1 }),
    )
  }

  it('and what had a request since the plan stays, the others go', async () => {
    const account = billed({ quietSeries: 'zero' })
    request(account, 'idle')
    const done = await account.run(WEEK)
    expect(account.asked()).toEqual(['long'])
    expect(done.ok).toBe(true)
    expect(reasonOf(done, 'idle')).toBe('1 request since the plan was made')
    expect(idsOf(done, 'kept')).toEqual(['idle', 'used'])
  })

  it('also where there was no series before', async () => {
    const account = billed()
    request(account, 'idle')
    await account.run(WEEK)
    expect(account.asked()).toEqual(['long'])
  })

  it('and what cannot be told then stays', async () => {
    const account = billed({ quietSeries: 'zero' })
    let asked = 0
    account.justBefore(
      (_method, path) => path.includes('/idle/metrics') && ++asked === 2,
      () => {
        account.emulator.settings.metrics = 403
      },
    )
    const done = await account.run(WEEK)
    expect(account.asked()).not.toContain('idle')
    expect(reasonOf(done, 'idle')).toBe('its use cannot be read: the key may not read metrics')
  })
})

describe('metrics that answer late', () => {
  it.each([4000, 9000])('by %d ms hold up a deletion, and do not keep it for ever', async (ms) => {
    const account = billed({ quietSeries: 'zero' })
    const plain = transportTo({ 'https://api.baseten.co': account.emulator })
    const transport: Transport = async (request) => {
      if (request.url.pathname.endsWith('/metrics')) await account.clock.sleep(ms, request.signal)
      return plain(request)
    }
    const done = await account.run(WEEK, { transport })
    expect(done.ok).toBe(true)
    expect(account.asked().sort()).toEqual(['idle', 'long'])
  })
})

describe('chain deployments, which have no metrics', () => {
  function chain(options: Options = {}) {
    const account = basetenAccount(options)
    const { world } = account
    world.addChain({ id: 'c1', name: 'rag' })
    world.addChainDeployment('c1', { id: 'now', environment: 'production', createdAt: ago(90 * DAY) })
    const lets = ['a', 'b'].map((id) => ({ id, name: id }))
    world.addChainDeployment('c1', { id: 'old', createdAt: ago(80 * DAY), chainlets: lets })
    const bill = (...ids: string[]) => {
      for (const date of DAYS) for (const id of ids) world.traffic.bill(id, { date })
    }
    return { ...account, bill }
  }
  const OLD = { resource: 'chain-deployment', name: '*', 'unused-for': '7d' }

  it('go where no chainlet has a request on any day', async () => {
    const account = chain()
    account.bill('a', 'b')
    await account.run(OLD)
    expect(account.asked()).toEqual(['old'])
  })

  it('stay where one chainlet had a request', async () => {
    const account = chain()
    account.bill('a', 'b')
    account.world.traffic.serve('b', 2, { at: START - 5 * DAY })
    const done = await account.run(OLD)
    expect(account.asked()).toEqual([])
    expect(reasonOf(done, 'old')).toBe('its bill shows 2 requests since 2026-11-16')
  })

  it('stay where one chainlet is not on the bill, and where there is no bill', async () => {
    const account = chain()
    account.bill('a')
    const done = await account.run(OLD)
    expect(account.asked()).toEqual([])
    expect(reasonOf(done, 'old')).toMatch(/its use cannot be read: the bill has no entry for it on/)

    const blind = chain({ apiKeys: [{ key: DEFAULT_API_KEY, billing: false }] })
    expect(reasonOf(await blind.run(OLD), 'old')).toBe('its use cannot be read: the key may not read the bill')
  })

  it('stay where a request comes onto the bill before the deletion', async () => {
    const account = chain()
    account.bill('a', 'b')
    let bills = 0
    account.justBefore(
      (_method, path) => path.includes('/billing/') && ++bills === 2,
      () => account.world.traffic.serve('a', 1, { at: account.clock.now() - 1 }),
    )
    const done = await account.run(OLD)
    expect(account.asked()).toEqual([])
    expect(reasonOf(done, 'old')).toBe('its bill shows 1 request since 2026-11-21')
  })
})

describe('requests', () => {
  it.each([
    ['1d', 1],
    ['7d', 1],
    ['8d', 2],
    ['14d', 2],
    ['31d', 5],
  ])('for %s are %d of the metrics of each candidate, in a dry run', async (unusedFor, count) => {
    const account = billed({ quietSeries: 'zero' })
    await account.run({ ...WEEK, 'unused-for': unusedFor, 'dry-run': 'true' })
    expect(['idle', 'used', 'long'].map((id) => metricsOf(account, id))).toEqual([count, count, count])
    expect(metricsOf(account, 'live')).toBe(0)
  })

  it('add one of the metrics before a deletion, and two for prices and bill', async () => {
    const account = billed({ quietSeries: 'zero' })
    await account.run(WEEK)
    expect(['idle', 'used', 'long'].map((id) => metricsOf(account, id))).toEqual([2, 1, 2])
    expect(metering(account).filter((path) => !path.endsWith('/metrics'))).toEqual([
      '/v1/instance_type_prices',
      '/v1/billing/usage_summary',
    ])
  })

  it('of a sweep without it are two more, whatever the number of deployments', async () => {
    const account = billed()
    await account.run({ name: 'pr-*' })
    expect(account.asked()).toHaveLength(3)
    expect(metering(account)).toEqual(['/v1/instance_type_prices', '/v1/billing/usage_summary'])
  })

  it('are at most 8 at once and 50 in a second, however many candidates there are', async () => {
    const account = basetenAccount({ quietSeries: 'zero', rateLimits: true })
    account.world.addModel({ id: 'm1' })
    account.world.addDeployment('m1', { id: 'live', production: true })
    for (let index = 0; index < 230; index++) {
      account.world.addDeployment('m1', { id: `d${index}`, name: `pr-${index}`, createdAt: ago(60 * DAY) })
    }
    await account.run({ ...WEEK, 'dry-run': 'true', 'max-deletions': '500' })
    const times = account.emulator.requests.filter(({ path }) => path.includes('/metrics')).map(({ at }) => at)
    expect(times).toHaveLength(230)
    const most = Math.max(...times.map((at) => times.filter((other) => other >= at && other < at + 1000).length))
    expect(most).toBeLessThanOrEqual(50)
    expect(account.emulator.requests.map(({ status }) => status)).not.toContain(429)
  })
})
