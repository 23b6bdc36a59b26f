import { describe, expect, it } from 'vitest'
import { ALIBABA, BASETEN, inputsOf, mistakesOf, SAP, without } from './mistakes.ts'

function targetsOf(inputs: Readonly<Record<string, string>>): unknown[] {
  const { selection } = inputsOf(inputs)
  return selection.kind === 'exact' ? [...selection.targets] : ['a sweep']
}

const d = (id: string) => ({ resource: 'deployment', id, parent: 'm1a2b3c' })

describe('lists of IDs', () => {
  it.each([
    ['one a line', 'a1\nb2\nc3'],
    ['one a line, from Windows', 'a1\r\nb2\r\nc3\r\n'],
    ['separated by commas', 'a1,b2,c3'],
    ['both, with blanks and empty entries', '\n a1 , ,\n\n  b2,\n,c3\t\n'],
    ['with repetitions, which count once', 'a1,b2,a1\nc3\nb2'],
  ])('%s', (_how, text) => {
    expect(targetsOf({ ...BASETEN, 'deployment-id': text })).toEqual([d('a1'), d('b2'), d('c3')])
  })

  it.each([',', ' , ,\n,', ',,\r\n,'])(
    'only separators (%j) is an error that names the input, and never "all"',
    async (text) => {
      const mistakes = await mistakesOf({ ...BASETEN, 'deployment-id': text })
      expect(mistakes).toContain("'deployment-id' has no entry, only separators")
    },
  )

  it('only separators for the models to delete is an error too', async () => {
    const mistakes = await mistakesOf({ ...without(BASETEN, 'deployment-id'), resource: 'model', 'model-id': ',\n' })
    expect(mistakes).toContain("'model-id' has no entry, only separators")
  })

  it("with 'resource: model' the IDs are those of models", () => {
    const models = targetsOf({ ...without(BASETEN, 'deployment-id'), resource: 'model', 'model-id': 'm1\nm2' })
    expect(models).toEqual([
      { resource: 'model', id: 'm1' },
      { resource: 'model', id: 'm2' },
    ])
  })
})

describe('what cannot be an ID is refused before anything is sent', () => {
  it.each(['.', '..', 'a/b', '../m2', 'a\\b', 'a?x=1', 'a#b', 'a%2fb', 'a b', 'a\u0000b', 'a\u202eb', 'x'.repeat(257)])(
    '%j',
    async (id) => {
      for (const inputs of [BASETEN, SAP, ALIBABA]) {
        const mistakes = await mistakesOf({ ...inputs, 'deployment-id': `ok12345,${id}` })
        expect(mistakes).toEqual([expect.stringMatching(/^'deployment-id' has .*, which cannot be an ID/)])
      }
    },
  )

  it.each(['production', 'development'])(
    'Baseten: the alias %s is no ID, since what it points at changes',
    async (id) => {
      expect(await mistakesOf({ ...BASETEN, 'deployment-id': id })).toEqual([expect.stringContaining(`'${id}'`)])
    },
  )

  it.each(['abc', 'x'.repeat(65), 'a+bc'])('SAP: %s is no ID of its form', async (id) => {
    expect(await mistakesOf({ ...SAP, 'deployment-id': id })).toEqual([
      expect.stringMatching(/^'deployment-id' has .*, which cannot be a deployment ID of SAP/),
    ])
  })

  it('Alibaba: models is a word of the API and no deployment', async () => {
    expect(await mistakesOf({ ...ALIBABA, 'deployment-id': 'models' })).toEqual([expect.stringContaining("'models'")])
  })

  it('several models for deployments by ID: an error, since nobody knows which deployment is of which', async () => {
    expect(await mistakesOf({ ...BASETEN, 'model-id': 'm1,m2' })).toEqual([expect.stringContaining("'model-id'")])
  })
})

