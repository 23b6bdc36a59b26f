const FIRST_MS = 500
const LARGEST_MS = 20_000

/**
 * The wait before try number `attempt + 1`, in ms: doubling from half a second to twenty seconds, and jittered downwards
 * by up to a half, so that many runs that failed together do not come back together.
 */
export function backoff(attempt: number, random: () => number): number {
  const full = Math.min(LARGEST_MS, FIRST_MS * 2 ** Math.max(0, attempt - 1))
  return Math.round(full * (1 - random() / 2))
}
