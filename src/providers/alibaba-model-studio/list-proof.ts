/** A list as it was read. */
export interface ReadList {
  ids: ReadonlySet<string>
  /** How many there were when its first page was answered; undefined where it does not say. */
  total: number | undefined
  pages: number
}

/** What lists prove about deployments that they do not show. */
export interface ListProof {
  take(list: ReadList): void
  /** Whether the last list proves that it no longer exists. False proves nothing. */
  isGone(id: string): boolean
}

/**
 * One page shows everything of one moment, if it has as many entries as it says there are. Pages are read one after the other,
 * and entries move between them when others are deleted: one can be missed. But what two lists in a row both show was there
 * in between, when the second one's first page said how many there are: if that is as many, there was nothing else.
 */
export function createListProof(): ListProof {
  let before: ReadonlySet<string> = new Set()
  let all: ReadonlySet<string> | undefined
  return {
    take({ ids, total, pages }) {
      const standing = pages === 1 ? ids : ids.intersection(before)
      all = standing.size === total ? standing : undefined
      before = ids
    },
    isGone: (id) => all !== undefined && !all.has(id),
  }
}
