import type { Snapshot } from '../providers/observation.ts'
import type { BulkActions } from '../providers/provider.ts'
import type { Action } from '../providers/step.ts'
import type { Course, ReadyPhase } from './course.ts'

/** A course whose next action is decided. */
export type Ready<S extends Snapshot, A extends Action> = Course<S, A> & { phase: ReadyPhase<A> }

/**
 * What is acted on with one request, in the order given: several of the same kind where the provider takes them together
 * and there are enough of them, else each alone.
 */
export function* groupsOf<S extends Snapshot, A extends Action>(
  ready: readonly Ready<S, A>[],
  together: BulkActions<A> | undefined,
): Generator<Ready<S, A>[]> {
  const byVerb = together === undefined ? [] : Map.groupBy(ready, ({ phase: { step } }) => step.action.verb)
  const joined = new Set<Ready<S, A>>()
  for (const [verb, group] of byVerb) {
    if (together === undefined || group.length < together.from || !together.verbs.includes(verb)) continue
    for (const course of group) joined.add(course)
    yield* chunks(group, together.most)
  }
  for (const course of ready) if (!joined.has(course)) yield [course]
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size))
}
