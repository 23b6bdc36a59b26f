import fc from 'fast-check'
import type { Transport, WireResponse } from '../../src/http/transport.ts'
import { HOSTILE_TEXT } from './hostile.ts'

/** How one answer is bent: its body at one place or as a whole, its status, a header. */
export type Bend =
  /** The value at a place of the JSON, counted through all places, becomes another one; or goes, where undefined. */
  | { kind: 'value'; place: number; value: unknown }
  /** Every text in the JSON becomes this one; IDs too where `ids`. */
  | { kind: 'texts'; text: string; ids: boolean }
  | { kind: 'body'; body: string | Uint8Array }
  | { kind: 'status'; status: number }
  | { kind: 'header'; name: string; value: string }

/** What happens to the answer number `nth`, and with `more` also to so many after it. */
export interface PlannedBend {
  nth: number
  more: number
  bend: Bend
}

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth)

const bytes = (...values: number[]) => Uint8Array.from(values)

/** Bodies that no API sends: other shapes, bombs, and bytes that are not UTF-8. */
const BODIES: readonly (string | Uint8Array)[] = [
  '',
  '   ',
  'null',
  'true',
  '0',
  '-0',
  '1e999',
  '""',
  '[]',
  '{}',
  '[null]',
  '{"models":null,"deployments":{},"environments":"x","resources":1,"output":[]}',
  '{"deployments":[null,1,"x",[],{}]}',
  '{"resources":[{"id":null,"status":null}]}',
  '{"output":{"deployments":[{"deployed_model":1,"status":2}],"total":"many"}}',
  '{"output":{"deployments":[],"total":1e15}}',
  '{"output":{"deployments":[],"total":-1}}',
  '{"id":"a","id":"b","status":"ACTIVE"}',
  '{"__proto__":{"id":"x","status":"STOPPED"},"constructor":{"prototype":{"deleted":true}}}',
  nested(50_000, '[', ']'),
  nested(20_000, '{"a":', '}').replace('{"a":}', '{"a":1}'),
  `{"id":"${'x'.repeat(200_000)}"}`,
  `[${'1,'.repeat(100_000)}1]`,
  '\ufeff{"id":"x"}',
  '{"id":"\\ud800"}',
  '{"id":"x"}\n{"id":"y"}',
  '{"id":',
  "{'id': 'x'}",
  '<html><body>Sign in</body></html>',
  'NaN',
  bytes(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00),
  bytes(0x7b, 0x22, 0x69, 0x64, 0x22, 0x3a, 0x22, 0xc3, 0x28, 0x22, 0x7d),
  bytes(0xed, 0xa0, 0x80),
  bytes(0x1f, 0x8b, 0x08, 0x00),
]

const STATUSES = [100, 200, 201, 202, 204, 206, 226, 300, 301, 304, 400, 402, 404, 405, 406, 409, 410, 412, 413, 415]

const VALUE: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: HOSTILE_TEXT },
  { weight: 3, arbitrary: fc.constantFrom(null, undefined, true, false, 0, -1, 1e308, '', [], {}, [[]], { a: {} }) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
)

const HEADERS = fc.constantFrom<[string, string]>(
  ['content-type', 'text/html'],
  ['content-type', 'application/octet-stream'],
  ['content-type', ''],
  ['content-encoding', 'gzip'],
  ['content-length', '-1'],
  ['retry-after', '\u0000'],
  ['x-request-id', '::error::owned\n| <b> @octocat #1 https://evil.example'],
  ['x-correlation-id', '##[error]\u202e'],
  ['location', 'https://evil.example/'],
)

