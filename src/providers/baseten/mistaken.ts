import type { Mistaken, Observation } from '../observation.ts'
import { nearlyTheId } from '../shared/nearly-the-id.ts'
import type { ParentKind } from './parents.ts'
import type { BasetenSnapshot } from './snapshot.ts'

/** Something that was read beside a target. */
interface Known {
  id: string
  name?: string | undefined
}

/** Adds to what is not there why its ID cannot be the one that was meant; `why` by the place of the target. */
export function mistakenAs(
  observations: readonly Observation<BasetenSnapshot>[],
  why: (index: number) => Mistaken | undefined,
): Observation<BasetenSnapshot>[] {
  return observations.map((observation, index) => {
    const mistaken = observation.state === 'absent' ? why(index) : undefined
    return mistaken === undefined || observation.state !== 'absent' ? observation : { ...observation, mistaken }
  })
}

/** A text that is no ID of what is there, but its name, or its ID as it was mistyped or changed on the way. */
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

/** Without its model or chain, nothing below it was ever there under this ID. `others`: all that are there. */
export function noSuchParent({ resource }: ParentKind, id: string, others: ReadonlyMap<string, Known>): Mistaken {
  const [named] = [...others.values()].filter(({ name }) => name === id)
  return {
    kind: 'parent',
    reason:
      named === undefined
        ? `${resource} ${id} does not exist, or is not visible with this key`
        : `${id} is the name of ${resource} ${named.id}; write that ID in '${resource}-id'`,
  }
}
