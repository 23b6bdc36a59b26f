import * as v from 'valibot'
import { isSuccess } from '../shared/response.ts'
import type { SapTenant } from './api.ts'

const COUNT = v.object({ count: v.number() })
const LIMIT = v.object({ maxCount: v.number() })
const GROUPS = v.object({ usage: COUNT, quota: LIMIT })
const DEPLOYMENTS = v.object({
  usage: COUNT,
  quotas: v.array(v.object({ resourcePlanType: v.optional(v.string()), deploymentQuota: v.optional(LIMIT) })),
})

/**
 * How much of its quota a tenant uses. Empty if the key may not see it, or nothing is known. Source: AI Core API 2.42,
 * "Resource Quota".
 */
export async function readQuota({ readBriefly }: SapTenant, until: AbortSignal): Promise<string[]> {
  const read = async (what: string): Promise<unknown> => {
    try {
      const answer = await readBriefly(`/admin/resourceQuota/${what}`, until)
      return answer !== undefined && isSuccess(answer) ? answer.body : undefined
    } catch {
      // Courtesy: a key that may delete may still not see the quota.
      return undefined
    }
  }
  const [groups, deployments] = await Promise.all([read('resourceGroups'), read('deployments')])
  return [groupsText(groups), deploymentsText(deployments)].filter((text) => text !== undefined)
}

function groupsText(body: unknown): string | undefined {
  const parsed = v.safeParse(GROUPS, body)
  return parsed.success ? `resource groups: ${parsed.output.usage.count} of ${parsed.output.quota.maxCount}` : undefined
}

/** Of several kinds of plans, no sum says how many more there may be. */
function deploymentsText(body: unknown): string | undefined {
  const parsed = v.safeParse(DEPLOYMENTS, body)
  if (!parsed.success) return undefined
  const limits = parsed.output.quotas.flatMap(({ deploymentQuota }) => deploymentQuota ?? [])
  const [limit] = limits
  return limit === undefined || limits.length > 1
    ? undefined
    : `deployments: ${parsed.output.usage.count} of ${limit.maxCount}`
}
