import { describe, expect, it } from 'vitest'
import { actionYml } from '../project/action-yml.ts'
import { START } from '../support/clock.ts'
import {
  type Account,
  ago,
  alibabaAccount,
  basetenAccount,
  DAY,
  errorsOf,
  idsOf,
  reasonOf,
  sapAccount,
} from './accounts.ts'

// What went wrong in comparable tools, one test for each: none of it may happen here.

const FOR_EVER = { times: Number.POSITIVE_INFINITY }
const NAMES = ['main', 'PR-1_a', 'PR-12_a', 'PR-2_a']

/** One model with production, and a deployment for each name, the first the oldest. */
function account(names: readonly string[] = NAMES) {
  const made = basetenAccount()
  made.world.addModel({ id: 'm1', name: 'PR-1_model' })
  made.world.addDeployment('m1', { id: 'live', name: 'live', production: true, createdAt: ago(90 * DAY) })
  for (const [index, name] of names.entries()) {
    made.world.addDeployment('m1', { id: name, name, createdAt: ago((30 - index) * DAY) })
  }
  return made
}

/** The step failed before a single request left. */
async function refused(made: Account, inputs: Record<string, string>): Promise<string> {
  const acted = await made.run(inputs)
  expect({ ok: acted.ok, requests: made.requests() }).toEqual({ ok: false, requests: 0 })
  return errorsOf(acted).join('\n')
}

describe('an empty or odd input never widens what is deleted', () => {
  const narrowed = {
    name: 'PR-*',
    'older-than': '1h',
    status: 'ACTIVE',
    'keep-latest': '1',
    protect: 'main',
    'max-deletions': '5',
  }

  it.each(Object.keys(narrowed))('an empty %s never selects more: it is an error, no request', async (name) => {
    expect(await refused(account(), { ...narrowed, [name]: '' })).toContain(`'${name}'`)
  })

  it('all selectors empty: an error, no request', async () => {
    const empty = Object.fromEntries(Object.keys(narrowed).map((name) => [name, '']))
    expect(await refused(account(), empty)).toContain('nothing says what to delete')
  })

  it('no selector at all: an error, no request', async () => {
    expect(await refused(account(), {})).toContain('nothing says what to delete')
  })

  it.each(['', 'yes', '0', 'no', 'TRUE', 'dry', 'null'])(
    "dry-run: '%s' is neither dry nor real: an error, no request",
    async (value) => {
      expect(await refused(account(), { name: 'PR-*', 'dry-run': value })).toContain("'dry-run'")
    },
  )

  it.each(['', 'yes'])("wait: '%s' is an error, it never leaves something running in silence", async (value) => {
    expect(await refused(account(), { name: 'PR-*', wait: value })).toContain("'wait'")
  })

  it('the summary says what was left running, and why', async () => {
    const { summary } = await account().run({ name: 'PR-*', protect: 'PR-12_a' })
    expect(summary).toContain('PR-12')
    expect(summary).toMatch(/protected/)
  })

  it.each([
    ['older-than', '-1h'],
    ['older-than', 'NaN'],
    ['older-than', '99999999999d'],
    ['keep-latest', '-1'],
    ['keep-latest', 'NaN'],
    ['max-deletions', '-1'],
    ['max-deletions', 'NaN'],
    ['max-deletions', '99999999999'],
  ])('%s: %s is an error, no request', async (name, value) => {
    expect(await refused(account(), { name: 'PR-*', [name]: value })).toContain(`'${name}' is '${value}'`)
  })

  it('a creation time in the future makes nothing old: a negative age selects nothing', async () => {
    const made = basetenAccount()
    made.world.addModel({ id: 'm1' })
    for (const id of ['a', 'b']) made.world.addDeployment('m1', { id, name: id, createdAt: ago(-30 * DAY) })
    const acted = await made.run({ name: '*', 'older-than': '1s' })
    expect(idsOf(acted, 'kept')).toEqual(['a', 'b'])
  })

  it('every input that narrows does so under the very name that action.yml gives it', async () => {
    const declared = [...actionYml('inputs').keys()]
    const all = idsOf(await account().run({ name: '*', 'dry-run': 'true' }), 'planned')
    const narrowing: Record<string, string> = {
      'older-than': '29d',
      status: 'INACTIVE',
      'keep-latest': '2',
      protect: 'PR-*',
      'max-deletions': '3',
    }
    for (const [name, value] of Object.entries(narrowing)) {
      expect(declared).toContain(name)
      const planned = idsOf(await account().run({ name: '*', 'dry-run': 'true', [name]: value }), 'planned')
      expect(all.length, name).toBeGreaterThan(planned.length)
    }
  })
})

