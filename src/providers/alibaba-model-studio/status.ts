/** Whether a deployment in this status is on its way out. */
export function isGoing(status: string): boolean {
  return status === 'DELETING' || status === 'OFFLINING'
}
