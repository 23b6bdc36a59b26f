import { describe, expect, it } from 'vitest'
import { LABELS_OF_EVERY_TYPE } from '../../emulators/baseten/labels.ts'
import { REQUESTS } from '../../emulators/baseten/metrics.ts'
import { START, setup } from './baseten-setup.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

function used(options: Parameters<typeof setup>[0] = {}) {
  const given = setup(options)
  const at = `${given.path}/deployments/${given.spare.id}/metrics`
  const summary = (start: number, end: number, more = `&metrics=${REQUESTS}`) =>
    given.call('GET', `${at}?mode=SUMMARY&start_epoch_millis=${start}&end_epoch_millis=${end}${more}`)
  const bill = (start: string, end: string) =>
    given.call('GET', `/v1/billing/usage_summary?start_date=${start}&end_date=${end}`)
  return { ...given, at, summary, bill }
}

describe('prices', () => {
  it('lists every instance type with its price in USD per minute', async () => {
    const { call } = setup()
    const { status, body } = await call('GET', '/v1/instance_type_prices')
    expect(status).toBe(200)
    expect(body.instance_types).toContainEqual({
      instance_type: {
        id: 'A10G:4x16',
        name: 'A10G:4x16',
        memory_limit_mib: 16_384,
        millicpu_limit: 4_000,
        gpu_count: 1,
        gpu_type: 'A10G',
        gpu_memory_limit_mib: 24_576,
      },
      price: 0.020_12,
    })
  })

  it('follows the account, whose prices are its own', async () => {
    const { call, world } = setup()
    world.prices.clear()
    expect((await call('GET', '/v1/instance_type_prices')).body).toEqual({ instance_types: [] })
  })
})

describe('labels', () => {
  it('are shown as they were pushed, with values of every JSON type', async () => {
    const { call, world, model, path } = setup()
    const { id } = world.addDeployment(model.id, { labels: { ...LABELS_OF_EVERY_TYPE } })
    const { labels } = (await call('GET', `${path}/deployments/${id}`)).body
    expect(labels).toMatchObject({ text: 'pr-42', number: 42, yes: true, nothing: null, nested: { text: 'pr-42' } })
  })
})