describe('an ID that is none', () => {
  it.each([
    ['steps.deploy.outputs.deployment-id', 'is an expression without its marks'],
    ['vars.DEPLOYMENT', 'is an expression without its marks'],
    ['YOUR_DEPLOYMENT_ID', 'is a placeholder'],
    ['TODO', 'is a placeholder'],
    ['---', 'has no letter and no digit'],
    ['abc\u200bdef', 'has an invisible character in it'],
  ])('%j %s', async (id, why) => {
    for (const inputs of [BASETEN, SAP, ALIBABA]) {
      expect((await mistakesOf({ ...inputs, 'deployment-id': id })).join()).toContain(why)
    }
  })
})

describe('nothing that says what to delete', () => {
  const selectors = ['deployment-id', 'model-id', 'chain-id', 'environment', 'name']

  it.each([
    ['baseten', BASETEN],
    ['sap-ai-core', SAP],
    ['alibaba-model-studio', ALIBABA],
  ])('%s: no selector at all is an error', async (_name, inputs) => {
    const mistakes = await mistakesOf(without(inputs, ...selectors))
    expect(mistakes.join('\n')).toContain("'deployment-id'")
  })

  it.each([
    ['baseten', BASETEN],
    ['sap-ai-core', SAP],
    ['alibaba-model-studio', ALIBABA],
  ])('%s: every selector given but empty is an error, and widens nothing', async (_name, inputs) => {
    const empty = Object.fromEntries(selectors.map((name) => [name, '']))
    expect((await mistakesOf({ ...inputs, ...empty })).join('\n')).toContain("'deployment-id'")
  })

  it('Baseten: a model alone does not mean all of its deployments', async () => {
    const mistakes = await mistakesOf({ ...BASETEN, 'deployment-id': '' })
    expect(mistakes.join('\n')).toContain("'deployment-id'")
  })

  it("'resource: model' without 'model-id' is an error that names it", async () => {
    const mistakes = await mistakesOf({ ...without(BASETEN, 'deployment-id'), resource: 'model', 'model-id': '' })
    expect(mistakes.join('\n')).toContain("'model-id'")
  })

  it('Baseten: a deployment without its model is an error that names the input', async () => {
    expect((await mistakesOf({ ...BASETEN, 'model-id': '' })).join('\n')).toContain("'model-id'")
  })
})

describe('two ways to say what goes', () => {
  it.each([
    ['name', 'pr-*'],
    ['older-than', '1d'],
    ['status', 'ACTIVE'],
    ['keep-latest', '2'],
    ['max-deletions', '3'],
  ])("'deployment-id' together with '%s' is an error that names it", async (name, value) => {
    expect((await mistakesOf({ ...BASETEN, [name]: value })).join('\n')).toContain(`'${name}'`)
  })

  it("'older-than' alone selects nothing: an error", async () => {
    const mistakes = await mistakesOf({ ...without(SAP, 'deployment-id'), 'older-than': '1d' })
    expect(mistakes.length).toBeGreaterThan(0)
  })

  it("'resource: model' together with 'deployment-id' is an error that names both", async () => {
    const told = (await mistakesOf({ ...BASETEN, resource: 'model' })).join('\n')
    expect(told).toContain("'deployment-id'")
    expect(told).toContain('model')
  })
})

describe('resources', () => {
  it.each(['deployments', 'Model', 'endpoint', 'all'])('%s is unknown: the known ones are named', async (resource) => {
    const told = (await mistakesOf({ ...BASETEN, resource })).join('\n')
    expect(told).toContain(`'resource' is '${resource}'; allowed: deployment, model`)
  })

  it.each(['model', 'environment', 'chain', 'chain-deployment'])(
    '%s is of Baseten only: an error elsewhere',
    async (resource) => {
      for (const inputs of [SAP, ALIBABA]) {
        const told = (await mistakesOf({ ...inputs, resource })).join('\n')
        expect(told).toContain("'resource'")
        expect(told).toContain('deployment')
      }
    },
  )
})
