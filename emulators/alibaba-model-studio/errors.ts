import type { Fault } from '../emulator.ts'

/** One row of Alibaba's error tables. */
export interface ErrorRow {
  status: number
  code: string
  message: string
}

/**
 * Every error a management call can meet, for tests to play as faults: Model Studio's error code page, the error tables
 * of the deployment pages and of the throughput reservation API (formerly TPM reservation).
 */
export const errors: readonly ErrorRow[] = [
  { status: 400, code: 'InvalidParameter', message: 'Required parameter missing or invalid.' },
  { status: 400, code: 'UnsupportedOperation', message: 'The operation is unsupported on the referee object.' },
  { status: 400, code: 'OperationDenied', message: 'The operation is denied in the current status.' },
  { status: 400, code: 'PREPAID_UNSUBSCRIBE_REQUIRED', message: 'Unsubscribe the prepaid instance first.' },
  { status: 400, code: 'CAPACITY_INSTANCE_REQUIRED', message: '需要指定容量实例' },
  {
    status: 400,
    code: 'CAPACITY_INSTANCE_OPERATION_UNSUPPORTED',
    message: 'The status does not allow this operation.',
  },
  { status: 400, code: 'MODEL_CODE_DELETED', message: 'The model code has been deleted.' },
  {
    status: 400,
    code: 'Arrearage',
    message: 'Access denied, please make sure your account is in good standing.',
  },
  { status: 401, code: 'InvalidApiKey', message: 'Invalid API-key provided.' },
  {
    status: 401,
    code: 'NOT AUTHORIZED',
    message:
      'Access denied: Either you are not authorized to access this workspace, or the workspace does not exist. Please:\nVerify the workspace configuration.\nCheck your API endpoint settings. Ensure you are targeting the correct environment.',
  },
  { status: 403, code: 'AccessDenied', message: 'Access denied.' },
  {
    status: 403,
    code: 'AccessDenied.Unpurchased',
    message: 'Access to model denied. Please make sure you are eligible for using the model.',
  },
  { status: 403, code: 'Model.AccessDenied', message: 'Model access denied.' },
  { status: 403, code: 'App.AccessDenied', message: 'App access denied.' },
  { status: 403, code: 'Workspace.AccessDenied', message: 'Workspace access denied.' },
  { status: 403, code: 'Endpoint.AccessDenied', message: 'Endpoint access denied.' },
  { status: 403, code: 'BILLING_ACCOUNT_NOT_READY', message: 'The account does not meet the purchase conditions.' },
  { status: 404, code: 'NotFound', message: 'Not found.' },
  { status: 404, code: 'MODEL_CODE_NOT_FOUND', message: 'The model code does not exist.' },
  { status: 404, code: 'WorkSpaceNotFound', message: 'WorkSpace can not be found.' },
  { status: 404, code: 'ModelNotFound', message: 'Model can not be found.' },
  { status: 404, code: 'CAPACITY_INSTANCE_NOT_FOUND', message: 'The capacity instance does not exist.' },
  { status: 404, code: 'CAPACITY_OPERATION_NOT_FOUND', message: 'The capacity operation does not exist.' },
  { status: 409, code: 'Conflict', message: 'Deployed model xxx already exists, please specify a suffix.' },
  { status: 409, code: 'IDEMPOTENCY_KEY_CONFLICT', message: 'The request ID was used with other parameters.' },
  { status: 409, code: 'CAPACITY_INSTANCE_OPERATION_CONFLICT', message: 'Another capacity operation is in progress.' },
  { status: 429, code: 'Throttling', message: 'Requests throttling triggered.' },
  {
    status: 429,
    code: 'Throttling.RateQuota',
    message: 'Requests rate limit exceeded, please try again later.',
  },
  {
    status: 429,
    code: 'Throttling.BurstRate',
    message:
      'Request rate increased too quickly. To ensure system stability, please adjust your client logic to scale requests more smoothly over time.',
  },
  {
    status: 429,
    code: 'Throttling.AllocationQuota',
    message: 'Allocated quota exceeded, please increase your quota limit.',
  },
  { status: 429, code: 'CommodityNotPurchased', message: 'Commodity has not purchased yet.' },
  { status: 429, code: 'PrepaidBillOverdue', message: 'The prepaid bill is overdue.' },
  { status: 429, code: 'PostpaidBillOverdue', message: 'The postpaid bill is overdue.' },
  {
    status: 500,
    code: 'InternalError',
    message: 'An internal error has occured, please try again later or contact service support.',
  },
  { status: 500, code: 'SystemError', message: 'An system error has occured, please try again later.' },
  { status: 500, code: 'RequestTimeOut', message: 'Request timed out, please try again later.' },
  {
    status: 503,
    code: 'ModelServingError',
    message:
      'Too many requests. Your requests are being throttled due to system capacity limits. Please try again later.',
  },
  { status: 503, code: 'ModelUnavailable', message: 'Model is unavailable, please try again later.' },
  { status: 503, code: 'BILLING_SERVICE_UNAVAILABLE', message: 'The billing service is unavailable.' },
]

/** The row of a code, with another message where one is given. */
export function errorOf(code: string, message?: string): ErrorRow {
  const row = errors.find((each) => each.code === code)
  if (row === undefined) throw new RangeError(`no such Alibaba error code: ${code}`)
  return message === undefined ? row : { ...row, message }
}

/** A fault that answers with an error as Alibaba words it. */
export function errorFault(error: ErrorRow, rest: Pick<Fault, 'when' | 'times'> & FaultExtras = {}): Fault {
  const { headers, ...others } = rest
  const body = JSON.stringify({ request_id: 'emulated-fault', code: error.code, message: error.message })
  const withType = { 'content-type': 'application/json', ...headers }
  return { kind: 'status', status: error.status, body, headers: withType, ...others }
}

interface FaultExtras {
  headers?: Record<string, string>
  processed?: boolean
}
