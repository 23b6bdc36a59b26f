import { describe, expect, it } from 'vitest'
import { act } from '../support/act.ts'
import { ALIBABA, BASETEN, inputsOf, mistakesOf, SAP, SERVICE_KEY, secretsOf, without } from './mistakes.ts'

const SAP_BARE = without(SAP, 'service-key')

describe('missing credentials', () => {
  it.each([
    ['baseten', { ...BASETEN, 'api-key': '' }, "'api-key'", 'BASETEN_API_KEY'],
    ['alibaba-model-studio', { ...ALIBABA, 'api-key': '' }, "'api-key'", 'DASHSCOPE_API_KEY'],
    ['sap-ai-core', { ...SAP, 'service-key': '' }, "'service-key'", 'AICORE_SERVICE_KEY'],
  ])('%s: the input and the variable are named, and why secrets are empty for forks and Dependabot', async (...row) => {
    const [, inputs, name, variable] = row
    const [mistake, ...more] = await mistakesOf(inputs)
    expect(more).toEqual([])
    for (const part of [name, variable, 'forks', 'Dependabot']) expect(mistake).toContain(part)
  })

  it.each(['Api-Key', 'Bearer ', 'bearer'])('%j with an empty secret after it is no key', async (text) => {
    for (const inputs of [BASETEN, ALIBABA]) {
      const told = await mistakesOf({ ...inputs, 'api-key': text })
      expect(told).toEqual([expect.stringContaining("'api-key' is empty")])
    }
  })

  it('a key of another provider in the environment is no help', async () => {
    const told = await mistakesOf(without(BASETEN, 'api-key'), { DASHSCOPE_API_KEY: 'sk-0123456789' })
    expect(told).toEqual([expect.stringContaining("'api-key' is empty")])
  })

  it('a key from the environment is taken where the input is empty; the input wins', () => {
    const env = { BASETEN_API_KEY: 'from-the-environment', DASHSCOPE_API_KEY: 'from-the-environment' }
    for (const inputs of [BASETEN, ALIBABA]) {
      expect(inputsOf({ ...inputs, 'api-key': '' }, env).provider.settings).toMatchObject({
        apiKey: 'from-the-environment',
      })
      expect(inputsOf(inputs, env).provider.settings).toMatchObject({ apiKey: inputs['api-key'] })
    }
  })

  it('a key from the environment that cannot be one: the error names the variable', async () => {
    const told = await mistakesOf({ ...BASETEN, 'api-key': '' }, { BASETEN_API_KEY: 'bt 0123' })
    expect(told).toEqual([expect.stringMatching(/^BASETEN_API_KEY has characters that no key has/)])
  })

  it.each(['bt 0123', 'line1\nline2', 'Schlüssel', 'key\u0007bt'])(
    'a key that cannot be one (%j): an error without the key',
    async (key) => {
      const told = await mistakesOf({ ...BASETEN, 'api-key': key })
      expect(told).toEqual([expect.stringContaining("'api-key'")])
      expect(told[0]).not.toContain(key)
    },
  )
})

describe('a service key in the wrong input', () => {
  const secret = 'bW9jay1jbGllbnQtc2VjcmV0LTE='
  const key = JSON.stringify({ clientid: 'sb-1', clientsecret: secret, url: 'https://t.example.com' })
  it.each(['resource-group', 'deployment-id', 'status', 'allow', 'protect', 'label'])(
    "'%s': its secret is masked before a part of the list is quoted",
    async (input) => {
      const { ok, log, masked, summary } = await act({
        inputs: { ...SAP, name: '*', 'deployment-id': '', [input]: key },
      })
      expect(ok).toBe(false)
      expect(masked).toContain(secret)
      expect(`${log.join()}${summary}`).not.toContain(secret)
    },
  )
})

describe('a long line that cannot be read', () => {
  it.each([
    ['label', `${'k'.repeat(40)}={${'S'.repeat(40)}}`],
    ['resource-group', `{${'S'.repeat(60)}}-*`],
    ['name', `{${'S'.repeat(61)}}`],
  ])("of '%s' is not repeated", async (input, value) => {
    const told = await mistakesOf({ ...without(SAP, 'deployment-id'), name: '*', [input]: value })
    expect(told.join()).toContain(`'${input}' has a value of`)
    expect(told.join()).not.toContain('SSSS')
  })
})

