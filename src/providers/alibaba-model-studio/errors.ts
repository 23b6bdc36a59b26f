import * as v from 'valibot'
import type { HttpResponse } from '../../http/client.ts'
import { ProviderError, UnclearAnswer } from '../errors.ts'
import { type Complaint, describe, isSuccess } from '../shared/response.ts'
import { lenientString } from '../shared/schema.ts'

const COMPLAINT = v.object({ code: lenientString, message: lenientString, msg: lenientString })
/** The OpenAI-compatible part of the gateway wraps it. */
const WRAPPED = v.object({ error: COMPLAINT })

/** Codes that come with 429 but are final: somebody has to pay or buy first. */
export const UNPAID: ReadonlySet<string> = new Set([
  'CommodityNotPurchased',
  'PrepaidBillOverdue',
  'PostpaidBillOverdue',
])

/** Codes of refusals that no other state of the deployment can change. Source: Model Studio documentation, "Error codes". */
const PERMANENT: ReadonlySet<string> = new Set([
  'InvalidParameter',
  'PREPAID_UNSUBSCRIBE_REQUIRED',
  'CAPACITY_INSTANCE_REQUIRED',
  'Arrearage',
  'IDEMPOTENCY_KEY_CONFLICT',
])

/** Whether a refusal stays the same whatever state the deployment is in. */
export function isPermanent({ status, code = '' }: { status: number; code?: string }): boolean {
  return status === 403 || PERMANENT.has(code)
}

/** Codes of temporary faults, which can also come with 200. */
const PASSING =
  /^(Throttling|InternalError|SystemError|RequestTimeOut|ModelServingError|ModelUnavailable|BILLING_SERVICE_UNAVAILABLE)/

const GONE_CODES: ReadonlySet<string> = new Set(['NotFound', 'MODEL_CODE_NOT_FOUND'])

/**
 * Only 404 with a code that means the deployment: a missing workspace, model, or path proves nothing. NotFound with
 * another status is undocumented, and so an error.
 */
export function saysGone(answer: HttpResponse): boolean {
  const { code, message } = complaintOf(answer.body)
  return answer.status === 404 && GONE_CODES.has(code ?? '') && !isAboutPath(message)
}

function isAboutPath(message = ''): boolean {
  return /request path not found/i.test(message)
}

/** Whether it was carried out. A 2xx whose code is neither `200` nor `Success` is an error all the same. */
export function isFine(answer: HttpResponse): boolean {
  const { code } = complaintOf(answer.body)
  return isSuccess(answer) && (code === undefined || code === '' || code === '200' || code === 'Success')
}

/** The error for an answer that is neither a success nor has another meaning here. */
export function errorOf(answer: HttpResponse): Error {
  const text = describeAlibaba(answer)
  const code = codeOf(answer)
  if (isSuccess(answer) && PASSING.test(code)) return new UnclearAnswer(text, answer.exchange)
  if (answer.status === 401) {
    const hint = "Check 'api-key' and 'region': a key belongs to one region and one workspace"
    return new ProviderError('account', `Model Studio denied access: ${text}. ${hint}`, answer.exchange)
  }
  if (answer.status === 403) {
    return new ProviderError('account', `Model Studio denied access: ${text}. ${remedyFor(answer)}`, answer.exchange)
  }
  if (code === 'WorkSpaceNotFound') {
    return new ProviderError('account', `${text}. Check 'workspace-id' and 'region'`, answer.exchange)
  }
  if (UNPAID.has(code) || code === 'Arrearage') {
    return new ProviderError('account', `${text}. ${remedyFor(answer)}`, answer.exchange)
  }
  const hint =
    answer.status === 404 ? ". This is no proof that the deployment is gone; check 'api-url' and 'region'" : ''
  return new ProviderError('target', `${text}${hint}`, answer.exchange)
}

/** The same for a read. If the API has answered before, a 404 that is not about a deployment comes from a proxy, and passes. */
export async function errorOfRead(answer: HttpResponse, keyHasWorked: () => Promise<boolean>): Promise<Error> {
  return isStray(answer) && (await keyHasWorked())
    ? new UnclearAnswer(describeAlibaba(answer), answer.exchange)
    : errorOf(answer)
}

/** Whether this 404 is not about anything that a path names: every other error of Model Studio has a code. */
export function isStray(answer: HttpResponse): boolean {
  const { code = '', message } = complaintOf(answer.body)
  return answer.status === 404 && (code === '' || isAboutPath(message))
}

/** The same for a read of one deployment. With a key that works, a 403 is about that deployment alone. */
export async function errorAboutOne(answer: HttpResponse, keyHasWorked: () => Promise<boolean>): Promise<Error> {
  const code = codeOf(answer)
  const isUnpaid = UNPAID.has(code) || code === 'Arrearage'
  if (answer.status !== 403 || isUnpaid || !(await keyHasWorked())) return errorOfRead(answer, keyHasWorked)
  const text = `Model Studio denied access: ${describeAlibaba(answer)}. The key works, but not for this. ${remedyFor(answer)}`
  return new ProviderError('target', text, answer.exchange)
}

/** What the user can do about a request that was turned down. */
export function remedyFor(answer: HttpResponse): string {
  const code = codeOf(answer)
  if (UNPAID.has(code) || code === 'Arrearage') return 'Settle the bill in the Alibaba Cloud console first'
  if (code === 'PREPAID_UNSUBSCRIBE_REQUIRED') return 'Unsubscribe it in the billing console first'
  if (code.startsWith('CAPACITY_INSTANCE_')) return 'Check its capacity instances in the Model Studio console'
  if (answer.status === 403) {
    return 'Check the permissions of the key, its IP allow-list (which blocks GitHub-hosted runners) and the account'
  }
  return 'If its status is the reason, stop it in the console first'
}

/** The error code of an answer; empty if it has none. */
export function codeOf(answer: Pick<HttpResponse, 'body'>): string {
  return complaintOf(answer.body).code ?? ''
}

/** One line about an answer, with Alibaba's own code and message. */
export function describeAlibaba(answer: HttpResponse): string {
  return describe(answer, complaintOf(answer.body))
}

function complaintOf(body: unknown): Complaint {
  const wrapped = v.safeParse(WRAPPED, body)
  const parsed = v.safeParse(COMPLAINT, wrapped.success ? wrapped.output.error : body)
  return parsed.success ? { code: parsed.output.code, message: parsed.output.message ?? parsed.output.msg } : {}
}
