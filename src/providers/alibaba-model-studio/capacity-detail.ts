import type { AlibabaSnapshot, Capacity } from './snapshot.ts'

/** Up to this many instances are listed by ID. */
const NAMED = 4

/** A reservation with its capacity, as messages show it. */
export function withCapacity(snapshot: AlibabaSnapshot, capacity: Capacity): AlibabaSnapshot {
  const parts = [snapshot.detail ?? '', instancesText(capacity), releasesText(capacity)]
  const detail = parts.filter((part) => part !== '').join('; ')
  return { ...snapshot, detail, details: { ...snapshot.details, capacity } }
}

/** `2 capacity instances`. */
export function countText(count: number): string {
  return count === 0 ? 'no capacity instances' : `${count} capacity instance${count === 1 ? '' : 's'}`
}

function instancesText({ instances }: Capacity): string {
  if (instances.length === 0) return countText(0)
  const named = instances.slice(0, NAMED).map(({ id, status, deleted }) => `${id} ${deleted ? 'released' : status}`)
  const more = instances.length > NAMED ? [`${instances.length - NAMED} more`] : []
  return `${countText(instances.length)}: ${[...named, ...more].join(', ')}`
}

function releasesText({ instances, releasing }: Capacity): string {
  if (releasing !== undefined) return `the release of ${releasing} is under way`
  return instances
    .flatMap(({ id, past }) => (past.last === undefined ? [] : [`the release of ${id} ${past.last}`]))
    .slice(0, NAMED)
    .join(', ')
}
