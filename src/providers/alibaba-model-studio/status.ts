/** Whether a deployment in this status is on its way out. */
export function isGoing(status: string): boolean {
  return status === 'DELETING' || status === 'OFFLINING'
}

/**
 * States that pass by themselves, of a deployment as of a capacity instance: some operation is under way, whoever started it. A
 * refusal in one of them is borne until the deadline. Source: Model Studio documentation, "Get deployment", "TPM reservation".
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
