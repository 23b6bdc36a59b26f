/** One request and its answer, as the report and the debug log show it. Never holds a header or a body. */
export interface Exchange {
  /** When it was sent; Unix ms, UTC. */
  at: number
  /** How long it took, in ms. */
  ms: number
  method: string
  /** Path with query. */
  path: string
  /** HTTP status; absent if there was no answer. */
  status?: number
  /** The server's time when it answered, by the answer's `Date` header; Unix ms, UTC. */
  serverTime?: number
  /** The provider's ID of this request, for its support. */
  requestId?: string
  /** Why there was no usable answer, in words. */
  problem?: string
}

/** The `Date` header (RFC 9110, 6.6.1) as Unix ms, UTC; undefined if it is missing or unreadable. */
export function serverTimeOf(headers: Readonly<Record<string, string>>): number | undefined {
  const time = Date.parse(headers['date'] ?? '')
  return Number.isNaN(time) ? undefined : time
}

const REQUEST_ID_HEADERS = [
  'x-request-id',
  'x-correlation-id',
  'x-correlationid',
  'x-vcap-request-id',
  'x-acs-request-id',
  'x-github-request-id',
]

/**
 * The request ID an answer carries, from its headers or from the body members that SAP and Alibaba use. Redacted before it is
 * cut, because a part of a secret could not be recognized.
 */
export function requestIdOf(
  headers: Readonly<Record<string, string>>,
  body: unknown,
  redact: (text: string) => string,
): string | undefined {
  for (const candidate of [body, member(body, 'error')]) {
    for (const name of ['request_id', 'requestId', 'requestID']) {
      const value = member(candidate, name)
      if (typeof value === 'string' && value !== '') return redact(value).slice(0, 100)
    }
  }
  for (const name of REQUEST_ID_HEADERS) {
    const value = headers[name]
    if (value) return redact(value).slice(0, 100)
  }
  return undefined
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
