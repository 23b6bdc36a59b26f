import { describe, expect, it } from 'vitest'
import { ALIBABA, BASETEN, inputsOf, mistakesOf, SAP, without } from './mistakes.ts'

const SWEEP = { ...without(BASETEN, 'deployment-id', 'model-id'), name: 'pr-*' }
const DAY = 86_400_000

describe("'unused-for'", () => {
  it.each([
    ['0s', 0],
    ['1d', DAY],
    ['24h', DAY],
    ['1d12h', 1.5 * DAY],
    ['2w', 14 * DAY],
    ['31d', 31 * DAY],
  ])('%s is taken', (value, ms) => {
    const { selection } = inputsOf({ ...SWEEP, 'unused-for': value })
    expect(selection).toMatchObject({ criteria: { unusedForMs: ms } })
  })

  it.each(['23h', '1s', '32d', '31d1s', '5w'])(
    '%s is an error: it is less than a day, or more than 31',
    async (value) => {
      expect(await mistakesOf({ ...SWEEP, 'unused-for': value })).toEqual([
        `'unused-for' is '${value}'; allowed: 1d to 31d, or 0s for any use`,
      ])
    },
  )

  it.each(['', '7', 'a week'])('%j is an error', async (value) => {
    expect(await mistakesOf({ ...SWEEP, 'unused-for': value })).toEqual([expect.stringContaining("'unused-for' is")])
  })

  it('does not go with IDs', async () => {
    expect(await mistakesOf({ ...BASETEN, 'unused-for': '7d' })).toEqual([expect.stringContaining("'unused-for'")])
  })

  it('selects nothing by itself', async () => {
    expect(await mistakesOf({ ...without(SWEEP, 'name'), 'unused-for': '7d' })).toEqual([
      expect.stringContaining('nothing says what to delete'),
    ])
  })

  it('goes with chain deployments', () => {
    const { selection } = inputsOf({ ...SWEEP, name: '*', resource: 'chain-deployment', 'unused-for': '7d' })
    expect(selection).toMatchObject({ criteria: { unusedForMs: 7 * DAY } })
  })

  it.each([
    ['models', { ...SWEEP, resource: 'model' }],
    ['environments', { ...SWEEP, resource: 'environment' }],
    ['chains', { ...SWEEP, resource: 'chain' }],
    ['deployments of sap-ai-core', { ...without(SAP, 'deployment-id'), name: 'pr-*' }],
    ['deployments of alibaba-model-studio', { ...without(ALIBABA, 'deployment-id'), name: 'pr-*' }],
  ])('of %s is an error', async (what, inputs) => {
    expect(await mistakesOf({ ...inputs, 'unused-for': '7d' })).toEqual([
      expect.stringMatching(`'unused-for' does not go with .*${what}.* not counted`),
    ])
  })
})
