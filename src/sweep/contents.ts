import type { Listed, Snapshot } from '../providers/observation.ts'
import type { Contents, Provider } from '../providers/provider.ts'
import type { Action } from '../providers/step.ts'
import { nounOf, targetKey } from '../providers/target.ts'
import { changedSince } from './changed.ts'
import { type Candidate, type ClassificationContext, guardOf, selectedOf } from './classify.ts'

/**
 * The candidates, and after each selected one that holds others what is in it, which goes first. One that holds something that must
 * stay is kept, with all that is in it. Rejects if any of it cannot be read.
 */
export async function withContents<S extends Snapshot>(
  candidates: readonly Candidate<S>[],
  contents: NonNullable<Provider<S, Action>['contents']>,
  context: ClassificationContext<S>,
): Promise<Candidate<S>[]> {
  const selected = selectedOf(candidates)
  const found = await contents(selected.map(({ listed: { target } }) => target))
  const contentsBy = new Map(selected.map((candidate, index) => [candidate, found[index]]))
  return candidates.flatMap((candidate) => {
    const held = contentsBy.get(candidate)
    return held === undefined ? [candidate] : opened(candidate, held, context)
  })
}

/** A candidate with what is in it; alone if it must stay after all. */
function opened<S extends Snapshot>(
  candidate: Candidate<S>,
  { snapshot, inside }: Contents<S>,
  context: ClassificationContext<S>,
): Candidate<S>[] {
  const changed = changedSince(candidate.listed.snapshot, snapshot, false, context.criteria)
  if (changed !== undefined) return [{ ...candidate, class: 'unknown', reason: changed }]
  const listed = { ...candidate.listed, snapshot }
  const everything = new Set([listed, ...inside].map(({ target }) => targetKey(target)))
  const guard = guardOf(snapshot, everything, context)
  if (guard !== undefined) return [{ ...candidate, listed, class: 'protected', reason: guard }]
  return [{ ...candidate, listed }, ...inside.map((each) => insideOf(candidate, each, context.now))]
}

/** What is in something that is selected is selected with it. */
function insideOf<S extends Snapshot>(
  { listed, pullRequests }: Candidate<S>,
  inside: Listed<S>,
  now: number,
): Candidate<S> {
  const { resource, id } = listed.target
  const { createdAt } = inside.snapshot
  return {
    listed: inside,
    class: 'selected',
    reason: `it is in ${nounOf(resource)} ${id}, which is deleted`,
    pullRequests,
    ageMs: createdAt === undefined ? undefined : Math.max(0, now - createdAt),
    within: targetKey(listed.target),
  }
}

/** The keys of what is in each selected target, by its own. */
export function contentsOf(candidates: readonly Candidate[]): ReadonlyMap<string, readonly string[]> {
  const inside = selectedOf(candidates).flatMap(({ listed, within }) =>
    within === undefined ? [] : { within, key: targetKey(listed.target) },
  )
  return new Map(
    [...Map.groupBy(inside, ({ within }) => within)].map(([within, each]) => [within, each.map(({ key }) => key)]),
  )
}
