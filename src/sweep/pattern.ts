/** One step of a pattern. `digits` is `{pr}`: a whole run of digits, never a part of one. */
type Token =
  | { kind: 'character'; character: string }
  | { kind: 'any-character' }
  | { kind: 'any-run' }
  | { kind: 'digits' }

/** A name pattern, ready to match. */
export interface Pattern {
  /** As the user wrote it. */
  source: string
  tokens: readonly Token[]
}

/** What a pattern says of a name. */
export interface PatternMatch {
  matches: boolean
  /** Every number that `{pr}` can stand for in this name; more than one if the pattern is ambiguous. */
  numbers: readonly number[]
}

/** A name that can stand for more numbers than this is not followed further; its numbers are then incomplete. */
export const MAX_NUMBERS = 8

/** Reads a pattern: `*` any run of characters, `?` one, `{pr}` a run of digits; everything else stands for itself. */
export function parsePattern(source: string): Pattern {
  const tokens = [...source.matchAll(/\{pr\}|[\s\S]/gu)].map(([text]): Token => {
    if (text === '{pr}') return { kind: 'digits' }
    if (text === '*') return { kind: 'any-run' }
    return text === '?' ? { kind: 'any-character' } : { kind: 'character', character: text }
  })
  return { source, tokens }
}

/** Whether a pattern stands for itself alone. */
export function isLiteral({ tokens }: Pattern): boolean {
  return tokens.every(({ kind }) => kind === 'character')
}

/**
 * Matches the whole name, letter case included. The time is bounded by the product of both lengths, whatever the pattern,
 * because names come from other people.
 */
export function matchPattern(pattern: Pattern, name: string): PatternMatch {
  const characters = [...name]
  // For every place in the name that the tokens so far can end at: the numbers that were read on the way.
  let reached = new Map<number, ReadonlySet<number>>([[0, new Set()]])
  for (const token of pattern.tokens) {
    const next = new Map<number, ReadonlySet<number>>()
    for (const [place, numbers] of reached) advance(token, characters, place, numbers, next)
    reached = token.kind === 'any-run' ? spread(next, characters.length) : next
  }
  const found = reached.get(characters.length)
  return { matches: found !== undefined, numbers: found === undefined ? [] : [...found] }
}

/** Where a token leads from one place. No two places lead to the same one. */
function advance(
  token: Token,
  characters: readonly string[],
  place: number,
  numbers: ReadonlySet<number>,
  next: Map<number, ReadonlySet<number>>,
): void {
  switch (token.kind) {
    case 'any-run':
      next.set(place, numbers)
      break
    case 'any-character':
      if (place < characters.length) next.set(place + 1, numbers)
      break
    case 'character':
      if (characters[place] === token.character) next.set(place + 1, numbers)
      break
    case 'digits': {
      if (isDigit(characters[place - 1])) break
      let end = place
      while (isDigit(characters[end])) end++
      const number = Number(characters.slice(place, end).join(''))
      if (end > place && Number.isSafeInteger(number)) next.set(end, new Set([...numbers, number]))
    }
  }
}

/** After `*`, every later place is reached too. */
function spread(places: ReadonlyMap<number, ReadonlySet<number>>, length: number): Map<number, ReadonlySet<number>> {
  const all = new Map<number, ReadonlySet<number>>()
  let numbers: ReadonlySet<number> | undefined
  for (let place = 0; place <= length; place++) {
    const here = places.get(place)
    if (here !== undefined) numbers = numbers === undefined ? here : join(numbers, here)
    if (numbers !== undefined) all.set(place, numbers)
  }
  return all
}

/** Both sets together, but never much more than what is followed: that bounds the time. */
function join(a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> {
  return a.size > MAX_NUMBERS || b.size === 0 ? a : a.union(b)
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9'
}
