import { describe, expect, it } from 'vitest'
import { START } from '../support/clock.ts'
import { answer, broken, DELETE, failureOf, GET, hang, type Move, raw, rig, truncated } from './wire.ts'

const HTML = raw(200, '<html>sign in</html>', { 'content-type': 'text/html; charset=utf-8' })

const PASSING: [string, Move, string][] = [
  ['408', answer(408), 'busy'],
  ['421', answer(421), 'busy'],
  ['425', answer(425), 'busy'],
  ['429', answer(429), 'busy'],
  ['499', answer(499), 'busy'],
  ['500', answer(500), 'busy'],
  ['502', answer(502), 'busy'],
  ['503', answer(503), 'busy'],
  ['504', answer(504), 'busy'],
  ['507', answer(507), 'busy'],
  ['520', answer(520), 'busy'],
  ['522 with an HTML page', raw(522, '<html>', { 'content-type': 'text/html' }), 'busy'],
  ['524', answer(524), 'busy'],
  ['599', answer(599), 'busy'],
  ['503 with an HTML page', raw(503, '<html>', { 'content-type': 'text/html' }), 'busy'],
  ['503 with text', raw(503, 'upstream connect error', { 'content-type': 'text/plain' }), 'busy'],
  ['a refused connection', broken('ECONNREFUSED'), 'network'],
  ['a reset connection', broken('ECONNRESET'), 'network'],
  ['an unknown host', broken('ENOTFOUND'), 'network'],
  ['a truncated body', truncated, 'network'],
  ['no answer in time', hang, 'timeout'],
  ['an HTML page with status 200', HTML, 'unreadable'],
  ['an empty HTML page with status 200', raw(200, '', { 'content-type': 'text/html' }), 'unreadable'],
  ['an HTML page with status 404', raw(404, '<html>', { 'content-type': 'text/html' }), 'unreadable'],
  ['a success that is not JSON', raw(200, 'ok', { 'content-type': 'application/json' }), 'unreadable'],
  ['a success with half a JSON', raw(200, '{"a":[1,', {}), 'unreadable'],
  ['a body that says it is compressed', raw(200, '{}', { 'content-encoding': 'gzip' }), 'unreadable'],
  ['a body that is not UTF-8', raw(200, new Uint8Array([0x22, 0xff, 0x22])), 'unreadable'],
  ['a body that ends inside a character', raw(400, new Uint8Array([0x22, 0xe2, 0x82])), 'unreadable'],
  ['a body nested deeper than any answer', raw(200, `${'['.repeat(101)}${']'.repeat(101)}`), 'unreadable'],
  ['a body longer than 1 MiB', raw(200, `"${'x'.repeat(1024 * 1024)}"`), 'unreadable'],
]

/** Of a read, these say nothing of what is there now. */
const NOT_CURRENT: typeof PASSING = [
  ['a part of the answer', answer(206, {}), 'unreadable'],
  ['an answer that a proxy changed', answer(203, {}), 'unreadable'],
  ['an answer from a cache', raw(200, '{}', { age: '30' }), 'unreadable'],
]

