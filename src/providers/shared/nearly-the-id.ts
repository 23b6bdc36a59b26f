/**
 * Why an ID that is not there may be meant for one that is: it differs in letter case, or YAML read it as a number, which makes
 * `123456` of `0123456` and `100000` of `1e5`. Undefined where neither is so.
 */
export function nearlyTheId(given: string, known: string, resource: string): string | undefined {
  if (given === known) return undefined
  if (given.toLowerCase() === known.toLowerCase()) return `it differs from ${resource} ${known} in letter case only`
  if (!/^-?[\d.]+$/.test(given) || Number(known) !== Number(given)) return undefined
  return `it is what YAML makes of ${resource} ${known} without quotes: put the ID in quotes`
}
