import { describe, expect, it } from 'vitest'
import { START } from '../support/clock.ts'
import { type Account, ago, alibabaAccount, basetenAccount, DAY, HOUR, idsOf, sapAccount } from './accounts.ts'

/** Every output of a step that found nothing to delete. */
const NOTHING = {
  status: 'nothing-to-delete',
  tombstone: '',
  tombstones: '[]',
  results: '[]',
  'deleted-ids': '[]',
  'deleted-count': '0',
  'failed-count': '0',
  'kept-count': '0',
  'cost-per-hour': '',
  'report-path': '/report.json',
}

/** The same of Baseten, which tells what things cost. */
const NOTHING_COSTS = { ...NOTHING, 'cost-per-hour': '0.00' }

const ACCOUNTS: readonly [string, () => Account, () => Account][] = [
  ['Baseten', () => basetenAccount(), baseten],
  ['SAP AI Core', () => sapAccount(), sap],
  ['Alibaba Model Studio', () => alibabaAccount(), alibaba],
]

describe.each(ACCOUNTS)('%s: nothing to delete is a success with every output written', (provider, empty, full) => {
  const nothing = provider === 'Baseten' ? NOTHING_COSTS : NOTHING

  it('nothing is there at all', async () => {
    const { ok, outputs } = await empty().run({ name: '*' })
    expect({ ok, outputs }).toEqual({ ok: true, outputs: nothing })
  })

  it('nothing matches', async () => {
    const account = full()
    const { ok, outputs } = await account.run({ name: 'no-such-*' })
    expect({ ok, outputs }).toEqual({ ok: true, outputs: nothing })
    expect(account.asked()).toEqual([])
  })

  it('everything that matches stays: it is reported with its reason, and the step still succeeds', async () => {
    const account = full()
    const { ok, outputs, results } = await account.run({ name: 'pr-*', protect: 'pr-*' })

    expect({ ok, status: outputs['status'], kept: outputs['kept-count'] }).toEqual({
      ok: true,
      status: 'nothing-to-delete',
      kept: '3',
    })
    expect(results.map(({ outcome, reason }) => [outcome, String(reason)])).toEqual(
      Array(3).fill(['kept', expect.stringContaining("is protected by 'pr-*' in 'protect'")]),
    )
    expect(account.asked()).toEqual([])
  })

  it('nothing to delete in a dry run: the same', async () => {
    const { ok, outputs } = await full().run({ name: 'no-such-*', 'dry-run': 'true' })
    expect({ ok, outputs }).toEqual({ ok: true, outputs: nothing })
  })
})

