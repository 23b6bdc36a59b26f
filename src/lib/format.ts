/** A duration in ms for people: `840 ms`, `12.3 s`, `4m 05s`, `2h 03m`. */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  return hours > 0 ? `${hours}h ${two(minutes)}m` : `${minutes}m ${two(seconds % 60)}s`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** A day of 24 hours, in ms. */
export const DAY_MS = 86_400_000

const UNITS = [
  ['d', DAY_MS],
  ['h', 3_600_000],
  [' min', 60_000],
  [' s', 1000],
] as const

/** An age or an age limit in ms for people, in its two largest units: `7d`, `1d 12h`, `10 min`, `45 s`. */
export function period(ms: number): string {
  let rest = ms
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? '' : `${count}${unit}`
  })
  const first = parts.findIndex((part) => part !== '')
  return first < 0
    ? '0 s'
    : parts
        .slice(first, first + 2)
        .filter((part) => part !== '')
        .join(' ')
}

/** `1 deployment`, `2 deployments`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** The longest wrong value that is shown. UTF-16 units. */
const LONGEST_SHOWN = 60

/** Whether nothing of a wrong value is shown. */
export function isTooLongToShow(value: string): boolean {
  return value.length > LONGEST_SHOWN
}

/**
 * A wrong value for a message. What is longer than anything that could stand here may be a secret in the wrong place, and
 * nothing of it is shown: a part of it would not be known for one any more, and so not be redacted.
 */
export function quoted(value: string): string {
  return isTooLongToShow(value) ? `a value of ${value.length} characters` : `'${value}'`
}
