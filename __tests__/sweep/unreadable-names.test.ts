import { describe, expect, it } from 'vitest'
import { type Account, ago, alibabaAccount, basetenAccount, DAY, idsOf, reasonOf, sapAccount } from './accounts.ts'

/** A secret that is also a word in names: what comes back is told with *** in its place. */
const SECRET = { http_proxy: 'http://ci:staging@proxy.example:3128', GITHUB_REPOSITORY: 'octo/hello' }

const ACCOUNTS: [
  string,
  (name: string) => { account: Account; id: string; other: string; exact: Record<string, string> },
][] = [
  [
    'Baseten',
    (name) => {
      const account = basetenAccount()
      account.world.addModel({ id: 'm1' })
      account.world.addDeployment('m1', { id: 'live', name: 'main', production: true })
      account.world.addDeployment('m1', { id: 'd1', name, createdAt: ago(DAY) })
      account.world.addDeployment('m1', { id: 'd2', name: 'app-1', createdAt: ago(DAY) })
      return { account, id: 'd1', other: 'd2', exact: { 'model-id': 'm1', 'deployment-id': 'd1' } }
    },
  ],
  [
    'SAP AI Core',
    (name) => {
      const account = sapAccount()
      account.world.add({ id: 'd-one', status: 'STOPPED', configurationName: name, createdAt: ago(DAY) })
      account.world.add({ id: 'd-two', status: 'STOPPED', configurationName: 'app-1', createdAt: ago(DAY) })
      return { account, id: 'd-one', other: 'd-two', exact: { 'deployment-id': 'd-one' } }
    },
  ],
]

const NAMES: [string, string, string][] = [
  ['that holds a secret', 'app-staging', 'its name holds a secret, so it cannot be checked'],
  ['of megabytes', `app-${'x'.repeat(2 ** 20 / 4)}`, 'its name is 262148 characters long, so it cannot be checked'],
]

describe.each(ACCOUNTS)('%s: a name', (_provider, accountWith) => {
  describe.each(NAMES)('%s', (_what, name, reason) => {
    it.each([
      ['that protect would keep', { name: 'app-*', protect: 'app-x*\n*-staging' }],
      ['that is excluded', { name: 'app-*\n!*-staging' }],
      ['that * alone would take', { name: '*' }],
    ])('%s stays in a sweep, and the others go', async (_how, inputs) => {
      const { account, id, other } = accountWith(name)
      const acted = await account.run(inputs, { env: SECRET })
      expect(idsOf(acted, 'deleted')).toEqual([other])
      expect(reasonOf(acted, id)).toBe(reason)
      expect(acted.report['plan']).toEqual(expect.arrayContaining([expect.objectContaining({ id, class: 'unknown' })]))
      expect(account.asked()).not.toContain(id)
    })

    it('of an exact target: refused where protect cannot be checked, deleted where there is none', async () => {
      const { account, id, exact } = accountWith(name)
      const refused = await account.run({ ...exact, protect: '*-staging' }, { env: SECRET })
      expect(refused.results).toMatchObject([{ id, outcome: 'refused', reason: `${reason} against 'protect'` }])
      expect(account.asked()).toEqual([])
      expect((await account.run(exact, { env: SECRET })).results).toMatchObject([{ id, outcome: 'deleted' }])
    })
  })
})

describe('Model Studio: an ID, which is the name as well', () => {
  it('that holds a secret stays in a sweep', async () => {
    const account = alibabaAccount()
    for (const deployed_model of ['app-staging', 'app-1']) account.world.seed({ deployed_model, status: 'RUNNING' })
    const acted = await account.run({ name: 'app-*' }, { env: SECRET })
    expect(idsOf(acted, 'deleted')).toEqual(['app-1'])
    expect(reasonOf(acted, 'app-***')).toBe('its ID holds a secret, so it cannot be asked for')
    expect(account.asked()).toEqual(['app-1'])
  })
})

describe('Baseten: an ID that is no name', () => {
  it('that holds a secret stays in a sweep', async () => {
    const account = basetenAccount()
    account.world.addModel({ id: 'm1' })
    account.world.addDeployment('m1', { id: 'live', name: 'main', production: true })
    account.world.addDeployment('m1', { id: 'x-staging', name: 'app-1', createdAt: ago(DAY) })
    const acted = await account.run({ name: 'app-*' }, { env: SECRET })
    expect(acted.results).toMatchObject([{ id: 'x-***', name: 'app-1', outcome: 'kept' }])
    expect(account.asked()).toEqual([])
  })
})
