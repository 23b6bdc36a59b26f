import * as v from 'valibot'
import type { HttpProfile, HttpResponse } from '../../http/client.ts'
import type { Connection } from '../context.ts'
import type { WriteLimits } from '../provider.ts'
import { type CredentialCheck, createCredentialCheck } from '../shared/credential-check.ts'
import { below, segment, withSuffix } from '../shared/paths.ts'
import { parseBody } from '../shared/schema.ts'
import { codeOf, describeAlibaba, isFine, UNPAID } from './errors.ts'

export interface AlibabaSettings {
  /** The DashScope or workspace host, with or without `/api/v1`. */
  apiUrl: URL
  apiKey: string
  /** Undefined if `api-url` is given, which decides instead. */
  region?: string
  /** Only deployments of this workspace are touched. */
  workspaceId?: string
}

/** The management API of deployments with one key. */
export interface AlibabaApi {
  /** `maxBytes` for lists, which are longer than objects. */
  read(path: string, maxBytes?: number): Promise<HttpResponse>
  /** DELETE, once, without a body. */
  remove(path: string, limits: WriteLimits, headers?: Readonly<Record<string, string>>): Promise<HttpResponse>
  keyHasWorked: CredentialCheck['hasWorked']
}

const ENVELOPE = v.object({ output: v.optional(v.unknown()), data: v.optional(v.unknown()) })

/** No rate limit is published for the management paths, so only a few requests run at once. */
export const CONCURRENCY = 4
const PROFILE: HttpProfile = {
  requestTimeoutMs: 30_000,
  concurrency: CONCURRENCY,
  isFinal: (answer) => answer.status === 429 && UNPAID.has(codeOf(answer)),
  describe: describeAlibaba,
}

/** Documented as at most 100 on one page and 200 on another. */
export const PAGE_SIZE = 100

export function createAlibabaApi(settings: AlibabaSettings, connection: Connection): AlibabaApi {
  const http = connection.openHttp(PROFILE)
  const base = withSuffix(settings.apiUrl, '/api/v1')
  const access = {
    authorization: `Bearer ${settings.apiKey}`,
    ...(settings.workspaceId === undefined ? {} : { 'x-dashscope-workspace': settings.workspaceId }),
  }
  const key = createCredentialCheck(isFine)

  return {
    read: (path, maxBytes) =>
      key.watch(
        http.read({
          method: 'GET',
          url: below(base, path),
          headers: access,
          ...(maxBytes === undefined ? {} : { maxBytes }),
        }),
      ),
    remove: (path, { notAfter }, headers) =>
      key.watch(http.write({ method: 'DELETE', url: below(base, path), headers: { ...access, ...headers }, notAfter })),
    keyHasWorked: key.hasWorked,
  }
}

/** The path of one deployment. */
export function deploymentPath(id: string): string {
  return `/deployments/${segment(id, ['models'])}`
}

/** The content of an answer, without its envelope and as the schema describes it. */
export function contentOf<S extends v.GenericSchema>(schema: S, answer: HttpResponse): v.InferOutput<S> {
  return parseBody(schema, { ...answer, body: outputOf(answer) })
}

/** The content of an answer, without its envelope and unchecked. */
export function outputOf(answer: HttpResponse): unknown {
  const envelope = v.safeParse(ENVELOPE, answer.body)
  return envelope.success ? (envelope.output.output ?? envelope.output.data) : undefined
}