describe('a secret with half a character in it', () => {
  const half = 'half-\ud800-secret'
  it('in a service key: an error that names input and member, and every other secret is masked', async () => {
    const inputs = { ...SAP_BARE, 'service-key': JSON.stringify({ ...SERVICE_KEY, clientsecret: half }) }
    const env = { BASETEN_API_KEY: 'another-secret-1' }
    expect(await mistakesOf(inputs, env)).toEqual([
      "'service-key' has half a character in 'clientsecret'; paste the whole service key",
    ])
    const { masked } = await act({ inputs, env: { ...env, http_proxy: 'http://user:proxy-password@localhost' } })
    expect(masked).toEqual(expect.arrayContaining([half, 'another-secret-1', 'proxy-password']))
  })

  it('in a variable, or in the token for GitHub: an error that names it', async () => {
    const env = {
      AICORE_CLIENT_ID: 'sb-1',
      AICORE_CLIENT_SECRET: half,
      AICORE_AUTH_URL: 'https://a.authentication.eu10.hana.ondemand.com',
      AICORE_BASE_URL: 'https://api.ai.example.com',
      GITHUB_REPOSITORY: 'octo/hello',
    }
    expect(await mistakesOf(SAP_BARE, env)).toEqual(['AICORE_CLIENT_SECRET has half a character in it; paste it again'])
    expect(await mistakesOf({ ...BASETEN, 'github-token': half, comment: 'true' }, env)).toEqual([
      "'github-token' has half a character in it; paste it again",
    ])
  })
})

describe('SAP: a token or a service key', () => {
  it('both are an error that names both', async () => {
    const [mistake] = await mistakesOf({ ...SAP, token: 'token-0123456789', 'api-url': 'https://api.example.com' })
    expect(mistake).toContain("'token'")
    expect(mistake).toContain("'service-key'")
  })

  it("a token needs 'api-url', which is named", async () => {
    const [mistake] = await mistakesOf({ ...SAP_BARE, token: 'token-0123456789' })
    expect(mistake).toContain("'api-url'")
  })

  it('a token, with or without Bearer in front of it', () => {
    for (const token of ['token-0123456789', 'Bearer token-0123456789']) {
      const { provider } = inputsOf({ ...SAP_BARE, token, 'api-url': 'https://api.example.com' })
      expect(provider.settings).toMatchObject({ auth: { kind: 'token', token: 'token-0123456789' } })
    }
  })

  it.each([
    ['on one line', JSON.stringify(SERVICE_KEY)],
    ['pretty-printed', JSON.stringify(SERVICE_KEY, null, 2)],
    ['wrapped in credentials', JSON.stringify({ credentials: SERVICE_KEY })],
    ['wrapped and pretty-printed', JSON.stringify({ credentials: SERVICE_KEY }, null, '\t')],
  ])('a service key %s', (_how, key) => {
    const { provider } = inputsOf({ ...SAP_BARE, 'service-key': key })
    expect(provider.settings).toMatchObject({
      auth: {
        kind: 'secret',
        clientId: SERVICE_KEY.clientid,
        clientSecret: SERVICE_KEY.clientsecret,
        tokenUrl: new URL('https://tenant.authentication.eu10.hana.ondemand.com/oauth/token'),
      },
    })
  })

  it.each([
    ['no JSON', 'service-key-secret-1'],
    ['cut off', JSON.stringify(SERVICE_KEY).slice(0, -20)],
    ['a list', '[]'],
    ['a text', '"service-key-secret-1"'],
    ['null', 'null'],
    ['no client ID', JSON.stringify({ ...SERVICE_KEY, clientid: undefined })],
    ['no secret', JSON.stringify({ ...SERVICE_KEY, clientsecret: undefined })],
    ['no url', JSON.stringify({ ...SERVICE_KEY, url: undefined })],
    ['a url over http', JSON.stringify({ ...SERVICE_KEY, url: 'http://tenant.example.com' })],
    ['an API URL over http', JSON.stringify({ ...SERVICE_KEY, serviceurls: { AI_API_URL: 'http://api.example.com' } })],
    ['credentials that are no object', JSON.stringify({ credentials: 'service-key-secret-1' })],
  ])('a service key with %s: an error that names the input and repeats no value of it', async (_what, key) => {
    const told = (await mistakesOf({ ...SAP_BARE, 'service-key': key })).join('\n')
    expect(told).toContain("'service-key'")
    expect(told).not.toContain('service-key-secret-1')
  })

  it('AICORE_SERVICE_KEY, or the single variables, where no input is given', () => {
    expect(inputsOf(SAP_BARE, { AICORE_SERVICE_KEY: JSON.stringify(SERVICE_KEY) }).provider.settings).toMatchObject({
      auth: { kind: 'secret' },
    })
    const single = {
      AICORE_CLIENT_ID: 'id',
      AICORE_CLIENT_SECRET: 'secret-0123',
      AICORE_AUTH_URL: 'https://auth.example.com/oauth/token',
      AICORE_BASE_URL: 'https://api.example.com/v2',
    }
    expect(inputsOf(SAP_BARE, single).provider.settings).toMatchObject({
      auth: { clientId: 'id', tokenUrl: new URL('https://auth.example.com/oauth/token') },
    })
  })

  it('only some of the single variables: an error that names all three', async () => {
    const [mistake] = await mistakesOf(SAP_BARE, { AICORE_CLIENT_ID: 'id' })
    for (const name of ['AICORE_CLIENT_ID', 'AICORE_CLIENT_SECRET', 'AICORE_AUTH_URL']) expect(mistake).toContain(name)
  })

  it('a resource group that no header can carry is an error that names the input', async () => {
    expect(await mistakesOf({ ...SAP, 'resource-group': 'team-a\nX-Evil: 1' })).toEqual([
      expect.stringContaining("'resource-group' has 'X-Evil: 1', which"),
    ])
  })
})

