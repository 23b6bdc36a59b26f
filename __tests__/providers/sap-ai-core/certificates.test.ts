import { describe, expect, it } from 'vitest'
import { selfSigned } from '../../../emulators/sap-ai-core/certificate.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../../emulators/sap-ai-core.ts'
import { readIdentity } from '../../../src/providers/sap-ai-core/certificate.ts'
import { parseServiceKey } from '../../../src/providers/sap-ai-core/service-key.ts'
import { act } from '../../support/act.ts'
import { START } from '../../support/clock.ts'

const ORIGIN = 'https://acme.authentication.cert.eu10.hana.ondemand.com'
const CLIENT = { clientid: 'sb-x509!b1|aicore!b540', certificate: true as const }
const { cert, key } = selfSigned('undeploy')
const twoCharacters = (pem: string) => pem.replaceAll('\n', '\\n')
const serviceKey = (certificate = cert, privateKey = key) =>
  sapServiceKey(ORIGIN, CLIENT, { certificate, key: privateKey })

describe('service keys with a certificate', () => {
  it.each([
    ['real line breaks', cert, key],
    ['two-character line breaks', twoCharacters(cert), twoCharacters(key)],
    ...(
      [
        ['blanks in place of line breaks', (pem) => pem.replaceAll('\n', ' ')],
        ['indented lines', (pem) => pem.replaceAll('\n', '\n    ')],
        ['CR alone', (pem) => pem.replaceAll('\n', '\r')],
        ['CRLF', (pem) => pem.replaceAll('\n', '\r\n')],
        ['quotes around it', (pem) => `"${pem.trim()}"`],
        ['two-character line breaks and quotes', (pem) => `'${twoCharacters(pem)}'`],
      ] satisfies [string, (pem: string) => string][]
    ).map(([name, change]): [string, string, string] => [name, change(cert), change(key)]),
  ])('PEM with %s is understood', (_name, certificate, privateKey) => {
    const parsed = parseServiceKey(JSON.stringify(serviceKey(certificate, privateKey)), START)
    expect(parsed).toMatchObject({
      auth: {
        kind: 'certificate',
        clientId: CLIENT.clientid,
        tokenUrl: new URL('/oauth/token', ORIGIN),
        identity: { certificate: cert, key },
      },
    })
  })

  it.each([
    ['a certificate without its key', { key: undefined }, "has a 'certificate' but no 'key'"],
    ['no certurl', { certurl: undefined }, "has no 'certurl' to get a token from"],
    ['a certificate that is none', { certificate: 'MIIB' }, 'has a certificate that cannot be read as PEM'],
    ['a key that is none', { key: 'MIIE' }, 'has a private key that cannot be read as PEM'],
    ['a key of another certificate', { key: selfSigned('other').key }, 'does not belong to its certificate'],
  ])('%s: said before any request', async (_name, change, problem) => {
    const sap = createSapEmulator()
    const { ok, log } = await act({
      inputs: {
        provider: 'sap-ai-core',
        'deployment-id': 'd748fdae9f88a9b0',
        'service-key': JSON.stringify({ ...serviceKey(), ...change }),
      },
      emulators: { [ORIGIN]: sap },
    })
    expect(ok).toBe(false)
    expect(log.join('\n')).toContain(problem)
    expect(sap.requests).toEqual([])
  })

  it('an expired certificate is told as such, with its date and what to do', () => {
    const old = selfSigned('old', { to: '261114120000Z' })
    expect(readIdentity(old.cert, old.key, START)).toBe(
      'has a certificate that expired on 2026-11-14; create a new service key (its certificate is valid for 7 days by default)',
    )
  })

  it('a certificate of the future is told as such', () => {
    const early = selfSigned('early', { from: '270101000000Z' })
    expect(readIdentity(early.cert, early.key, START)).toBe('has a certificate that is not valid before 2027-01-01')
  })
})

describe('certificates in AICORE_* variables', () => {
  const base = {
    AICORE_CLIENT_ID: CLIENT.clientid,
    AICORE_AUTH_URL: ORIGIN,
    AICORE_BASE_URL: `${ORIGIN}/v2`,
  }
  const run = async (env: Record<string, string>, files: Record<string, string> = {}) => {
    const seen: string[] = []
    const acted = await act({
      inputs: { provider: 'sap-ai-core', 'deployment-id': 'd748fdae9f88a9b0' },
      env: { ...base, ...env },
      files,
      transport: async ({ identity, url }) => {
        seen.push(`${url.pathname} ${identity?.certificate === cert}`)
        throw Object.assign(new Error('stop here'), { code: 'ENOTFOUND' })
      },
    })
    return { ...acted, seen }
  }

  it('AICORE_CERT_STR with AICORE_KEY_STR is shown to the token server', async () => {
    const { seen, masked } = await run({ AICORE_CERT_STR: twoCharacters(cert), AICORE_KEY_STR: twoCharacters(key) })
    expect(seen[0]).toBe('/oauth/token true')
    expect(masked.join('')).toContain(key.split('\n')[1])
  })

  it('AICORE_CERT_FILE_PATH with AICORE_KEY_FILE_PATH', async () => {
    const paths = { AICORE_CERT_FILE_PATH: '/c.pem', AICORE_KEY_FILE_PATH: '/k.pem' }
    const { seen, masked } = await run(paths, { '/c.pem': cert, '/k.pem': key })
    expect(seen[0]).toBe('/oauth/token true')
    expect(masked.join('')).toContain(key.split('\n')[1])
  })

  it('AICORE_CERT_URL is where the token comes from, if it is there', async () => {
    const { seen } = await run({
      AICORE_CERT_STR: cert,
      AICORE_KEY_STR: key,
      AICORE_CERT_URL: `${ORIGIN}/elsewhere`,
    })
    expect(seen[0]).toBe('/elsewhere/oauth/token true')
  })

  it.each([
    ['a secret and a certificate', { AICORE_CLIENT_SECRET: 'some-secret', AICORE_CERT_STR: cert, AICORE_KEY_STR: key }],
    ['texts and files', { AICORE_CERT_STR: cert, AICORE_KEY_STR: key, AICORE_CERT_FILE_PATH: '/c.pem' }],
    ['none of them', {}],
  ])('%s: exactly one way is to be given', async (_name, env) => {
    const { ok, log, seen } = await run(env)
    expect(ok).toBe(false)
    expect(log.join('\n')).toContain('exactly one of AICORE_CLIENT_SECRET, AICORE_CERT_STR')
    expect(seen).toEqual([])
  })

  it('a file that cannot be read is named by its variable', async () => {
    const { log, seen } = await run({ AICORE_CERT_FILE_PATH: '/c.pem', AICORE_KEY_FILE_PATH: '/k.pem' })
    expect(log.join('\n')).toContain('AICORE_CERT_FILE_PATH names a file that cannot be read')
    expect(seen).toEqual([])
  })

  it('the secret of a client still works beside them in other steps', async () => {
    const sap = createSapEmulator()
    const { outputs } = await act({
      inputs: { provider: 'sap-ai-core', 'deployment-id': 'd748fdae9f88a9b0' },
      env: {
        ...base,
        AICORE_CLIENT_ID: DEFAULT_CLIENT.clientid,
        AICORE_CLIENT_SECRET: DEFAULT_CLIENT.clientsecret ?? '',
      },
      emulators: { [ORIGIN]: sap },
    })
    expect(outputs['status']).toBe('already-gone')
  })
})
