import type { Policy } from '../provider.ts'
import type { SapDetails } from './snapshot.ts'

/** SAP creates one orchestration deployment by itself, and everything in the resource group shares it. */
export function protectionOf(details: SapDetails, policy: Policy): string | undefined {
  if (details.orchestration === false || policy.allow.has('orchestration')) return undefined
  const lift = "set 'allow: orchestration' to delete it"
  return details.orchestration
    ? `it serves SAP's shared orchestration service; ${lift}`
    : `neither its scenario nor its name tells that it does not serve SAP's shared orchestration service; ${lift}`
}
