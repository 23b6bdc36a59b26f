/** Text that grows until it is full. What no longer fits is left out, and everything after it. */
export interface BoundedText {
  /** Adds a part as a whole, or not at all. */
  add(part: string): void
  /** Adds a addTable around as many of the rows as fit. */
  addTable(open: string, rows: readonly string[], close: string): void
  text(): string
  isCut(): boolean
}

/** A text of at most `maxBytes` bytes of UTF-8. */
export function createBoundedText(maxBytes: number): BoundedText {
  const parts: string[] = []
  let room = maxBytes
  let cut = false

  const fits = (part: string): boolean => {
    const size = Buffer.byteLength(part, 'utf8')
    if (cut || size > room) cut = true
    else room -= size
    return !cut
  }

  return {
    add(part) {
      if (fits(part)) parts.push(part)
    },
    addTable(open, rows, close) {
      if (!fits(open + close)) return
      parts.push(open)
      for (const row of rows) if (fits(row)) parts.push(row)
      parts.push(close)
    },
    text: () => parts.join(''),
    isCut: () => cut,
  }
}
