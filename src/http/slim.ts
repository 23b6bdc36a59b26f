const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [34, 92, 123, 125, 91, 93]

/** Takes a text piece by piece and gives it back shorter. */
export interface Slimmer {
  push(piece: string): void
  text(): string
}

/**
 * JSON of an object with lists in it, as in `{"deployments":[{…},{…}]}`, with only the members named in `keep` left of each
 * entry; anything else stays as it is. Entries are parsed one by one as they arrive and forgotten: a list of thousands taken
 * whole needs twenty times the memory. `clean` is applied to each entry and to what is between them. `push` throws
 * SyntaxError for an entry that is not JSON.
 */
export function createSlimmer(keep: readonly string[], clean: (text: string) => string): Slimmer {
  const parts: string[] = []
  const open: number[] = []
  let entry: string | undefined
  let inString = false
  let escaped = false

  const isInList = () => open.length === 2 && open[0] === OPEN_BRACE && open[1] === OPEN_BRACKET

  return {
    push(piece) {
      let from = 0
      for (let at = 0; at < piece.length; at++) {
        const code = piece.charCodeAt(at)
        if (inString) {
          if (escaped) escaped = false
          else if (code === BACKSLASH) escaped = true
          else if (code === QUOTE) inString = false
        } else if (code === QUOTE) inString = true
        else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
          if (code === OPEN_BRACE && isInList()) {
            parts.push(clean(piece.slice(from, at)))
            from = at
            entry = ''
          }
          open.push(code)
        } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
          open.pop()
          if (entry !== undefined && isInList()) {
            parts.push(slim(clean(entry + piece.slice(from, at + 1)), keep))
            from = at + 1
            entry = undefined
          }
        }
      }
      if (entry === undefined) parts.push(clean(piece.slice(from)))
      else entry += piece.slice(from)
    },
    text: () => parts.join('') + (entry ?? ''),
  }
}

function slim(entry: string, keep: readonly string[]): string {
  const whole: unknown = JSON.parse(entry)
  if (typeof whole !== 'object' || whole === null) return entry
  const kept: Record<string, unknown> = {}
  for (const name of keep) if (Object.hasOwn(whole, name)) kept[name] = Reflect.get(whole, name)
  return JSON.stringify(kept)
}
