import { describe, expect, it } from 'vitest'
import { START } from '../support/clock.ts'
import { ALIBABA_ORIGIN, alibabaAccount, DAY, HOUR, idsOf, reasonOf } from './accounts.ts'

/** An account with `qwen-0000` and so on, the newest with the highest number; some are named `qwen-<n>-pr1`. */
function account(count: number, selected: readonly number[] = [], options: Parameters<typeof alibabaAccount>[0] = {}) {
  const made = alibabaAccount(options)
  for (let index = 0; index < count; index++) {
    const tail = selected.includes(index) ? '-pr1' : ''
    made.world.seed({ deployed_model: `${number(index)}${tail}`, created: START - DAY + index * 1000 })
  }
  return made
}

function number(index: number): string {
  return `qwen-${String(index).padStart(4, '0')}`
}

function lists({ emulator }: ReturnType<typeof account>): string[] {
  return emulator.requests.flatMap(({ path }) =>
    path.startsWith('/api/v1/deployments?') ? [path.split('?')[1] ?? ''] : [],
  )
}

describe('a sweep of Alibaba Model Studio lists the account', () => {
  it('all pages of a hundred: what is on the first, at the seam and at the very end is found', async () => {
    const selected = [0, 99, 100, 150, 199, 200, 256]
    const made = account(257, selected, { order: 'oldest-first' })

    const acted = await made.run({ name: '*-pr1', 'dry-run': 'true' })

    expect(idsOf(acted, 'planned')).toEqual(selected.map((index) => `${number(index)}-pr1`))
    expect(lists(made).slice(0, 3).sort()).toEqual([1, 2, 3].map((page) => `page_no=${page}&page_size=100`))
    expect(acted.report['plan']).toHaveLength(257)
  })

  it.each([
    [0, 1],
    [1, 1],
    [100, 1],
    [101, 2],
    [300, 3],
  ])('%i deployments: %i requests, because the total says so', async (count, expected) => {
    const made = account(count)
    await made.run({ name: '*-pr1' })
    expect(lists(made)).toHaveLength(expected)
  })

  it('everything is listed before the first deletion', async () => {
    const made = account(250, [0, 120, 240])
    await made.run({ name: '*-pr1' })

    const firstWrite = made.emulator.requests.findIndex(({ method }) => method === 'DELETE')
    const before = made.emulator.requests.slice(0, firstWrite).map(({ path }) => path)
    expect(before.filter((path) => path.includes('page_no='))).toHaveLength(3)
    expect(made.asked().sort()).toEqual(['qwen-0000-pr1', 'qwen-0120-pr1', 'qwen-0240-pr1'])
  })

  it('entries that move to the next page while others create some are counted once, and none is missed', async () => {
    const made = account(250, [0, 150], { order: 'newest-first' })
    made.justBefore(
      (_method, path) => path.includes('page_no=2'),
      () => made.world.seed({ deployed_model: 'qwen-new', created: START }),
    )

    const acted = await made.run({ name: '*-pr1', 'dry-run': 'true' })

    expect(idsOf(acted, 'planned')).toEqual(['qwen-0000-pr1', 'qwen-0150-pr1'])
    const ids = (acted.report['plan'] as { id: string }[]).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('enough new ones to push the oldest onto another page: that page is read too', async () => {
    const made = account(200, [0], { order: 'newest-first' })
    made.justBefore(
      (_method, path) => path.includes('page_no=2'),
      () => {
        for (let index = 0; index < 20; index++) made.world.seed({ deployed_model: `new-${index}`, created: START })
      },
    )

    const acted = await made.run({ name: '*-pr1', 'dry-run': 'true' })

    expect(idsOf(acted, 'planned')).toEqual(['qwen-0000-pr1'])
    expect(lists(made)).toContain('page_no=3&page_size=100')
  })

  it('entries that vanish meanwhile end the list at its empty page', async () => {
    const made = account(250, [0], { order: 'newest-first' })
    made.justBefore(
      (_method, path) => path.includes('page_no=3'),
      () => made.world.remove(number(10)),
    )

    const acted = await made.run({ name: '*-pr1' })

    expect(acted.outputs['deleted-ids']).toBe('["qwen-0000-pr1"]')
  })

  it('without a total, pages are read until one is empty', async () => {
    const made = account(150, [0], { order: 'newest-first' })
    const handle = async (request: Request) => {
      const text = await (await made.emulator.handle(request)).text()
      return new Response(text.replace('"total":150,', ''), { headers: { 'content-type': 'application/json' } })
    }
    const emulators = { [ALIBABA_ORIGIN]: { ...made.emulator, handle } }

    const acted = await made.run({ name: '*-pr1', 'dry-run': 'true' }, { emulators })

    expect(idsOf(acted, 'planned')).toEqual(['qwen-0000-pr1'])
    expect(lists(made)).toEqual([1, 2, 3].map((page) => `page_no=${page}&page_size=100`))
  })

  it('pages that never change end the step instead of being read for ever', async () => {
    const made = account(100, [0])
    const deployments = Array.from({ length: 100 }, (_, index) => ({
      deployed_model: number(index),
      status: 'RUNNING',
    }))
    made.emulator.faults.push({
      kind: 'status',
      status: 200,
      body: JSON.stringify({ request_id: 'r', output: { total: 250, deployments } }),
      headers: { 'content-type': 'application/json' },
      when: ({ path }) => path.includes('page_no='),
      times: Number.POSITIVE_INFINITY,
    })

    const acted = await made.run({ name: '*' })

    expect(acted.ok).toBe(false)
    expect(made.asked()).toEqual([])
  })
})

describe("'workspace-id'", () => {
  const options = { apiKeys: [{ key: 'sk-emulated', workspace: 'llm-ours' }], workspaces: ['llm-theirs'] }

  it('what belongs to another workspace stays, and the plan says which, also where the API shows all', async () => {
    const made = alibabaAccount(options)
    for (const workspace_id of ['llm-ours', 'llm-theirs']) {
      made.world.seed({ deployed_model: `of-${workspace_id}`, created: START - HOUR, workspace_id })
    }
    const handle = ({ url, method, headers }: Request) => {
      const others = new Headers(headers)
      others.delete('x-dashscope-workspace')
      return made.emulator.handle(new Request(url, { method, headers: others }))
    }
    const emulators = { [ALIBABA_ORIGIN]: { ...made.emulator, handle } }

    const acted = await made.run({ name: 'of-*', 'workspace-id': 'llm-ours' }, { emulators })

    expect(idsOf(acted, 'deleted')).toEqual(['of-llm-ours'])
    expect(reasonOf(acted, 'of-llm-theirs')).toContain('llm-theirs')
    expect(made.world.ids()).toEqual(['of-llm-theirs'])
  })

  it('is told to the API too', async () => {
    const made = alibabaAccount(options)
    await made.run({ name: '*', 'workspace-id': 'llm-ours' })
    expect(made.emulator.requests.map(({ headers }) => headers['x-dashscope-workspace'])).toEqual(['llm-ours'])
  })

  it('not given: deployments of every workspace the key sees are swept', async () => {
    const made = alibabaAccount(options)
    for (const workspace_id of ['llm-ours', 'llm-theirs']) {
      made.world.seed({ deployed_model: `of-${workspace_id}`, created: START - HOUR, workspace_id })
    }
    const acted = await made.run({ name: 'of-*' })
    expect(idsOf(acted, 'deleted')).toEqual(['of-llm-ours', 'of-llm-theirs'])
  })
})
