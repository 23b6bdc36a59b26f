/**
 * The time of a process that runs faster than it is: what the action waits half a minute for takes seconds. The same file is the
 * clock of the tests and, loaded with `--import` before the bundle, changes that of the step. Nothing of the bundle is changed.
 */
const speed = Number(process.env['CLOCK_SPEED'] ?? '1')

if (speed !== 1) {
  const elapsed = performance.now.bind(performance)
  const startedAt = elapsed()
  Object.defineProperty(performance, 'now', { value: () => startedAt + (elapsed() - startedAt) * speed })
  const wait = globalThis.setTimeout
  const faster = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => wait(run, ms / speed, ...args)
  Object.defineProperty(globalThis, 'setTimeout', { value: faster, writable: true })
}

/** How much faster steps run in the tests that wait. */
export const SPEED = 5

/** Makes a step run at that speed. */
export const FAST = { NODE_OPTIONS: `--import=${import.meta.url}`, CLOCK_SPEED: String(SPEED) }

/** The emulators' clock at the same speed; Unix ms. */
export function fastNow(): () => number {
  const startedAt = Date.now()
  const from = performance.now()
  return () => Math.round(startedAt + (performance.now() - from) * SPEED)
}
