import { describe, expect, it } from 'vitest'
import { inputDefaults } from '../../src/inputs/defaults.ts'
import { readInputs } from '../../src/inputs/inputs.ts'
import { PROVIDERS } from '../../src/providers/registry.ts'
import { outputsOf } from '../../src/report/outputs.ts'
import { ALIBABA, BASETEN, SAP, variables, without } from '../inputs/mistakes.ts'
import { reportOf } from '../report/results.ts'
import { act } from '../support/act.ts'
import { sourcesOf } from '../support/sources.ts'
import { actionYml } from './action-yml.ts'

const inputs = [...actionYml('inputs').keys()]
const outputs = [...actionYml('outputs').keys()]

/** Every input whose variable the code asks for, over steps that take every branch. */
function inputsRead(): string[] {
  const read = new Set<string>()
  const steps = [
    ...[BASETEN, SAP, ALIBABA].flatMap((step) => [step, without(step, 'deployment-id'), { ...step, name: 'pr-*' }]),
    ...['model', 'environment', 'chain', 'chain-deployment'].map((resource) => ({ ...BASETEN, resource })),
  ]
  for (const step of steps) {
    const env = new Proxy<Record<string, string>>(variables(step), {
      get(target, name) {
        if (typeof name === 'string' && name.startsWith('INPUT_')) read.add(name.slice('INPUT_'.length).toLowerCase())
        return typeof name === 'string' ? target[name] : undefined
      },
    })
    readInputs(sourcesOf(env), PROVIDERS)
  }
  return [...read]
}

describe('inputs of action.yml', () => {
  it('are the inputs of the public interface, in the groups of the README', () => {
    expect(inputs).toEqual([
      'provider',
      'resource',
      'deployment-id',
      'model-id',
      'chain-id',
      'environment',
      'name',
      'pull-request',
      'label',
      'unused-for',
      'older-than',
      'status',
      'keep-latest',
      'dry-run',
      'protect',
      'allow',
      'max-deletions',
      'if-not-found',
      'api-key',
      'service-key',
      'token',
      'resource-group',
      'region',
      'workspace-id',
      'api-url',
      'wait',
      'timeout',
      'defer',
      'github-token',
      'comment',
      'github-environment',
      'summary',
    ])
  })

  it('are the names that the code knows, both ways', () => {
    expect(Object.keys(inputDefaults(PROVIDERS)).sort()).toEqual([...inputs].sort())
  })

  it('are the names that the code reads, both ways', () => {
    expect(inputsRead().sort()).toEqual([...inputs].sort())
  })

  it.each(inputs)("'%s' has the default of the code, and a description", (name) => {
    const declared = actionYml('inputs', name)
    const defaults = inputDefaults(PROVIDERS)
    const expected = name === 'github-token' ? '$' + '{{ github.token }}' : defaults[name]
    expect(declared.get('default') ?? '').toBe(expected)
    expect(declared.get('description')?.length).toBeGreaterThan(10)
    expect([...declared.keys()].filter((key) => !['description', 'default', 'required'].includes(key))).toEqual([])
  })

  it("only 'provider' is required", () => {
    expect(inputs.filter((name) => actionYml('inputs', name).get('required') === 'true')).toEqual(['provider'])
  })

  it('have names that the runner takes, and that differ in more than letter case', () => {
    expect(inputs.filter((name) => !/^[a-z][a-z0-9-]*$/.test(name))).toEqual([])
    expect(new Set(inputs).size).toBe(inputs.length)
  })
})

describe('outputs of action.yml', () => {
  it('are the outputs of the public interface', () => {
    expect(outputs).toEqual([
      ...['status', 'tombstone', 'tombstones', 'results', 'deleted-ids'],
      ...['deleted-count', 'failed-count', 'kept-count', 'cost-per-hour', 'report-path'],
    ])
  })

  it.each(outputs)("'%s' has a description", (name) => {
    expect(actionYml('outputs', name).get('description')?.length).toBeGreaterThan(10)
  })

  it('are the outputs that the code makes, both ways', () => {
    expect(Object.keys(outputsOf(reportOf([]), '').outputs).sort()).toEqual([...outputs].sort())
  })

  it('are the outputs that a run writes, both ways', async () => {
    const told = await act({ inputs: {} })
    expect(Object.keys(told.outputs).sort()).toEqual([...outputs].sort())
  })
})

describe('the rest of action.yml', () => {
  it('has a name, a description and an author', () => {
    const top = actionYml()
    expect(top.get('name')).toBe('Undeploy')
    expect(top.get('description')?.length).toBeGreaterThan(20)
    expect(top.get('author')?.length).toBeGreaterThan(2)
  })

  it('runs the committed bundle on Node 24', () => {
    expect(Object.fromEntries(actionYml('runs'))).toMatchObject({ using: 'node24', main: 'dist/index.js' })
  })

  it('has an icon and a colour that the marketplace takes', () => {
    expect(Object.fromEntries(actionYml('branding'))).toEqual({ icon: 'power', color: 'red' })
  })
})
