/**
 * Why an ID that does not exist may stand for one that does: it differs in letter case, or YAML read it as a number, which turns
 * `0123456` into `123456` and `1e5` into `100000`. Undefined if neither applies.
 */
export function nearlyTheId(given: string, known: string, resource: string): string | undefined {
  if (given === known) return undefined
  if (given.toLowerCase() === known.toLowerCase()) return `it differs from ${resource} ${known} in letter case only`
  if (!/^-?[\d.]+$/.test(given) || Number(known) !== Number(given)) return undefined
  return `it is what YAML makes of ${resource} ${known} without quotes: put the ID in quotes`
}
