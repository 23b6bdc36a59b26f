const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Ten years: longer ages select nothing that a shorter one would not, and arithmetic stays exact. */
const LONGEST_MS = 3653 * 86_400_000

/**
 * A duration such as `90s`, `72h` or `1d12h` in ms; undefined for anything else, a sign or a fraction included. No library:
 * those that read sums also accept words, fractions and signs, and a misread age deletes too much.
 */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d{1,9}[smhdw])+$/.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+)([smhdw])/g)]
  const ms = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? Number.NaN), 0)
  return ms <= LONGEST_MS ? ms : undefined
}
