import type { Absent, Observation, Snapshot } from '../observation.ts'
import type { Target } from '../target.ts'
import { attempt } from './observe.ts'

/** A list that can be asked about single targets. */
export interface ShownList<S extends Snapshot> {
  /** The entry with an ID; undefined if the list does not show it. */
  show(id: string): Observation<S> | Promise<Observation<S>> | undefined
  /** Whether the list is certainly complete. */
  isWhole: boolean
}

/** What GET shows of one target. If it is absent, a list has to confirm that. */
export type GetOne<S extends Snapshot> = (target: Target) => Promise<Observation<S>>

/**
 * Reads one target by GET. If GET does not find it, a list must not show it either: a gateway answers 404 for what it cannot
 * reach, and a replica for what it does not know yet. `readList` must request its list after this call.
 */
export async function observeOne<S extends Snapshot>(
  target: Target,
  get: GetOne<S>,
  readList: () => Promise<ShownList<S>>,
): Promise<Observation<S>> {
  const observation = await get(target)
  if (observation.state !== 'absent') return observation
  const list = await readList()
  return (await list.show(target.id)) ?? absentFrom(list, observation)
}

/**
 * Reads many targets with one list, in the given order. A list can be incomplete, so each target that it does not show is read by
 * GET.
 */
export async function observeMany<S extends Snapshot>(
  targets: readonly Target[],
  list: ShownList<S>,
  get: GetOne<S>,
): Promise<Observation<S>[]> {
  const looks = targets.map((target) =>
    attempt(async () => {
      const shown = await list.show(target.id)
      if (shown !== undefined) return shown
      const observation = await get(target)
      return observation.state === 'absent' ? absentFrom(list, observation) : observation
    }),
  )
  return Promise.all(looks)
}

function absentFrom({ isWhole }: Pick<ShownList<Snapshot>, 'isWhole'>, { exchange }: Absent): Absent {
  return isWhole ? { state: 'absent', exchange } : { state: 'absent', exchange, isPartial: true }
}
