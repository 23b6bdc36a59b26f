import { describe, expect, it } from 'vitest'
import { START } from '../support/clock.ts'
import { ago, alibabaAccount, basetenAccount, DAY, idsOf, reasonOf, sapAccount } from './accounts.ts'

/** Everything that a user can say to select as much as possible. */
const EVERYTHING = { name: '*', 'max-deletions': '1000' }

function baseten(options: Parameters<typeof basetenAccount>[0] = {}) {
  const account = basetenAccount(options)
  const { world } = account
  world.addModel({ id: 'm1' })
  const add = (id: string, more: object = {}) =>
    world.addDeployment('m1', { id, name: `PR-${id}`, createdAt: ago(DAY), ...more })
  add('production', { production: true })
  add('in-development', { development: true })
  add('serves-staging', { environment: 'staging' })
  add('candidate')
  add('candidate-production')
  add('plain')
  add('newest', { createdAt: ago(1000) })
  world.promoteAsCandidate('m1', 'candidate', 'canary')
  world.promoteAsCandidate('m1', 'candidate-production', 'production')
  return account
}

describe('Baseten: always protected, whatever the patterns say', () => {
  it('production, development, what serves an environment and what is a candidate for one', async () => {
    const account = baseten()
    const acted = await account.run(EVERYTHING)

    expect(idsOf(acted, 'deleted')).toEqual(['newest', 'plain'])
    expect(idsOf(acted, 'kept')).toEqual([
      'candidate',
      'candidate-production',
      'in-development',
      'production',
      'serves-staging',
    ])
    expect(account.asked().sort()).toEqual(['newest', 'plain'])
  })

  it.each([
    ['production', /it serves production/],
    ['candidate-production', /it serves production/],
    ['in-development', /development deployment; set 'allow: development'/],
    ['serves-staging', /environment staging/],
    ['candidate', /environment canary/],
  ])('%s is told why it stays', async (id, reason) => {
    expect(reasonOf(await baseten().run(EVERYTHING), id)).toMatch(reason)
  })

  it('named by its whole name, old, in the status asked for: production still stays', async () => {
    const account = baseten()
    const acted = await account.run({ name: 'PR-production', 'older-than': '1h', status: 'ACTIVE' })

    expect(acted.outputs['status']).toBe('nothing-to-delete')
    expect(idsOf(acted, 'kept')).toEqual(['production'])
    expect(account.asked()).toEqual([])
  })

  it('its pull request is closed: production still stays', async () => {
    const account = basetenAccount()
    account.world.addModel({ id: 'm1' })
    // The first published deployment of a model becomes production by itself.
    account.world.push('m1', { id: 'first', name: 'PR-7_1a2b3c4', createdAt: ago(DAY) })
    account.world.addDeployment('m1', { id: 'second', name: 'PR-7_5d6e7f8', createdAt: ago(DAY) })
    account.github.world.addPull({ number: 7, state: 'MERGED' })

    const acted = await account.run({ name: 'PR-{pr}_*' })

    expect(idsOf(acted, 'deleted')).toEqual(['second'])
    expect(reasonOf(acted, 'first')).toContain('it serves production')
  })

  it('the last deployment of a model: of those selected the newest stays', async () => {
    const account = basetenAccount()
    account.world.addModel({ id: 'm1' })
    for (const days of [3, 1, 2])
      account.world.addDeployment('m1', { id: `d${days}`, name: 'PR-1', createdAt: ago(days * DAY) })

    const acted = await account.run(EVERYTHING)

    expect(idsOf(acted, 'deleted')).toEqual(['d2', 'd3'])
    expect(reasonOf(acted, 'd1')).toContain('it is the last deployment of its model')
    expect(account.world.deploymentIds('m1')).toEqual(['d1'])
  })

  it('the only deployment of a model stays', async () => {
    const account = basetenAccount()
    for (const id of ['m1', 'm2']) {
      account.world.addModel({ id })
      account.world.addDeployment(id, { id: `${id}-only`, name: 'PR-1', createdAt: ago(DAY) })
    }
    const acted = await account.run(EVERYTHING)

    expect(acted.outputs['status']).toBe('nothing-to-delete')
    expect(idsOf(acted, 'kept')).toEqual(['m1-only', 'm2-only'])
  })

  it('where one that is guarded remains anyway, all others go', async () => {
    const account = basetenAccount()
    account.world.addModel({ id: 'm1' })
    account.world.addDeployment('m1', { id: 'live', name: 'PR-0', production: true, createdAt: ago(9 * DAY) })
    for (const id of ['a', 'b']) account.world.addDeployment('m1', { id, name: 'PR-1', createdAt: ago(DAY) })

    expect(idsOf(await account.run(EVERYTHING), 'deleted')).toEqual(['a', 'b'])
  })

  it("'allow: development' lifts that guard and no other", async () => {
    const account = baseten({ developmentDeletable: true })
    const acted = await account.run({ ...EVERYTHING, allow: 'development' })

    expect(idsOf(acted, 'deleted')).toEqual(['in-development', 'newest', 'plain'])
    expect(idsOf(acted, 'kept')).toEqual(['candidate', 'candidate-production', 'production', 'serves-staging'])
  })
})

