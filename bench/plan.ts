/** How much is measured. */
export interface Plan {
  startRounds: number
  /** How long the removals take that are to be noticed, in ms. */
  removals: readonly number[]
  noticeRounds: number
  scale: readonly { targets: number; rounds: number }[]
  rivalTargets: readonly number[]
  busyTargets: number
  /** SAP: resource groups that go, and how many deployments each has. */
  groups: { count: number; each: number }
  /** Of a sweep that lists so many and deletes so many. */
  listed: number
  deleted: number
  memoryRounds: number
}

export const FULL: Plan = {
  startRounds: 31,
  removals: [300, 1000, 3000, 8000, 20_000, 60_000],
  noticeRounds: 5,
  scale: [
    { targets: 1, rounds: 3 },
    { targets: 10, rounds: 3 },
    { targets: 100, rounds: 3 },
    { targets: 1000, rounds: 1 },
  ],
  rivalTargets: [1, 10, 100, 1000],
  busyTargets: 400,
  groups: { count: 50, each: 20 },
  listed: 5000,
  deleted: 1000,
  memoryRounds: 3,
}

/** For development: the same in about a minute, with less to rely on. */
export const QUICK: Plan = {
  startRounds: 7,
  removals: [300, 3000],
  noticeRounds: 2,
  scale: [
    { targets: 1, rounds: 1 },
    { targets: 100, rounds: 1 },
  ],
  rivalTargets: [1, 10],
  busyTargets: 200,
  groups: { count: 10, each: 10 },
  listed: 1000,
  deleted: 200,
  memoryRounds: 1,
}
