import * as v from 'valibot'
import type { Answer } from '../../http/client.ts'
import { below, segment, withSuffix } from '../address.ts'
import type { Connection, HttpProfile } from '../connection.ts'
import { shaped } from '../shape.ts'
import { codeOf, isFine, UNPAID } from './errors.ts'

export interface AlibabaSettings {
  /** The DashScope or workspace host, with or without `/api/v1`. */
  apiUrl: URL
  apiKey: string
  /** Only deployments of this workspace are touched. */
  workspaceId?: string
}

/** The management API of deployments with one key. */
export interface AlibabaApi {
  /** `maxBytes` for lists, which are longer than objects. */
  read(path: string, maxBytes?: number): Promise<Answer>
  /** DELETE, once, without a body. */
  remove(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /**
   * Whether any request with this key has worked. Of requests sent together any may be answered first, so that a key which has
   * not worked yet is judged when all of them have ended.
   */
  keyWorks(): Promise<boolean>
}

const ENVELOPE = v.object({ output: v.optional(v.unknown()), data: v.optional(v.unknown()) })

/** The management paths have no published rate limit: few at once. */
const PROFILE: HttpProfile = {
  requestTimeoutMs: 30_000,
  width: 4,
  isFinal: (answer) => answer.status === 429 && UNPAID.has(codeOf(answer)),
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
  const underWay = new Set<Promise<Answer>>()
  let keyWorked = false

  const watched = async (request: Promise<Answer>): Promise<Answer> => {
    underWay.add(request)
    try {
      const answer = await request
      if (isFine(answer)) keyWorked = true
      return answer
    } finally {
      underWay.delete(request)
    }
  }

  return {
    read: (path, maxBytes) =>
      watched(
        http.read({
          method: 'GET',
          url: below(base, path),
          headers: access,
          ...(maxBytes === undefined ? {} : { maxBytes }),
        }),
      ),
    remove: (path, headers) =>
      watched(http.write({ method: 'DELETE', url: below(base, path), headers: { ...access, ...headers } })),
    async keyWorks() {
      if (!keyWorked) await Promise.allSettled(underWay)
      return keyWorked
    },
  }
}

/** The path of one deployment. */
export function deploymentPath(id: string): string {
  return `/deployments/${segment(id, ['models'])}`
}

/** What an answer says, out of its envelope and as the schema describes it. */
export function contentOf<S extends v.GenericSchema>(schema: S, answer: Answer): v.InferOutput<S> {
  return shaped(schema, { ...answer, body: outputOf(answer) })
}

/** What an answer says as it came, out of its envelope. */
export function outputOf(answer: Answer): unknown {
  const envelope = v.safeParse(ENVELOPE, answer.body)
  return envelope.success ? (envelope.output.output ?? envelope.output.data) : undefined
}
