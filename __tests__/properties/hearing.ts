import type { Clock } from '../../src/lib/clock.ts'

/** What an answer said of a target; `replaced`: another one has its ID. */
export type Told = 'present' | 'absent' | 'replaced'

/** What the action was told of its targets, and when. */
export interface Hearing {
  tell(id: string, what: Told): void
  /** The last word about a target; undefined where there was none. */
  last(id: string): Told | undefined
  /**
   * How outdated it is, in ms: since it was said, or since `aside`, when a read was answered that belongs to the same look. None
   * where it was said three times since `mark`, because a third look is always good enough.
   */
  outdatedMs(id: string): number
  /** What was said of a target within the last `ms`, oldest first. */
  within(id: string, ms: number): readonly Told[]
  /** A read was answered that a look consists of. */
  aside(): void
  /** A write was sent. */
  mark(id: string): void
  /** All that was said of a target by then, oldest first. */
  by(id: string, at: number): readonly Told[]
  forget(): void
}

export function createHearing(clock: Clock): Hearing {
  const words = new Map<string, { at: number; what: Told }[]>()
  const marks = new Map<string, number>()
  let asideAt = Number.NEGATIVE_INFINITY
  return {
    tell(id, what) {
      const known = words.get(id)
      if (known === undefined) words.set(id, [{ at: clock.now(), what }])
      else known.push({ at: clock.now(), what })
    },
    last: (id) => words.get(id)?.at(-1)?.what,
    outdatedMs(id) {
      const said = words.get(id) ?? []
      if (said.length - (marks.get(id) ?? 0) > 2) return 0
      return clock.now() - Math.max(said.at(-1)?.at ?? Number.NEGATIVE_INFINITY, asideAt)
    },
    within: (id, ms) => (words.get(id) ?? []).filter((word) => word.at >= clock.now() - ms).map(({ what }) => what),
    aside() {
      asideAt = clock.now()
    },
    mark: (id) => void marks.set(id, words.get(id)?.length ?? 0),
    by: (id, at) => (words.get(id) ?? []).filter((word) => word.at <= at).map(({ what }) => what),
    forget() {
      words.clear()
      marks.clear()
    },
  }
}