describe('never the wrong target', () => {
  it('PR-1_* takes pull request 1 and never 12', async () => {
    expect(idsOf(await account().run({ name: 'PR-1_*' }), 'deleted')).toEqual(['PR-1_a'])
  })

  it('PR-2 never takes 267 or 12: names match as a whole', async () => {
    const made = account(['PR-2', 'PR-267', 'PR-12', 'x-PR-2', 'pr-2', 'PR-2 '])
    expect(idsOf(await made.run({ name: 'PR-2' }), 'deleted')).toEqual(['PR-2'])
  })

  it('a name that was cut matches only itself: nothing is matched by its beginning or its end', async () => {
    const made = account(['qwen-feature-very-long-na', 'qwen-feature-very-long-name', 'g-name'])
    expect(idsOf(await made.run({ name: 'qwen-feature-very-long-na' }), 'deleted')).toEqual([
      'qwen-feature-very-long-na',
    ])
  })

  it('the pattern is matched against the name that is documented, and no other field', async () => {
    const alibaba = alibabaAccount()
    alibaba.world.seed({ deployed_model: 'qwen-1', name: 'PR-1_a', model_name: 'PR-1_b', created: START - DAY })
    const sap = sapAccount()
    sap.world.add({ id: 'PR-1', configurationName: 'main', scenarioId: 'PR-1', executableId: 'PR-1' })
    const baseten = basetenAccount()
    baseten.world.addModel({ id: 'PR-1', name: 'PR-1' })
    for (const id of ['PR-1', 'PR-11'])
      baseten.world.addDeployment('PR-1', { id, name: 'main', labels: { pr: 'PR-1' } })

    for (const made of [alibaba, sap, baseten]) {
      const acted = await made.run({ name: 'PR-1*' })
      expect(acted.outputs['status']).toBe('nothing-to-delete')
      expect(made.asked()).toEqual([])
    }
  })

  it('a protect pattern that never matched is warned of: it protects nothing', async () => {
    const { log } = await account().run({ name: 'PR-1_*', protect: 'mian' })
    expect(log).toContainEqual(expect.stringMatching(/^warning: 'mian' in 'protect' matches none of the 5 names found/))
  })

  it('keep-latest keeps the newest and deletes the oldest', async () => {
    const acted = await account(['oldest', 'older', 'newer', 'newest']).run({
      name: '*e*',
      'keep-latest': '2',
      protect: 'live',
    })
    expect(idsOf(acted, 'deleted')).toEqual(['older', 'oldest'])
  })

  it.each(['inserted', 'reversed', 'by-id'] as const)(
    'equal creation times: keep-latest keeps the same ones however they are listed (%s)',
    async (listOrder) => {
      const made = basetenAccount({ listOrder })
      made.world.addModel({ id: 'm1' })
      made.world.addDeployment('m1', { id: 'live', name: 'live', production: true })
      for (const id of ['c', 'a', 'd', 'b']) made.world.addDeployment('m1', { id, name: 'PR', createdAt: ago(DAY) })
      expect(idsOf(await made.run({ name: 'PR', 'keep-latest': '2' }), 'deleted')).toEqual(['a', 'b'])
    },
  )

  it('production is out first: no selector, age, status or keep-latest gets at it', async () => {
    const acted = await account([]).run({ name: 'live', 'older-than': '1s', status: 'ACTIVE', allow: 'development' })
    expect(reasonOf(acted, 'live')).toContain('it serves production')
    expect(acted.outputs['deleted-count']).toBe('0')
  })

  it('what is decided is read again right before the deletion', async () => {
    const made = account(['PR-1_a', 'PR-1_b'])
    await made.run({ name: 'PR-1_*' })
    const { requests } = made.emulator
    const firstWrite = requests.findIndex(({ method }) => method !== 'GET')
    const lists = requests.slice(0, firstWrite).filter(({ path }) => path === '/v1/models/m1/deployments')
    expect(lists).toHaveLength(2)
  })
})

