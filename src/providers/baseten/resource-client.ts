import type { HttpResponse } from '../../http/client.ts'
import { ProviderError } from '../errors.ts'
import type { Listed, Observation, Present } from '../observation.ts'
import type { ShownList } from '../shared/list-observer.ts'
import type { Target } from '../target.ts'
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

/** A list of everything of this kind, as it is asked about single targets. Baseten's lists come whole, in one answer. */
export function shown(
  snapshots: Pick<ReadonlyMap<string, BasetenSnapshot>, 'get'>,
  { exchange }: Pick<HttpResponse, 'exchange'>,
): ShownList<BasetenSnapshot> {
  const show = (id: string): Present<BasetenSnapshot> | undefined => {
    const snapshot = snapshots.get(id)
    return snapshot && { state: 'present', snapshot, exchange }
  }
  return { show, isWhole: true }
}

/** Throws where Baseten answered about something else than what was asked for. */
export function sameId(id: string, target: Pick<Target, 'resource' | 'id'>, answer: HttpResponse): void {
  if (id === target.id) return
  throw new ProviderError('target', `Baseten answered about another ${target.resource}`, answer.exchange)
}
