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
  /** Lists, which may be long, and what holds a secret; what else is shared is short, and read again. */
  const known = new Map<object, object>()

  const of = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return redact(value)
    if (typeof value !== 'object' || value === null || !isPlain(value)) return value
    if (depth > deepest) throw new RangeError('nested too deeply')
    const result = known.get(value) ?? (Array.isArray(value) ? ofList(value, depth) : ofObject(value, depth))
    if (result !== value || Array.isArray(value)) known.set(value, result)
    return result
  }

  // Hardly anything holds a secret: only what does is copied.
  const ofList = (list: readonly unknown[], depth: number): readonly unknown[] => {
    let copy: unknown[] | undefined
    for (let index = 0; index < list.length; index++) {
      const clean = of(list[index], depth + 1)
      if (clean === list[index]) continue
      copy ??= [...list]
      copy[index] = clean
    }
    return copy ?? list
  }

  const ofObject = (object: object, depth: number): object => {
    let copy: object | undefined
    for (const name in object) {
      if (except?.has(name)) continue
      const member: unknown = Reflect.get(object, name)
      const clean = of(member, depth + 1)
      if (clean === member) continue
      copy ??= { ...object }
      Reflect.defineProperty(copy, name, { value: clean, enumerable: true, configurable: true, writable: true })
    }
    return copy ?? object
  }
  return of(value, 1)
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
