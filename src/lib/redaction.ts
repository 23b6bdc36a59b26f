/** What replaces a secret in a text. */
export const MASK = '***'

interface Limits {
  deepest?: number
  except?: ReadonlySet<string>
}

/**
 * The same value with every text in it redacted, at any depth; the value itself where there is nothing to redact. Names of
 * members stay, and so does what is neither a text nor a list nor a plain object. What was one object stays one, so that parts
 * that share one still do. Members called as in `except` stay as they are. Throws RangeError for what nests deeper than
 * `deepest` levels.
 */
export function redacted<T>(value: T, redact: (text: string) => string, limits?: Limits): T
export function redacted(value: unknown, redact: (text: string) => string, limits: Limits = {}) {
  const { deepest = Number.POSITIVE_INFINITY, except } = limits
  const texts = new Map<string, string>()
  const objects = new Map<object, unknown>()

  const textOf = (text: string): string => {
    const known = texts.get(text)
    if (known !== undefined) return known
    const clean = redact(text)
    texts.set(text, clean)
    return clean
  }

  const of = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return textOf(value)
    if (typeof value !== 'object' || value === null || !isPlain(value)) return value
    if (depth > deepest) throw new RangeError('nested too deeply')
    const known = objects.get(value)
    if (known !== undefined) return known
    // Hardly anything holds a secret: only what does is copied.
    let copy: object | undefined
    for (const name of Object.keys(value)) {
      if (except?.has(name)) continue
      const member: unknown = Reflect.get(value, name)
      const clean = of(member, depth + 1)
      if (clean === member) continue
      copy ??= Array.isArray(value) ? [...value] : { ...value }
      Reflect.defineProperty(copy, name, { value: clean, enumerable: true, configurable: true, writable: true })
    }
    const result = copy ?? value
    objects.set(value, result)
    return result
  }
  return of(value, 1)
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
