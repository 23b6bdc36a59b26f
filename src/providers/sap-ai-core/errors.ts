import * as v from 'valibot'
import type { HttpResponse } from '../../http/client.ts'
import { ProviderError, UnclearAnswer } from '../errors.ts'
import { type Complaint, describe } from '../shared/response.ts'
import { lenientString } from '../shared/schema.ts'

/** SAP's code for "this status does not allow it", whose HTTP status is not documented. */
export const NOT_IN_THIS_STATUS = '01010076'

/** SAP's code for a deployment ID it does not know, also used with other HTTP statuses than 404. */
export const UNKNOWN_ID = '01010016'

const ERROR = v.object({ error: v.object({ code: lenientString, message: lenientString }) })

const CHECK_GROUP = "Check 'resource-group'"

/** 401 and 403 say nothing about a deployment, but all about the credentials. */
export function noAccess(answer: HttpResponse, resourceGroup: string | undefined): ProviderError {
  const hint =
    answer.status === 401
      ? "Check the service key or 'token': it is wrong, expired, or for another tenant"
      : resourceGroup === undefined
        ? 'The key may not see the resource groups of the tenant, as that of a consumer tenant may not: use one of the tenant itself, or name each group in full'
        : `${CHECK_GROUP} (now '${resourceGroup}') and that the key belongs to this tenant`
  return new ProviderError('account', `SAP AI Core denied access: ${describeSap(answer)}. ${hint}`, answer.exchange)
}

/**
 * A list of deployments always exists where token, resource group and address are right. Where these `haveWorked`, a 404 in which SAP
 * says nothing comes from something on the way, and passes.
 */
export function noList(answer: HttpResponse, resourceGroup: string, haveWorked: boolean): Error {
  const hint = `${CHECK_GROUP} (now '${resourceGroup}') and 'api-url'`
  const text = `SAP AI Core gave no list of deployments: ${describeSap(answer)}. ${hint}`
  if (haveWorked && answer.status === 404 && codeOf(answer) === undefined)
    return new UnclearAnswer(text, answer.exchange)
  return new ProviderError('account', text, answer.exchange)
}

/** Every tenant has resource groups, and a list of what runs in each. */
export function noGroupList(answer: HttpResponse, what: string): ProviderError {
  const text = `SAP AI Core gave no list of ${what}: ${describeSap(answer)}. Check 'api-url'`
  return new ProviderError('account', text, answer.exchange)
}

/** One line about an answer, with SAP's own code and message. */
export function describeSap(answer: HttpResponse): string {
  return describe(answer, complaintOf(answer))
}

/** SAP's own error code, which is not the HTTP status. */
export function codeOf(answer: HttpResponse): string | undefined {
  return complaintOf(answer).code
}

function complaintOf(answer: HttpResponse): Complaint {
  const parsed = v.safeParse(ERROR, answer.body)
  return parsed.success ? parsed.output.error : {}
}