describe('SAP AI Core: always protected, whatever the patterns say', () => {
  function sap() {
    const account = sapAccount()
    const old = ago(100 * DAY)
    account.world.add({ id: 'shared', configurationName: 'defaultOrchestrationConfig', createdAt: old })
    account.world.add({ id: 'scenario', configurationName: 'PR-1', scenarioId: 'orchestration', createdAt: old })
    account.world.add({ id: 'plain', configurationName: 'PR-2', status: 'DEAD', createdAt: old })
    return account
  }

  it('the orchestration scenario and defaultOrchestrationConfig, which an age-only sweep would take', async () => {
    const account = sap()
    const acted = await account.run({ ...EVERYTHING, 'older-than': '30d' })

    expect(idsOf(acted, 'deleted')).toEqual(['plain'])
    expect(idsOf(acted, 'kept')).toEqual(['scenario', 'shared'])
    expect(reasonOf(acted, 'shared')).toContain("set 'allow: orchestration'")
    expect(account.asked()).toEqual(['plain'])
  })

  it('defaultOrchestrationConfig is protected also where its name comes from its configuration', async () => {
    const account = sapAccount()
    account.world.addConfiguration({ id: 'conf-shared', name: 'defaultOrchestrationConfig' })
    account.world.add({ id: 'shared', configurationId: 'conf-shared', configurationName: null, scenarioId: null })

    const acted = await account.run(EVERYTHING)

    expect(idsOf(acted, 'kept')).toEqual(['shared'])
    expect(account.asked()).toEqual([])
  })

  it("'allow: orchestration' lifts that guard", async () => {
    expect(idsOf(await sap().run({ ...EVERYTHING, allow: 'orchestration' }), 'deleted')).toHaveLength(3)
  })
})

describe('Alibaba Model Studio: always protected, whatever the patterns say', () => {
  function alibaba() {
    const account = alibabaAccount()
    const created = START - 100 * DAY
    account.world.seed(
      { deployed_model: 'prepaid', created, charge_type: 'pre_paid' },
      { deployed_model: 'ptu', created, plan: 'ptu' },
      { deployed_model: 'ptu2', created, plan: 'ptu_v2', status: 'STOPPED' },
      { deployed_model: 'tier', created, ptu_service_tier: 'standard' },
      { deployed_model: 'prepaid-ptu', created, plan: 'ptu_v2', charge_type: 'pre_paid' },
      { deployed_model: 'plain', created, plan: 'mu' },
    )
    return account
  }

  it('what is prepaid, and reservations in all their forms', async () => {
    const account = alibaba()
    const acted = await account.run({ ...EVERYTHING, 'older-than': '30d' })

    expect(idsOf(acted, 'deleted')).toEqual(['plain'])
    expect(idsOf(acted, 'kept')).toEqual(['prepaid', 'prepaid-ptu', 'ptu', 'ptu2', 'tier'])
    expect(reasonOf(acted, 'prepaid')).toContain("set 'allow: prepaid'")
    expect(reasonOf(acted, 'ptu')).toContain('reservation')
    expect(account.asked()).toEqual(['plain'])
  })

  it("'allow: prepaid' lifts that guard and not the one of reservations", async () => {
    const acted = await alibaba().run({ ...EVERYTHING, allow: 'prepaid' })
    expect(idsOf(acted, 'deleted')).toEqual(['plain', 'prepaid'])
  })

  it('what has no creation time stays where older-than asks for one', async () => {
    const account = alibabaAccount()
    account.world.seed(
      { deployed_model: 'missing', omit: ['gmt_create'] },
      { deployed_model: 'nonsense', gmt_create: 'yesterday' },
      { deployed_model: 'number', gmt_create: 1_700_000_000 },
      { deployed_model: 'null', gmt_create: null },
    )
    const acted = await account.run({ ...EVERYTHING, 'older-than': '1s' })

    expect(idsOf(acted, 'kept')).toEqual(['missing', 'nonsense', 'null', 'number'])
    expect(reasonOf(acted, 'nonsense')).toBe("its creation time is not known, so 'older-than' cannot be checked")
  })

  it('a time without zone is read as UTC: eight hours too young at most, never too old', async () => {
    const account = alibabaAccount({ zoneOffsetHours: 8 })
    account.world.seed(
      { deployed_model: 'nine-hours', created: START - 9 * 3_600_000 },
      { deployed_model: 'seven-hours', created: START - 7 * 3_600_000 },
    )
    const acted = await account.run({ ...EVERYTHING, 'older-than': '30m' })

    expect(idsOf(acted, 'deleted')).toEqual(['nine-hours'])
    expect(idsOf(acted, 'kept')).toEqual(['seven-hours'])
  })
})

