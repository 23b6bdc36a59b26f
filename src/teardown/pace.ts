/**
 * How long to wait before looking again, in ms, when `waited` ms have passed since the last action and `looks` looks have
 * been taken since. The first look comes at once, because some deletions are immediate; then quickly, so that a removal
 * that takes seconds is noticed within one; later after a tenth of the time waited, which makes under sixty looks in ten
 * minutes. Jittered downwards by up to a hundredth.
 */
export function pause(waited: number, looks: number, random: () => number): number {
  if (looks === 0) return 0
  const full = waited < 10_000 ? Math.min(LONGEST_MS, FIRST_MS * 2 ** (looks - 1)) : waited / 10 - OVERHEAD_MS
  return Math.round(full * (1 - random() / 100))
}

const FIRST_MS = 250
/** What a look, the report and the end of the process take, so that notice of the end comes within a second or a tenth. */
const OVERHEAD_MS = 50
/** Leaves twice that where it counts for more. */
const LONGEST_MS = 1000 - 2 * OVERHEAD_MS

/** So many looks may be taken again at once, and it may take so long in ms; the rest would be outdated before its turn. */
const FRESHENED_AT_ONCE = 400
const FRESHENING_MS = 1000

/** How many looks to take again at once, when a look at `targets` took `lookMs`: few, where each costs requests of its own. */
export function freshenedAtOnce(targets: number, lookMs: number): number {
  const inTime = Math.floor((FRESHENING_MS * targets) / Math.max(1, lookMs))
  return Math.max(8, Math.min(FRESHENED_AT_ONCE, inTime))
}

/** Less than an action may be decided before, so that what waits for its turn is looked at in time. Milliseconds. */
export const LONGEST_GAP_MS = 2000

/**
 * With several targets, looks start at least this far apart, in ms, so that one list serves many: the farther, the more
 * targets there are, and the longer a look takes, up to two seconds.
 */
export function lookGap(targets: number, lookMs: number): number {
  return targets === 1 ? 0 : Math.min(LONGEST_GAP_MS, Math.max(Math.min(200, 20 * targets), 4 * lookMs))
}