/** Any bend. Texts everywhere are for what is shown; the rest is for what is read. */
export const BENDS: fc.Arbitrary<readonly PlannedBend[]> = fc.array(
  fc.record({
    nth: fc.nat(8),
    more: fc.constantFrom(0, 0, 0, 2, 1000),
    bend: fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('value' as const), place: fc.nat(200), value: VALUE }) },
      { weight: 2, arbitrary: texts(fc.boolean()) },
      { weight: 3, arbitrary: fc.constantFrom(...BODIES).map((body): Bend => ({ kind: 'body', body })) },
      { weight: 1, arbitrary: fc.jsonValue().map((value): Bend => ({ kind: 'body', body: JSON.stringify(value) })) },
      { weight: 2, arbitrary: fc.constantFrom(...STATUSES).map((status): Bend => ({ kind: 'status', status })) },
      { weight: 1, arbitrary: HEADERS.map(([name, value]): Bend => ({ kind: 'header', name, value })) },
    ),
  }),
  { minLength: 1, maxLength: 3 },
)

/** Hostile texts in every answer, in place of all but the IDs: the work goes on, and everybody reads them. */
export const TEXT_BENDS: fc.Arbitrary<readonly PlannedBend[]> = fc.array(
  fc.record({ nth: fc.nat(3), more: fc.constantFrom(0, 2, 1000), bend: texts(fc.constant(false)) }),
  { minLength: 1, maxLength: 3 },
)

function texts(ids: fc.Arbitrary<boolean>): fc.Arbitrary<Bend> {
  return fc.record({ kind: fc.constant('texts' as const), text: HOSTILE_TEXT, ids })
}

/** A way to the same servers, whose answers are bent as planned. */
export function bent(transport: Transport, plan: readonly PlannedBend[]): Transport {
  let count = 0
  return async (request) => {
    const serial = count++
    const bends = plan.filter(({ nth, more }) => serial >= nth && serial <= nth + more)
    const answer = await transport(request)
    if (bends.length === 0) return answer
    let [whole, { status, headers }] = [await read(answer), answer]
    for (const { bend } of bends) {
      if (bend.kind === 'status') status = bend.status
      else if (bend.kind === 'header') headers = { ...headers, [bend.name]: bend.value }
      else if (bend.kind === 'body') whole = typeof bend.body === 'string' ? Buffer.from(bend.body) : bend.body
      else whole = bendJson(whole, bend)
    }
    return { status, headers, body: once(whole) }
  }
}

async function read({ body }: WireResponse): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}

function bendJson(bytes: Uint8Array, bend: Extract<Bend, { kind: 'value' | 'texts' }>): Uint8Array {
  // A body that was bent to nest too deeply is not walked here either.
  if (Buffer.from(bytes).includes('['.repeat(500))) return bytes
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return bytes
  }
  const places = placesIn(json)
  const chosen = bend.kind === 'texts' ? places.filter((place) => isText(place, bend.ids)) : []
  const one = bend.kind === 'value' ? places[bend.place % Math.max(1, places.length)] : undefined
  if (one !== undefined && bend.kind === 'value') put(one, bend.value)
  for (const place of chosen) if (bend.kind === 'texts') put(place, bend.text)
  return places.length === 0 ? bytes : Buffer.from(JSON.stringify(json))
}

interface Place {
  holder: object
  name: string
}

/** Not of what is nested too deeply for anybody. */
function placesIn(value: unknown, depth = 0): Place[] {
  if (typeof value !== 'object' || value === null || depth > 50) return []
  return Object.entries(value).flatMap(([name, inner]) => [{ holder: value, name }, ...placesIn(inner, depth + 1)])
}

const IDS = /^(?:id|deployed_model|instance_id|operation_id|configurationId|model_id)$/

/** A token is left as it is: whatever is one is taken out of all that is shown, and nobody could check that. */
function isText({ holder, name }: Place, withIds: boolean): boolean {
  return typeof Reflect.get(holder, name) === 'string' && name !== 'access_token' && (withIds || !IDS.test(name))
}

function put({ holder, name }: Place, value: unknown): void {
  if (value === undefined) Reflect.deleteProperty(holder, name)
  else Reflect.set(holder, name, value)
}
