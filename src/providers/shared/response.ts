import type { HttpResponse } from '../../http/client.ts'

/** A provider's own code and message of an error, both untrusted text of any length. */
export interface Complaint {
  code?: string | undefined
  message?: string | undefined
}

/** One line for people: method, path, HTTP status, the provider's code and message, and the request ID. */
export function describe(answer: HttpResponse, complaint: Complaint): string {
  const { method, path, requestId } = answer.exchange
  const code = complaint.code ? ` ${shorten(complaint.code, 80)}` : ''
  const words = complaint.message ?? (answer.body === undefined ? answer.text : '')
  const isRedirect = answer.status >= 300 && answer.status < 400
  const text = isRedirect ? "a redirect, which is not followed; check 'api-url'" : words.trim()
  const message = text === '' ? '' : `: ${shorten(text, 300)}`
  const id = requestId === undefined ? '' : ` (request ${requestId})`
  return `${method} ${path.split('?')[0]} answered HTTP ${answer.status}${code}${message}${id}`
}

/** Whether the request was carried out or accepted. */
export function isSuccess(answer: HttpResponse): boolean {
  return answer.status >= 200 && answer.status < 300
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
