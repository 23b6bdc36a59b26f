import { describe, expect, it } from 'vitest'
import { parseServiceKey, secretsIn, tokenAddress } from '../../../src/providers/sap-ai-core/service-key.ts'
import { START } from '../../support/clock.ts'

const AUTH = 'https://acme.authentication.eu10.hana.ondemand.com'
const API = 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com'
const SECRET = 'k7$Qz+/w=='

/** As SAP BTP shows it. */
const KEY = {
  serviceurls: { AI_API_URL: API },
  appname: 'a1b2!b1|aicore!b540',
  clientid: 'sb-a1b2!b1|aicore!b540',
  clientsecret: SECRET,
  identityzone: 'acme',
  identityzoneid: '00000000-0000-4000-8000-000000000000',
  url: AUTH,
}
const PARSED = {
  auth: { kind: 'secret', clientId: KEY.clientid, clientSecret: SECRET, tokenUrl: new URL(`${AUTH}/oauth/token`) },
  apiUrl: new URL(API),
}
const X509 = {
  ...KEY,
  clientsecret: undefined,
  'credential-type': 'x509',
  certurl: 'https://acme.authentication.cert.eu10.hana.ondemand.com',
  certificate: '-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----\\n',
  key: '-----BEGIN RSA PRIVATE KEY-----\\nMIIE\\n-----END RSA PRIVATE KEY-----\\n',
}

const parse = (key: unknown) => parseServiceKey(JSON.stringify(key), START)
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(KEY).filter(([name]) => !names.includes(name)))

describe('service key: forms that are understood', () => {
  it('plain, on one line', () => {
    expect(parse(KEY)).toEqual(PARSED)
  })

  it('pretty-printed, with Windows line ends', () => {
    expect(parseServiceKey(JSON.stringify(KEY, null, 2).replaceAll('\n', '\r\n'), START)).toEqual(PARSED)
  })

  it('wrapped in credentials', () => {
    expect(parse({ credentials: KEY })).toEqual(PARSED)
  })

  it('wrapped in credentials, pretty-printed, with other members around', () => {
    expect(parseServiceKey(JSON.stringify({ name: 'ci', credentials: KEY }, null, 4), START)).toEqual(PARSED)
  })

  it('an old key with ML_API_URL', () => {
    expect(parse({ ...KEY, serviceurls: { ML_API_URL: API } })).toEqual(PARSED)
  })

  it('AI_API_URL comes before ML_API_URL', () => {
    const serviceurls = { AI_API_URL: API, ML_API_URL: 'https://old.example' }
    expect(parse({ ...KEY, serviceurls })).toEqual(PARSED)
  })

  it("without any API URL: understood, as 'api-url' may give it", () => {
    expect(parse(without('serviceurls'))).toEqual({ ...PARSED, apiUrl: undefined })
  })

  it('a secret and a certificate: the secret is used', () => {
    expect(parse({ ...X509, clientsecret: SECRET })).toEqual(PARSED)
  })

  it('blanks around values are dropped', () => {
    expect(parse({ ...KEY, clientid: ` ${KEY.clientid}\n`, clientsecret: `${SECRET}\n` })).toEqual(PARSED)
  })

  it.each([
    [AUTH],
    [`${AUTH}/`],
    [`${AUTH}/oauth/token`],
    [`${AUTH}/oauth/token/`],
    [`${AUTH}//oauth/token`],
    [`${AUTH}//`],
  ])('the token is asked for at /oauth/token of the url %s', (url) => {
    expect(tokenAddress(url)).toEqual(PARSED.auth.tokenUrl)
  })

  it('a path in front of /oauth/token is kept', () => {
    expect(tokenAddress('https://gateway.example/sap')).toEqual(new URL('https://gateway.example/sap/oauth/token'))
  })

  it('a doubled slash never sends the secret to another host', () => {
    expect(tokenAddress('https://acme.example//evil.example')).toHaveProperty('host', 'acme.example')
    expect(tokenAddress('https://acme.example//oauth/token')).toHaveProperty('host', 'acme.example')
  })
})

describe('service key: what is wrong is said, without a value of it', () => {
  it.each([
    ['not JSON', 'sb-a1b2 k7$Qz+/w==', 'is not JSON; paste the whole service key as SAP BTP shows it'],
    ['cut off', JSON.stringify(KEY).slice(0, 150), 'is not JSON; paste the whole service key as SAP BTP shows it'],
    ['a text', JSON.stringify(SECRET), 'is not a JSON object'],
    ['null', 'null', 'is not a JSON object'],
    ['credentials that are a text', '{"credentials":"x"}', 'is not a JSON object'],
  ])('%s', (_name, text, problem) => {
    expect(parseServiceKey(text, START)).toBe(problem)
  })

  it.each([
    ['no clientid', without('clientid'), "has no usable 'clientid'; paste the whole service key"],
    ['an empty clientid', { ...KEY, clientid: ' ' }, "has no usable 'clientid'; paste the whole service key"],
    ['a clientid that is no text', { ...KEY, clientid: 1 }, "has no usable 'clientid'; paste the whole service key"],
    [
      'neither a secret nor a certificate',
      without('clientsecret'),
      "has neither 'clientsecret' nor 'certificate'; paste the whole service key",
    ],
    [
      'an empty clientsecret',
      { ...KEY, clientsecret: '' },
      "has no usable 'clientsecret'; paste the whole service key",
    ],
    ['no url', without('url'), "has no 'url' to get a token from; paste the whole service key"],
    [
      'an API URL that is no text',
      { ...KEY, serviceurls: { AI_API_URL: 7 } },
      "has no usable 'serviceurls.AI_API_URL'; paste the whole service key",
    ],
    [
      'a url that is none',
      { ...KEY, url: 'acme.authentication' },
      "has a 'url' that is not a URL; write it with https://",
    ],
    [
      'a url without TLS',
      { ...KEY, url: 'http://acme.example' },
      "has a 'url' that must begin with https:// (http:// only for loopback addresses)",
    ],
    [
      'an API URL without TLS',
      { ...KEY, serviceurls: { AI_API_URL: 'http://acme.example' } },
      "has a 'serviceurls.AI_API_URL' that must begin with https:// (http:// only for loopback addresses)",
    ],
  ])('%s', (_name, key, problem) => {
    expect(parse(key)).toBe(problem)
  })
})

describe('service key: its secrets are found, to be masked', () => {
  it.each([
    ['plain', JSON.stringify(KEY)],
    ['pretty-printed', JSON.stringify(KEY, null, 2)],
    ['wrapped in credentials', JSON.stringify({ credentials: KEY })],
    ['cut off after the secret', JSON.stringify(KEY).slice(0, JSON.stringify(KEY).indexOf(SECRET) + 20)],
    ['with a trailing comma', JSON.stringify(KEY).replace(/}$/, ',}')],
  ])('%s', (_name, text) => {
    expect(secretsIn(text)).toEqual([SECRET])
  })

  it('the private key of an X.509 key, and not the certificate', () => {
    expect(secretsIn(JSON.stringify(X509))).toEqual([X509.key])
  })

  it('escaped characters are decoded', () => {
    const secret = 'a"b\\c\u00e9/d'
    expect(secretsIn(JSON.stringify({ clientsecret: secret }).replace('/', '\\/'))).toEqual([secret])
  })

  it('nothing to find in an empty or foreign text', () => {
    expect(secretsIn('')).toEqual([])
    expect(secretsIn('{"clientsecret": ""}')).toEqual([])
  })
})