describe('metrics', () => {
  it('sum up the requests of a window in one value set, a label set for each status', async () => {
    const { world, spare, summary } = used()
    world.traffic.serve(spare.id, 3, { at: START - 2 * HOUR })
    world.traffic.serve(spare.id, 1, { at: START - HOUR, status: '5xx' })
    expect(await summary(START - DAY, START)).toEqual({
      status: 200,
      body: {
        start_epoch_millis: START - DAY,
        end_epoch_millis: START,
        mode: 'SUMMARY',
        step_seconds: null,
        metric_descriptors: [
          { name: REQUESTS, unit_hint: 'COUNT', kind: 'COUNTER', label_sets: [{ status: '2xx' }, { status: '5xx' }] },
        ],
        metric_values: [{ start_epoch_millis: START - DAY, values: [[3, 1]] }],
      },
    })
    expect((await summary(START - HOUR, START)).body.metric_values[0].values).toEqual([[null, 1]])
  })

  it('may say a rate instead of a count', async () => {
    const { world, spare, summary } = used({ requestUnit: 'rate' })
    world.traffic.serve(spare.id, 36, { at: START - 1 })
    const { body } = await summary(START - HOUR, START)
    expect(body.metric_descriptors[0]).toMatchObject({ unit_hint: 'PER_SECOND', kind: 'GAUGE' })
    expect(body.metric_values[0].values).toEqual([[0.01]])
  })

  it.each([
    ['omitted', [], []],
    ['empty', [[]], [[]]],
    ['null', [[{}]], [[null]]],
    ['zero', [[{}]], [[0]]],
  ] as const)('of a deployment that never had a request can be %s', async (quietSeries, labels, values) => {
    const { summary } = used({ quietSeries })
    const { body } = await summary(START - DAY, START)
    expect(body.metric_descriptors.map((each: { label_sets: unknown }) => each.label_sets)).toEqual(labels)
    expect(body.metric_values[0].values).toEqual(values)
  })

  it.each([
    [
      'a window of more than 7 days',
      `mode=SUMMARY&start_epoch_millis=${START - 7 * DAY - 1}&end_epoch_millis=${START}`,
    ],
    ['a window that ends before it begins', `mode=SUMMARY&start_epoch_millis=${START}&end_epoch_millis=${START - 1}`],
    ['a window for the current values', `mode=CURRENT&start_epoch_millis=${START - HOUR}`],
    ['a name that is unknown', 'mode=SUMMARY&metrics=requests_total'],
    ['another mode', 'mode=TOTAL'],
    ['a time that is none', 'mode=SUMMARY&start_epoch_millis=yesterday'],
  ])('are refused for %s', async (_, query) => {
    const { call, at } = used()
    expect((await call('GET', `${at}?${query}`)).status).toBe(400)
  })

  it('take exactly 7 days, and an hour where no window is given', async () => {
    const { call, at, summary } = used()
    expect((await summary(START - 7 * DAY, START)).status).toBe(200)
    const { body } = await call('GET', `${at}?mode=SUMMARY`)
    expect([body.start_epoch_millis, body.end_epoch_millis]).toEqual([START - HOUR, START])
  })

  it('omit names that are valid and do not apply, and show three where none is named', async () => {
    const { world, spare, summary } = used()
    world.traffic.serve(spare.id)
    expect((await summary(START - DAY, START, '&metrics=baseten_gpu_utilization')).body.metric_descriptors).toEqual([])
    const { body } = await summary(START - DAY, START, '')
    expect(body.metric_descriptors.map(({ name }: { name: string }) => name)).toEqual([
      'baseten_replicas_active',
      REQUESTS,
      'baseten_end_to_end_response_time_seconds',
    ])
    expect(body.metric_values[0].values[0]).toEqual([1])
  })

  it('come in steps of whole minutes where a series is asked for', async () => {
    const { call, at } = used()
    const { body } = await call('GET', `${at}?mode=SERIES&start_epoch_millis=${START - HOUR}`)
    expect(body.step_seconds).toBe(60)
    expect(body.metric_values).toHaveLength(60)
  })

  it('are unstable: another shape, a failure, or none for the key', async () => {
    const shaped = used({ metrics: 'other-shape' })
    expect(await shaped.summary(START - DAY, START)).toMatchObject({ status: 200, body: { metrics: {} } })
    expect((await used({ metrics: 501 }).summary(START - DAY, START)).status).toBe(501)
    const { call, at } = used({ apiKeys: ['emulated-baseten-key', { key: 'blind', metrics: false }] })
    expect((await call('GET', at, { key: 'blind' })).status).toBe(403)
  })

  it('are those of one deployment: none of another one, of none and of no chain', async () => {
    const { call, path, world, production, summary } = used({ quietSeries: 'zero' })
    world.traffic.serve(production.id, 5, { at: START - 1 })
    expect((await summary(START - DAY, START)).body.metric_values[0].values).toEqual([[0]])
    expect((await call('GET', `${path}/deployments/none/metrics`)).status).toBe(404)
    const chain = world.addChain()
    const { id } = world.addChainDeployment(chain.id)
    expect((await call('GET', `/v1/chains/${chain.id}/deployments/${id}/metrics`)).status).toBe(404)
  })
})

