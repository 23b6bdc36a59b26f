import { json } from '../core.ts'
import type { Fault } from '../emulator.ts'

const DOCS = 'https://docs.github.com'

/** An error as the REST API words it. */
export function refusal(
  status: number,
  message: string,
  docs: string,
  more: { errors?: object[]; headers?: Record<string, string> } = {},
): Response {
  const { errors, headers } = more
  const body = { message, ...(errors && { errors }), documentation_url: `${DOCS}${docs}`, status: String(status) }
  return json(status, body, headers)
}

/** 422 for one field that breaks a rule. */
export function invalid(docs: string, resource: string, field: string, message: string): Response {
  return refusal(422, 'Validation Failed', docs, { errors: [{ resource, code: 'custom', field, message }] })
}

/** A page of a list, 30 to a page unless `per_page` (at most 100) says otherwise, with the Link header. */
export function paged<T>(url: URL, items: readonly T[], view: (item: T) => object, canonicalPath: string): Response {
  const size = Math.min(positive(url.searchParams.get('per_page')) ?? 30, 100)
  const page = positive(url.searchParams.get('page')) ?? 1
  const last = Math.max(Math.ceil(items.length / size), 1)
  const body = items.slice((page - 1) * size, page * size).map(view)
  const links = [
    ...(page > 1 ? [link(url, canonicalPath, page - 1, 'prev')] : []),
    ...(page < last ? [link(url, canonicalPath, page + 1, 'next'), link(url, canonicalPath, last, 'last')] : []),
    ...(page > 1 ? [link(url, canonicalPath, 1, 'first')] : []),
  ]
  return json(200, body, links.length === 0 ? {} : { link: links.join(', ') })
}

/** Links lead to `/repositories/{id}/…`, another path than the one asked: they are to be followed, not made up. */
function link(url: URL, canonicalPath: string, page: number, relation: string): string {
  const target = new URL(canonicalPath, url.origin)
  target.search = url.search
  target.searchParams.set('page', String(page))
  return `<${target.href}>; rel="${relation}"`
}

function positive(text: string | null): number | undefined {
  return text !== null && /^[0-9]{1,9}$/.test(text) && Number(text) > 0 ? Number(text) : undefined
}

/** A time as GitHub writes it, to the second. */
export function timestamp(time: number): string {
  return new Date(time).toISOString().replace(/\.[0-9]{3}Z$/, 'Z')
}

/** GraphQL's ways to fail with HTTP 200 (GitHub Docs, "Rate limits and query limits for the GraphQL API"). */
const GRAPHQL_TROUBLE = {
  'rate-limit': { type: 'RATE_LIMITED', message: 'API rate limit exceeded for installation ID 7.' },
  'time-out': {
    message:
      'Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug. Please include `EMUL:1` when reporting this issue.',
  },
} as const

/** A fault that answers a query with 200 and an error instead of data. */
export function graphqlFault(kind: keyof typeof GRAPHQL_TROUBLE, rest: Pick<Fault, 'when' | 'times'> = {}): Fault {
  const body = JSON.stringify({ data: null, errors: [GRAPHQL_TROUBLE[kind]] })
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return { kind: 'status', status: 200, body, headers, when: ({ path }) => path === '/graphql', ...rest }
}

/** What a rate-limited answer looks like, with 403 or 429 (REST docs, rate limits). */
export interface RateLimit {
  status?: 403 | 429
  /** Seconds, in `retry-after`. */
  retryAfter?: number
  /** Unix seconds at which a primary limit ends. */
  reset?: number
}

/** A fault that answers as a rate limit does: primary (the hourly budget is spent) or secondary (too much at once). */
export function rateLimitFault(
  kind: 'primary' | 'secondary',
  { status = 403, retryAfter, reset = 0 }: RateLimit = {},
  rest: Pick<Fault, 'when' | 'times'> = {},
): Fault {
  const message =
    kind === 'primary'
      ? 'API rate limit exceeded for installation.'
      : 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
  const anchor = kind === 'primary' ? '' : '#about-secondary-rate-limits'
  const documentation_url = `${DOCS}/rest/using-the-rest-api/rate-limits-for-the-rest-api${anchor}`
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    ...(kind === 'primary' && { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) }),
  }
  return { kind: 'status', status, body: JSON.stringify({ message, documentation_url }), headers, ...rest }
}
