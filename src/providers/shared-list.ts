/**
 * Those who ask in the same moment, before anything else can happen, get the same answer: what is to be decided and what is only
 * to be confirmed is looked at together.
 */
export function shared<T>(ask: () => Promise<T>): () => Promise<T> {
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
