import type { HttpResponse } from '../../http/client.ts'
import { ProviderError } from '../errors.ts'
import type { Listed, Observation, Present } from '../observation.ts'
import type { ShownList } from '../shared/list-observer.ts'
import type { Target } from '../target.ts'
import type { BasetenSnapshot } from './snapshot.ts'

/** One kind of resource that can be deleted: how it is listed and read. */
export interface ResourceClient {
  /** All of this kind in the parents; without parents, in everything the key can see. */
  list(parents: readonly string[]): Promise<Listed<BasetenSnapshot>[]>
  /**
   * The current state of targets of one parent, in the given order, with everything the rules need. Rejects if nothing is known
   * about any of them.
   */
  observe(parent: string, targets: readonly Target[]): Promise<Observation<BasetenSnapshot>[]>
  /** The same, but only whether they still exist. */
  confirmGone(parent: string, targets: readonly Target[]): Promise<Observation<BasetenSnapshot>[]>
}

/** A list of everything of this kind, to look up single targets. Baseten's lists come complete, in one answer. */
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

/** Throws if Baseten answered about another resource than the requested one. */
export function sameId(id: string, target: Pick<Target, 'resource' | 'id'>, answer: HttpResponse): void {
  if (id === target.id) return
  throw new ProviderError('target', `Baseten answered about another ${target.resource}`, answer.exchange)
}
