import { describe, expect, it } from 'vitest'
import { account, START } from './alibaba-account.ts'

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ deployed_model: `m-${index}`, created: START - index * 1000 }))

describe('GET /deployments/{deployed_model}', () => {
  it('shows the object of the documents in the envelope', async () => {
    const { get } = account({ deployments: [{ deployed_model: 'emo-35b3f106-sample01', model_name: 'emo' }] })
    const { status, body } = await get('/deployments/emo-35b3f106-sample01')
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual(['request_id', 'output'])
    expect(body.output).toEqual({
      deployed_model: 'emo-35b3f106-sample01',
      gmt_create: '2026-06-17T11:00:38',
      gmt_modified: '2026-06-17T11:00:38',
      status: 'RUNNING',
      model_name: 'emo',
      base_model: 'emo',
      base_capacity: 1,
      capacity: 1,
      ready_capacity: 1,
      workspace_id: 'llm-emulated',
      charge_type: 'post_paid',
      creator: '175805416000',
      modifier: '175805416000',
    })
  })

  it('answers 404 NotFound for an unknown one, with the name in the message', async () => {
    const { get } = account()
    const { status, body } = await get('/deployments/nobody')
    expect(status).toBe(404)
    expect(body).toEqual({
      request_id: expect.any(String),
      code: 'NotFound',
      message: 'Model: nobody not found!',
    })
  })

  it('answers NotFound under another status or code where that is wanted', async () => {
    const { get } = account({ notFoundStatus: 400, notFoundCode: 'MODEL_CODE_NOT_FOUND' })
    const { status, body } = await get('/deployments/nobody')
    expect([status, body.code]).toEqual([400, 'MODEL_CODE_NOT_FOUND'])
  })

  it('decodes the ID, and an encoded slash stays inside it', async () => {
    const { get } = account({ deployments: [{ deployed_model: 'a b/c' }] })
    expect((await get('/deployments/a%20b%2Fc')).body.output.deployed_model).toBe('a b/c')
    expect((await get('/deployments/a%20b/c')).body.message).toBe('Request path not found.')
  })

  it('leaves out what is omitted and shows any status', async () => {
    const deployments = [{ deployed_model: 'x', status: 'ARREARS_DOWN', omit: ['gmt_create', 'charge_type', 'plan'] }]
    const { output } = (await account({ deployments }).get('/deployments/x')).body
    expect(output.status).toBe('ARREARS_DOWN')
    expect(output).not.toHaveProperty('gmt_create')
    expect(output).not.toHaveProperty('charge_type')
  })
})

describe('gmt_create', () => {
  const deployments = [{ deployed_model: 'x' }]

  it('is UTC by default and UTC+8 on request, without a zone either way', async () => {
    const utc = await account({ deployments }).get('/deployments/x')
    const china = await account({ deployments, zoneOffsetHours: 8 }).get('/deployments/x')
    expect(utc.body.output.gmt_create).toBe('2026-06-17T11:00:38')
    expect(china.body.output.gmt_create).toBe('2026-06-17T19:00:38')
  })

  it('has the fraction of POST where that is wanted, in some answers only', async () => {
    const { get } = account({ deployments, fractionIn: ['list'] })
    expect((await get('/deployments')).body.output.deployments?.[0]?.gmt_create).toBe('2026-06-17T11:00:38.68')
    expect((await get('/deployments/x')).body.output.gmt_create).toBe('2026-06-17T11:00:38')
  })

  it('writes a fraction of nothing as .0', async () => {
    const { get } = account({ deployments: [{ deployed_model: 'x', created: START - 680 }], fractionIn: ['get'] })
    expect((await get('/deployments/x')).body.output.gmt_create).toBe('2026-06-17T11:00:38.0')
  })

  it('can be any text at all', async () => {
    const { get } = account({ deployments: [{ deployed_model: 'x', gmt_create: 'yesterday' }] })
    expect((await get('/deployments/x')).body.output.gmt_create).toBe('yesterday')
  })
})

