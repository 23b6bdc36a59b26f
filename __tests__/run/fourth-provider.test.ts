import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { emulate } from '../../emulators/core.ts'
import { PROVIDERS } from '../../src/providers/registry.ts'
import type { SettingsReader } from '../../src/providers/settings-reader.ts'
import { act } from '../support/act.ts'
import { examplia } from './fourth-provider.ts'

const ORIGIN = 'https://api.examplia.test'
const STEP = { provider: 'examplia', password: 'open-sesame-1', 'deployment-id': 'x-1' }

/** A run where a provider more is registered, and what its API was asked. */
async function run(inputs: Record<string, string>, env: Record<string, string> = {}) {
  const all = new Map([
    ['x-1', 'PR-1'],
    ['x-2', 'PR-2'],
    ['x-3', 'main'],
  ])
  const emulator = emulate({}, ({ method, url }) => {
    if (method === 'DELETE') all.delete(url.split('/').at(-1) ?? '')
    return Response.json(method === 'DELETE' ? null : Object.fromEntries(all))
  })
  const told = await act({ inputs, env, emulators: { [ORIGIN]: emulator }, providers: [...PROVIDERS, examplia] })
  const requests = emulator.requests.map(({ method, path }) => `${method} ${path}`)
  return { ...told, requests, errors: told.log.filter((line) => line.startsWith('error: ')).join('\n') }
}

describe('a fourth provider is its definition in the registry, and nothing else', () => {
  it('an exact step: from its inputs to the summary', async () => {
    const { ok, outputs, summary, requests } = await run(STEP)

    expect({ ok, status: outputs['status'], ids: outputs['deleted-ids'] }).toEqual({
      ok: true,
      status: 'deleted',
      ids: '["x-1"]',
    })
    expect(requests).toContain('DELETE /north/x-1')
    expect(summary).toContain('examplia')
    expect(JSON.parse(outputs['results'] ?? '')).toMatchObject([{ provider: 'examplia', id: 'x-1', name: 'PR-1' }])
  })

  it('a sweep with its own input and its notice', async () => {
    const { outputs, log, requests } = await run({ ...STEP, 'deployment-id': '', name: 'PR-*', zone: 'south' })

    expect(outputs['deleted-ids']).toBe('["x-1","x-2"]')
    expect(log).toContain('notice: the south is slow')
    expect(requests.filter((line) => line.startsWith('DELETE'))).toEqual(['DELETE /south/x-1', 'DELETE /south/x-2'])
  })

  it('its IDs, statuses, guards and resources are checked as it says', async () => {
    const wrong = { 'deployment-id': 'y', allow: 'prepaid', resource: 'model' }
    const { errors, requests } = await run({ ...STEP, ...wrong })
    expect(errors).toContain("'allow' has 'prepaid', which is not a guard here; allowed: none, last")
    expect(errors).toContain("'resource' is 'model', which examplia does not have; allowed: deployment")
    expect((await run({ ...STEP, 'deployment-id': 'y' })).errors).toContain('is no ID of Examplia')
    expect((await run({ ...STEP, 'deployment-id': '', name: 'PR-*', status: 'ACTIVE' })).errors).toContain('UP, DOWN')
    expect(requests).toEqual([])
  })

  it('its inputs are refused by the others, and theirs by it', async () => {
    const baseten = { provider: 'baseten', 'api-key': 'bt-0123456789', 'model-id': 'm1', 'deployment-id': 'd1' }
    expect((await run({ ...baseten, zone: 'south' })).errors).toContain("'zone' is for examplia and not for baseten")
    expect((await run({ ...STEP, region: 'cn-beijing' })).errors).toContain(
      "'region' is for alibaba-model-studio and not for examplia",
    )
  })

  it('its credentials are masked, whichever provider is meant and whatever else is wrong', async () => {
    const env = { EXAMPLIA_PASSWORD: 'from-the-variable' }
    for (const provider of ['examplia', 'baseten', 'nothing-of-the-kind']) {
      const { masked } = await run({ ...STEP, provider, timeout: 'soon' }, env)
      expect(masked).toEqual(expect.arrayContaining(['open-sesame-1', 'from-the-variable']))
    }
  })

  it('credentials that go to another host than its own are told', async () => {
    const { log } = await run({ ...STEP, 'api-url': 'https://gateway.example.com', timeout: '1s' })
    expect(log.join('\n')).toContain('the credentials go to gateway.example.com, which is not a host of examplia')
  })
})

describe('the names of the providers', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))

  it.each(PROVIDERS.map(({ name }) => name))('%s stands in its own folder and nowhere else', (name) => {
    const elsewhere = sources.filter((path) => !path.startsWith(join('providers', name)))
    const named = elsewhere.filter((path) => readFileSync(join('src', path), 'utf8').includes(`'${name}'`))
    expect(named).toEqual([])
  })
})

/** A step whose provider reads its settings like this, and then gives none. */
function runReading(read: (reader: SettingsReader) => void) {
  const provider = {
    ...examplia,
    configure(reader: SettingsReader) {
      read(reader)
      return undefined
    },
  }
  return act({ inputs: STEP, providers: [...PROVIDERS, provider] })
}

describe('what a definition may do wrong', () => {
  it.each([
    ['text', 'password'],
    ['text', 'api-key'],
    ['variable', 'EXAMPLIA_PASSWORD'],
    ['variable', 'AICORE_CLIENT_SECRET'],
    ['secret', 'zone'],
    ['secret', 'AWS_SECRET_ACCESS_KEY'],
  ] as const)(
    'reader.%s(%j): only what is declared as a secret is read as one, and in no other way',
    async (...row) => {
      const [method, name] = row
      let isThrown = false
      await runReading((reader) => {
        try {
          reader[method](name)
        } catch {
          isThrown = true
        }
      })
      expect(isThrown).toBe(true)
    },
  )

  it('no settings and no mistake: the step fails, and is not taken for one with nothing to do', async () => {
    const { ok, outputs } = await runReading(() => undefined)
    expect({ ok, status: outputs['status'] }).toEqual({ ok: false, status: 'failed' })
  })
})
