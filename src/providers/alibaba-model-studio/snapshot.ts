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
  /** The workspace it belongs to, where that is another one than asked for. */
  foreignWorkspace: string | undefined
  /** A workspace was asked for, and it does not say which it belongs to. */
  workspaceUnknown?: true
  /** A reservation's capacity; absent where nobody asked for it. */
  capacity?: Capacity
}

/** The capacity of a reservation, as it is now. */
export interface Capacity {
  /** Those that Alibaba lists; none once all are released. */
  instances: readonly CapacityInstance[]
  /** The instance whose release this run has asked for and that is running or queued. */
  releasing: string | undefined
}

/** One purchase of capacity. */
export interface CapacityInstance {
  id: string
  /** `post_paid` or `pre_paid`; undefined where Alibaba does not say. */
  chargeType: string | undefined
  status: string
  /** Released; a status alone never says that. */
  deleted: boolean
  /** What has come of its releases in this run. */
  past: PastReleases
}

/** The releases of one instance that this run has asked for and that are over. */
export interface PastReleases {
  /** How the last of them ended; SUCCEEDED says little while the instance is still listed. */
  last: 'SUCCEEDED' | 'FAILED' | undefined
  /** How many there were, without those that had FAILED in the very answer. */
  tries: number
  /** FAILED in the very answer: perhaps one of an earlier run, which Alibaba repeats under its key. */
  failedAtOnce: number
  /** The last failure, in Alibaba's words. */
  problem: string
}
