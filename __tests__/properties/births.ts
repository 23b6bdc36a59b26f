/**
 * Tells those apart that have one ID one after the other, by their creation times. A run's target is the one that its first write
 * was meant for.
 */
export interface Births {
  /** Notes what was shown. Whether that is another one than the first write was meant for. */
  isOther(id: string, createdAt: string): boolean
  /** A write was sent to what was shown last. Whether that is another one than the first write was meant for. */
  write(id: string): boolean
  /** Whether the one that was shown first is no longer there, now that one made at `createdAt` is. */
  hasChanged(id: string, createdAt: string): boolean
  forget(): void
}

export function createBirths(): Births {
  const shown = new Map<string, string[]>()
  const meant = new Map<string, string>()
  const isOther = (id: string, createdAt: string) => meant.has(id) && meant.get(id) !== second(createdAt)
  return {
    isOther(id, createdAt) {
      if (createdAt === '') return false
      shown.set(id, [...(shown.get(id) ?? []), second(createdAt)])
      return isOther(id, createdAt)
    },
    write(id) {
      const last = shown.get(id)?.at(-1)
      if (last === undefined) return false
      if (!meant.has(id)) meant.set(id, last)
      return isOther(id, last)
    },
    hasChanged(id, createdAt) {
      const first = shown.get(id)?.[0]
      return first !== undefined && createdAt !== '' && first !== second(createdAt)
    },
    forget() {
      shown.clear()
      meant.clear()
    },
  }
}

/** Some answers show fractions of a second. */
function second(time: string): string {
  return time.slice(0, 19)
}
