import { isDeepStrictEqual } from 'node:util'
import type { Snapshot } from '../providers/observation.ts'
import { sameSecond } from '../providers/shared/time.ts'
import { type Criteria, matchCriteria, protectedByName } from './criteria.ts'

/**
 * Why a selected target is kept after all: what is shown now is no longer what was selected. `begun` once its teardown
 * has begun, which changes its status.
 */
export function changedSince(planned: Snapshot, now: Snapshot, begun: boolean, criteria: Criteria): string | undefined {
  if (!sameSecond(now.createdAt, planned.createdAt))
    return 'its creation time is not the one that was listed, so it may be another one by now'
  if (now.name !== planned.name) return 'it was renamed meanwhile'
  if (!begun && criteria.statuses !== undefined && !criteria.statuses.has(now.status)) {
    return `its status is ${now.status} by now`
  }
  if (
    criteria.labels.length > 0 &&
    !isDeepStrictEqual(matchCriteria(now, criteria), matchCriteria(planned, criteria))
  ) {
    return 'its labels are not those that were listed, so it may be another one by now'
  }
  return protectedByName(now.name, criteria.protect)
}
