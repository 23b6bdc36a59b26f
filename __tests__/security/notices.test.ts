import { describe, expect, it } from 'vitest'
import { ALIBABA, BASETEN, inputsOf, SAP, SERVICE_KEY, without } from '../inputs/mistakes.ts'
import { act } from '../support/act.ts'

const SAP_BARE = without(SAP, 'service-key')
const sapWith = (key: object) => ({ ...SAP_BARE, 'service-key': JSON.stringify({ ...SERVICE_KEY, ...key }) })

describe('where credentials go is told as soon as it is not the provider’s own domain', () => {
  it.each<[string, Record<string, string>, RegExp[]]>([
    ["Baseten's own", BASETEN, []],
    ["SAP's own", SAP, []],
    ["Alibaba's own", ALIBABA, []],
    ['a test server on loopback', { ...BASETEN, 'api-url': 'http://127.0.0.1:8080' }, []],
    [
      'a gateway',
      { ...ALIBABA, 'api-url': 'https://gateway.example.com' },
      [
        /^the credentials go to gateway\.example\.com, which is not a host of alibaba-model-studio, because 'api-url' says so$/,
      ],
    ],
    [
      'a host that only ends like it',
      { ...BASETEN, 'api-url': 'https://evilbaseten.co' },
      [/go to evilbaseten\.co, which is not a host of baseten/],
    ],
    [
      'a host that only begins like it',
      { ...BASETEN, 'api-url': 'https://api.baseten.co.example.com' },
      [/api\.baseten\.co\.example\.com/],
    ],
    [
      "SAP's API in a service key that somebody changed",
      sapWith({ serviceurls: { AI_API_URL: 'https://api.example.com' } }),
      [/^the credentials go to api\.example\.com, .*because the service key or AICORE_BASE_URL says so$/],
    ],
    [
      "SAP's token URL in a service key that somebody changed",
      sapWith({ url: 'https://hana.ondemand.com.example.com' }),
      [
        /^the client secret goes to hana\.ondemand\.com\.example\.com, .*because the service key or AICORE_AUTH_URL says so$/,
      ],
    ],
    [
      'both of them',
      sapWith({ url: 'https://a.example.com', serviceurls: { AI_API_URL: 'https://b.example.com' } }),
      [/credentials go to b\.example\.com/, /client secret goes to a\.example\.com/],
    ],
    [
      'a key that is no SAP host, and an api-url that is',
      { ...sapWith({ url: 'https://a.example.com' }), 'api-url': 'https://api.ai.eu.hana.ondemand.com' },
      [/client secret goes to a\.example\.com/],
    ],
  ])('%s', (_where, inputs, notices) => {
    expect(inputsOf(inputs).notices).toEqual(notices.map((notice) => expect.stringMatching(notice)))
  })

  it('the single variables', () => {
    const env = {
      AICORE_CLIENT_ID: 'id',
      AICORE_CLIENT_SECRET: 'secret-0123',
      AICORE_AUTH_URL: 'https://auth.example.com/oauth/token',
      AICORE_BASE_URL: 'https://api.ai.eu.hana.ondemand.com/v2',
    }
    expect(inputsOf(SAP_BARE, env).notices).toEqual([
      expect.stringMatching(/^the client secret goes to auth\.example\.com, /),
    ])
  })

  it('certificates that nobody checks', () => {
    expect(inputsOf(BASETEN, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }).notices).toEqual([
      expect.stringMatching(/^NODE_TLS_REJECT_UNAUTHORIZED is 0, .*NODE_EXTRA_CA_CERTS$/),
    ])
    expect(inputsOf(BASETEN, { NODE_TLS_REJECT_UNAUTHORIZED: '1' }).notices).toEqual([])
  })

  it('reaches the log as a notice, and the run goes on', async () => {
    const { log } = await act({ inputs: { ...BASETEN, 'api-url': 'https://gateway.example.com', timeout: '1s' } })
    expect(log[0]).toMatch(/^notice: the credentials go to gateway\.example\.com/)
    expect(log[1]).toMatch(/^info: Undeploy/)
  })
})

describe('a service key of several lines, of which GitHub masks every line by itself', () => {
  const pretty = JSON.stringify(SERVICE_KEY, null, 2)
  const SAYS =
    /several lines.*curly brackets.*\*\*\*.*job outputs.*one line.*AICORE_CLIENT_ID, AICORE_CLIENT_SECRET, AICORE_AUTH_URL and AICORE_BASE_URL/

  it.each([
    ['pretty-printed', pretty],
    ['with Windows line ends', pretty.replaceAll('\n', '\r\n')],
    ['with line ends around it, too', `\n${pretty}\n`],
    ['wrapped in credentials', JSON.stringify({ credentials: SERVICE_KEY }, null, '\t')],
  ])("%s in 'service-key': told what happens in the log, and how to store it", (_how, key) => {
    const { notices } = inputsOf({ ...SAP_BARE, 'service-key': key })
    expect(notices).toEqual([expect.stringMatching(/^'service-key' has several lines/)])
    expect(notices[0]).toMatch(SAYS)
    // The runner would mask them in the notice itself.
    expect(notices[0]).not.toMatch(/[{}]/)
    expect(notices[0]).not.toContain(SERVICE_KEY.clientsecret)
  })

  it('in AICORE_SERVICE_KEY: the variable is named', () => {
    expect(inputsOf(SAP_BARE, { AICORE_SERVICE_KEY: pretty }).notices).toEqual([
      expect.stringMatching(/^AICORE_SERVICE_KEY has several lines/),
    ])
  })

  it.each([
    ['on one line', JSON.stringify(SERVICE_KEY)],
    ['on one line that ends', `${JSON.stringify(SERVICE_KEY)}\n`],
  ])('%s: nothing is said', (_how, key) => {
    expect(inputsOf({ ...SAP_BARE, 'service-key': key }).notices).toEqual([])
  })
})
