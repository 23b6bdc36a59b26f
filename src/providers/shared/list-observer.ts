import type { Absent, Observation, Snapshot } from '../observation.ts'
import type { Target } from '../target.ts'
import { attempt } from './observe.ts'

/** A list as it is asked about single targets. */
export interface ShownList<S extends Snapshot> {
  /** What it says of an ID; undefined where it does not show it. */
  show(id: string): Observation<S> | Promise<Observation<S>> | undefined
  /** Whether nothing can be missing in it. */
  isWhole: boolean
}

/** What GET says of one target. That it is absent is still to be confirmed by a list. */
export type GetOne<S extends Snapshot> = (target: Target) => Promise<Observation<S>>

/**
 * One target by GET. What GET does not find must be missing in a list as well: a gateway answers 404 for what it cannot reach, and
 * a replica for what it has not heard of yet. `readList` must read one that is asked for after this is called.
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
 * Many targets by one list, in the order asked. A list that came out short must not turn what is there into something deleted, so
 * each target that it does not show is asked for by GET.
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
