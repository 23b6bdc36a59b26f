import { json } from '../core.ts'

/** Error answers. Only 403, 400 and 429 bodies were ever seen; the specification declares no error schema at all. */

function failure(status: number, code: string, message: string): Response {
  return json(status, { code, message })
}

/** An unknown key: 403 and not 401, as seen live; 401 on request. */
export function unauthorized(status: 401 | 403): Response {
  return failure(status, 'PERMISSION_DENIED', 'Authorization error')
}

/** No access to an object; the body is a guess. */
export function forbidden(message: string): Response {
  return failure(403, 'PERMISSION_DENIED', message)
}

/** The code and text are a guess: no document shows a 404 body. */
export function notFound(what: string): Response {
  return failure(404, 'NOT_FOUND', `${what} not found`)
}

/** A guess as well. */
export function methodNotAllowed(): Response {
  return failure(405, 'METHOD_NOT_ALLOWED', 'Method not allowed')
}

/** A request the server understands and refuses. */
export function refused(status: number, message: string): Response {
  return failure(status, 'VALIDATION_ERROR', message)
}

/** The 429 of Baseten's page "Rate limits", which has another shape than all other errors. */
export function rateLimited(retryAfter: number): Response {
  return json(429, { error: 'Rate limit exceeded. Please try again later.', retry_after: retryAfter })
}

/**
 * Checks the body of a request that has no fields: `{}` and mostly an absent body pass. Chain deactivation wants its
 * `{}`, and an unknown key is `extra_forbidden` everywhere.
 */
export function bodyProblem(body: string, absent: 'allowed' | 'refused'): Response | undefined {
  if (body.trim() === '') {
    return absent === 'allowed' ? undefined : refused(400, 'body: Field required [type=missing]')
  }
  const parsed = parse(body)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return refused(400, 'body: Input should be a valid dictionary [type=dict_type]')
  }
  const [key] = Object.keys(parsed)
  return key === undefined ? undefined : refused(400, `${key}: Extra inputs are not permitted [type=extra_forbidden]`)
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