describe('the bill', () => {
  it('has an entry for each deployment that was used, by day, with dollars as texts', async () => {
    const { world, spare, bill } = used()
    world.traffic.bill(spare.id, { date: '2026-10-31', minutes: 60, subtotal: '1.2072' })
    world.traffic.serve(spare.id, 4, { at: START - HOUR })
    const { body } = await bill('2026-10-30T00:00:00Z', '2026-11-01T12:00:00Z')
    expect(body.training_usage).toBeNull()
    expect(body.dedicated_usage).toMatchObject({ subtotal: '1.2072', minutes: 60 })
    expect(body.dedicated_usage.breakdown).toEqual([
      {
        billable_resource: {
          id: spare.id,
          kind: 'MODEL_DEPLOYMENT',
          name: 'PR-4_abc1234',
          model_name: 'whisper',
          is_deleted: false,
          instance_type: 'A10G:4x16',
          environment_name: null,
          chain_metadata: null,
          team_id: null,
          team_name: null,
        },
        subtotal: '1.2072',
        compute_cost: '1.2072',
        surcharge_cost: '0.0000',
        minutes: 60,
        inference_requests: 4,
        daily: [
          {
            date: '2026-10-31',
            subtotal: '1.2072',
            compute_cost: '1.2072',
            surcharge_cost: '0.0000',
            minutes: 60,
            inference_requests: 0,
          },
          {
            date: '2026-11-01',
            subtotal: '0.0000',
            compute_cost: '0.0000',
            surcharge_cost: '0.0000',
            minutes: 0,
            inference_requests: 4,
          },
        ],
      },
    ])
  })

  it('keeps what is deleted, and says so', async () => {
    const { world, model, spare, bill } = used()
    world.traffic.bill(spare.id, { date: '2026-10-31' })
    world.removeDeployment(model.id, spare.id)
    const { body } = await bill('2026-10-30T00:00:00Z', '2026-11-01T12:00:00Z')
    expect(body.dedicated_usage.breakdown[0].billable_resource).toMatchObject({ id: spare.id, is_deleted: true })
  })

  it('names the chain deployment of a chainlet', async () => {
    const { world, bill } = used()
    const chain = world.addChain({ name: 'rag' })
    const deployment = world.addChainDeployment(chain.id, { chainlets: [{ id: 'let1', name: 'Embed' }] })
    world.traffic.serve('let1', 2)
    const { body } = await bill('2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z')
    expect(body.dedicated_usage.breakdown).toEqual([])
    world.traffic.serve('let1', 2, { at: START - 1 })
    const [item] = (await bill('2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z')).body.dedicated_usage.breakdown
    expect(item.billable_resource).toMatchObject({
      id: 'let1',
      kind: 'CHAINLET',
      chain_metadata: { chain_id: chain.id, chain_name: 'rag', chain_deployment_id: deployment.id },
    })
  })

  it('may have numbers, no daily, no breakdown or no usage at all', async () => {
    const { world, spare, bill, settings } = used({ billingNumbers: 'number', billingDaily: false })
    world.traffic.bill(spare.id, { date: '2026-10-31', subtotal: '0.5' })
    const read = async () => (await bill('2026-10-30T00:00:00Z', '2026-11-01T00:00:00Z')).body.dedicated_usage
    const [item] = (await read()).breakdown
    expect(item.subtotal).toBe(0.5)
    expect(item).not.toHaveProperty('daily')
    settings.billingBreakdown = 'missing'
    expect(await read()).toEqual({ subtotal: 0.5, credits_used: 0, total: 0.5, minutes: 1440 })
    settings.billingBreakdown = 'no-usage'
    expect(await read()).toBeNull()
  })

  it('is behind by as much as is set', async () => {
    const { world, spare, bill, wait } = used({ billingLagMs: HOUR })
    world.traffic.serve(spare.id, 1, { at: START - 1 })
    const read = async () => (await bill('2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z')).body.dedicated_usage.breakdown
    expect(await read()).toEqual([])
    wait(HOUR)
    expect(await read()).toMatchObject([{ inference_requests: 1 }])
  })

  it.each([
    ['more than 31 days', '2026-10-01T00:00:00Z', '2026-11-01T00:00:01Z'],
    ['days before 2026', '2025-12-31T00:00:00Z', '2026-01-03T00:00:00Z'],
    ['an end before the start', '2026-10-02T00:00:00Z', '2026-10-01T00:00:00Z'],
    ['what is no date', 'yesterday', '2026-10-01T00:00:00Z'],
    ['no end', '2026-10-01T00:00:00Z', ''],
  ])('is refused for %s', async (_, start, end) => {
    expect((await used().bill(start, end)).status).toBe(400)
  })

  it('is not for every key', async () => {
    const { call } = used({ apiKeys: [{ key: 'poor', billing: false }] })
    const query = 'start_date=2026-10-01T00:00:00Z&end_date=2026-10-02T00:00:00Z'
    expect((await call('GET', `/v1/billing/usage_summary?${query}`, { key: 'poor' })).status).toBe(403)
  })
})
