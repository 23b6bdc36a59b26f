import type { Mistaken, Observation } from '../observation.ts'
import { nearlyTheId } from '../shared/nearly-the-id.ts'
import type { ParentKind } from './parents.ts'
import type { BasetenSnapshot } from './snapshot.ts'

/** Another resource that was read with a target. */
interface Known {
  id: string
  name?: string | undefined
}

/** Adds to absent targets why their ID is a mistake; `why` takes the index of the target. */
export function mistakenAs(
  observations: readonly Observation<BasetenSnapshot>[],
  why: (index: number) => Mistaken | undefined,
): Observation<BasetenSnapshot>[] {
  return observations.map((observation, index) => {
    const mistaken = observation.state === 'absent' ? why(index) : undefined
    return mistaken === undefined || observation.state !== 'absent' ? observation : { ...observation, mistaken }
  })
}

/** A text that is the name of an existing resource, or its ID mistyped or changed by YAML. */
export function knownAsName(text: string | undefined, resource: string, known: Iterable<Known>): Mistaken | undefined {
  if (text === undefined) return undefined
  for (const { id, name } of known) {
    const what =
      name === text
        ? `it is the name of ${resource} ${id}; write that ID, or use 'name' for names`
        : nearlyTheId(text, id, resource)
    if (what !== undefined) return { kind: 'name', reason: what }
  }
  return undefined
}

/** Without its model or chain, nothing in it ever existed under this ID. `others`: all that exist. */
export function noSuchParent({ resource }: ParentKind, id: string, others: ReadonlyMap<string, Known>): Mistaken {
  const [named] = [...others.values()].filter(({ name }) => name === id)
  return {
    kind: named === undefined ? 'parent' : 'name',
    reason:
      named === undefined
        ? `${resource} ${id} does not exist, or is not visible with this key`
        : `${id} is the name of ${resource} ${named.id}; write that ID in '${resource}-id'`,
  }
}
