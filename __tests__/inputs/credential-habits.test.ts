import { describe, expect, it } from 'vitest'
import { proxyAddresses, proxyProblems } from '../../src/http/proxies.ts'
import { act } from '../support/act.ts'
import { ALIBABA, BASETEN, inputsOf, mistakesOf, SAP, SERVICE_KEY, secretsOf, without } from './mistakes.ts'

const SECRET = 'Zq3x9Lk2Vb7Nw5Rt'
const SAP_BARE = without(SAP, 'service-key')
const KEY = JSON.stringify(SERVICE_KEY)

describe('what people store in place of a key is told by its shape, and never by its value', () => {
  it.each([
    [`"${SECRET}"`, 'is in quotes'],
    [`'${SECRET}'`, 'is in quotes'],
    ['$BASETEN_API_KEY', 'looks like a shell variable'],
    [`\${BASETEN_API_KEY}`, 'looks like a shell variable'],
    ['%BASETEN_API_KEY%', 'looks like a shell variable'],
    [`BASETEN_API_KEY=${SECRET}`, 'has a name and = in front of it'],
    [`export KEY=${SECRET}`, 'has a name and = in front of it'],
    [`x-api-key: ${SECRET}`, 'has a name in front of it'],
    [`{"api_key":"${SECRET}"}`, 'is JSON'],
    ['***', 'is what GitHub shows in place of a secret'],
    ['null', 'is what an expression or a script gives'],
    ['undefined', 'is what an expression or a script gives'],
    [`ghp_${SECRET}`, 'is a token of GitHub'],
    [`-----BEGIN PRIVATE KEY-----\n${SECRET}`, 'is a private key or certificate'],
  ])('api-key %j: %s', async (key, problem) => {
    for (const inputs of [BASETEN, ALIBABA]) {
      const [mistake, ...more] = await mistakesOf({ ...inputs, 'api-key': key })
      expect(more).toEqual([])
      expect(mistake).toContain(`'api-key' ${problem}`)
      expect(mistake).not.toContain(SECRET)
    }
    const { masked } = await act({ inputs: { ...BASETEN, 'api-key': key } })
    if (key.includes(SECRET)) expect(masked.some((each) => SECRET.includes(each) || each.includes(SECRET))).toBe(true)
  })

  it('in a variable: the variable is named', async () => {
    const told = await mistakesOf(without(BASETEN, 'api-key'), { BASETEN_API_KEY: `"${SECRET}"` })
    expect(told).toEqual(['BASETEN_API_KEY is in quotes; store it without them'])
  })

  it('a service key of SAP for a key: it says where that belongs', async () => {
    const told = await mistakesOf({ ...BASETEN, 'api-key': KEY })
    expect(told).toEqual([expect.stringContaining("'service-key' takes")])
    expect(secretsOf({ ...BASETEN, 'api-key': KEY })).toContain(SERVICE_KEY.clientsecret)
  })

  it('what is in quotes, behind a name or in JSON is masked as well', () => {
    for (const key of [`"${SECRET}"`, `KEY=${SECRET}`, `x-api-key: ${SECRET}`, `{"key":"${SECRET}"}`]) {
      expect(secretsOf({ ...BASETEN, 'api-key': key })).toContain(SECRET)
    }
  })

  it('a word that is no secret is not masked: it would hide half of the log', () => {
    for (const key of ['null', 'true', '***', 'none']) expect(secretsOf({ ...BASETEN, 'api-key': key })).toEqual([])
  })

  it.each(['<your-api-key>', 'YOUR_API_KEY', 'your-key', 'sk-xxxxxxxx', '...'])('%s is a placeholder', async (key) => {
    for (const inputs of [BASETEN, ALIBABA]) {
      const told = await mistakesOf({ ...inputs, 'api-key': key })
      expect(told).toEqual(["'api-key' is a placeholder; store the key or token itself"])
    }
  })

  it('the form of a key of the other provider: a notice', () => {
    expect(inputsOf({ ...BASETEN, 'api-key': 'sk-0123456789abcdef' }).notices.join()).toContain('Model Studio')
    expect(inputsOf({ ...ALIBABA, 'api-key': `abcd1234.${'x'.repeat(32)}` }).notices.join()).toContain('Baseten')
    expect([...inputsOf(BASETEN).notices, ...inputsOf(ALIBABA).notices]).toEqual([])
  })

  it.each([
    ['"eyJ.a.b"', 'is in quotes'],
    ['$TOKEN', 'looks like a shell variable'],
    ['{"access_token":"eyJ.a.b"}', 'is JSON; store only the key or token in it'],
  ])('token %j: %s', async (token, problem) => {
    const told = await mistakesOf({ ...SAP_BARE, token, 'api-url': 'https://api.example.com' })
    expect(told).toEqual([expect.stringContaining(`'token' ${problem}`)])
  })
})

