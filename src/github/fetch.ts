import type { Http, HttpRequest, HttpResponse } from '../http/client.ts'
import { HttpError } from '../http/errors.ts'
import type { Fetch } from './github.ts'

/** The arguments that octokit passes to `fetch`. */
export interface FetchInit {
  method: string
  headers: Readonly<Record<string, string>>
  body?: string | null
}

/** The part of a `Response` that octokit reads. */
export interface FetchResponse {
  status: number
  url: string
  headers: ReadonlyMap<string, string>
  text(): Promise<string>
}

/** A hundred comments of the longest kind fit. Bytes. */
const MAX_BYTES = 32 * 1024 * 1024

/** A repository that was renamed answers with one redirect. */
const MAX_REDIRECTS = 3

/**
 * octokit's `fetch` on the action's own client: one transport, one proxy, one retry loop for everything. `kind` says whether a
 * request may be repeated. The token is sent only to `origin`, whatever host a page link or a redirect names. Rejects with
 * {@link HttpError} if there is no answer, or an Error in words.
 */
export function fetchOver(http: Http, kind: 'read' | 'write', origin: string): Fetch {
  // A report about a run does not become outdated, unlike a decision to delete.
  const send = (request: HttpRequest) =>
    kind === 'read' ? http.read(request) : http.write({ ...request, notAfter: Number.POSITIVE_INFINITY })
  return async (url, { method, headers, body }) => {
    let request: HttpRequest = {
      method: methodOf(method),
      url: new URL(url),
      headers: { ...headers },
      maxBytes: MAX_BYTES,
      ...(body == null ? {} : { body }),
    }
    for (let redirects = 0; ; redirects++) {
      if (request.url.origin !== origin) throw new Error(`GitHub points to another host, ${request.url.host}`)
      const response = await send(request).catch(lastAnswer)
      const location = response.headers['location']
      if (!isRedirect(response, request) || location === undefined || redirects === MAX_REDIRECTS) {
        return fetchResponse(request.url, response)
      }
      request = { ...request, url: new URL(location, request.url) }
    }
  }
}

/** 307 and 308 keep the method and mean "not carried out here"; the others do so only for GET. */
function isRedirect({ status }: HttpResponse, { method }: HttpRequest): boolean {
  return status === 307 || status === 308 || (method === 'GET' && (status === 301 || status === 302))
}

function methodOf(method: string): HttpRequest['method'] {
  switch (method) {
    case 'GET':
    case 'POST':
    case 'PATCH':
    case 'DELETE':
      return method
    default:
      throw new Error(`no request to GitHub is a ${method}`)
  }
}

/** GitHub's own message about a refusal says more than ours; an HTML page has none. */
function lastAnswer(error: unknown): HttpResponse {
  if (error instanceof HttpError && error.response?.body !== undefined) return error.response
  throw error
}

function fetchResponse(url: URL, { status, headers, text }: HttpResponse): FetchResponse {
  return { status, url: url.href, headers: new Map(Object.entries(headers)), text: async () => text }
}