describe.each(ACCOUNTS)('%s: a dry run', (_provider, _empty, open) => {
  const inputs = { name: 'pr-*', 'older-than': '7d', 'dry-run': 'true' }

  it('changes nothing, and counts nothing as deleted', async () => {
    const account = open()
    const { ok, outputs } = await account.run(inputs)

    expect(account.asked()).toEqual([])
    expect(ok).toBe(true)
    expect(outputs).toMatchObject({ status: 'planned', 'deleted-ids': '[]', 'deleted-count': '0', 'kept-count': '1' })
  })

  it('says of each in results what would become of it and why', async () => {
    const { results } = await open().run(inputs)
    const told = results.map(({ id, outcome, reason }) => [id, outcome, String(reason)])
    expect(told.sort()).toEqual([
      ['pr-1a', 'planned', expect.any(String)],
      ['pr-2a', 'planned', expect.any(String)],
      ['pr-3a', 'kept', "it was created 3h ago, and 'older-than' is 7d"],
    ])
  })

  it('prints the plan, grouped, with names, ages and reasons; what does not match is only counted', async () => {
    const { log } = await open().run(inputs)
    const plan = log.slice(
      log.findIndex((line) => line.startsWith('info: Plan: 4 found: 2 to delete, 1 matched but kept, 1 not matched')),
      log.findIndex((line) => line.startsWith('group: Checking')),
    )

    expect(plan.filter((line) => line.startsWith('group: '))).toEqual([
      expect.stringMatching(/\(2\)$/),
      'group: Kept: too young (1)',
    ])
    const lines = plan.filter((line) => line.startsWith('info: deployment ')).sort()
    expect(lines).toEqual([
      expect.stringMatching(
        / pr-1a.*, 20d old(?:, \$1\.21 an hour)?: its name matches 'name', and it was created 20d ago$/,
      ),
      expect.stringMatching(
        / pr-2a.*, 10d old(?:, \$1\.21 an hour)?: its name matches 'name', and it was created 10d ago$/,
      ),
      expect.stringMatching(/ pr-3a.*, 3h old(?:, \$1\.21 an hour)?: it was created 3h ago, and 'older-than' is 7d$/),
    ])
  })

  it('puts the plan into the summary, open, and all of it into the report file; what does not match is in the file alone', async () => {
    const { summary, report } = await open().run(inputs)

    for (const id of ['pr-1a', 'pr-2a', 'pr-3a']) expect(summary).toContain(id)
    expect(summary).not.toContain('main')
    expect(summary).toContain('#### Selected (2)')
    const rows = report['plan'] as { id: string; class: string; ageMs: number }[]
    expect(rows.map((row) => [row.id, row.class, row.ageMs / DAY]).sort()).toEqual([
      ['main', 'not-matched', 30],
      ['pr-1a', 'selected', 20],
      ['pr-2a', 'selected', 10],
      ['pr-3a', 'young', 1 / 8],
    ])
  })

  it('a real run prints the same plan before it acts', async () => {
    const planned = await open().run(inputs)
    const real = await open().run({ ...inputs, 'dry-run': 'false' })
    const planOf = ({ log }: typeof real) =>
      log.slice(
        log.findIndex((line) => line.startsWith('info: Plan:')),
        log.findIndex((line) => /^group: (Checking|Deleting)/.test(line)),
      )

    expect(planOf(real)).toEqual(planOf(planned))
    expect(planOf(real).length).toBeGreaterThan(5)
    expect(idsOf(real, 'deleted')).toEqual(idsOf(planned, 'planned'))
  })
})

describe('a sweep in which one target fails', () => {
  it('carries the others through, fails, and counts only what is confirmed gone', async () => {
    const account = sap()
    account.emulator.faults.push({
      kind: 'status',
      status: 403,
      when: ({ method, path }) => method === 'DELETE' && path.endsWith('/pr-1a'),
      times: Number.POSITIVE_INFINITY,
      body: JSON.stringify({ error: { code: '01010076', message: 'Current status cannot be changed' } }),
    })
    const { ok, outputs } = await account.run({ name: 'pr-*' })

    expect(ok).toBe(false)
    expect(outputs).toMatchObject({ status: 'failed', 'deleted-count': '2', 'failed-count': '1', 'kept-count': '0' })
    expect(JSON.parse(outputs['deleted-ids'] ?? '[]').sort()).toEqual(['pr-2a', 'pr-3a'])
  })
})

const AGES: readonly [string, number][] = [
  ['main', 30 * DAY],
  ['pr-1a', 20 * DAY],
  ['pr-2a', 10 * DAY],
  ['pr-3a', 3 * HOUR],
]

function baseten() {
  const account = basetenAccount()
  account.world.addModel({ id: 'm1' })
  for (const [id, age] of AGES) account.world.addDeployment('m1', { id, name: id, createdAt: ago(age) })
  return account
}

function sap() {
  const account = sapAccount()
  for (const [id, age] of AGES) account.world.add({ id, configurationName: id, createdAt: ago(age) })
  return account
}

function alibaba() {
  const account = alibabaAccount()
  for (const [id, age] of AGES) account.world.seed({ deployed_model: id, created: START - age })
  return account
}
