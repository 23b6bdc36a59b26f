/** Requests that a deployment or a chainlet answered at a time. */
interface Served {
  /** Unix ms, UTC. */
  at: number
  count: number
  /** As metrics break it down: `2xx`. */
  status: string
}

/** What was billed for a deployment or a chainlet on a day. */
export interface Billed {
  /** UTC, `YYYY-MM-DD`. */
  date: string
  minutes: number
  /** USD, as a decimal text. */
  subtotal: string
}

/** Who used what, by the ID of the deployment or chainlet. It outlives what it is about. */
export type Traffic = ReturnType<typeof createTraffic>

/** Makes an account's traffic, of which there is none yet. */
export function createTraffic(now: () => number) {
  const served = new Map<string, Served[]>()
  const billed = new Map<string, Billed[]>()

  const add = <T>(log: Map<string, T[]>, id: string, entry: T): void => {
    log.set(id, [...(log.get(id) ?? []), entry])
  }

  return {
    /** Somebody sends requests, now if not said otherwise. */
    serve: (id: string, count = 1, { at = now(), status = '2xx' }: Partial<Served> = {}) =>
      add(served, id, { at, count, status }),
    /** Adds to the bill of a day. */
    bill: (id: string, { date, minutes = 1440, subtotal = '28.97' }: Partial<Billed> & { date: string }) =>
      add(billed, id, { date, minutes, subtotal }),
    /** Every status that was ever answered, in order of appearance. */
    statuses: (id: string) => [...new Set((served.get(id) ?? []).map(({ status }) => status))],
    /** How many requests there were from `from` on and before `to`, of one status or of all; Unix ms. */
    count: (id: string, from: number, to: number, status?: string) =>
      (served.get(id) ?? [])
        .filter((each) => each.at >= from && each.at < to && (status === undefined || each.status === status))
        .reduce((sum, { count }) => sum + count, 0),
    billed: (id: string): readonly Billed[] => billed.get(id) ?? [],
    /** IDs of everything that was ever used or billed. */
    ids: () => [...new Set([...served.keys(), ...billed.keys()])],
  }
}
