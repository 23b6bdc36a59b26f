import { describe, expect, it } from 'vitest'
import { ALIBABA, BASETEN, inputsOf, mistakesOf, SAP, without } from './mistakes.ts'

const SWEEP = { ...without(BASETEN, 'deployment-id', 'model-id'), name: 'pr-*' }
const GITHUB = { GITHUB_REPOSITORY: 'octo/app' }

describe("'name'", () => {
  it.each([
    ['model-id and resource: model', { ...without(BASETEN, 'deployment-id'), resource: 'model' }, "'model-id'"],
    ['deployment-id (Baseten)', BASETEN, "'deployment-id'"],
    ['deployment-id (SAP)', SAP, "'deployment-id'"],
    ['deployment-id (Alibaba)', ALIBABA, "'deployment-id'"],
  ])('together with %s is an error that names both', async (_what, inputs, ids) => {
    const told = (await mistakesOf({ ...inputs, name: 'pr-*' })).join('\n')
    expect(told).toContain("'name'")
    expect(told).toContain(ids)
  })

  it.each(['!main', '!main\n!release-*'])(
    '%j only excludes, which says nothing of what goes: an error',
    async (name) => {
      expect(await mistakesOf({ ...SWEEP, name })).toEqual([expect.stringContaining("'name' only excludes")])
    },
  )

  it.each(['pr-*\n!', 'pr-*\n!  '])('%j has an exclusion without a pattern: an error', async (name) => {
    expect(await mistakesOf({ ...SWEEP, name })).toEqual([expect.stringContaining("'name' has '!'")])
  })

  it('{pr} cannot be excluded, since what is kept must not depend on what GitHub answers', async () => {
    const told = await mistakesOf({ ...SWEEP, name: 'pr-*\n!pr-{pr}', 'github-token': 'ghs_0123456789' }, GITHUB)
    expect(told).toEqual([expect.stringContaining("'name' has '!pr-{pr}'")])
  })

  it('patterns, one per line', () => {
    const { selection } = inputsOf({ ...SWEEP, name: ' pr-* \n\n!pr-main\r\na-?-b\npr-*' })
    if (selection.kind !== 'sweep') throw new Error('not a sweep')
    expect(selection.criteria.include.map(({ source }) => source)).toEqual(['pr-*', 'a-?-b'])
    expect(selection.criteria.exclude.map(({ source }) => source)).toEqual(['pr-main'])
  })
})

describe('what narrows a sweep', () => {
  it('has the defaults of the public interface', () => {
    expect(inputsOf(SWEEP).selection).toMatchObject({
      kind: 'sweep',
      criteria: {
        resource: 'deployment',
        parents: [],
        olderThanMs: 0,
        statuses: undefined,
        keepLatest: 0,
        protect: [],
      },
      maxDeletions: 10,
    })
  })

  it('is read', () => {
    const more = { 'older-than': '1d12h', status: 'ACTIVE, INACTIVE', 'keep-latest': '3', 'max-deletions': '1' }
    expect(inputsOf({ ...SWEEP, ...more, 'model-id': 'm1\nm2' }).selection).toMatchObject({
      criteria: {
        parents: ['m1', 'm2'],
        olderThanMs: 129_600_000,
        statuses: new Set(['ACTIVE', 'INACTIVE']),
        keepLatest: 3,
      },
      maxDeletions: 1,
    })
  })

  it.each([
    ['baseten', SWEEP, 'RUNNING', 'ACTIVE'],
    ['sap-ai-core', { ...without(SAP, 'deployment-id'), name: 'pr-*' }, 'ACTIVE', 'RUNNING'],
    ['alibaba-model-studio', { ...without(ALIBABA, 'deployment-id'), name: 'pr-*' }, 'ACTIVE', 'RUNNING'],
  ])("%s: an unknown 'status' is an error that names the known ones", async (_name, inputs, unknown, known) => {
    for (const status of [unknown, known.toLowerCase(), 'bogus', `any,${known}`]) {
      const told = (await mistakesOf({ ...inputs, status })).join('\n')
      expect(told).toContain("'status' has '")
      expect(told).toContain(known)
    }
  })

  it("models have no status: 'status' with 'resource: model' is an error", async () => {
    const told = await mistakesOf({ ...SWEEP, resource: 'model', status: 'ACTIVE' })
    expect(told).toEqual([expect.stringContaining("'status'")])
  })

  it.each(['model-id', 'status', 'protect', 'name'])(
    "'%s' of separators only is an error, and never everything",
    async (name) => {
      const separators = name === 'protect' || name === 'name' ? '\n \n' : ' , \n,'
      expect((await mistakesOf({ ...SWEEP, [name]: separators })).join('\n')).toContain(`'${name}'`)
    },
  )

  it.each(['older-than', 'status', 'keep-latest', 'max-deletions', 'protect', 'allow', 'dry-run'])(
    "'%s' empty in a sweep is an error, and never the default",
    async (name) => {
      expect(await mistakesOf({ ...SWEEP, [name]: '' })).toEqual([expect.stringContaining(`'${name}' is empty`)])
    },
  )

  it.each(['older-than', 'keep-latest'])(
    "'%s' below zero in a sweep is an error, and never everything",
    async (name) => {
      expect((await mistakesOf({ ...SWEEP, [name]: '-1' })).join('\n')).toContain(`'${name}' is '-1'`)
      expect((await mistakesOf({ ...SWEEP, [name]: '-1d' })).join('\n')).toContain(`'${name}' is '-1d'`)
    },
  )
})

describe('what asks GitHub', () => {
  it.each([
    ["{pr} in 'name'", { ...SWEEP, name: 'pr-{pr}' }],
    ["'comment'", { ...BASETEN, comment: 'true' }],
    ["'github-environment'", { ...BASETEN, 'github-environment': 'preview' }],
  ])('%s needs a token and a repository: an error that names what is missing', async (what, inputs) => {
    const [noToken, ...more] = await mistakesOf(inputs, GITHUB)
    expect(more).toEqual([])
    expect(noToken).toContain("'github-token'")
    expect(noToken).toContain(what)
    expect(await mistakesOf({ ...inputs, 'github-token': 'ghs_0123456789' })).toEqual([
      expect.stringContaining('GITHUB_REPOSITORY'),
    ])
    expect(inputsOf({ ...inputs, 'github-token': 'ghs_0123456789' }, GITHUB).github.repository).toBe('octo/app')
  })

  it('nothing that asks GitHub: neither is needed', () => {
    expect(inputsOf(SWEEP).selection.kind).toBe('sweep')
  })
})
