import type { Exchange } from '../http/exchange.ts'
import type { Target } from './target.ts'

/** Labels by key; values may be of any JSON type. */
export type Labels = Readonly<Record<string, unknown>>

/** What every provider says about a target that exists. Each adds what only its own rules need. */
export interface Snapshot {
  name?: string
  /** The provider's own status; empty if there is none, as for a model. */
  status: string
  /** More of the state than the status says, for people: the target status, the reason of a failure. */
  detail?: string
  /** Creation time; Unix ms, UTC. */
  createdAt?: number
  /** The labels it was created with: null if there are none, undefined if the provider does not say. */
  labels?: Labels | null | undefined
  /** The provider shows that a deletion is in progress, whoever requested it. */
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
  /** The list may be incomplete, because entries were added or removed while its pages were read. */
  isPartial?: true
  exchange: Exchange
  /** Other reads show that the ID is a mistake, such as a name. */
  mistaken?: Mistaken
}

/** Why an ID never existed: it is a name, or its parent does not exist. `reason` is for people. */
export interface Mistaken {
  kind: 'name' | 'parent'
  reason: string
}

/** The read failed. `createdAt`, Unix ms, is known if the first part of the read succeeded. */
export interface Unreadable {
  state: 'unreadable'
  error: Error
  createdAt?: number
}

/** Nothing new is known yet; read again. */
export interface Unsettled {
  state: 'unsettled'
}

/** What is known about a target after a read. */
export type Observation<S extends Snapshot = Snapshot> = Present<S> | Absent | Unreadable | Unsettled

/** An observation that says something. */
export type Observed<S extends Snapshot = Snapshot> = Present<S> | Absent

/** Something a list showed. */
export interface Listed<S extends Snapshot = Snapshot> {
  target: Target
  snapshot: S
}

/** The status with its detail, for people: `STOPPED (target DELETED)`. Empty if there is neither. */
export function statusText({ status, detail }: Pick<Snapshot, 'status' | 'detail'>): string {
  if (detail === undefined) return status
  return status === '' ? detail : `${status} (${detail})`
}
