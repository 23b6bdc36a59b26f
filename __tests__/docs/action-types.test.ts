import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createReader } from '../../src/inputs/reader.ts'
import { PROVIDERS } from '../../src/providers/registry.ts'
import { act } from '../support/act.ts'
import { sourcesOf } from '../support/sources.ts'
import { fileOf } from './files.ts'

interface Typing {
  type: string
  separator?: string
  'allowed-values'?: string[]
  'list-item'?: Typing
}

const types: Record<'inputs' | 'outputs', Record<string, Typing>> = parse(fileOf('action-types.yml').text)
const action: Record<'inputs' | 'outputs', Record<string, { description: string }>> = parse(fileOf('action.yml').text)

/** The values that the action says are allowed, when it is given one that is not. */
async function allowedByCode(name: string): Promise<string[]> {
  const provider = name === 'region' ? { provider: 'alibaba-model-studio' } : {}
  const { log } = await act({ inputs: { ...provider, [name]: 'wrong' } })
  const told = log.find((line) => line.startsWith(`error: '${name}' `) && line.includes('allowed: '))
  return told?.split('allowed: ')[1]?.split(', ').sort() ?? []
}

describe('action-types.yml', () => {
  it.each(['inputs', 'outputs'] as const)(
    'types the %s of action.yml, all of them and no other, in the same order',
    (kind) => {
      expect(Object.keys(types[kind])).toEqual(Object.keys(action[kind]))
    },
  )

  it('uses types that exist, with what each needs', () => {
    for (const [name, typing] of Object.entries({ ...types.inputs, ...types.outputs })) {
      expect([name, ['string', 'boolean', 'integer', 'enum', 'list'].includes(typing.type)]).toEqual([name, true])
      expect([name, typing['allowed-values'] !== undefined]).toEqual([name, typing.type === 'enum'])
      expect([name, typing['list-item'] !== undefined]).toEqual([name, typing.type === 'list'])
      expect([name, typing.separator]).toEqual([name, typing.type === 'list' ? '\n' : undefined])
    }
  })

  const enums = Object.entries(types.inputs).flatMap(([name, typing]): [string, string[]][] => {
    const values = typing['allowed-values'] ?? typing['list-item']?.['allowed-values']
    return values === undefined ? [] : [[name, values]]
  })

  it.each(enums)("'%s' has the values that the code allows", async (name, values) => {
    expect(await allowedByCode(name)).toEqual([...values].sort())
  })

  it.each(Object.entries(types.inputs).filter(([, { type }]) => type === 'boolean'))(
    "'%s' is a switch for the code too",
    async (name) => {
      expect(await allowedByCode(name)).toEqual(['false', 'true'])
    },
  )

  it.each(Object.entries(types.inputs).filter(([, { type }]) => type === 'integer'))(
    "'%s' is a whole number for the code too",
    async (name) => {
      expect((await allowedByCode(name)).join()).toMatch(/^whole numbers/)
    },
  )

  it.each(Object.entries(types.inputs).filter(([, { type }]) => type === 'list'))(
    "'%s' is split at line breaks by the code too",
    (name) => {
      const reader = createReader(sourcesOf({ [`INPUT_${name.toUpperCase()}`]: 'a\nb' }), PROVIDERS)
      expect(reader.list(name)).toEqual(['a', 'b'])
    },
  )

  it('has every status of the step that the description of the output names', () => {
    const named = [...(action.outputs['status']?.description.matchAll(/`([a-z-]+)`/g) ?? [])].map(([, name]) => name)
    expect(types.outputs['status']?.['allowed-values']).toEqual(named)
  })
})
