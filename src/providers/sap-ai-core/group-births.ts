import { ProviderError } from '../errors.ts'
import { parseTime, sameSecond } from '../shared/time.ts'
import type { SapResourceGroup } from './schema.ts'

/** Tells a resource group from another one that was made under the same ID before the plan was complete. */
export interface GroupBirths {
  /** Notes a group that was shown, be it in a look that failed. Gives what it was given. */
  noted<T extends { group: SapResourceGroup | undefined }>(found: T): T
  /** Throws {@link ProviderError} if another one was shown first. `createdAt`: Unix ms. */
  requireFirst(id: string, createdAt: number | undefined): void
}

export function createGroupBirths(): GroupBirths {
  const first = new Map<string, number>()
  return {
    noted(found) {
      const { resourceGroupId: id = '', createdAt } = found.group ?? {}
      const time = parseTime(createdAt)
      if (time !== undefined && !first.has(id)) first.set(id, time)
      return found
    },
    requireFirst(id, createdAt) {
      const time = first.get(id)
      if (time === undefined || createdAt === undefined || sameSecond(time, createdAt)) return
      throw new ProviderError(
        'target',
        `resource group ${id} was made anew while the plan was made; run the step again`,
      )
    },
  }
}
