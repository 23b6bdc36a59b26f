import type { HttpResponse } from '../../http/client.ts'
import { ProviderError } from '../errors.ts'
import type { Listed, Observation } from '../observation.ts'
import { type Target, targetKey } from '../target.ts'
import type { BasetenSnapshot } from './snapshot.ts'

/** One kind of thing that can be deleted: how it is listed and looked at. */
export interface ResourceClient {
  /** All of this kind below the parents; below everything the key can see where there are none. */
  list(parents: readonly string[]): Promise<Listed<BasetenSnapshot>[]>
  /**
   * What targets of one parent are now, in the order asked, with everything the rules need. Rejects where nothing can be said
   * about any of them.
   */
  observe(parent: string, targets: readonly Target[]): Promise<Observation<BasetenSnapshot>[]>
  /** The same where only "still there?" is asked. */
  confirmGone(parent: string, targets: readonly Target[]): Promise<Observation<BasetenSnapshot>[]>
}

/** What a list says of single targets: what is not in it is not there, unless something else is known of it. */
export function fromList(
  targets: readonly Target[],
  snapshots: ReadonlyMap<string, BasetenSnapshot>,
  { exchange }: Pick<HttpResponse, 'exchange'>,
  missing: ReadonlyMap<string, Observation<BasetenSnapshot>> = new Map(),
): Observation<BasetenSnapshot>[] {
  return targets.map((target) => {
    const snapshot = snapshots.get(target.id)
    if (snapshot !== undefined) return { state: 'present', snapshot, exchange }
    return missing.get(targetKey(target)) ?? { state: 'absent', exchange }
  })
}

/** Throws where Baseten answered about something else than what was asked for. */
export function sameId(id: string, target: Pick<Target, 'resource' | 'id'>, answer: HttpResponse): void {
  if (id === target.id) return
  throw new ProviderError('target', `Baseten answered about another ${target.resource}`, answer.exchange)
}
