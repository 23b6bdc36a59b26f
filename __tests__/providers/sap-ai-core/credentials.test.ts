import { describe, expect, it } from 'vitest'
import { readInputs } from '../../../src/inputs/inputs.ts'
import { PROVIDERS } from '../../../src/providers/registry.ts'
import { act } from '../../support/act.ts'
import { sourcesOf } from '../../support/sources.ts'
import { ID, ORIGIN, SERVICE_KEY, tenant } from './setup.ts'

const SECRET = 'emulated-secret$1='

/** The single variables of SAP's Python client. */
const VARIABLES = {
  AICORE_CLIENT_ID: 'sb-undeploy!b1|aicore!b540',
  AICORE_CLIENT_SECRET: SECRET,
  AICORE_AUTH_URL: ORIGIN,
  AICORE_BASE_URL: `${ORIGIN}/v2`,
}

function read(inputs: Record<string, string>, env: Record<string, string> = {}) {
  const all = { provider: 'sap-ai-core', 'deployment-id': ID, ...inputs }
  const given = Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  return readInputs(sourcesOf({ ...env, ...Object.fromEntries(given) }), PROVIDERS)
}

const mistakes = (...given: Parameters<typeof read>): string => {
  const { result } = read(...given)
  return result.ok ? 'none' : result.mistakes.join('\n')
}

const settings = (...given: Parameters<typeof read>) => {
  const { result } = read(...given)
  return result.ok ? result.inputs.provider.settings : result.mistakes
}

/** One run, with variables in the place of the service key. */
async function statusOf(inputs: Record<string, string>, env: Record<string, string>): Promise<string | undefined> {
  const { sap, clock } = tenant()
  sap.world.add({ id: ID, status: 'STOPPED', createdAt: '2026-11-20T00:00:00Z' })
  const all = { provider: 'sap-ai-core', 'deployment-id': ID, ...inputs }
  const { outputs } = await act({ inputs: all, env, emulators: { [ORIGIN]: sap }, clock })
  return outputs['status']
}

describe('SAP AI Core, where the credentials come from', () => {
  it("the 'service-key' input, pretty-printed and wrapped", async () => {
    const key = JSON.stringify({ credentials: JSON.parse(SERVICE_KEY) }, null, 2)
    expect(await statusOf({ 'service-key': `\n${key}\n` }, {})).toBe('deleted')
  })

  it('AICORE_SERVICE_KEY, as the JavaScript and Java clients have it', async () => {
    expect(await statusOf({}, { AICORE_SERVICE_KEY: SERVICE_KEY })).toBe('deleted')
  })

  it.each([
    ['', ''],
    ['/oauth/token', ''],
    ['/', '/v2'],
    ['/oauth/token', '/v2/'],
  ])("AICORE_CLIENT_ID and its family, AUTH_URL with '%s', BASE_URL with '%s'", async (auth, base) => {
    const env = { ...VARIABLES, AICORE_AUTH_URL: `${ORIGIN}${auth}`, AICORE_BASE_URL: `${ORIGIN}${base}` }
    expect(await statusOf({}, env)).toBe('deleted')
  })

  it("AICORE_BASE_URL may be missing where 'api-url' is given", async () => {
    const { AICORE_BASE_URL: _base, ...env } = VARIABLES
    expect(await statusOf({ 'api-url': ORIGIN }, env)).toBe('deleted')
    expect(mistakes({}, env)).toContain("'api-url' is missing")
  })

  it("'service-key' comes before AICORE_SERVICE_KEY, and that before the single variables", () => {
    const other = (clientid: string) => JSON.stringify({ ...JSON.parse(SERVICE_KEY), clientid })
    const env = { ...VARIABLES, AICORE_SERVICE_KEY: other('from-variable') }
    expect(settings({ 'service-key': other('from-input') }, env)).toMatchObject({ auth: { clientId: 'from-input' } })
    expect(settings({}, env)).toMatchObject({ auth: { clientId: 'from-variable' } })
    expect(settings({}, VARIABLES)).toMatchObject({ auth: { clientId: VARIABLES.AICORE_CLIENT_ID } })
  })

  it("'token' comes before everything in the environment", () => {
    const env = { ...VARIABLES, AICORE_SERVICE_KEY: SERVICE_KEY }
    const expected = { auth: { kind: 'token', token: 'eyJ.a.b' }, apiUrl: new URL(ORIGIN) }
    expect(settings({ token: 'eyJ.a.b', 'api-url': ORIGIN }, env)).toMatchObject(expected)
  })

  it("'resource-group' decides, and AICORE_RESOURCE_GROUP that says otherwise is pointed out", () => {
    const env = { AICORE_SERVICE_KEY: SERVICE_KEY, AICORE_RESOURCE_GROUP: 'team-a' }
    const { result } = read({}, env)
    expect(result).toMatchObject({ ok: true, inputs: { selection: { targets: [{ group: 'default' }] } } })
    expect(result.ok && result.inputs.notices.join()).toContain('AICORE_RESOURCE_GROUP is team-a')
  })
})

