import type { Snapshot } from '../observation.ts'

/** A deployment of Model Studio, with what its rules look at. */
export interface AlibabaSnapshot extends Snapshot {
  details: AlibabaDetails
}

/** What the rules look at beyond the status. */
export interface AlibabaDetails {
  prepaid: boolean
  /** Reserved throughput, whose capacity instances must be released first. */
  reservation: boolean
  /** The workspace it belongs to, if that is not the given one. */
  foreignWorkspace: string | undefined
  /** A workspace was given, and the deployment does not say which one it belongs to. */
  workspaceUnknown?: true
  /** A reservation's capacity; absent if it was not read. */
  capacity?: Capacity
}

/** The capacity of a reservation, as it is now. */
export interface Capacity {
  /** The instances that Alibaba lists; none once all are released. */
  instances: readonly CapacityInstance[]
  /** The instance whose release this run requested and that is running or queued. */
  releasing: string | undefined
}

/** One purchase of capacity. */
export interface CapacityInstance {
  id: string
  /** `post_paid` or `pre_paid`; undefined if Alibaba does not say. */
  chargeType: string | undefined
  status: string
  /** Released; a status alone never says that. */
  deleted: boolean
  /** The results of its releases in this run. */
  past: PastReleases
}

/** The releases of one instance that this run requested and that have ended. */
export interface PastReleases {
  /** How the last of them ended; SUCCEEDED proves little while the instance is still listed. */
  last: 'SUCCEEDED' | 'FAILED' | undefined
  /** How many there were, without those that were FAILED in the answer itself. */
  tries: number
  /** FAILED in the answer itself: perhaps one of an earlier run, which Alibaba repeats for its key. */
  failedAtOnce: number
  /** The last failure, as Alibaba described it. */
  problem: string
}
