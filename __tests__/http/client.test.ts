import { describe, expect, it } from 'vitest'
import { START } from '../support/clock.ts'
import { answer, broken, DELETE, failureOf, GET, hang, raw, rig } from './wire.ts'

describe('when the step ends', () => {
  it('a request under way is broken off at once, and not repeated', async () => {
    const over = new AbortController()
    const { http, sent, clock } = rig([hang], { signal: over.signal })
    clock.at(1234, () => over.abort())
    const error = await failureOf(http.read(GET))

    expect(error.failure).toBe('stopped')
    expect({ sent: sent.length, elapsed: clock.elapsed() }).toEqual({ sent: 1, elapsed: 1234 })
  })

  it('a body that trickles is broken off at once', async () => {
    const over = new AbortController()
    const stalled = () => ({
      status: 200,
      headers: {},
      body: (async function* () {
        yield new TextEncoder().encode('{')
        await hang(over.signal)
      })(),
    })
    const { http, clock } = rig([stalled], { signal: over.signal })
    clock.at(700, () => over.abort())
    expect((await failureOf(http.read(GET))).failure).toBe('stopped')
    expect(clock.elapsed()).toBe(700)
  })

  it('a wait between tries ends at once, and nothing more is sent', async () => {
    const over = new AbortController()
    const { http, sent, clock } = rig([answer(503, {}, { 'retry-after': '600' })], { signal: over.signal })
    clock.at(2000, () => over.abort())
    const error = await failureOf(http.read(GET))

    expect(error.failure).toBe('stopped')
    expect({ sent: sent.length, elapsed: clock.elapsed() }).toEqual({ sent: 1, elapsed: 2000 })
  })

  it('what waits for its turn ends too, and is not sent', async () => {
    const over = new AbortController()
    const { http, sent, clock } = rig([hang], { signal: over.signal, concurrency: 1 })
    clock.at(500, () => over.abort())
    const failures = await Promise.all([http.read(GET), http.write(DELETE), http.read(GET)].map(failureOf))

    expect(failures.map(({ failure }) => failure)).toEqual(['stopped', 'stopped', 'stopped'])
    expect({ sent: sent.length, elapsed: clock.elapsed() }).toEqual({ sent: 1, elapsed: 500 })
  })

  it('a step that has ended already sends nothing', async () => {
    const { http, sent } = rig([answer(200)], { signal: AbortSignal.abort() })
    expect((await failureOf(http.write(DELETE))).failure).toBe('stopped')
    expect(sent).toEqual([])
  })
})

describe('the deadline of one request', () => {
  it('ends a request that nobody answers, and says after how long', async () => {
    const { http, clock } = rig([hang], { requestTimeoutMs: 12_000 })
    const error = await failureOf(http.write(DELETE))
    expect({ failure: error.failure, elapsed: clock.elapsed() }).toEqual({ failure: 'timeout', elapsed: 12_000 })
    expect(error.message).toContain('12 s')
  })
})

describe('what a request carries', () => {
  it('method, URL, body, the user agent with the version, and that JSON is wanted; nothing is asked to be compressed', async () => {
    const { http, sent } = rig([answer(200)], { userAgent: 'undeploy/1.2.3' })
    await http.write({ ...DELETE, headers: { authorization: 'Bearer t' }, body: '{"force":true}' })
    expect(sent[0]).toMatchObject({ method: 'DELETE', url: DELETE.url, body: '{"force":true}' })
    expect(sent[0]?.headers).toEqual({
      accept: 'application/json',
      authorization: 'Bearer t',
      'user-agent': 'undeploy/1.2.3',
    })
  })

  it('a GET asks caches on the way to ask again', async () => {
    const { http, sent } = rig([answer(200)])
    await http.read(GET)
    await http.write(DELETE)
    expect(sent.map(({ headers }) => headers['cache-control'])).toEqual(['no-cache', undefined])
  })
})

describe('what is reported of a request', () => {
  it('method, path with query, status and how long it took; never a header or a body', async () => {
    const { http, exchanges } = rig([answer(404, { detail: 'private' })])
    await http.read({ ...GET, headers: { authorization: 'Bearer hidden' } })
    expect(exchanges).toEqual([{ at: START, ms: 0, method: 'GET', path: '/v1/things/a?depth=2', status: 404 }])
  })

  it('every try is reported, failed ones with their cause', async () => {
    const { http, exchanges } = rig([broken('ECONNRESET'), answer(500), hang, answer(200)], { requestTimeoutMs: 5000 })
    await http.read(GET)
    expect(exchanges.map(({ status, ms, problem }) => [status, ms, problem])).toEqual([
      [undefined, 0, 'the connection to api.example.com failed (ECONNRESET)'],
      [500, 0, 'HTTP 500'],
      [undefined, 5000, 'no answer from api.example.com within 5 s'],
      [200, 0, undefined],
    ])
  })

  it('the cause of a cause is named, and nothing of its text, which could hold a URL with secrets', async () => {
    const inner = Object.assign(new Error('connect to https://secret@host'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
    const { http } = rig([() => Promise.reject(new TypeError('fetch failed', { cause: inner }))])
    const error = await failureOf(http.write(DELETE))
    expect(error.message).toBe(
      "the certificate of api.example.com is not accepted (TypeError, ERR_TLS_CERT_ALTNAME_INVALID): it is for another host; check 'api-url' and the proxy",
    )
  })

  it.each([
    ['header x-request-id', {}, { 'x-request-id': 'r1' }],
    ['header x-correlation-id', {}, { 'x-correlation-id': 'r1' }],
    ['header x-correlationid', {}, { 'x-correlationid': 'r1' }],
    ['header x-vcap-request-id', {}, { 'x-vcap-request-id': 'r1' }],
    ['header x-acs-request-id', {}, { 'x-acs-request-id': 'r1' }],
    ['body request_id', { request_id: 'r1' }, {}],
    ['body requestId', { requestId: 'r1' }, {}],
    ['body error.requestId', { error: { requestId: 'r1' } }, {}],
    ['the body before a header, which a gateway may have set', { request_id: 'r1' }, { 'x-request-id': 'gateway' }],
    ['a header where the body has a number', { request_id: 7 }, { 'x-request-id': 'r1' }],
  ])('the request ID from %s', async (_where, body, headers) => {
    const { http, exchanges } = rig([answer(400, body, headers)])
    await http.read(GET)
    expect(exchanges[0]?.requestId).toBe('r1')
  })

  it('a request ID of any length is cut', async () => {
    const long = 'r'.repeat(9000)
    const { http, exchanges } = rig([answer(400, {}, { 'x-request-id': long }), answer(400, { requestId: long })])
    await http.read(GET)
    await http.read(GET)
    expect(exchanges.map(({ requestId }) => requestId?.length)).toEqual([100, 100])
  })

  it.each([null, [], 'text', 7, { error: null }, { error: 'x' }])(
    'a body of another shape (%j) has no request ID',
    async (body) => {
      const { http, exchanges } = rig([answer(400, body)])
      expect((await http.read(GET)).body).toEqual(body)
      expect(exchanges[0]).not.toHaveProperty('requestId')
    },
  )

  it('a failed try carries its request ID as well', async () => {
    const { http } = rig([answer(500, { request_id: 'r9' })])
    expect((await failureOf(http.write(DELETE))).exchange).toMatchObject({ status: 500, requestId: 'r9' })
  })
})

describe('parsing', () => {
  it('JSON without a content type is taken; a key named __proto__ changes nothing else', async () => {
    const { http } = rig([raw(200, '{"__proto__":{"polluted":true}}')])
    await http.read(GET)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})
