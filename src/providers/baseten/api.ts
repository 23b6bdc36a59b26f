import * as v from 'valibot'
import type { Http, HttpProfile, HttpRequest, HttpResponse } from '../../http/client.ts'
import type { Connection } from '../context.ts'
import { ProviderError } from '../errors.ts'
import type { WriteLimits } from '../provider.ts'
import { type CredentialCheck, createCredentialCheck } from '../shared/credential-check.ts'
import { below, segment, withSuffix } from '../shared/paths.ts'
import { describe, isSuccess } from '../shared/response.ts'
import { lenientString } from '../shared/schema.ts'
import type { Target } from '../target.ts'

export interface BasetenSettings {
  /** The management API, with or without `/v1`. */
  apiUrl: URL
  apiKey: string
  /** Every source accepts `Api-Key`; newer keys may be given with `Bearer`. */
  scheme: 'Api-Key' | 'Bearer'
}

/** The management API with one key. 401 and 403 are thrown as {@link ProviderError}. */
export interface BasetenApi {
  /** A read whose 404 means that the resource does not exist; any other error is thrown. */
  find(path: string): Promise<HttpResponse>
  /** The same for lists, which come in one answer of any length. */
  findList(path: string): Promise<HttpResponse>
  write(method: 'POST' | 'DELETE', path: string, limits: WriteLimits): Promise<HttpResponse>
  /** Whether any request has succeeded, so that address and key are right. */
  hasWorked: CredentialCheck['hasWorked']
}

const LATER = v.object({ retry_after: v.pipe(v.number(), v.minValue(0)) })
const COMPLAINT = v.object({ code: lenientString, message: lenientString, error: lenientString, detail: lenientString })

/**
 * Baseten allows 100 requests a second for each endpoint, and 20 deactivations a minute. Eight at once stay below that; a request is
 * given up after 30 s.
 */
export const CONCURRENCY = 8
export const PROFILE: HttpProfile = {
  requestTimeoutMs: 30_000,
  concurrency: CONCURRENCY,
  retryAfterMs: (body) => {
    const later = v.safeParse(LATER, body)
    return later.success ? later.output.retry_after * 1000 : undefined
  },
  describe: describeBaseten,
}

const MAX_LIST_BYTES = 32 * 1024 * 1024

/** A read that returns the answer with any status. Throws HttpError. */
export type Read = (path: string, maxBytes?: number) => Promise<HttpResponse>

/** Plain reads of the management API. */
export function createReads(settings: BasetenSettings, http: Pick<Http, 'read'>): Read {
  const base = withSuffix(settings.apiUrl, '/v1')
  const headers = { authorization: `${settings.scheme} ${settings.apiKey}` }
  return (path, maxBytes) =>
    http.read({ method: 'GET', url: below(base, path), headers, ...(maxBytes === undefined ? {} : { maxBytes }) })
}

export function createBasetenApi(settings: BasetenSettings, connection: Connection): BasetenApi {
  const http = connection.openHttp(PROFILE)
  const base = withSuffix(settings.apiUrl, '/v1')
  const authorization = `${settings.scheme} ${settings.apiKey}`
  const key = createCredentialCheck(isSuccess)

  const checked = async (request: Promise<HttpResponse>): Promise<HttpResponse> => {
    const answer = await key.watch(request)
    if (answer.status === 401 || answer.status === 403) throw await noAccess(answer)
    return answer
  }

  /** Baseten answers 403, not 401, for a wrong key. */
  const noAccess = async (answer: HttpResponse): Promise<ProviderError> => {
    const scope = (await key.hasWorked()) && answer.status === 403 ? 'target' : 'account'
    const hint =
      scope === 'target'
        ? 'The key works, but not for this: it may be limited to some environments'
        : "Check 'api-key': it may be wrong or revoked. It must be a personal key, or a team key that may manage all team models, not an inference-only key"
    return new ProviderError(scope, `Baseten denied access: ${describeBaseten(answer)}. ${hint}`, answer.exchange)
  }

  const find = async (path: string, list: Pick<HttpRequest, 'maxBytes'> = {}): Promise<HttpResponse> => {
    const answer = await checked(
      http.read({ method: 'GET', url: below(base, path), headers: { authorization }, ...list }),
    )
    if (isSuccess(answer) || answer.status === 404) return answer
    throw new ProviderError('target', describeBaseten(answer), answer.exchange)
  }

  return {
    find: (path) => find(path),
    findList: (path) => find(path, { maxBytes: MAX_LIST_BYTES }),
    hasWorked: key.hasWorked,
    async write(method, path, { notAfter }) {
      // DELETE takes no body; a POST without one is refused by some endpoints.
      const post =
        method === 'POST' ? { body: '{}', headers: { authorization, 'content-type': 'application/json' } } : {}
      return checked(http.write({ method, url: below(base, path), headers: { authorization }, ...post, notAfter }))
    },
  }
}

/** Names that stand for whichever deployment serves: as an ID, they could delete another one than meant. */
export const ALIASES: readonly string[] = ['production', 'development']

/** The path of a resource that can be deleted. Throws if an ID would address something else. */
export function pathOf({ resource, id, parent = '' }: Target): string {
  switch (resource) {
    case 'model':
      return `/models/${segment(id)}`
    case 'chain':
      return `/chains/${segment(id)}`
    case 'deployment':
      return `/models/${segment(parent)}/deployments/${segment(id, ALIASES)}`
    case 'environment':
      return `/models/${segment(parent)}/environments/${segment(id)}`
    case 'chain-deployment':
      return `/chains/${segment(parent)}/deployments/${segment(id)}`
    case 'resource-group':
      throw noSuchResource(resource)
  }
}

/** The definition has no such resource, so no input leads here. */
export function noSuchResource(resource: string): ProviderError {
  return new ProviderError('target', `Baseten has no ${resource}`)
}

/** One line about an answer, with Baseten's own code and message. */
export function describeBaseten(answer: HttpResponse): string {
  const parsed = v.safeParse(COMPLAINT, answer.body)
  if (!parsed.success) return describe(answer, {})
  const { code, message, error, detail } = parsed.output
  return describe(answer, { code, message: message ?? error ?? detail })
}