describe("'protect' in a sweep", () => {
  it('keeps what it covers, and warns of every pattern that covers nothing', async () => {
    const account = baseten()
    const acted = await account.run({ ...EVERYTHING, protect: 'PR-pla?n\nPR-other\nmain' })

    expect(idsOf(acted, 'deleted')).toEqual(['newest'])
    expect(reasonOf(acted, 'plain')).toBe("its name PR-plain is protected by 'PR-pla?n' in 'protect'")
    expect(acted.log.filter((line) => line.startsWith('warning: '))).toEqual([
      expect.stringMatching(/^warning: 'PR-other' in 'protect' matches none of the 7 names found/),
      expect.stringMatching(/^warning: 'main' in 'protect' matches none of the 7 names found/),
    ])
  })

  it.each([
    ['PR-newst', 'with a slip of the keyboard'],
    ['PR-newest;', 'with a slip of the keyboard'],
    ['PR-new', 'as the beginning of a name'],
    ['newest', 'as an ID'],
    ['west', 'as the end of a name'],
    ['PR-pla?n\npr-*', 'in another letter case'],
  ])('%j would keep something selected, read %s: nothing is deleted', async (protect, how) => {
    const account = baseten()
    const acted = await account.run({ ...EVERYTHING, protect })

    expect(account.asked()).toEqual([])
    expect(acted.log.filter((line) => line.startsWith('error: '))).toEqual([
      expect.stringContaining(`read ${how} it would keep`),
    ])
  })

  it.each([
    ['protect', { name: '*', protect: 'release-*' }],
    ['name', { name: '*\n!release-*' }],
  ])("a line of '%s' is read in other ways also where it keeps something else", async (input, given) => {
    const account = baseten()
    for (const name of ['release-1', 'Release-2']) {
      account.world.addDeployment('m1', { id: name.toLowerCase(), name, createdAt: ago(DAY) })
    }
    const acted = await account.run({ ...EVERYTHING, ...given })
    expect(account.asked()).toEqual([])
    expect(acted.log.join()).toContain(
      `in '${input}' matches something else, but read in another letter case it would keep Release-2, which is selected`,
    )
  })

  it('a number is not mistyped: what has another number, or more digits, is another name', async () => {
    const account = baseten()
    for (const name of ['PR-91', 'PR-8', '19-PR']) {
      account.world.addDeployment('m1', { id: name.toLowerCase(), name, createdAt: ago(DAY) })
    }
    const acted = await account.run({ name: 'PR-91\nPR-8\n19-PR', protect: 'PR-9\n9-PR' })
    expect(idsOf(acted, 'deleted')).toEqual(['19-pr', 'pr-8', 'pr-91'])
  })

  it('covers what would stay anyway: no warning', async () => {
    const acted = await baseten().run({ ...EVERYTHING, name: 'PR-plain', protect: 'PR-production' })
    expect(acted.log.filter((line) => line.startsWith('warning: '))).toEqual([])
  })
})
