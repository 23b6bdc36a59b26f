/**
 * A time as the deployment pages write it: `YYYY-MM-DDTHH:MM:SS`, without a zone. The answer to POST shows it with a
 * fraction (`2025-06-17T11:00:38.68`), the other answers cut it to seconds.
 */
export function wallClock(time: number, zoneOffsetHours: number, fraction: boolean): string {
  const seconds = new Date(time + zoneOffsetHours * 3_600_000).toISOString().slice(0, 19)
  if (!fraction) return seconds
  const digits = String(((time % 1000) + 1000) % 1000).padStart(3, '0')
  return `${seconds}.${digits.replace(/0{1,2}$/, '')}`
}
