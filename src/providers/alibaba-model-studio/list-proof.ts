/** A list as it was read. */
export interface ReadList {
  ids: ReadonlySet<string>
  /** How many there were when its first page was answered; undefined where it does not say. */
  total: number | undefined
  pages: number
}

/** What lists prove about deployments that they do not show. */
export interface ListProof {
  /** A list is begun: its first page is asked for, before all others. Tell what it shows once it has been read. */
  begin(): (list: ReadList) => void
  /** Whether the last list proves that it no longer exists. False proves nothing. */
  isGone(id: string): boolean
  /** How many lists in a row have proved nothing. */
  failures(): number
}

/**
 * One page shows everything of one moment, if it has as many entries as it says there are. Several pages are read at different
 * times, and entries move between them when others are deleted: one can be missed. But what a list shows that was also in one
 * read before was there when the first page was answered, and that page says how many there were: if these are as many, there was
 * nothing else.
 */
export function createListProof(): ListProof {
  let last: ReadonlySet<string> = new Set()
  let all: ReadonlySet<string> | undefined
  let failures = 0
  return {
    begin() {
      const before = last
      return ({ ids, total, pages }) => {
        const standing = pages === 1 ? ids : ids.intersection(before)
        all = standing.size === total ? standing : undefined
        failures = all === undefined ? failures + 1 : 0
        last = ids
      }
    },
    isGone: (id) => all !== undefined && !all.has(id),
    failures: () => failures,
  }
}
