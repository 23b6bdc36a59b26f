/**
 * Objects by ID. What is removed may stay visible for a while, as on a server that deletes behind its answer: it is no
 * longer there for {@link Shelf.get} and {@link Shelf.size}, but {@link Shelf.visible} and {@link Shelf.list} show it.
 */
export interface Shelf<T> {
  add(item: T): T
  /** What really exists. */
  get(id: string): T | undefined
  /** What really exists, else what was removed and is still visible. */
  visible(id: string): T | undefined
  /** Everything visible, in the order it was added. */
  list(): T[]
  /** Everything that really exists. */
  all(): T[]
  remove(id: string): T | undefined
  size(): number
}

export interface ShelfClock<T> {
  now: () => number
  /** How long a removed item stays visible. */
  visibleMs: () => number
  /** Brings an item up to date with the clock before anybody sees it. */
  settle: (item: T) => void
}

/** Makes an empty shelf. */
export function createShelf<T extends { id: string }>(clock: ShelfClock<T>): Shelf<T> {
  const live = new Map<string, T>()
  const removed = new Map<string, { item: T; until: number }>()

  function settled(item: T): T {
    clock.settle(item)
    return item
  }

  function get(id: string): T | undefined {
    const item = live.get(id)
    return item && settled(item)
  }

  function ghost(id: string): T | undefined {
    const found = removed.get(id)
    if (!found) return undefined
    if (clock.now() < found.until) return found.item
    removed.delete(id)
    return undefined
  }

  const all = () => [...live.values()].map(settled)

  return {
    add(item) {
      removed.delete(item.id)
      live.set(item.id, item)
      return item
    },
    get,
    visible: (id) => get(id) ?? ghost(id),
    list: () => [...[...removed.keys()].flatMap((id) => ghost(id) ?? []), ...all()],
    all,
    remove(id) {
      const item = get(id)
      if (!item) return undefined
      live.delete(id)
      const visibleMs = clock.visibleMs()
      if (visibleMs > 0) removed.set(id, { item, until: clock.now() + visibleMs })
      return item
    },
    size: () => live.size,
  }
}