describe('GET /deployments', () => {
  it('pages from 1 with page_no, page_size and the total', async () => {
    const { get } = account({ deployments: many(25) })
    const { body } = await get('/deployments?page_no=3&page_size=10')
    expect(body.output).toMatchObject({ page_no: 3, page_size: 10, total: 25 })
    expect(body.output.deployments).toHaveLength(5)
    expect((await get('/deployments?page_no=4&page_size=10')).body.output.deployments).toEqual([])
  })

  it('has 10 a page by default, or what an option says', async () => {
    expect((await account({ deployments: many(60) }).get('/deployments')).body.output.deployments).toHaveLength(10)
    const wide = account({ deployments: many(60), pageSizeDefault: 50 })
    expect((await wide.get('/deployments')).body.output.deployments).toHaveLength(50)
  })

  it.each(['page_size=101', 'page_size=0', 'page_size=-1', 'page_size=x', 'page_no=0', 'page_no=1.5'])(
    'refuses %s as InvalidParameter',
    async (query) => {
      const { status, body } = await account().get(`/deployments?${query}`)
      expect([status, body.code]).toEqual([400, 'InvalidParameter'])
    },
  )

  it('accepts up to 200 a page where that is wanted', async () => {
    const { get } = account({ deployments: many(300), pageSizeMax: 200 })
    expect((await get('/deployments?page_size=200')).body.output.deployments).toHaveLength(200)
    expect((await get('/deployments?page_size=201')).status).toBe(400)
  })

  it('filters by plan, and ignores a status filter', async () => {
    const deployments = [
      { deployed_model: 'a', plan: 'lora' },
      { deployed_model: 'b', plan: 'mu' },
      { deployed_model: 'c' },
    ]
    const { get } = account({ deployments })
    const lora = (await get('/deployments?plan=lora')).body.output
    expect([lora.total, lora.deployments?.map((each) => each.deployed_model)]).toEqual([1, ['a']])
    expect((await get('/deployments?status=STOPPED')).body.output.total).toBe(3)
  })

  it('has an order that an option chooses', async () => {
    const ids = async (order: 'newest-first' | 'oldest-first' | 'seeded') => {
      const deployments = [
        { deployed_model: 'b', created: 2000 },
        { deployed_model: 'a', created: 1000 },
        { deployed_model: 'c', created: 3000 },
      ]
      const { output } = (await account({ deployments, order }).get('/deployments')).body
      return output.deployments?.map((each) => each.deployed_model)
    }
    expect(await ids('newest-first')).toEqual(['c', 'b', 'a'])
    expect(await ids('oldest-first')).toEqual(['a', 'b', 'c'])
    expect(await ids('seeded')).toEqual(['b', 'a', 'c'])
  })

  it('shifts its offsets when something goes between two pages', async () => {
    const { get, world } = account({ deployments: many(20) })
    await get('/deployments?page_size=10')
    world.remove('m-0')
    const second = (await get('/deployments?page_no=2&page_size=10')).body.output.deployments
    expect(second?.[0]?.deployed_model).toBe('m-11')
  })

  it('lists 5,000 quickly', async () => {
    const begin = performance.now()
    const { get } = account({ deployments: many(5000) })
    const seen = new Set<string>()
    for (let page = 1; page <= 50; page += 1) {
      const { output } = (await get(`/deployments?page_no=${page}&page_size=100`)).body
      for (const each of output.deployments ?? []) seen.add(each.deployed_model)
    }
    expect(seen.size).toBe(5000)
    expect(performance.now() - begin).toBeLessThan(30_000)
  })
})

describe('other paths', () => {
  it('lists the deployable models, so that `models` is no deployment', async () => {
    const { get, del } = account({ deployments: [{ deployed_model: 'models' }] })
    expect((await get('/deployments/models')).body.output).toMatchObject({
      models: [{ model_name: 'qwen-plus', base_capacity: 1 }],
      total: 1,
    })
    expect((await get('/deployments/models?page_size=0')).status).toBe(400)
    expect((await del('/deployments/models')).status).toBe(400)
  })

  it.each(['/deployment', '/deployments/', '/deployments/a/b', '/deployments/models/x', '/deployments/a/b/c/d', '/x'])(
    'answers 404 "Request path not found." for %s',
    async (path) => {
      const { status, body } = await account().get(path)
      expect([status, body.code, body.message]).toEqual([404, 'NotFound', 'Request path not found.'])
    },
  )

  it.each([
    ['DELETE', '/deployments'],
    ['PUT', '/deployments/x'],
    ['DELETE', '/deployments/x/capacity-instances'],
    ['PUT', '/deployments/x/capacity-instances/y'],
    ['DELETE', '/deployments/x/capacity-operations/1'],
  ])('refuses the method of %s %s', async (method, path) => {
    const { status, body } = await account().call(method, path)
    expect([status, body.message]).toEqual([400, `Request method '${method}' is not supported.`])
  })

  it('lives under another base path where that is wanted', async () => {
    expect((await account({ basePath: '' }).get('/deployments')).status).toBe(404)
  })
})
