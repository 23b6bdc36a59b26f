/** Whether two creation times, Unix ms, are the same: some answers show fractions of a second and others do not. */
export function sameSecond(a: number | undefined, b: number | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && Math.floor(a / 1000) === Math.floor(b / 1000))
}

const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/

/**
 * An ISO 8601 time as Unix ms, UTC; undefined if it is missing or unreadable. Without a zone it is read as UTC: if the
 * provider means a zone east of that, the object looks younger than it is and is deleted late, never early.
 */
export function parseTime(text: string | undefined): number | undefined {
  const [, date, time, fraction = '', zone = 'Z'] = (text !== undefined && ISO.exec(text.trim())) || []
  if (date === undefined) return undefined
  const colon = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone
  const ms = Date.parse(`${date}T${time}${fraction.slice(0, 4)}${colon}`)
  return Number.isNaN(ms) ? undefined : ms
}
