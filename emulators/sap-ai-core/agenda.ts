/** Things due at a time, done lazily: nothing happens until somebody looks. */
export interface Agenda {
  /** The time as the world sees it: the due time while something due is being done, else the clock's. */
  time(): number
  /** Does `run` once `ms` have passed. */
  after(ms: number, run: () => void): void
  /** Does everything that is due by now, oldest first, each at its own time. */
  settle(): void
}

/** Makes an agenda on a clock. */
export function createAgenda(now: () => number): Agenda {
  const items: { at: number; run: () => void }[] = []
  let moment: number | undefined
  const time = () => moment ?? now()

  function after(ms: number, run: () => void): void {
    const at = time() + ms
    // After all that are due at the same time, so that a chain of steps keeps its order.
    let low = 0
    let high = items.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((items[middle]?.at ?? 0) <= at) low = middle + 1
      else high = middle
    }
    items.splice(low, 0, { at, run })
  }

  function settle(): void {
    if (moment !== undefined) return
    const end = now()
    for (let item = items[0]; item !== undefined && item.at <= end; item = items[0]) {
      items.shift()
      moment = item.at
      try {
        item.run()
      } finally {
        moment = undefined
      }
    }
  }

  return { time, after, settle }
}
