/**
 * How long to wait before looking again, in ms, when `waited` ms have passed since the last action and `looks` looks have
 * been taken since. The first look comes at once, because some deletions are immediate; then quickly, so that a removal
 * that takes seconds is noticed within one; later after a tenth of the time waited, which makes under sixty looks in ten
 * minutes. Jittered downwards by up to a hundredth.
 */
export function pause(waited: number, looks: number, random: () => number): number {
  if (looks === 0) return 0
  const full = waited < 10_000 ? Math.min(LONGEST_MS, FIRST_MS * 2 ** (looks - 1)) : waited / 10
  return Math.round(full * (1 - random() / 100))
}

const FIRST_MS = 250
/** With the request itself, the report and the end of the process, a second. */
const LONGEST_MS = 900

/**
 * With several targets, looks start at least this far apart, in ms, so that one list serves many: the farther, the more
 * targets there are, and the longer a look takes, up to two seconds.
 */
export function lookGap(targets: number, lookMs: number): number {
  return targets === 1 ? 0 : Math.min(2000, Math.max(Math.min(200, 20 * targets), 4 * lookMs))
}
