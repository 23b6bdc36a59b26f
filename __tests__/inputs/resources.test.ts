import { describe, expect, it } from 'vitest'
import { BASETEN, inputsOf, mistakesOf, without } from './mistakes.ts'

const NAMING = ['deployment-id', 'model-id', 'chain-id', 'environment']
const BARE = without(BASETEN, ...NAMING)

type With = Readonly<Record<string, string>>

const ENVIRONMENT: With = { ...BARE, resource: 'environment', 'model-id': 'm1', environment: 'pr-42' }
const CHAIN: With = { ...BARE, resource: 'chain', 'chain-id': 'c1' }
const CHAIN_DEPLOYMENT: With = { ...BARE, resource: 'chain-deployment', 'chain-id': 'c1', 'deployment-id': 'd1' }
const SWEEPS: readonly [string, With][] = [
  ['environment', { ...BARE, resource: 'environment', name: 'pr-*' }],
  ['chain', { ...BARE, resource: 'chain', name: 'pr-*' }],
  ['chain-deployment', { ...BARE, resource: 'chain-deployment', name: '*' }],
]

function targetsOf(inputs: With): unknown {
  const { selection } = inputsOf(inputs)
  return selection.kind === 'exact' ? selection.targets : 'a sweep'
}

function criteriaOf(inputs: With) {
  const { selection } = inputsOf(inputs)
  if (selection.kind !== 'sweep') throw new Error('no sweep')
  return selection.criteria
}

const told = async (inputs: With) => (await mistakesOf(inputs)).join('\n')

describe('exact targets of each resource', () => {
  it("environments: names in 'environment', under one 'model-id'", () => {
    expect(targetsOf({ ...ENVIRONMENT, environment: 'pr-42, staging\npr-42' })).toEqual([
      { resource: 'environment', id: 'pr-42', parent: 'm1' },
      { resource: 'environment', id: 'staging', parent: 'm1' },
    ])
  })

  it("chains: IDs in 'chain-id'", () => {
    expect(targetsOf({ ...CHAIN, 'chain-id': 'c1\nc2' })).toEqual([
      { resource: 'chain', id: 'c1' },
      { resource: 'chain', id: 'c2' },
    ])
  })

  it("chain deployments: IDs in 'deployment-id', under one 'chain-id'", () => {
    expect(targetsOf({ ...CHAIN_DEPLOYMENT, 'deployment-id': 'd1,d2' })).toEqual([
      { resource: 'chain-deployment', id: 'd1', parent: 'c1' },
      { resource: 'chain-deployment', id: 'd2', parent: 'c1' },
    ])
  })
})

describe('an input that names something else is an error that names it', () => {
  const rows: [string, With, string, string][] = [
    ['deployment', BASETEN, 'chain-id', 'c1'],
    ['deployment', BASETEN, 'environment', 'staging'],
    ['model', { ...BARE, resource: 'model', 'model-id': 'm1' }, 'deployment-id', 'd1'],
    ['model', { ...BARE, resource: 'model', 'model-id': 'm1' }, 'chain-id', 'c1'],
    ['model', { ...BARE, resource: 'model', 'model-id': 'm1' }, 'environment', 'staging'],
    ['environment', ENVIRONMENT, 'deployment-id', 'd1'],
    ['environment', ENVIRONMENT, 'chain-id', 'c1'],
    ['chain', CHAIN, 'deployment-id', 'd1'],
    ['chain', CHAIN, 'model-id', 'm1'],
    ['chain', CHAIN, 'environment', 'staging'],
    ['chain-deployment', CHAIN_DEPLOYMENT, 'model-id', 'm1'],
    ['chain-deployment', CHAIN_DEPLOYMENT, 'environment', 'staging'],
  ]
  it.each(rows)("resource: %s with '%#'", async (resource, inputs, name, value) => {
    expect(await mistakesOf({ ...inputs, [name]: value })).toEqual([
      `'${name}' does not go with 'resource: ${resource}'; remove one of them`,
    ])
  })

  it.each(SWEEPS)('in a sweep of %ss too', async (resource, inputs) => {
    const name = resource === 'environment' ? 'chain-id' : 'model-id'
    expect(await mistakesOf({ ...inputs, [name]: 'x1' })).toEqual([
      expect.stringContaining(`'${name}' does not go with`),
    ])
  })

  it("'environment' is no filter for a sweep of chain deployments", async () => {
    const inputs = { ...BARE, resource: 'chain-deployment', name: '*', environment: 'staging' }
    expect(await mistakesOf(inputs)).toEqual([expect.stringContaining("'environment' does not go with")])
  })
})

describe('what a target is under', () => {
  it.each([
    ['model-id', ENVIRONMENT],
    ['chain-id', CHAIN_DEPLOYMENT],
    ['model-id', BASETEN],
  ])("'%s' empty: an error that names it", async (name, inputs) => {
    expect(await mistakesOf({ ...inputs, [name]: '' })).toEqual([expect.stringContaining(`'${name}' is empty`)])
  })

  it.each([
    ['model-id', ENVIRONMENT],
    ['chain-id', CHAIN_DEPLOYMENT],
    ['model-id', BASETEN],
  ])("'%s' names several: an error, since nobody knows what is of which", async (name, inputs) => {
    expect(await mistakesOf({ ...inputs, [name]: 'x1,x2' })).toEqual([
      expect.stringMatching(new RegExp(`^'${name}' names several`)),
    ])
  })

  it.each([
    ['model-id', 'environment', 'pr-*'],
    ['chain-id', 'chain-deployment', '*'],
  ])("a sweep takes several in '%s', or none", (name, resource, pattern) => {
    const sweep = { ...BARE, resource, name: pattern }
    expect(criteriaOf(sweep)).toMatchObject({ resource, parents: [] })
    expect(criteriaOf({ ...sweep, [name]: 'x1\nx2' }).parents).toEqual(['x1', 'x2'])
  })
})