describe('a read', () => {
  it.each([...PASSING, ...NOT_CURRENT])('is sent again after %s', async (_what, move) => {
    const { http, sent } = rig([move, answer(200, { ok: true })])
    expect((await http.read(GET)).body).toEqual({ ok: true })
    expect(sent).toHaveLength(2)
  })

  it.each(PASSING)(
    'that meets %s every time is given up after some tries, with the cause',
    async (_what, move, failure) => {
      const { http, sent, exchanges } = rig([answer(200), move])
      await http.read(GET)
      const error = await failureOf(http.read(GET))

      expect(error.failure).toBe(failure)
      expect(sent).toHaveLength(9)
      expect(error.message).toContain('8 times')
      expect(exchanges.slice(1).every(({ problem }) => problem !== undefined && problem !== '')).toBe(true)
    },
  )

  it.each([200, 201, 204, 301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 409, 410, 412, 422, 501, 505])(
    'takes %d as the answer and is not sent again',
    async (status) => {
      const { http, sent } = rig([answer(status, { code: 'x' })])
      expect((await http.read(GET)).status).toBe(status)
      expect(sent).toHaveLength(1)
    },
  )

  it('takes an empty body as no body, and text with an error status as text', async () => {
    const { http } = rig([raw(202, ''), raw(404, 'no such thing', { 'content-type': 'text/plain' })])
    expect(await http.read(GET)).toMatchObject({ status: 202, body: undefined, text: '' })
    expect(await http.read(GET)).toMatchObject({ status: 404, body: undefined, text: 'no such thing' })
  })

  it.each([201, 202, 204])('takes an empty %d as no body, although its type is HTML', async (status) => {
    const { http, sent } = rig([raw(status, '', { 'content-type': 'text/html; charset=utf-8' })])
    expect(await http.read(GET)).toMatchObject({ status, body: undefined })
    expect(sent).toHaveLength(1)
  })

  it('of a list that is nothing but brackets is given up before it is parsed, which would take gigabytes', async () => {
    const { http } = rig([raw(200, '['.repeat(2 ** 20))], { deadline: START })
    const error = await failureOf(http.read({ ...GET, maxBytes: 2 ** 21 }))
    expect(error.failure).toBe('unreadable')
    expect(error.message).toMatch(/^GET api\.example\.com\/v1\/things\/a answered HTTP 200: .* nested too deeply$/)
  })

  it('with brackets in its texts is no nested one', async () => {
    const body = { name: '[{"'.repeat(200), more: '\\"['.repeat(200) }
    const { http } = rig([answer(200, body)])
    expect((await http.read(GET)).body).toEqual(body)
  })

  it('puts characters together that arrive in pieces', async () => {
    const { http } = rig([answer(200, { name: '部署-é-😀'.repeat(20) })])
    expect((await http.read(GET)).body).toEqual({ name: '部署-é-😀'.repeat(20) })
  })

  it('takes a longer body where the caller allows it', async () => {
    const { http } = rig([raw(200, `"${'x'.repeat(1024 * 1024)}"`)])
    expect((await http.read({ ...GET, maxBytes: 2 * 1024 * 1024 })).text).toHaveLength(1024 * 1024 + 2)
  })
})

describe('an answer that does not say what is there now', () => {
  it.each<[string, Move, RegExp]>([
    ['from a cache', answer(200, { stale: true }, { age: '1' }), /comes from a cache \(Age: 1\)/],
    ['from a cache, not found', answer(404, {}, { age: '600' }), /comes from a cache/],
    ['from a cache of unknown age', answer(200, {}, { age: 'x' }), /comes from a cache/],
    ['a part (206)', answer(206, []), /only a part/],
    ['changed on the way (203)', answer(203, []), /changed it on the way/],
    ['changed on the way (Warning 214)', answer(200, [], { warning: '214 - "Transformation Applied"' }), /changed it/],
  ])('%s: read again, and never used', async (_what, move, problem) => {
    const { http, sent } = rig([move, answer(200, { now: true })])
    expect((await http.read(GET)).body).toEqual({ now: true })
    expect(sent).toHaveLength(2)

    const error = await failureOf(rig([move]).http.read(GET))
    expect([error.failure, error.message]).toEqual(['unreadable', expect.stringMatching(problem)])
  })

  it('of Age 0 is current, and so is the answer to a write', async () => {
    const { http } = rig([answer(200, { a: 1 }, { age: '0' }), answer(202, {}, { age: '5' })])
    expect((await http.read(GET)).body).toEqual({ a: 1 })
    expect((await http.write(DELETE)).status).toBe(202)
  })
})

describe('a write', () => {
  it.each(PASSING)('that meets %s is not sent again, and its fate is told as unknown', async (_what, move, failure) => {
    const { http, sent } = rig([move, answer(200)])
    expect((await failureOf(http.write(DELETE))).failure).toBe(failure)
    expect(sent).toHaveLength(1)
  })
})

