/**
 * How long after the start of a poll the next one starts, in ms, when `waitedMs` had passed since the last action and `polls` were
 * made since. The first comes at once, because some deletions are immediate; then quickly, so that a removal that takes seconds is
 * noticed within one; later after a tenth of the time waited, which makes under sixty polls in ten minutes. Jittered downwards by
 * up to a hundredth.
 */
export function pause(waitedMs: number, polls: number, random: () => number): number {
  if (polls === 0) return 0
  const full = waitedMs < 10_000 ? Math.min(LONGEST_MS, FIRST_MS * GROWTH ** (polls - 1)) : waitedMs / 10 - OVERHEAD_MS
  return Math.round(full * (1 - random() / 100))
}

const FIRST_MS = 250
const GROWTH = 1.3
/** What a poll, the report and the end of the process take, so that the end is noticed within a second or a tenth. */
const OVERHEAD_MS = 50
/** Leaves twice that where it counts for more. */
const LONGEST_MS = 1000 - 2 * OVERHEAD_MS

/** When a poll is due, Unix ms, after one that started at `at` and is over `now`: a slow provider gets as long a rest. */
export function dueAfter(at: number, now: number, pauseMs: number): number {
  return Math.max(at + pauseMs, now + Math.min(now - at, pauseMs))
}

/**
 * With several targets, polls start at least this far apart, in ms, so that one list serves many: the farther, the more targets
 * there are, and the longer a poll takes, but not so far that an end would be noticed later.
 */
export function pollGap(targets: number, pollMs: number): number {
  return targets === 1 ? 0 : Math.min(LONGEST_MS, Math.max(Math.min(200, 20 * targets), 4 * pollMs))
}
