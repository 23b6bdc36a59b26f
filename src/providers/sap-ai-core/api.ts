import type { HttpProfile, HttpRequest, HttpResponse } from '../../http/client.ts'
import type { Connection } from '../context.ts'
import type { WriteLimits } from '../provider.ts'
import { type CredentialCheck, createCredentialCheck } from '../shared/credential-check.ts'
import type { PageRules } from '../shared/pages.ts'
import { below, withSuffix } from '../shared/paths.ts'
import { isSuccess } from '../shared/response.ts'
import { codeOf, describeSap, NOT_IN_THIS_STATUS, noAccess } from './errors.ts'
import { createSapTokens, type SapAuth } from './token.ts'

export interface SapSettings {
  /** The AI API, with or without `/v2`. */
  apiUrl: URL
  auth: SapAuth
}

/** The AI API of a tenant. All of it shares one token. */
export interface SapTenant {
  inGroup(resourceGroup: string): SapApi
  /** What administers the tenant, and is in no resource group. */
  readonly admin: SapApi
  /** One try to read what is in no resource group, with the token at hand; undefined if there is none. Ends once `until` aborts. */
  readBriefly(path: string, until: AbortSignal): Promise<HttpResponse | undefined>
}

/** The AI API of one resource group, with the token seen to. 401 and 403 are thrown as {@link ProviderError}. */
export interface SapApi {
  read(path: string): Promise<HttpResponse>
  /** For lists, which are longer than objects. */
  readList(path: string): Promise<HttpResponse>
  write(method: 'PATCH' | 'DELETE', path: string, options: WriteOptions): Promise<HttpResponse>
  /** Whether any request has succeeded, so that address, token and resource group are right. */
  hasWorked: CredentialCheck['hasWorked']
}

export interface WriteOptions extends WriteLimits {
  body?: unknown
  contentType?: string
}

/**
 * No server returns fewer entries per page than `shortest` if more are requested. No tenant has as many as `maxEntries`: a longer
 * list never ends, and would fill the memory.
 */
export const PAGES: PageRules = { shortest: 100, maxEntries: 200_000 }
/** From this many targets on, one list is cheaper than a GET for each. */
export const LIST_FROM = 4

/** SAP publishes no rate limit for these calls: few at once. Its own clients wait 60 s for an answer. */
export const CONCURRENCY = 4
const PROFILE: HttpProfile = { requestTimeoutMs: 60_000, concurrency: CONCURRENCY, describe: describeSap }

const MAX_LIST_BYTES = 64 * 1024 * 1024

export function createSapTenant(settings: SapSettings, connection: Connection): SapTenant {
  const http = connection.openHttp(PROFILE)
  const base = withSuffix(settings.apiUrl, '/v2')
  const tokens = createSapTokens(settings.auth, http, connection.clock, connection.onSecret)

  /**
   * Sends with a good token; one that is refused is renewed once, as nothing was carried out with it. A write for which the
   * token came too late is not sent any more: what it was decided on may have changed.
   */
  const send = async (
    resourceGroup: string | undefined,
    call: Pick<HttpRequest, 'method' | 'body' | 'maxBytes'> & Partial<WriteLimits>,
    path: string,
    contentType = 'application/json',
  ) => {
    const once = (bearer: string): Promise<HttpResponse> => {
      const headers = {
        authorization: `Bearer ${bearer}`,
        ...(resourceGroup === undefined ? {} : { 'ai-resource-group': resourceGroup }),
        ...(call.body === undefined ? {} : { 'content-type': contentType }),
      }
      const { notAfter, ...rest } = call
      const request = { ...rest, url: below(base, path), headers }
      return notAfter === undefined ? http.read(request) : http.write({ ...request, notAfter })
    }
    const token = await tokens.current()
    const answer = await once(token)
    const renewed = answer.status === 401 && (await tokens.renew(token))
    return checkAccess(resourceGroup, renewed ? await once(await tokens.current()) : answer)
  }

  const checkAccess = (resourceGroup: string | undefined, answer: HttpResponse): HttpResponse => {
    if ((answer.status === 401 || answer.status === 403) && codeOf(answer) !== NOT_IN_THIS_STATUS) {
      throw noAccess(answer, resourceGroup)
    }
    return answer
  }

  const apiOf = (resourceGroup?: string): SapApi => {
    const access = createCredentialCheck(isSuccess)
    return {
      read: (path) => access.watch(send(resourceGroup, { method: 'GET' }, path)),
      readList: (path) => access.watch(send(resourceGroup, { method: 'GET', maxBytes: MAX_LIST_BYTES }, path)),
      write(method, path, { body, contentType, notAfter }) {
        const call = { method, notAfter, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
        return access.watch(send(resourceGroup, call, path, contentType))
      },
      hasWorked: access.hasWorked,
    }
  }

  return {
    inGroup: apiOf,
    admin: apiOf(),
    async readBriefly(path, until) {
      const token = tokens.held()
      if (token === undefined || until.aborted) return undefined
      const brief = connection.openHttp({ ...PROFILE, maxTries: 1, until })
      return brief.read({ method: 'GET', url: below(base, path), headers: { authorization: `Bearer ${token}` } })
    },
  }
}
