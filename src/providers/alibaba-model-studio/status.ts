/** Whether a deployment in this status is being deleted. */
export function isGoing(status: string): boolean {
  return status === 'DELETING' || status === 'OFFLINING'
}

/**
 * Temporary states of a deployment or a capacity instance: some operation is in progress, whoever started it. A refusal in one
 * of them is retried until the timeout. Source: Model Studio documentation, "Get deployment", "TPM reservation".
 */
export const PASSING: ReadonlySet<string> = new Set([
  'PENDING',
  'DEPLOYING',
  'UPDATING',
  'SCALING',
  'STOPPING',
  'SUSPENDING',
  'STARTING',
  'RECOVERING',
  'ARREARS_RECOVERING',
  'DELETING',
  'WAIT_TO_DEPLOY',
  'WAIT_PRE_PAID_BILLING_TO_DEPLOYING',
  'WAIT_PRE_PAID_BILLING_TO_SCALING',
])
