import { json } from '../core.ts'
import type { ErrorRow } from './errors.ts'
import type { Settings } from './options.ts'

/** The two envelopes of every answer: `{request_id, output}` and `{request_id, code, message}`. */
export interface Replies {
  ok(output: unknown, more?: { status?: number; requestId?: string | undefined; extra?: object }): Response
  refuse(error: ErrorRow): Response
  /** An accepted request without a body. */
  empty(status: number): Response
  nextRequestId(): string
}

/** Makes the envelopes, each with a request ID of its own that is the same in every run. */
export function createReplies(settings: Settings): Replies {
  let count = 0

  function nextRequestId(): string {
    count += 1
    return `5378b78b-8564-481f-a3e0-${count.toString(16).padStart(12, '0')}`
  }

  function headers(requestId: string): Record<string, string> {
    return settings.requestIdHeader === undefined ? {} : { [settings.requestIdHeader]: requestId }
  }

  return {
    nextRequestId,
    ok(output, { status = 200, requestId = nextRequestId(), extra = {} } = {}) {
      const code = settings.successCode === undefined ? {} : { code: settings.successCode }
      const body = { request_id: requestId, ...code, ...extra, [settings.outputField]: output }
      return json(status, body, headers(requestId))
    },
    refuse({ status, code, message }) {
      const requestId = nextRequestId()
      return json(status, { request_id: requestId, code, [settings.messageField]: message }, headers(requestId))
    },
    empty(status) {
      return new Response(null, { status, headers: headers(nextRequestId()) })
    },
  }
}
