import { describe, expect, it } from 'vitest'
import { type Account, ago, alibabaAccount, basetenAccount, DAY, errorsOf, idsOf, sapAccount } from './accounts.ts'

const PROVIDERS: readonly [string, () => Account][] = [
  ['Baseten', baseten],
  ['SAP AI Core', () => sapAccount()],
  ['Alibaba Model Studio', () => alibabaAccount()],
]

/** What every sweep understands, with its default. */
const NARROWING = {
  'older-than': '0s',
  status: 'any',
  'keep-latest': '0',
  protect: 'none',
  allow: 'none',
  'max-deletions': '10',
  'dry-run': 'false',
  wait: 'true',
  timeout: '15m',
  resource: 'deployment',
}

/** Nothing may have left the machine, and the step must have failed. */
async function refused(account: Account, inputs: Record<string, string>): Promise<string> {
  const acted = await account.run(inputs)
  expect({
    ok: acted.ok,
    status: acted.outputs['status'],
    deleted: acted.outputs['deleted-count'],
    requests: account.requests() + account.github.requests.length,
  }).toEqual({ ok: false, status: 'failed', deleted: '0', requests: 0 })
  return errorsOf(acted).join('\n')
}

describe.each(PROVIDERS)('%s: an expression that came out empty', (_provider, open) => {
  it.each(Object.entries(NARROWING))(
    "'%s' empty in a sweep: an error that names it and its default %s",
    async (name, usual) => {
      expect(await refused(open(), { name: 'PR-*', [name]: '' })).toContain(
        `'${name}' is empty; remove it to use the default ${usual}`,
      )
    },
  )

  it.each(Object.keys(NARROWING))("'%s' of blanks and line breaks is as empty as nothing", async (name) => {
    expect(await refused(open(), { name: 'PR-*', [name]: ' \n\t\n ' })).toContain(`'${name}' is empty`)
  })

  it('all of them empty at once: an error for each', async () => {
    const problems = await refused(open(), {
      name: 'PR-*',
      ...Object.fromEntries(Object.keys(NARROWING).map((each) => [each, ''])),
    })
    expect(Object.keys(NARROWING).filter((name) => !problems.includes(`'${name}' is empty`))).toEqual([])
  })

  it.each(['', '  ', '\n\n', '\r\n \r\n'])('name is %j: nothing says what to delete, so nothing is', async (name) => {
    expect(await refused(open(), { name })).toContain('nothing says what to delete')
  })

  it.each(['older-than', 'keep-latest', 'status', 'max-deletions'])(
    'name empty and %s given: that only narrows, and selects nothing by itself',
    async (name) => {
      const given = { 'older-than': '14d', 'keep-latest': '3', status: 'FAILED', 'max-deletions': '5' }[name] ?? ''
      const problems = await refused(open(), { name: '', [name]: given })
      expect(problems).toContain('nothing says what to delete')
    },
  )

  it('name and deployment-id both given: an error, never one of the two', async () => {
    expect(await refused(open(), { name: 'PR-*', 'deployment-id': 'abcd1234' })).toContain(
      "'name' and 'deployment-id' are both given",
    )
  })

  it.each([
    ['older-than', '1h'],
    ['keep-latest', '1'],
    ['max-deletions', '5'],
    ['status', 'FAILED'],
  ])('deployment-id with %s: an error, it is never ignored', async (name, value) => {
    expect(await refused(open(), { 'deployment-id': 'abcd1234', [name]: value })).toContain(
      `'${name}' belongs to a sweep by 'name'`,
    )
  })
})

describe("'name' that says only what stays", () => {
  it.each([
    ['!main', "'name' only excludes"],
    ['!main\n!release-*', "'name' only excludes"],
    ['PR-*\n!', "'name' has '!' without a pattern"],
    ['PR-*\n! ', "'name' has '!' without a pattern"],
    ['PR-{pr}_*\n!PR-{pr}_keep', '{pr} cannot be excluded'],
  ])('%j is an error', async (name, problem) => {
    expect(await refused(baseten(), { name })).toContain(problem)
  })
})

describe('an empty model-id, which is how "all models" is said', () => {
  it('is every model the key can see, and the plan shows them all before anything goes', async () => {
    const account = baseten()
    const acted = await account.run({ name: 'PR-*', 'model-id': '', 'dry-run': 'true' })
    expect(idsOf(acted, 'planned')).toEqual(['m1-a', 'm2-a'])
    expect(account.asked()).toEqual([])
  })

  it.each([',', ', ,', '\n,'])('%j names no model: an error, never all of them', async (modelId) => {
    expect(await refused(baseten(), { name: 'PR-*', 'model-id': modelId })).toContain("'model-id' has no entry")
  })
})

describe('what a sweep looks under is not given: a notice says that it is everything', () => {
  it.each([
    ['deployment', 'model-id', "'model-id' is not given, so every model that the key can see is swept"],
    ['environment', 'model-id', "'model-id' is not given, so every model that the key can see is swept"],
    ['chain-deployment', 'chain-id', "'chain-id' is not given, so every chain that the key can see is swept"],
  ])('%s without %s; with it, none', async (resource, input, notice) => {
    const account = baseten()
    account.world.addChain({ id: 'c1' })
    const wide = await account.run({ resource, name: '*', 'dry-run': 'true' })
    expect(wide.log).toContain(`notice: ${notice}`)
    const id = input === 'model-id' ? 'm1' : 'c1'
    const narrow = await account.run({ resource, [input]: id, name: '*', 'dry-run': 'true' })
    expect(narrow.ok).toBe(true)
    expect(narrow.log.filter((line) => line.includes('is not given'))).toEqual([])
  })

  it.each(['model', 'chain'])('%s: there is nothing above it to be given', async (resource) => {
    const { ok, log } = await baseten().run({ resource, name: 'nothing-*', 'dry-run': 'true' })
    expect(ok).toBe(true)
    expect(log.filter((line) => line.includes('is not given'))).toEqual([])
  })
})

describe('values that are no numbers or ages', () => {
  it.each([
    ['older-than', ['-1h', '1.5d', '14', 'd', '1 d', '14days', 'P14D', '0', 'NaN', '9999999999d', '1h-30m', '99999w']],
    ['keep-latest', ['-1', '1.5', 'x', 'NaN', 'Infinity', '1e2', '+1']],
    ['max-deletions', ['0', '-1', '1.5', 'all', 'NaN', 'Infinity', '1e9', '10000000']],
    ['status', ['active', 'DELETED', 'any,ACTIVE', '*', '!ACTIVE']],
  ])("'%s': an error that names it, no request", async (name, values) => {
    for (const value of values) {
      expect(await refused(baseten(), { name: 'PR-*', [name]: value })).toContain(`'${name}'`)
    }
  })
})

function baseten() {
  const account = basetenAccount()
  for (const id of ['m1', 'm2']) {
    account.world.addModel({ id })
    account.world.addDeployment(id, { id: `${id}-live`, name: 'main', production: true })
    account.world.addDeployment(id, { id: `${id}-a`, name: 'PR-1_a', createdAt: ago(DAY) })
  }
  return account
}
