import { BASETEN, type Item, idOf, type Kind, type World } from './worlds.ts'

// What a sweep is to delete, written a second time from the words of the inputs and not from the code.

export interface Said {
  /** Patterns; with `!` in front those that exclude. */
  name: readonly string[]
  /** Hours, seconds … as in `older-than`; the ms they mean. */
  olderThan: readonly [string, number]
  /** Empty: any. */
  status: readonly string[]
  keepLatest: number
  /** Empty: none. */
  protect: readonly string[]
  /** Empty: none. */
  allow: readonly string[]
  /** Baseten; empty: all. */
  models: readonly string[]
}

/** The `with:` of a step that says so. */
export function inputsOf({
  name,
  olderThan,
  status,
  keepLatest,
  protect,
  allow,
  models,
}: Said): Record<string, string> {
  return {
    name: name.join('\n'),
    'older-than': olderThan[0],
    status: status.length === 0 ? 'any' : status.join(','),
    'keep-latest': String(keepLatest),
    protect: protect.length === 0 ? 'none' : protect.join('\n'),
    allow: allow.length === 0 ? 'none' : allow.join(','),
    'max-deletions': '1000',
    ...(models.length === 0 ? {} : { 'model-id': models.join(',') }),
  }
}

/** The IDs that are to go, sorted. */
export function expected(kind: Kind, world: World, said: Said): string[] {
  const scope = world.items.filter(({ model }) => said.models.length === 0 || said.models.includes(model))
  const family = ({ model }: Item) => (kind === BASETEN ? scope.filter((each) => each.model === model) : [])
  const matched = scope.filter((item) => mayGo(item, said, world.pulls) && family(item).length !== 1)
  const selected = youngestFirst(kind, matched).slice(said.keepLatest)
  const last = selected.filter((item) => {
    const all = family(item)
    return all.length > 0 && all.every((each) => selected.includes(each)) && youngestFirst(kind, all)[0] === item
  })
  return selected
    .filter((item) => !last.includes(item))
    .map((item) => idOf(kind, item))
    .sort()
}

function youngestFirst(kind: Kind, items: readonly Item[]): Item[] {
  const old = Number.MAX_SAFE_INTEGER
  return [...items].sort((a, b) => (a.ageMs ?? old) - (b.ageMs ?? old) || (idOf(kind, a) < idOf(kind, b) ? 1 : -1))
}

function mayGo(item: Item, said: Said, pulls: World['pulls']): boolean {
  const { name, guard, ageMs, status } = item
  const [, olderThanMs] = said.olderThan
  const isLifted = guard?.lifted !== undefined && said.allow.includes(guard.lifted)
  if (guard !== undefined && !isLifted) return false
  if (said.protect.some((pattern) => matchesPlain(pattern, name))) return false
  if (!isNamed(name, said.name, pulls)) return false
  if (said.status.length > 0 && !said.status.includes(status)) return false
  if (ageMs === null) return olderThanMs === 0 && said.keepLatest === 0
  return olderThanMs === 0 || ageMs > olderThanMs
}

function isNamed(name: string, patterns: readonly string[], pulls: World['pulls']): boolean {
  const excludes = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
  if (excludes.some((pattern) => matchesPlain(pattern, name))) return false
  const includes = patterns.filter((pattern) => !pattern.startsWith('!'))
  if (includes.some((pattern) => !pattern.includes('{pr}') && matchesPlain(pattern, name))) return true
  const numbers = includes.filter((pattern) => pattern.includes('{pr}')).flatMap((pattern) => captures(pattern, name))
  return numbers.length > 0 && numbers.every((number) => pulls[number] === 'CLOSED' || pulls[number] === 'MERGED')
}

/** Every whole run of digits that the one `{pr}` of a pattern can stand for. */
function captures(pattern: string, name: string): number[] {
  const [before = '', after = ''] = pattern.split('{pr}')
  return [...name.matchAll(/\d+/g)]
    .filter(({ 0: digits, index }) => {
      return matchesPlain(before, name.slice(0, index)) && matchesPlain(after, name.slice(index + digits.length))
    })
    .map(({ 0: digits }) => Number(digits))
}

function matchesPlain(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^(?:${source})$`, 's').test(name)
}

/** What is guarded whatever is said, as long as nothing of `allow` lifts it. */
export function guarded(kind: Kind, world: World, allow: readonly string[]): string[] {
  return world.items
    .filter(({ guard }) => guard !== undefined && !(guard.lifted !== undefined && allow.includes(guard.lifted)))
    .map((item) => idOf(kind, item))
}

/** Baseten: the ID that would stay as the last one of its model, were all of them selected. */
export function lastOnes(kind: Kind, world: World): string[] {
  if (kind !== BASETEN) return []
  return [...Map.groupBy(world.items, ({ model }) => model).values()].flatMap((family) => {
    const [newest] = youngestFirst(kind, family)
    return newest === undefined ? [] : [idOf(kind, newest)]
  })
}