describe('no access and errors are never "nothing to do"', () => {
  it.each([401, 403, 404, 500, 502, 503])('a list answered with %i fails the step', async (status) => {
    const made = account()
    made.emulator.faults.push({ kind: 'status', status, body: '{}', ...FOR_EVER })
    const acted = await made.run({ name: 'PR-*' })
    expect({ ok: acted.ok, status: acted.outputs['status'] }).toEqual({ ok: false, status: 'failed' })
  })

  it('a list answered with a page of HTML and status 200 fails the step', async () => {
    const made = account()
    made.emulator.faults.push({ kind: 'html', ...FOR_EVER })
    const acted = await made.run({ name: 'PR-*' })
    expect(acted.ok).toBe(false)
    expect(errorsOf(acted)[0]).toContain('HTML page')
  })
})

describe('outputs count only what is confirmed', () => {
  const counts = ({ outputs }: { outputs: Record<string, string> }) => [
    outputs['deleted-count'],
    outputs['deleted-ids'],
  ]

  it('in a dry run: nothing', async () => {
    expect(counts(await account().run({ name: 'PR-*', 'dry-run': 'true' }))).toEqual(['0', '[]'])
  })

  it('past the cap: nothing', async () => {
    expect(counts(await account().run({ name: 'PR-*', 'max-deletions': '2' }))).toEqual(['0', '[]'])
  })

  it('where the provider refuses one: the others', async () => {
    const made = account()
    const when = ({ path, method }: { path: string; method: string }) => method === 'DELETE' && path.endsWith('PR-12_a')
    made.emulator.faults.push({ kind: 'status', status: 403, body: '{}', when, ...FOR_EVER })
    const acted = await made.run({ name: 'PR-*' })
    expect(acted.outputs).toMatchObject({ status: 'failed', 'deleted-count': '2', 'failed-count': '1' })
    expect(JSON.parse(acted.outputs['deleted-ids'] ?? '').sort()).toEqual(['PR-1_a', 'PR-2_a'])
  })

  it('where deletion is accepted and not waited for: nothing', async () => {
    const acted = await account().run({ name: 'PR-*', wait: 'false' })
    expect(counts(acted)).toEqual(['0', '[]'])
    expect(idsOf(acted, 'accepted')).toHaveLength(3)
  })
})

describe('volume', () => {
  it('more than a first page of a hundred: all of them are seen', async () => {
    const made = alibabaAccount()
    for (let index = 0; index < 350; index++) made.world.seed({ deployed_model: `pr-${index}`, created: START - DAY })
    const acted = await made.run({ name: 'pr-*', 'dry-run': 'true', 'max-deletions': '350' })
    expect(idsOf(acted, 'planned')).toHaveLength(350)
  })

  it('pages that shrink while the sweep deletes: everything was collected before, so none is skipped', async () => {
    const made = alibabaAccount()
    for (let index = 0; index < 250; index++) made.world.seed({ deployed_model: `pr-${index}`, created: START - DAY })
    const acted = await made.run({ name: 'pr-*', 'max-deletions': '250' })
    expect(idsOf(acted, 'deleted')).toHaveLength(250)
    expect(made.world.ids()).toEqual([])
  })

  it('more than the cap: the whole plan is shown and nothing goes, it is never cut to as many as allowed', async () => {
    const made = account()
    const acted = await made.run({ name: 'PR-*', 'max-deletions': '2' })
    expect(made.asked()).toEqual([])
    expect(acted.log).toContainEqual(expect.stringMatching(/^group: .*\(3\)$/))
    expect(errorsOf(acted)[0]).toMatch(/^3 targets selected, but 'max-deletions' is 2/)
  })
})
