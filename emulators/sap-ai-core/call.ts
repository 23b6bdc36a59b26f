import { json } from '../core.ts'
import type { SapSettings } from './model.ts'
import type { SapState } from './world.ts'

/** One authenticated request under `/v2`, with all its answer depends on. */
export interface Call {
  request: Request
  body: string
  url: URL
  requestId: string
  /** The resource group of the header; '' where the path needs none. */
  group: string
  settings: SapSettings
  state: SapState
}

/** The inside of an error body (SAP AI Core API, AiApiError). */
export function errorOf(call: Pick<Call, 'url' | 'requestId' | 'settings'>, code: string, message: string) {
  return { code, message, [call.settings.requestIdKey]: call.requestId, target: call.url.pathname }
}

/** A refusal in the API's own form. */
export function refuse(
  call: Pick<Call, 'url' | 'requestId' | 'settings'>,
  status: number,
  code: string,
  message: string,
): Response {
  return json(status, { error: errorOf(call, code, message) })
}

/** 400 for a malformed request. The code is made up: none is documented. */
export function badRequest(call: Pick<Call, 'url' | 'requestId' | 'settings'>, message: string): Response {
  return refuse(call, 400, '01010002', `Invalid Request, ${message}`)
}

/** 404 of the gateway in front of the API: a path or method it does not have. */
export function noRoute(status: 404 | 405 = 404): Response {
  return new Response(status === 404 ? 'Not Found' : 'Method Not Allowed', { status })
}
