/** Takes entries with these IDs or names out of a list of any provider, and out of its total. */
export function without(value: unknown, ids: readonly string[]): unknown {
  if (Array.isArray(value)) return value.filter((entry) => !isOneOf(entry, ids)).map((entry) => without(entry, ids))
  if (typeof value !== 'object' || value === null) return value
  const shown = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, without(each, ids)] as const))
  const list = Object.values(shown).find(Array.isArray)
  for (const total of ['count', 'total']) if (total in shown && list !== undefined) shown[total] = list.length
  return shown
}

function isOneOf(entry: unknown, ids: readonly string[]): boolean {
  if (typeof entry !== 'object' || entry === null) return false
  const { id, name, deployed_model } = entry as Record<string, unknown>
  return [id, name, deployed_model].some((each) => ids.includes(String(each)))
}
