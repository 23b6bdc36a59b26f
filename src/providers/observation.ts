import type { Exchange } from '../http/exchange.ts'
import type { Target } from './target.ts'

/** Labels by key; values may be of any JSON type. */
export type Labels = Readonly<Record<string, unknown>>

/** What every provider can say about a target that is there. What only its own rules look at, it adds. */
export interface Snapshot {
  name?: string
  /** The provider's own status word; empty for what has none, such as a model. */
  status: string
  /** More of the state than the status says, for people: the target status, the reason of a failure. */
  detail?: string
  /** Creation time; Unix ms, UTC. */
  createdAt?: number
  /** The labels it was created with: null where there are none, undefined where the provider does not say. */
  labels?: Labels | null | undefined
  /** The provider shows that a deletion is under way, whoever asked for it. */
  isBeingDeleted?: true
  /** The resource group in which it was found. */
  group?: string
}

export interface Present<S extends Snapshot = Snapshot> {
  state: 'present'
  snapshot: S
  exchange: Exchange
}

/** Neither GET nor a list shows it. */
export interface Absent {
  state: 'absent'
  /** The list may have missed it, because others came and went while its pages were read. */
  isPartial?: true
  exchange: Exchange
  /** What was read beside it shows that the ID cannot be the one that was meant. */
  mistaken?: Mistaken
}

/** An ID that is not there and never was: it is a name, or what it is under is not there. A sentence for people. */
export interface Mistaken {
  kind: 'name' | 'parent'
  reason: string
}

/** The look brought no answer. `createdAt`, Unix ms, is of what was shown before the rest could not be read. */
export interface Unreadable {
  state: 'unreadable'
  error: Error
  createdAt?: number
}

/** Nothing new can be said yet; the next look will tell. */
export interface Unsettled {
  state: 'unsettled'
}

/** What is known about a target after a look. */
export type Observation<S extends Snapshot = Snapshot> = Present<S> | Absent | Unreadable | Unsettled

/** An observation that says something. */
export type Observed<S extends Snapshot = Snapshot> = Present<S> | Absent

/** Something a list showed. */
export interface Listed<S extends Snapshot = Snapshot> {
  target: Target
  snapshot: S
}

/** The status with what was said beside it, for people: `STOPPED (target DELETED)`. Empty where there is neither. */
export function statusText({ status, detail }: Pick<Snapshot, 'status' | 'detail'>): string {
  if (detail === undefined) return status
  return status === '' ? detail : `${status} (${detail})`
}