describe('neither named nor swept', () => {
  it.each([
    ['environment', 'environment', { ...ENVIRONMENT, environment: '' }],
    ['chain', 'chain-id', { ...CHAIN, 'chain-id': '' }],
    ['chain-deployment', 'deployment-id', { ...CHAIN_DEPLOYMENT, 'deployment-id': '' }],
  ])("resource: %s without '%s' and 'name' is an error that names both", async (_resource, name, inputs) => {
    expect(await mistakesOf(inputs)).toEqual([expect.stringContaining(`'${name}' and 'name' are both empty`)])
  })

  it.each([
    ['environment', ENVIRONMENT, 'environment'],
    ['chain', CHAIN, 'chain-id'],
    ['chain-deployment', CHAIN_DEPLOYMENT, 'deployment-id'],
  ])("resource: %s both named and with 'name' is an error that names both", async (_resource, inputs, ids) => {
    expect(await mistakesOf({ ...inputs, name: '*' })).toEqual([
      expect.stringContaining(`'name' and '${ids}' are both given`),
    ])
  })

  it.each([
    ['environment', ENVIRONMENT],
    ['chain-id', CHAIN],
    ['deployment-id', CHAIN_DEPLOYMENT],
  ])("'%s' of separators only is an error, and never everything", async (name, inputs) => {
    expect(await told({ ...inputs, [name]: ' , \n,' })).toContain(`'${name}' has no entry`)
  })

  it.each([
    ['older-than', '1d'],
    ['status', 'ACTIVE'],
    ['keep-latest', '2'],
    ['max-deletions', '3'],
  ])("exact targets with '%s', which belongs to a sweep, are an error", async (name, value) => {
    for (const inputs of [ENVIRONMENT, CHAIN, CHAIN_DEPLOYMENT]) {
      expect(await told({ ...inputs, [name]: value })).toContain(`'${name}' belongs to a sweep`)
    }
  })
})

describe("'environment'", () => {
  it('production is never deleted: an error', async () => {
    expect(await mistakesOf({ ...ENVIRONMENT, environment: 'staging,production' })).toEqual([
      "'environment' has 'production', which is never deleted",
    ])
  })

  it.each(['pr-*', 'pr-?', 'pr-{pr}'])('%s is a pattern, which goes into name: an error', async (pattern) => {
    expect(await told({ ...ENVIRONMENT, environment: pattern })).toContain("patterns belong in 'name'")
  })

  it.each(['.', '..', 'a/b', '../m2', 'a b', 'a%2fb', 'a#b', 'x'.repeat(257)])(
    '%j cannot be a name: an error',
    async (name) => {
      expect(await told({ ...ENVIRONMENT, environment: name })).toContain('cannot be the name of an environment')
    },
  )

  it('development can be named: whether it goes is decided by allow', () => {
    expect(targetsOf({ ...ENVIRONMENT, environment: 'development' })).toHaveLength(1)
  })
})

describe('IDs of chains and chain deployments', () => {
  it.each(['.', '..', 'a/b', 'c?x', 'c#x', 'a b', 'production'])('%j is no ID: an error', async (id) => {
    expect(await told({ ...CHAIN, 'chain-id': id })).toContain("'chain-id' has '")
    expect(await told({ ...CHAIN_DEPLOYMENT, 'deployment-id': id })).toContain("'deployment-id' has '")
    expect(await told({ ...CHAIN_DEPLOYMENT, 'chain-id': id })).toContain("'chain-id' has '")
  })
})

describe('chain deployments have no names', () => {
  it.each(['pr-*', '**', '?', '*\npr-*', '*\n!main', 'pr-{pr}', 'd1'])(
    '%j: only * alone selects them, everything else is an error',
    async (name) => {
      const github = { 'github-token': 'ghs_0123456789' }
      const inputs = { ...BARE, ...github, resource: 'chain-deployment', name }
      const mistakes = await mistakesOf(inputs, { GITHUB_REPOSITORY: 'octo/app' })
      expect(mistakes.join('\n')).toContain("'name' can only be *")
    },
  )

  it("'protect' would protect nothing: an error, in a sweep and with IDs", async () => {
    for (const inputs of [CHAIN_DEPLOYMENT, { ...BARE, resource: 'chain-deployment', name: '*' }]) {
      expect(await mistakesOf({ ...inputs, protect: 'main' })).toEqual([
        expect.stringContaining("'protect' does not go with 'resource: chain-deployment'"),
      ])
    }
  })

  it('age, status and the youngest narrow them', () => {
    const inputs = { ...BARE, resource: 'chain-deployment', name: '*', 'older-than': '7d', 'keep-latest': '2' }
    expect(criteriaOf({ ...inputs, status: 'INACTIVE,FAILED' })).toMatchObject({
      olderThanMs: 7 * 24 * 3_600_000,
      keepLatest: 2,
      statuses: new Set(['INACTIVE', 'FAILED']),
    })
  })
})

describe("'status'", () => {
  it.each(['model', 'environment', 'chain'])("%ss have no status: 'status' is an error", async (resource) => {
    const mistakes = await mistakesOf({ ...BARE, resource, name: 'pr-*', status: 'ACTIVE' })
    expect(mistakes).toEqual([`'status' does not go with 'resource: ${resource}': ${resource}s have no status`])
  })
})
