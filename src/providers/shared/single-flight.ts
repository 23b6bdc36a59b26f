/**
 * Those who ask in the same moment, before anything else can happen, get the same answer: what is to be decided and what is only
 * to be confirmed is looked at together.
 */
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
 * Those who ask while an answer is under way, which may be older than what they know, share the next one: however many ask, two
 * requests do.
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
