import { DAY_MS } from '../../lib/format.ts'

/** From `start` on and before `end`; Unix ms, UTC. */
export interface Period {
  start: number
  end: number
}

/** A day of UTC: `2026-11-28`. */
export type Day = string

/** The longest window that metrics accept. */
const LONGEST_WINDOW_MS = 7 * DAY_MS

/** The fewest windows that metrics accept and that together cover the period, the oldest first. */
export function windowsOf({ start, end }: Period): Period[] {
  const count = Math.max(1, Math.ceil((end - start) / LONGEST_WINDOW_MS))
  return Array.from({ length: count }, (_, index) => {
    const from = start + index * LONGEST_WINDOW_MS
    return { start: from, end: Math.min(from + LONGEST_WINDOW_MS, end) }
  })
}

/** The days of a period, rounded outwards. */
export function daysOf({ start, end }: Period): Day[] {
  return daysBetween(Math.floor(start / DAY_MS), Math.ceil(end / DAY_MS))
}

/** The days that began within a period. */
export function daysWithin({ start, end }: Period): Day[] {
  return daysBetween(Math.ceil(start / DAY_MS), Math.ceil(end / DAY_MS))
}

/** The midnight of UTC at or before a time. */
export function startOfDay(time: number): number {
  return Math.floor(time / DAY_MS) * DAY_MS
}

function daysBetween(first: number, end: number): Day[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, index) =>
    new Date((first + index) * DAY_MS).toISOString().slice(0, 10),
  )
}
