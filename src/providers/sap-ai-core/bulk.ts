import * as v from 'valibot'
import type { WriteLimits } from '../provider.ts'
import { isSuccess } from '../shared/response.ts'
import { lenientString, parseBody } from '../shared/schema.ts'
import type { ActionResult } from '../step.ts'
import type { Target } from '../target.ts'
import type { SapTenant } from './api.ts'
import { describeSap, UNKNOWN_ID } from './errors.ts'

const META = v.object({
  aiApi: v.object({ capabilities: v.object({ bulkUpdates: v.object({ deployments: v.boolean() }) }) }),
})

const ITEMS = v.object({
  deployments: v.array(
    v.object({ id: v.string(), error: v.optional(v.object({ code: lenientString, message: lenientString })) }),
  ),
})

/** Many deployments stopped or marked for deletion with one request. */
export interface SapBulk {
  /** Asks once whether the tenant offers it. A tenant that cannot even say so does not. */
  ask(group: string): void
  /** What the tenant said; undefined if it was not asked, or has not answered yet. */
  isOffered(): boolean | undefined
  /** One result each, in order; undefined if the tenant does not take it: it was not sent, or refused as a whole. */
  modify(
    group: string,
    targets: readonly Target[],
    targetStatus: 'STOPPED' | 'DELETED',
    limits: WriteLimits,
  ): Promise<ActionResult[] | undefined>
}

/**
 * PATCH on the collection, at most 100 IDs, each once. Tenants say in `/lm/meta` whether they take it; it answers 202 also
 * where every item failed. Source: SAP AI Core API 2.42, "Patch multiple deployments".
 */
export function createSapBulk({ inGroup }: Pick<SapTenant, 'inGroup'>): SapBulk {
  let asked: Promise<boolean> | undefined
  let offered: boolean | undefined

  const ask = async (group: string): Promise<boolean> => {
    const answer = await inGroup(group).read('/lm/meta')
    const meta = v.safeParse(META, answer.body)
    return isSuccess(answer) && meta.success && meta.output.aiApi.capabilities.bulkUpdates.deployments
  }

  const learn = (group: string): Promise<boolean> => {
    asked ??= ask(group)
      .catch(() => false)
      .then((answer) => {
        offered ??= answer
        return offered
      })
    return asked
  }

  return {
    ask: (group) => void learn(group),
    isOffered: () => offered,
    async modify(group, targets, targetStatus, { notAfter }) {
      if (!(offered ?? (await learn(group)))) return undefined
      const deployments = targets.map(({ id }) => ({ id, targetStatus }))
      const options = { body: { deployments }, contentType: 'application/merge-patch+json', notAfter }
      const answer = await inGroup(group).write('PATCH', '/lm/deployments', options)
      const { exchange, status } = answer
      if (!isSuccess(answer)) {
        offered = false
        return undefined
      }
      const items = new Map(parseBody(ITEMS, answer).deployments.map((item) => [item.id, item]))
      return targets.map(({ id }): ActionResult => {
        const item = items.get(id)
        if (item === undefined) {
          return { result: 'unknown', problem: `${describeSap(answer)}, but nothing about this deployment`, exchange }
        }
        if (item.error === undefined) return { result: 'accepted', tombstone: item, exchange }
        const { code = '', message = '' } = item.error
        if (code === UNKNOWN_ID) return { result: 'not-found', exchange }
        const problem = `PATCH ${exchange.path} refused: ${[code, message].filter((part) => part !== '').join(' ')}`
        return { result: 'refused', problem, status, exchange }
      })
    },
  }
}
