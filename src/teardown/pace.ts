/**
 * How long after a look the next one starts, in ms from its own start, when `waited` ms had passed since the last action and
 * it was the `looks`th since. The first comes at once, because some deletions are immediate; then quickly, so that a
 * removal that takes seconds is noticed within one; later after a tenth of the time waited, which makes under sixty looks
 * in ten minutes. Jittered downwards by up to a hundredth.
 */
export function pause(waited: number, looks: number, random: () => number): number {
  if (looks === 0) return 0
  const full = waited < 10_000 ? Math.min(LONGEST_MS, FIRST_MS * GROWTH ** (looks - 1)) : waited / 10 - OVERHEAD_MS
  return Math.round(full * (1 - random() / 100))
}

const FIRST_MS = 250
const GROWTH = 1.3
/** What a look, the report and the end of the process take, so that notice of the end comes within a second or a tenth. */
const OVERHEAD_MS = 50
/** Leaves twice that where it counts for more. */
const LONGEST_MS = 1000 - 2 * OVERHEAD_MS

/** When a look is due, Unix ms, after one that started at `at` and is over `now`: a slow provider gets as long a rest. */
export function dueAfter(at: number, now: number, pauseMs: number): number {
  return Math.max(at + pauseMs, now + Math.min(now - at, pauseMs))
}

/** So many looks may be taken again at once, and it may take so long in ms; the rest would be outdated before its turn. */
const FRESHENED_AT_ONCE = 400
const FRESHENING_MS = 1000

/** How many looks to take again at once, when a look at `targets` took `lookMs`: few, where each costs requests of its own. */
export function freshenedAtOnce(targets: number, lookMs: number): number {
  const inTime = Math.floor((FRESHENING_MS * targets) / Math.max(1, lookMs))
  return Math.max(8, Math.min(FRESHENED_AT_ONCE, inTime))
}

/** While many writes wait for their turn, looks would only hold them up; less than a look may be old, so it is in time. */
export const BUSY_GAP_MS = 2000

/**
 * With several targets, looks start at least this far apart, in ms, so that one list serves many: the farther, the more
 * targets there are, and the longer a look takes, but not so far that an end would be noticed later.
 */
export function lookGap(targets: number, lookMs: number): number {
  return targets === 1 ? 0 : Math.min(LONGEST_MS, Math.max(Math.min(200, 20 * targets), 4 * lookMs))
}
