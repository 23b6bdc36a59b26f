import type { Exchange } from '../http/exchange.ts'
import type { Target } from './target.ts'

/** What the provider said about a target that is there. `Details` is what only that provider's rules look at. */
export interface Snapshot<Details> {
  name?: string
  /** The provider's own status word. */
  status: string
  /** More of the state than the status says, for people: the target status, the reason of a failure. */
  detail?: string
  /** Creation time; Unix ms, UTC. */
  createdAt?: number
  details: Details
}

/** What is known about a target after a look. */
export type Observation<Details = unknown> =
  | { state: 'present'; snapshot: Snapshot<Details>; exchange: Exchange }
  | { state: 'absent'; exchange: Exchange }
  /** `createdAt`, Unix ms, of what was shown before the rest could not be read. */
  | { state: 'unreadable'; error: Error; createdAt?: number }
  /** Not for now; the next look at all of them will tell. Only where `confirm` was asked. */
  | { state: 'unsettled' }

/** Something a list showed. */
export interface Listed<Details = unknown> {
  target: Target
  snapshot: Snapshot<Details>
}

/** An observation that says something. */
export type Observed<Details = unknown> = Exclude<Observation<Details>, { state: 'unreadable' | 'unsettled' }>
