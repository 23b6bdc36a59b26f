/** Callers at the same moment share one request, so that targets to decide on and targets to confirm are read together. */
export function coalesce<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined
  return () => {
    if (asked === undefined) {
      asked = ask()
      queueMicrotask(() => {
        asked = undefined
      })
    }
    return asked
  }
}

/**
 * Callers that arrive while a request is in progress share the next one, because that request may be older than what they know.
 * Two requests are enough for any number of callers.
 */
export function singleFlightNext<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<unknown> = Promise.resolve()
  let following: Promise<T> | undefined
  return () => {
    if (following === undefined) {
      const before = underWay
      const next = before
        .catch(() => undefined)
        .then(() => {
          following = undefined
          return ask()
        })
      underWay = next
      following = next
    }
    return following
  }
}
