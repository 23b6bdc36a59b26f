import { describe, expect, it } from 'vitest'
import { ALIBABA, BASETEN, inputsOf, mistakesOf, SAP } from './mistakes.ts'

describe('an input of another provider is an error that names it, never ignored', () => {
  it.each([
    ['model-id', 'baseten', 'm1', [SAP, ALIBABA]],
    ['chain-id', 'baseten', 'c1', [SAP, ALIBABA]],
    ['environment', 'baseten', 'staging', [SAP, ALIBABA]],
    ['resource-group', 'sap-ai-core', 'team-a', [BASETEN, ALIBABA]],
    ['token', 'sap-ai-core', 'token-0123456', [BASETEN, ALIBABA]],
    ['region', 'alibaba-model-studio', 'cn-beijing', [BASETEN, SAP]],
    ['workspace-id', 'alibaba-model-studio', 'llm-1', [BASETEN, SAP]],
  ])("'%s' is for %s", async (name, owner, value, others) => {
    for (const inputs of others) {
      const told = (await mistakesOf({ ...inputs, [name]: value })).join('\n')
      expect(told).toContain(`'${name}' is for ${owner}`)
    }
  })
})

describe("'allow'", () => {
  it.each([
    ['prepaid', BASETEN],
    ['reservation', BASETEN],
    ['orchestration', BASETEN],
    ['environment', SAP],
    ['development', SAP],
    ['last', SAP],
    ['prepaid', SAP],
    ['environment', ALIBABA],
    ['orchestration', ALIBABA],
    ['last', ALIBABA],
  ])("'%s' is no guard of this provider: an error that names the input and what is allowed", async (guard, inputs) => {
    const told = (await mistakesOf({ ...inputs, allow: guard })).join('\n')
    expect(told).toContain(`'allow' has '${guard}'`)
    expect(told).toContain('allowed: none, ')
  })

  it.each(['production', 'all', '*', 'Development', 'true'])('%s lifts nothing anywhere: an error', async (guard) => {
    for (const inputs of [BASETEN, SAP, ALIBABA]) {
      expect((await mistakesOf({ ...inputs, allow: guard })).join('\n')).toContain(`'allow' has '${guard}'`)
    }
  })

  it('only separators is an error', async () => {
    expect(await mistakesOf({ ...BASETEN, allow: ',' })).toContain("'allow' has no entry, only separators")
  })

  it('the guards of the provider are read', () => {
    expect([...inputsOf({ ...BASETEN, allow: 'development' }).allow]).toEqual(['development'])
    expect([...inputsOf({ ...BASETEN, allow: 'environment\ndevelopment,last' }).allow]).toEqual([
      'environment',
      'development',
      'last',
    ])
    expect([...inputsOf({ ...ALIBABA, allow: 'reservation' }).allow]).toEqual(['reservation'])
    expect([...inputsOf({ ...SAP, allow: ' orchestration\n' }).allow]).toEqual(['orchestration'])
    expect([...inputsOf({ ...ALIBABA, allow: 'prepaid,prepaid' }).allow]).toEqual(['prepaid'])
    expect([...inputsOf(BASETEN).allow]).toEqual([])
  })
})

/** The patterns of `protect`, beside an exact ID. */
function protectOf(protect: string): string[] {
  const { selection } = inputsOf({ ...BASETEN, protect })
  return selection.kind === 'exact' ? selection.protect.map(({ source }) => source) : []
}

describe("'protect'", () => {
  it.each(['!main', 'main-*\n!main-old'])(
    '%j: a pattern that excludes belongs to name and is an error',
    async (value) => {
      expect(await mistakesOf({ ...BASETEN, protect: value })).toEqual([expect.stringMatching(/^'protect' has '!main/)])
    },
  )

  it.each(['PR-{pr}', 'main\n*{pr}*'])('%j: {pr} says nothing about what must stay and is an error', async (value) => {
    expect(await mistakesOf({ ...BASETEN, protect: value })).toEqual([expect.stringContaining("'protect' has '")])
  })

  it('one pattern per line', () => {
    expect(protectOf('main\n\n release-* \nmain\na-?-b')).toEqual(['main', 'release-*', 'a-?-b'])
    expect(protectOf('none\nmain')).toEqual(['none', 'main'])
  })

  it('none is no pattern', () => {
    expect(protectOf('none')).toEqual([])
  })
})
