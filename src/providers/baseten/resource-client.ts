import type { HttpResponse } from '../../http/client.ts'
import { ProviderError } from '../errors.ts'
import type { Listed, Observation, Snapshot } from '../observation.ts'
import type { Target } from '../target.ts'
import type { BasetenDetails } from './snapshot.ts'

/** One kind of thing that can be deleted: how it is listed and looked at. */
export interface Kind {
  /** All of this kind below the parents; below everything the key can see where there are none. */
  list(parents: readonly string[]): Promise<Listed<BasetenDetails>[]>
  /** What targets of one parent are now, in the order asked. Rejects where nothing can be said about any of them. */
  look(parent: string, targets: readonly Target[], depth: 'decide' | 'confirm'): Promise<Observation<BasetenDetails>[]>
}

/** What a list says of single targets: what is not in it is not there, unless something else is known of it. */
export function fromList(
  targets: readonly Target[],
  snapshots: ReadonlyMap<string, Snapshot<BasetenDetails>>,
  { exchange }: Pick<HttpResponse, 'exchange'>,
  missing: ReadonlyMap<Target, Observation<BasetenDetails>> = new Map(),
): Observation<BasetenDetails>[] {
  return targets.map((target) => {
    const snapshot = snapshots.get(target.id)
    if (snapshot !== undefined) return { state: 'present', snapshot, exchange }
    return missing.get(target) ?? { state: 'absent', exchange }
  })
}

/** Throws where Baseten answered about something else than what was asked for. */
export function sameId(id: string, target: Pick<Target, 'resource' | 'id'>, answer: HttpResponse): void {
  if (id === target.id) return
  throw new ProviderError('target', `Baseten answered about another ${target.resource}`, answer.exchange)
}