describe('a service key is taken in every wrapping', () => {
  const VCAP = { aicore: [{ name: 'llm', label: 'aicore', credentials: SERVICE_KEY }], xsuaa: [{ credentials: {} }] }
  it.each([
    ['base64', Buffer.from(KEY).toString('base64')],
    ['base64 in lines', Buffer.from(KEY).toString('base64').replace(/.{76}/g, '$&\n')],
    ['base64url', Buffer.from(KEY).toString('base64url')],
    ['JSON in a JSON string', JSON.stringify(KEY)],
    ['base64 of JSON in a JSON string', Buffer.from(JSON.stringify(KEY)).toString('base64')],
    ['VCAP_SERVICES', JSON.stringify(VCAP)],
    ['VCAP_SERVICES where the service has another name', JSON.stringify({ 'user-provided': VCAP.aicore })],
    ['a list of bindings', JSON.stringify(VCAP.aicore)],
    ['a binding', JSON.stringify({ credentials: SERVICE_KEY })],
  ])('%s', async (_how, key) => {
    const inputs = { ...SAP_BARE, 'service-key': key }
    expect(inputsOf(inputs).provider.settings).toMatchObject({
      auth: { kind: 'secret', clientId: SERVICE_KEY.clientid, clientSecret: SERVICE_KEY.clientsecret },
    })
    expect(secretsOf(inputs)).toContain(SERVICE_KEY.clientsecret)
  })

  it('what a wrapped key is wrapped in is masked too: it can be unwrapped', () => {
    const key = Buffer.from(KEY).toString('base64')
    expect(secretsOf({ ...SAP_BARE, 'service-key': key })).toContain(key)
  })

  it.each([
    [
      'two bindings',
      JSON.stringify({ aicore: [VCAP.aicore[0], { name: 'other', credentials: SERVICE_KEY }] }),
      'has 2 bindings of SAP AI Core (llm, other); paste the credentials of one',
    ],
    ['quotes of the shell', `'${KEY}'`, 'is in quotes'],
    ['a dictionary of Python', KEY.replaceAll('"', "'"), 'has single quotes where JSON has double ones'],
    ['a name in front', `AICORE_SERVICE_KEY=${KEY}`, 'has a name and = in front of it'],
    ['the name of a file', './key.json', 'is the name of a file'],
    ['a variable', '$AICORE_SERVICE_KEY', 'looks like a shell variable'],
    ['nothing', 'undefined', 'is what an expression or a script gives'],
    ['base64 of something else', Buffer.from('not a key at all, really').toString('base64'), 'is not JSON'],
  ])('%s: told by its shape, and the secret is masked', async (_what, key, problem) => {
    const inputs = { ...SAP_BARE, 'service-key': key }
    const told = await mistakesOf(inputs)
    expect(told).toEqual([expect.stringContaining(`'service-key' ${problem}`.slice(0, 60))])
    expect(told.join()).not.toContain(SERVICE_KEY.clientsecret)
    if (key.includes(`"${SERVICE_KEY.clientsecret}"`)) expect(secretsOf(inputs)).toContain(SERVICE_KEY.clientsecret)
  })

  it('two logins in the environment: a notice says which one is used', () => {
    const env = { AICORE_SERVICE_KEY: KEY, AICORE_CLIENT_ID: 'other' }
    expect(inputsOf(SAP_BARE, env).notices.join()).toContain('AICORE_SERVICE_KEY is used')
    expect(inputsOf(SAP, env).notices).toEqual([])
    expect(inputsOf(SAP_BARE, { AICORE_SERVICE_KEY: KEY }).notices).toEqual([])
  })
})

