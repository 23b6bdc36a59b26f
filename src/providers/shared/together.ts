import type { Clock } from '../../lib/clock.ts'

/** Answers that are judged together come at most this long after each other. Milliseconds. */
const APART_MS = 3000
const MAX_TRIES = 3

type Reads<T extends readonly unknown[]> = { readonly [N in keyof T]: () => Promise<T[N]> }

/**
 * Reads several things at once that are judged together. If one answer takes long, the others are too old for it, and all are read
 * again; after three tries they count all the same, because a provider can always be that slow. Gives the answers in the order of
 * the reads; rejects as they do.
 */
export async function readTogether<T extends readonly unknown[]>(clock: Clock, reads: Reads<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const arrivals: number[] = []
    const answers = await Promise.all(
      reads.map(async (read) => {
        const answer = await read()
        arrivals.push(clock.now())
        return answer
      }),
    )
    const apartMs = Math.max(...arrivals) - Math.min(...arrivals)
    if (apartMs <= APART_MS || tries === MAX_TRIES) return answers as unknown as T
  }
}
