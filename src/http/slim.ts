import { redacted } from '../lib/redaction.ts'

/** Takes a text piece by piece. */
export interface Taker {
  push(piece: string): void
  text(): string
}

/** Takes a text piece by piece, and its lists out of it. */
export interface Slimmer extends Taker {
  /** The text with a mark in place of each entry of a list. */
  text(): string
  /** What the text says, parsed, with the entries in their places again. */
  whole(parsed: unknown): unknown
}

/** Where a text in quotes may end, and where anything begins or ends outside of one. */
const [INSIDE, OUTSIDE] = [/["\\]/g, /["{}[\]]/g]

/** No provider's answer nests deeper, by far. What does would take memory and time without end. Levels. */
export const DEEPEST = 100

/**
 * JSON of an object with lists in it, as in `{"deployments":[{…},{…}]}`, with only the members named in `keep` left of each
 * entry; anything else stays as it is. Entries are parsed one by one as they arrive and forgotten: a list of thousands taken
 * whole needs twenty times the memory. `clean` is applied to each entry and to what is between them. `push` throws
 * SyntaxError for an entry that is not JSON, and RangeError for what nests deeper than {@link DEEPEST}.
 */
export function createSlimmer(keep: readonly string[], clean: (text: string) => string): Slimmer {
  const entries: unknown[] = []
  const parts: string[] = []
  const open: string[] = []
  let entry: string | undefined
  let inString = false
  let escaped = false

  const isInList = () => open.length === 2 && open[0] === '{' && open[1] === '['

  const close = (text: string) => {
    parts.push(`{"at":${entries.length}}`)
    entries.push(slim(clean(text), keep, clean))
    entry = undefined
  }

  return {
    push(piece) {
      let from = 0
      let at = 0
      if (escaped) {
        escaped = false
        at = 1
      }
      for (;;) {
        const next = inString ? INSIDE : OUTSIDE
        next.lastIndex = at
        if (!next.test(piece)) break
        at = next.lastIndex
        const mark = piece[at - 1]
        if (mark === '"') inString = !inString
        else if (mark === '\\') {
          // Whatever follows is part of the text, be it in the next piece.
          escaped = at === piece.length
          at++
        } else if (mark === '{' || mark === '[') {
          if (mark === '{' && isInList()) {
            parts.push(clean(piece.slice(from, at - 1)))
            from = at - 1
            entry = ''
          }
          if (open.push(mark) > DEEPEST) throw new RangeError('nested too deeply')
        } else {
          open.pop()
          if (entry !== undefined && isInList()) {
            close(entry + piece.slice(from, at))
            from = at
          }
        }
      }
      if (entry === undefined) parts.push(clean(piece.slice(from)))
      else entry += piece.slice(from)
    },
    text: () => parts.join('') + (entry ?? ''),
    whole(parsed) {
      if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return parsed
      for (const list of Object.values(parsed)) {
        if (!Array.isArray(list)) continue
        // Every object in such a list was taken out, so that all there are now are marks.
        for (const [index, mark] of list.entries()) if (isMark(mark)) list[index] = entries[mark.at]
      }
      return parsed
    },
  }
}

function isMark(value: unknown): value is { at: number } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'at')
}

/** An entry with only these members. What was escaped is cleaned once more: it can be read only now. */
function slim(entry: string, keep: readonly string[], clean: (text: string) => string): unknown {
  const whole: unknown = JSON.parse(entry)
  if (typeof whole !== 'object' || whole === null) return whole
  const kept: Record<string, unknown> = {}
  for (const name of keep) if (Object.hasOwn(whole, name)) kept[name] = Reflect.get(whole, name)
  return entry.includes('\\') ? redacted(kept, clean) : kept
}
