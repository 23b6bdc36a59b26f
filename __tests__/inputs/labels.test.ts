import { describe, expect, it } from 'vitest'
import { ALIBABA, BASETEN, inputsOf, mistakesOf, SAP, without } from './mistakes.ts'

const LABELLED = { ...without(BASETEN, 'deployment-id', 'model-id'), label: 'team=ml' }
const criteriaOf = (inputs: Readonly<Record<string, string>>) => {
  const { selection } = inputsOf(inputs, { GITHUB_REPOSITORY: 'octo/app' })
  return selection.kind === 'sweep' ? selection.criteria : expect.fail('not a sweep')
}

describe("'label'", () => {
  it('is a sweep of its own, of every name', () => {
    const { include, labels } = criteriaOf({ ...LABELLED, label: 'team=ml\n\n!keep=true' })
    expect(include).toEqual([])
    expect(labels.map(({ key, value, excludes }) => [key, value.source, excludes])).toEqual([
      ['team', 'ml', false],
      ['keep', 'true', true],
    ])
  })

  it('narrows a sweep by name, also where it or the name only excludes', () => {
    expect(criteriaOf({ ...LABELLED, name: 'pr-*', label: '!keep=true' }).labels).toHaveLength(1)
    expect(criteriaOf({ ...LABELLED, name: '!main' }).exclude).toHaveLength(1)
  })

  it("is not given where it is 'any'", () => {
    expect(criteriaOf({ ...LABELLED, name: 'pr-*', label: 'any' }).labels).toEqual([])
  })

  it.each([
    ['team=', "'label' has 'team=', which has no value after the =, perhaps because an expression came out empty"],
    ['team', "'label' has 'team', which has no =: write key=value"],
    ['!keep=true', "'label' only excludes"],
    ['any\nteam=ml', "'label' has 'any', which has no ="],
    ['"team=ml"', "'label' has '\"team=ml\"', which"],
    ['team="ml"', "'label' has 'team=\"ml\"', which"],
    ['team=ml, stage=preview', "'label' has 'team=ml, stage=preview', which"],
    ['- team=ml', "'label' has '- team=ml', which"],
    ['team=ml # ours', "'label' has 'team=ml # ours', which"],
    ['team=ml\n!"keep=true"', "'label' has '!\"keep=true\"', which"],
    ['owner=null', "'label' has 'owner=null', which"],
    ['owner=undefined', "'label' has 'owner=undefined', which"],
    ['pr={number}', "'label' has 'pr={number}', which"],
  ])('%j is an error, and nothing is asked', async (label, problem) => {
    expect(await mistakesOf({ ...LABELLED, label })).toEqual([expect.stringContaining(problem)])
  })

  it('that came out empty is an error, and does not fall back to any', async () => {
    expect(await mistakesOf({ ...LABELLED, name: 'pr-*', label: '' })).toEqual([
      "'label' is empty; remove it to use the default any",
    ])
    expect(await mistakesOf({ ...LABELLED, label: '' })).toContain("'label' is empty; remove it to use the default any")
  })

  it('does not go with IDs', async () => {
    expect(await mistakesOf({ ...BASETEN, label: 'team=ml' })).toEqual([
      expect.stringContaining("'label' and 'deployment-id' are both given"),
    ])
  })

  it.each([
    ['models', { ...LABELLED, resource: 'model' }],
    ['environments', { ...LABELLED, resource: 'environment' }],
    ['chains', { ...LABELLED, resource: 'chain' }],
    ['chain deployments', { ...LABELLED, resource: 'chain-deployment' }],
    ['deployments of sap-ai-core', { ...without(SAP, 'deployment-id'), label: 'team=ml' }],
    ['deployments of alibaba-model-studio', { ...without(ALIBABA, 'deployment-id'), label: 'team=ml' }],
  ])('of %s is an error', async (what, inputs) => {
    expect(await mistakesOf(inputs)).toEqual([expect.stringMatching(`'label' does not go with .*${what}.* no labels`)])
  })

  it('with {pr} needs the token that pull requests are asked for with', async () => {
    expect(await mistakesOf({ ...LABELLED, label: 'pr={pr}', 'github-token': '' })).toEqual([
      "'github-token' is empty, but {pr} in 'label' needs it",
      "GITHUB_REPOSITORY is not set, but {pr} in 'label' needs it",
    ])
  })
})
