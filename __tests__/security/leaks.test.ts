import { afterEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_API_KEY } from '../../emulators/baseten.ts'
import { githubRunner } from '../../src/runner/runner.ts'
import { createSecrets } from '../../src/runner/secrets.ts'
import { act } from '../support/act.ts'
import { ago, basetenAccount, DAY } from '../sweep/accounts.ts'

const KEY = 'bt-9f8e7d6c5b4a39281706'

/** What is left of a text once everything hidden is taken out, decoded as base64 at every offset. */
function decodings(text: string): string[] {
  return text
    .split('***')
    .flatMap((part) => [0, 1, 2, 3].map((at) => Buffer.from(part.slice(at), 'base64').toString('latin1')))
}

/** In base64, the second has both characters that base64url writes in another way. */
const KEYS = [KEY, 'k~>?~>?~>?~>?~>?~>?k']

describe.each(KEYS)('base64 of the key %s with something before it', (key) => {
  it.each(
    ['', 'u', 'u:', 'me:', 'u:'.padStart(5, 'x')].flatMap((before) =>
      (['base64', 'base64url'] as const).map((form) => [before, form] as const),
    ),
  )('%j before it, in %s: nothing of it can be read', (before, form) => {
    const secrets = createSecrets(() => undefined)
    secrets.add(key)
    for (const after of ['', ':', '::', 'more']) {
      const shown = secrets.redact(`Basic ${Buffer.from(before + key + after).toString(form)}`)
      expect(shown).toContain('***')
      // At either end a character may hold bits of the key and of its neighbour.
      for (const text of decodings(shown)) expect(text).not.toContain(key.slice(3, -3))
    }
  })
})

describe('a private key given on one line', () => {
  it.each([
    ['\\n', '\\n'],
    ['blanks', ' '],
  ])('with %s for its line breaks: it is masked line by line, as it is used', async (_what, separator) => {
    const lines = [
      '-----BEGIN PRIVATE KEY-----',
      'MIIEvQIBADANBgkqhkiG9w0B'.padEnd(64, 'Q'),
      'AQEFAASCBKcwggSjAgEAAoIB'.padEnd(64, 'g'),
      '-----END PRIVATE KEY-----',
    ]
    const { masked } = await act({
      inputs: { provider: 'sap-ai-core', 'deployment-id': 'd748fdae9f88a9b0' },
      env: {
        AICORE_CLIENT_ID: 'sb-1',
        AICORE_AUTH_URL: 'https://tenant.authentication.cert.eu10.hana.ondemand.com',
        AICORE_BASE_URL: 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com',
        AICORE_CERT_STR: lines.join(separator).replaceAll('PRIVATE KEY', 'CERTIFICATE'),
        AICORE_KEY_STR: lines.join(separator),
      },
    })
    expect(masked).toEqual(expect.arrayContaining(lines.slice(1, 3)))
  })
})

describe('a secret across the place where a long line is cut', () => {
  afterEach(() => vi.restoreAllMocks())

  it.each(['info', 'debug', 'notice', 'warning', 'error'] as const)('%s shows no part of it', (level) => {
    let printed = ''
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      printed += String(chunk)
      return true
    })
    const secrets = createSecrets(() => undefined)
    secrets.add(KEY)
    const runner = githubRunner(secrets, {})
    for (let shift = 1; shift < KEY.length; shift++) runner[level](`${'x'.repeat(4000 - shift)}${KEY} and more`)
    for (let length = 6; length < KEY.length; length++) expect(printed).not.toContain(KEY.slice(0, length))
  })
})

describe('a tombstone that has the key as the name of a member', () => {
  const key = DEFAULT_API_KEY

  it.each([
    ['as it is', key],
    ['escaped', [...key].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')],
  ])('%s: it leaves the step nowhere', async (_how, name) => {
    const account = basetenAccount()
    account.world.addModel({ id: 'm1' })
    account.world.addDeployment('m1', { id: 'live', production: true })
    account.world.addDeployment('m1', { id: 'd1', name: 'pr-1', createdAt: ago(DAY) })
    const { handle } = account.emulator
    account.emulator.handle = async (request) => {
      const response = await handle(request)
      if (request.method !== 'DELETE') return response
      const body = `{"id":"d1","deleted":true,"model_id":"m1","${name}":"x"}`
      return new Response(body, { headers: { 'content-type': 'application/json' } })
    }
    const acted = await account.run({ 'model-id': 'm1', 'deployment-id': 'd1' })
    expect(acted.outputs['deleted-count']).toBe('1')
    expect(JSON.parse(acted.outputs['tombstone'] ?? '')).toMatchObject({ id: 'd1' })
    const { log, debug, summary, outputs, report } = acted
    for (const text of [...log, ...debug, summary, ...Object.values(outputs), JSON.stringify(report)]) {
      expect(text).not.toContain(key)
      expect(text).not.toContain(name)
    }
  })
})

describe('the password of a proxy', () => {
  it('is masked with its user in base64, as it goes to the proxy', async () => {
    const { masked } = await act({
      inputs: { provider: 'baseten', 'model-id': 'm1', 'deployment-id': 'd1', 'api-key': KEY },
      env: { https_proxy: 'http://us%40er:pa%3Ass-word@127.0.0.1:9' },
    })
    expect(masked).toEqual(
      expect.arrayContaining(['pa%3Ass-word', 'pa:ss-word', Buffer.from('us@er:pa:ss-word').toString('base64')]),
    )
  })
})