describe('SAP AI Core, mistakes in the credentials: an error each, and no request', () => {
  it.each([
    ['none at all', {}, {}, "'service-key' is empty, and neither 'token' nor AICORE_SERVICE_KEY"],
    ["'token' without 'api-url'", { token: 'eyJ.a.b' }, {}, "'api-url' is missing: 'token' needs it"],
    [
      "'token' and 'service-key' together",
      { token: 'eyJ.a.b', 'service-key': SERVICE_KEY, 'api-url': ORIGIN },
      {},
      "'token' and 'service-key' are both given; give one of them",
    ],
    ["'token' of two words", { token: 'eyJ a b', 'api-url': ORIGIN }, {}, "'token' has characters that no token has"],
    [
      'a service key without API URL',
      { 'service-key': JSON.stringify({ ...JSON.parse(SERVICE_KEY), serviceurls: {} }) },
      {},
      "'api-url' is missing: the service key names no AI_API_URL",
    ],
    ["'service-key' that is no JSON", { 'service-key': 'oops' }, {}, "'service-key' is not JSON"],
    ['AICORE_SERVICE_KEY that is no JSON', {}, { AICORE_SERVICE_KEY: 'oops' }, 'AICORE_SERVICE_KEY is not JSON'],
    [
      'a wrong service key is not replaced by the variables',
      { 'service-key': '{}' },
      VARIABLES,
      "'service-key' has no usable 'clientid'",
    ],
    ['AICORE_CLIENT_ID alone', {}, { AICORE_CLIENT_ID: 'sb' }, 'belong together'],
    ['AICORE_CLIENT_SECRET missing', {}, { ...VARIABLES, AICORE_CLIENT_SECRET: '' }, 'belong together'],
    ['AICORE_AUTH_URL missing', {}, { ...VARIABLES, AICORE_AUTH_URL: '' }, 'belong together'],
    ['AICORE_AUTH_URL without TLS', {}, { ...VARIABLES, AICORE_AUTH_URL: 'http://a.example' }, 'AICORE_AUTH_URL must'],
    [
      'AICORE_BASE_URL that is none',
      {},
      { ...VARIABLES, AICORE_BASE_URL: 'a.example' },
      'AICORE_BASE_URL is not a URL',
    ],
    [
      'a resource group with a line break',
      { 'service-key': SERVICE_KEY, 'resource-group': 'a\r\nx: y' },
      {},
      "'resource-group' has 'x: y', which",
    ],
    [
      'an empty resource group',
      { 'service-key': SERVICE_KEY, 'resource-group': '' },
      {},
      "'resource-group' is empty; remove it to use the default default",
    ],
    [
      'an X.509 key whose certificate is none',
      {
        'service-key': JSON.stringify({ clientid: 'sb', certificate: 'PEM', key: 'PEM', certurl: ORIGIN, url: ORIGIN }),
      },
      {},
      'has a certificate that cannot be read as PEM',
    ],
  ])('%s', async (_name, inputs, env, expected) => {
    expect(mistakes(inputs, env)).toContain(expected)

    const { sap, run } = tenant()
    const { ok, outputs } = await run({ 'service-key': '', ...inputs }, { env })
    expect(ok).toBe(false)
    expect(outputs['status']).toBe('failed')
    expect(sap.requests).toEqual([])
  })

  it('no mistake quotes a secret', () => {
    const broken = SERVICE_KEY.replace('"url"', '"url')
    expect(mistakes({ 'service-key': broken })).not.toContain(SECRET)
    expect(mistakes({ token: `${SECRET} x`, 'api-url': ORIGIN })).not.toContain(SECRET)
  })

  it('secrets are known also where they cannot be used', () => {
    expect(read({ 'service-key': SERVICE_KEY.replace('"url"', '"url') }).secrets).toContain(SECRET)
    expect(read({ token: 'Bearer eyJ.a.b' }).secrets).toEqual(expect.arrayContaining(['Bearer eyJ.a.b', 'eyJ.a.b']))
    expect(read({}, VARIABLES).secrets).toContain(SECRET)
    expect(read({}, { AICORE_SERVICE_KEY: SERVICE_KEY }).secrets).toContain(SECRET)
  })
})
