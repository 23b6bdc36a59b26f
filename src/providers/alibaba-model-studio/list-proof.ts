/** A list as it was read. */
export interface ReadList {
  /** By ID what tells it from another one under the same ID, where there is such a thing. */
  marks: ReadonlyMap<string, string | undefined>
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
  let last: ReadList['marks'] = new Map()
  let all: ReadonlySet<string> | undefined
  let failures = 0
  return {
    begin() {
      const before = last
      return ({ marks, total, pages }) => {
        const stood = (id: string) => marks.get(id) !== undefined && marks.get(id) === before.get(id)
        const standing = [...marks.keys()].filter((id) => pages === 1 || stood(id))
        all = standing.length === total ? new Set(standing) : undefined
        failures = all === undefined ? failures + 1 : 0
        last = marks
      }
    },
    isGone: (id) => all !== undefined && !all.has(id),
    failures: () => failures,
  }
}
