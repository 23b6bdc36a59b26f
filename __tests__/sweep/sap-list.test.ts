import { describe, expect, it } from 'vitest'
import type { SapOptions } from '../../emulators/sap-ai-core.ts'
import { ago, DAY, idsOf, reasonOf, sapAccount } from './accounts.ts'

/** What is asked for: the documented default of a page. */
const PAGE = 2000
/** A server that gives less at once, and says how many there are. */
const SHORT = { maxTop: 2000, overMaxTop: 'clamp', countIsTotal: true } as const

/** A tenant with so many deployments named `stays`, in the order put in; some are named `pr-1` instead. */
function tenant(count: number, selected: readonly number[] = [], options: SapOptions = SHORT) {
  const account = sapAccount(options)
  for (let index = 0; index < count; index++) {
    const configurationName = selected.includes(index) ? 'pr-1' : 'stays'
    account.world.add({ id: `d${index}-0`, status: 'STOPPED', configurationName, createdAt: ago(DAY) })
  }
  return account
}

function lists({ emulator }: ReturnType<typeof tenant>, what = 'deployments'): string[] {
  return emulator.requests.flatMap(({ path }) => (path.startsWith(`/v2/lm/${what}?`) ? [path.split('?')[1] ?? ''] : []))
}

describe('a sweep of SAP AI Core lists its resource group', () => {
  it('all pages: what is on the first, at the seam and at the very end is found', async () => {
    const selected = [0, 1999, 2000, 3999, 4000, 4099]
    const account = tenant(4100, selected)

    const acted = await account.run({ name: 'pr-*', 'dry-run': 'true' })

    expect(idsOf(acted, 'planned')).toEqual(selected.map((index) => `d${index}-0`).sort())
    expect(lists(account).slice(0, 3)).toEqual([
      `$top=${PAGE}&$skip=0`,
      `$top=${PAGE}&$skip=2000`,
      `$top=${PAGE}&$skip=4000`,
    ])
    expect(acted.report['plan']).toHaveLength(4100)
  })

  it('a last page that is full: one more is asked for, because no total says so', async () => {
    const account = tenant(PAGE, [], {})
    await account.run({ name: 'pr-*' })
    expect(lists(account)).toEqual([`$top=${PAGE}&$skip=0`, `$top=${PAGE}&$skip=${PAGE}`])
  })

  it('of the resource group that is named and of no other', async () => {
    const account = sapAccount({ resourceGroups: ['default', 'team-a'] })
    for (const resourceGroup of ['default', 'team-a']) {
      account.world.add({ id: `of-${resourceGroup}`, status: 'DEAD', configurationName: 'pr-1', resourceGroup })
    }
    const acted = await account.run({ name: 'pr-*', 'resource-group': 'team-a' })

    expect(idsOf(acted, 'deleted')).toEqual(['of-team-a'])
    expect(account.world.has('of-default')).toBe(true)
  })

  it('everything is listed before the first deletion', async () => {
    const account = tenant(2100, [0, 2050])
    await account.run({ name: 'pr-*' })

    const firstWrite = account.emulator.requests.findIndex(({ method }) => method === 'DELETE')
    const before = account.emulator.requests.slice(0, firstWrite).map(({ path }) => path)
    // The third is empty: a page of a hundred may be as much as a server gives.
    expect(before.filter((path) => path.includes('$skip='))).toHaveLength(3)
    expect(account.asked().sort()).toEqual(['d0-0', 'd2050-0'])
  })

  it('entries that move to the next page while others create some are counted once', async () => {
    const account = tenant(2100, [1999])
    account.emulator.settings.order = (a, b) => (a.id === 'new0' ? -1 : b.id === 'new0' ? 1 : 0)
    account.justBefore(
      (_method, path) => path.includes('$skip=2000'),
      () => void account.world.add({ id: 'new0', configurationName: 'stays' }),
    )

    const acted = await account.run({ name: 'pr-*' })

    expect(acted.outputs['deleted-ids']).toBe('["d1999-0"]')
    const ids = (acted.report['plan'] as { id: string }[]).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('pages that never change end the step instead of being read for ever', async () => {
    const account = tenant(1, [0])
    const page = { resources: Array.from({ length: PAGE }, (_, index) => ({ id: `d${index}-0`, status: 'DEAD' })) }
    account.emulator.faults.push({
      kind: 'status',
      status: 200,
      body: JSON.stringify(page),
      headers: { 'content-type': 'application/json' },
      when: ({ path }) => path.includes('$skip='),
      times: Number.POSITIVE_INFINITY,
    })

    const acted = await account.run({ name: 'pr-*' })

    expect(acted.ok).toBe(false)
    expect(account.asked()).toEqual([])
  })
})

describe('a deployment of SAP AI Core without a name', () => {
  it('has that of its configuration', async () => {
    const account = sapAccount()
    account.world.addConfiguration({ id: 'conf-pr1', name: 'pr-1' })
    account.world.addConfiguration({ id: 'conf-main', name: 'main' })
    account.world.add({ id: 'd001', status: 'DEAD', configurationId: 'conf-pr1', configurationName: null })
    account.world.add({ id: 'd002', status: 'DEAD', configurationId: 'conf-main', configurationName: undefined })
    account.world.add({ id: 'd003', status: 'DEAD', configurationId: 'conf-main', configurationName: 'pr-2' })

    const acted = await account.run({ name: 'pr-*' })

    expect(idsOf(acted, 'deleted')).toEqual(['d001', 'd003'])
    expect(acted.results.map(({ name }) => name).sort()).toEqual(['pr-1', 'pr-2'])
    expect(account.world.has('d002')).toBe(true)
  })

  it('has that of its configuration also where there are pages of them', async () => {
    const account = sapAccount(SHORT)
    for (let index = 0; index < 2500; index++)
      account.world.addConfiguration({ id: `conf${index}`, name: `pr-${index}` })
    account.world.add({ id: 'd001', status: 'DEAD', configurationId: 'conf2400', configurationName: null })

    const acted = await account.run({ name: 'pr-2400' })

    expect(idsOf(acted, 'deleted')).toEqual(['d001'])
    expect(lists(account, 'configurations')).toHaveLength(3)
  })

  it('and with a configuration that is not there either: it stays, and the plan says why', async () => {
    const account = sapAccount()
    account.world.add({ id: 'd001', status: 'DEAD', configurationId: 'conf-lost', configurationName: null })
    account.world.configurations.clear()

    const acted = await account.run({ name: '*' })

    expect(idsOf(acted, 'kept')).toEqual(['d001'])
    expect(reasonOf(acted, 'd001')).toBe("it has no name, so 'name' cannot be checked")
    expect(acted.outputs['status']).toBe('nothing-to-delete')
  })

  it('configurations that cannot be read: nothing is deleted', async () => {
    const account = sapAccount()
    account.world.add({ id: 'd001', status: 'DEAD', configurationName: 'pr-1' })
    account.world.add({ id: 'd002', status: 'DEAD', configurationName: null })
    account.emulator.faults.push({
      kind: 'status',
      status: 500,
      when: ({ path }) => path.startsWith('/v2/lm/configurations'),
      times: Number.POSITIVE_INFINITY,
    })

    const acted = await account.run({ name: 'pr-*' })

    expect(acted.ok).toBe(false)
    expect(account.asked()).toEqual([])
  })

  it('all have names: the configurations are not asked for', async () => {
    const account = tenant(3, [1])
    await account.run({ name: 'pr-*' })
    expect(lists(account, 'configurations')).toEqual([])
  })
})