describe('waits between tries', () => {
  const waits = (times: readonly number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0))

  it('grow from half a second to twenty', async () => {
    const { http, sent } = rig([answer(500)])
    await failureOf(http.read(GET))
    expect(waits(sent.map(({ at }) => at))).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 20_000])
  })

  it('are jittered, so that many runs do not come back together', async () => {
    const [low, high] = [rig([answer(500)], { random: () => 0.999 }), rig([answer(500)], { random: () => 0 })]
    await Promise.all([failureOf(low.http.read(GET)), failureOf(high.http.read(GET))])

    const [shorter, longer] = [waits(low.sent.map(({ at }) => at)), waits(high.sent.map(({ at }) => at))]
    for (const [index, wait] of shorter.entries()) {
      expect(wait).toBeLessThan(longer[index] ?? 0)
      expect(wait).toBeGreaterThanOrEqual((longer[index] ?? 0) / 2)
    }
  })

  it.each([
    ['a number of seconds', '7', 7000],
    ['a date', new Date(START + 9000).toUTCString(), 9000],
    ['a date in the past', new Date(START - 60_000).toUTCString(), 500],
    ['less than our own wait', '0', 500],
    ['nonsense', 'soon', 500],
  ])('Retry-After with %s is kept to', async (_what, value, wait) => {
    for (const status of [429, 503]) {
      const { http, sent } = rig([answer(status, {}, { 'retry-after': value }), answer(200)])
      await http.read(GET)
      expect(sent[1]?.at).toBe(wait)
    }
  })

  it('Retry-After of a gateway that answers with an HTML page is kept to as well', async () => {
    const headers = { 'content-type': 'text/html', 'retry-after': '11' }
    const { http, sent } = rig([raw(429, '<html>slow down</html>', headers), answer(200)])
    await http.read(GET)
    expect(sent[1]?.at).toBe(11_000)
  })

  it('the time that the body names counts where the provider has a rule for it, before the header', async () => {
    const rules = { retryAfterMs: (body: unknown) => (JSON.stringify(body).includes('wait') ? 3000 : undefined) }
    const busy = [
      answer(429, { wait: 3 }, { 'retry-after': '9' }),
      answer(429, {}, { 'retry-after': '5' }),
      answer(200),
    ]
    const { http, sent } = rig(busy, { rules })
    await http.read(GET)
    expect(sent.map(({ at }) => at)).toEqual([0, 3000, 8000])
  })

  it('no wait is begun that would end after the deadline', async () => {
    const { http, sent, clock } = rig([answer(429, {}, { 'retry-after': '3600' })])
    const error = await failureOf(http.read(GET))
    expect({ sent: sent.length, elapsed: clock.elapsed(), retryAfterMs: error.retryAfterMs }).toEqual({
      sent: 1,
      elapsed: 0,
      retryAfterMs: 3_600_000,
    })
  })

  it('a Retry-After of astronomical length is no error of its own', async () => {
    const { http, sent } = rig([answer(429, {}, { 'retry-after': '9'.repeat(400) })])
    expect((await failureOf(http.read(GET))).failure).toBe('busy')
    expect(sent).toHaveLength(1)
  })
})

describe('answers that only look like "later"', () => {
  const rules = { isFinal: ({ body }: { body: unknown }) => JSON.stringify(body)?.includes('Arrearage') ?? false }

  it('are final where the provider says so, for reads and writes', async () => {
    const { http, sent } = rig([answer(429, { code: 'Arrearage' })], { rules })
    expect((await http.read(GET)).status).toBe(429)
    expect((await http.write(DELETE)).status).toBe(429)
    expect(sent.map(({ at }) => at)).toEqual([0, 0])
  })

  it('all others are repeated', async () => {
    const { http, sent } = rig([answer(429, { code: 'Throttling' }), answer(200)], { rules })
    await http.read(GET)
    expect(sent).toHaveLength(2)
  })
})