describe('addresses as people copy them', () => {
  it.each(['/v2/lm', '/v2/lm/', '/v2/lm/deployments', '/v2/admin/resourceGroups', '/v2'])(
    "SAP's API URL with %s at its end",
    (path) => {
      const key = { ...SERVICE_KEY, serviceurls: { AI_API_URL: `https://api.ai.example.com${path}` } }
      const { settings } = inputsOf({ ...SAP_BARE, 'service-key': JSON.stringify(key) }).provider
      expect(settings.apiUrl.href).toBe('https://api.ai.example.com/v2')
    },
  )

  it.each([
    [BASETEN, 'https://app.baseten.co', "'api-url' is not the address of the management API"],
    [BASETEN, 'https://model-abc123.api.baseten.co', "'api-url' is not the address of the management API"],
    [
      ALIBABA,
      'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
      "'api-url' is the address that OpenAI's clients use",
    ],
  ])('%s at %s: the address of something else', async (inputs, url, problem) => {
    expect(await mistakesOf({ ...inputs, 'api-url': url })).toEqual([expect.stringContaining(problem)])
  })

  it('DASHSCOPE_HTTP_BASE_URL of another host: its disregard is told', () => {
    const other = { DASHSCOPE_HTTP_BASE_URL: 'https://dashscope.aliyuncs.com/api/v1' }
    expect(inputsOf(ALIBABA, other).notices.join()).toContain('DASHSCOPE_HTTP_BASE_URL names another host')
    expect(inputsOf({ ...ALIBABA, region: 'cn-beijing' }, other).notices).toEqual([])
  })
})

describe('proxies', () => {
  const HTTPS = [new URL('https://api.example.com')]
  it.each([
    ['proxy.example:3128', 'http://proxy.example:3128'],
    ['user:pass@proxy.example:3128', 'http://user:pass@proxy.example:3128'],
    ['http://proxy.example:3128/', 'http://proxy.example:3128'],
    ['http://proxy.example:3128/path?query', 'http://proxy.example:3128'],
    ['https://proxy.example', 'https://proxy.example'],
  ])('%s is read as %s', (text, address) => {
    expect(proxyAddresses({ https_proxy: text }).httpsProxy).toBe(address)
    expect(proxyProblems({ https_proxy: text }, HTTPS)).toEqual([])
  })

  it('a variable that nothing is sent by breaks nothing', () => {
    const env = { http_proxy: 'http://', https_proxy: 'http://proxy.example' }
    expect(proxyProblems(env, HTTPS)).toEqual([])
    expect(proxyAddresses(env)).toEqual({ httpProxy: '', httpsProxy: 'http://proxy.example' })
    expect(proxyProblems({ https_proxy: 'http://proxy.example', HTTPS_PROXY: 'http://' }, HTTPS)).toEqual([])
  })

  it('one that is needed is a mistake', () => {
    expect(proxyProblems({ http_proxy: 'http://' }, HTTPS)).toEqual([
      expect.stringContaining('http_proxy is not the address'),
    ])
    expect(proxyProblems({ HTTPS_PROXY: 'ftp://x' }, HTTPS)).toEqual([
      expect.stringContaining('HTTPS_PROXY is not the address'),
    ])
    const both = { http_proxy: 'http://', https_proxy: 'http://proxy.example' }
    expect(proxyProblems(both, [new URL('http://127.0.0.1:1')])).toHaveLength(1)
  })

  it('its password is masked, with a scheme or without', () => {
    for (const scheme of ['', 'http://']) {
      expect(secretsOf(BASETEN, { https_proxy: `${scheme}ci:${SECRET}@proxy.example` })).toContain(SECRET)
    }
  })
})