describe('secrets are known before anything is printed, whether they are right or wrong', () => {
  it('keys and tokens, with and without their scheme', () => {
    expect(secretsOf({ ...BASETEN, 'api-key': 'Api-Key bt-0123456789' })).toEqual(
      expect.arrayContaining(['Api-Key bt-0123456789', 'bt-0123456789']),
    )
    expect(secretsOf({ ...SAP_BARE, token: 'Bearer token-0123456789', 'github-token': 'ghs_0123456789' })).toEqual(
      expect.arrayContaining(['token-0123456789', 'ghs_0123456789']),
    )
  })

  it('keys in the environment', () => {
    const env = {
      BASETEN_API_KEY: 'bt-from-env',
      DASHSCOPE_API_KEY: 'sk-from-env',
      AICORE_CLIENT_SECRET: 'client-secret-env',
      AICORE_SERVICE_KEY: JSON.stringify({ credentials: { clientsecret: 'in-the-key-env' } }, null, 2),
    }
    expect(secretsOf(BASETEN, env)).toEqual(
      expect.arrayContaining(['bt-from-env', 'sk-from-env', 'client-secret-env', 'in-the-key-env']),
    )
  })

  it('the secret and the private key of a service key, of a broken one too; never the JSON as a whole', () => {
    const key = JSON.stringify(
      { ...SERVICE_KEY, clientsecret: 'a"quoted\\secret', key: '-----BEGIN\nMIIE\n-----END' },
      null,
      2,
    )
    for (const text of [key, key.slice(0, -2)]) {
      const secrets = secretsOf({ ...SAP_BARE, 'service-key': text })
      expect(secrets).toEqual(['a"quoted\\secret', '-----BEGIN\nMIIE\n-----END'])
    }
  })

  it('nothing that may occur in an output: no ID, region or resource group', () => {
    expect(secretsOf({ ...SAP, 'resource-group': 'team-a' })).toEqual([SERVICE_KEY.clientsecret])
  })
})

describe('a key that cannot be hidden', () => {
  it.each(['deleted', 'Accepted', 'nothing-to-delete', 'failed', 'k3y-012'])(
    '%s is refused on every provider that takes a key, and not masked where it is a word of ours',
    async (key) => {
      for (const inputs of [BASETEN, ALIBABA]) {
        const acted = await act({ inputs: { ...inputs, 'api-key': key } })
        expect(acted.outputs['status']).toBe('failed')
        expect(acted.log.join('\n')).toMatch(/'api-key' (?:is a word|has fewer than 8)/)
        expect(acted.masked.includes(key)).toBe(key === 'k3y-012')
      }
    },
  )
})
