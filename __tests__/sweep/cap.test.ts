import { describe, expect, it } from 'vitest'
import type { Acted } from '../support/act.ts'
import { START } from '../support/clock.ts'
import { type Account, ago, alibabaAccount, basetenAccount, DAY, errorsOf, idsOf, sapAccount } from './accounts.ts'

const ACCOUNTS: readonly [string, (count: number) => Account][] = [
  [
    'Baseten',
    (count) => {
      const account = basetenAccount()
      account.world.addModel({ id: 'm1' })
      account.world.addDeployment('m1', { id: 'live', name: 'pr-live', production: true })
      each(count, (name) => account.world.addDeployment('m1', { id: name, name, createdAt: ago(DAY) }))
      return account
    },
  ],
  [
    'SAP AI Core',
    (count) => {
      const account = sapAccount()
      each(count, (name) => account.world.add({ id: name, configurationName: name, createdAt: ago(DAY) }))
      return account
    },
  ],
  [
    'Alibaba Model Studio',
    (count) => {
      const account = alibabaAccount()
      each(count, (name) => account.world.seed({ deployed_model: name, created: START - DAY }))
      return account
    },
  ],
]

describe.each(ACCOUNTS)('%s: more selected than max-deletions', (_provider, open) => {
  it('deletes nothing at all, not even as many as it allows, and fails with both numbers', async () => {
    const account = open(12)
    const acted = await account.run({ name: 'pr-*', 'max-deletions': '11' })

    expect(failed(acted)).toEqual({ ok: false, status: 'failed', deleted: '0', ids: '[]' })
    expect(account.asked()).toEqual([])
    const [problem, ...more] = errorsOf(acted)
    expect(problem).toContain("12 targets selected, but 'max-deletions' is 11: nothing was deleted")
    expect(more).toEqual([])
  })

  it('fails in a dry run too, so that the real one holds no surprise', async () => {
    const account = open(12)
    const acted = await account.run({ name: 'pr-*', 'max-deletions': '11', 'dry-run': 'true' })

    expect(failed(acted)).toEqual({ ok: false, status: 'failed', deleted: '0', ids: '[]' })
    expect(errorsOf(acted)[0]).toContain("12 targets selected, but 'max-deletions' is 11")
    expect(account.asked()).toEqual([])
  })

  it('not given, it is 10', async () => {
    expect(errorsOf(await open(11).run({ name: 'pr-*' }))[0]).toContain(
      "11 targets selected, but 'max-deletions' is 10",
    )
    expect(idsOf(await open(10).run({ name: 'pr-*' }), 'deleted')).toHaveLength(10)
  })

  it('as many as it allows: all of them go', async () => {
    const acted = await open(12).run({ name: 'pr-*', 'max-deletions': '12' })
    expect(idsOf(acted, 'deleted')).toHaveLength(12)
    expect(acted.ok).toBe(true)
  })

  it('the plan is printed before it fails, and every one selected is reported as kept with that reason', async () => {
    const acted = await open(12).run({ name: 'pr-*', 'max-deletions': '11' })

    expect(acted.log).toContainEqual(expect.stringMatching(/^group: .*\(12\)$/))
    const selected = acted.results.filter(({ reason }) => String(reason).includes("'max-deletions'"))
    expect(selected.map(({ outcome }) => outcome)).toEqual(Array(12).fill('kept'))
    expect(acted.report['plan']).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: 'pr-3', class: 'selected' })]),
    )
  })
})

describe('max-deletions counts', () => {
  it('what is selected in the end: what stays for any reason does not count', async () => {
    const account = basetenAccount()
    account.world.addModel({ id: 'm1' })
    account.world.addDeployment('m1', { id: 'live', name: 'pr-live', production: true })
    account.world.addDeployment('m1', { id: 'young', name: 'pr-young', createdAt: ago(1000) })
    account.world.addDeployment('m1', { id: 'kept', name: 'pr-kept', createdAt: ago(DAY) })
    account.world.addDeployment('m1', { id: 'old', name: 'pr-old', createdAt: ago(2 * DAY) })

    const acted = await account.run({ name: 'pr-*', 'older-than': '1h', protect: 'pr-kept', 'max-deletions': '1' })

    expect(idsOf(acted, 'deleted')).toEqual(['old'])
  })

  it('over all models together, not for each', async () => {
    const account = basetenAccount()
    for (const id of ['m1', 'm2']) {
      account.world.addModel({ id })
      account.world.addDeployment(id, { name: 'main', production: true })
      for (const name of ['pr-1', 'pr-2']) account.world.addDeployment(id, { name, createdAt: ago(DAY) })
    }
    const acted = await account.run({ name: 'pr-*', 'max-deletions': '3' })

    expect(errorsOf(acted)[0]).toContain("4 targets selected, but 'max-deletions' is 3")
    expect(account.asked()).toEqual([])
  })

  it('models in a sweep of models, whatever is under them', async () => {
    const account = basetenAccount()
    for (const id of ['pr-1', 'pr-2']) {
      account.world.addModel({ id, name: id })
      for (const name of ['a', 'b', 'c']) account.world.addDeployment(id, { name })
    }
    expect(idsOf(await account.run({ resource: 'model', name: 'pr-*', 'max-deletions': '2' }), 'deleted')).toHaveLength(
      2,
    )
  })
})

function failed({ ok, outputs }: Acted) {
  return { ok, status: outputs['status'], deleted: outputs['deleted-count'], ids: outputs['deleted-ids'] }
}

function each(count: number, add: (name: string) => void): void {
  for (let index = 0; index < count; index++) add(`pr-${index}`)
}
