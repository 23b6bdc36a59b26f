import type { EmulatorOptions } from '../emulator.ts'

/** An API key and what it may do. Only `key` is needed: such a key manages everything. */
export interface ApiKey {
  key: string
  /** False for inference-only and metrics-only keys: every management request is refused with 403. */
  manages?: boolean
  /** IDs of the teams whose objects the key sees; all where absent. */
  teams?: readonly string[]
  /** Names of restricted environments the key may not manage (Baseten docs, restricted environments): 403. */
  restricted?: readonly string[]
  /** False for keys that may not read metrics, or the bill: 403. */
  metrics?: boolean
  billing?: boolean
  /** Federated gateway keys take the scheme `Api-Key` only. */
  apiKeySchemeOnly?: boolean
}

/** How a deactivate is answered: `empty` leaves `success` out (it defaults to true); a number is the status of a refusal. */
export type DeactivateAnswer = 'ok' | 'empty' | 'unsuccessful' | number

export interface RateLimits {
  /** Model deployments' deactivate, per key and endpoint. */
  deactivatePerMinute: number
  /** Every other endpoint, per key and endpoint. */
  perSecond: number
}

/** What the documents leave open, plus delays. May be changed while the emulator runs. */
export interface BasetenSettings {
  /** Status for an unknown or absent key. */
  authStatus: 401 | 403
  /** How long a deployment is DEACTIVATING before it is INACTIVE. */
  deactivateMs: number
  /** How long what was deleted still answers GET. */
  deleteVisibleMs: number
  /** How DELETE of something deleted but still visible is answered. */
  deleteWhileVisible: 'tombstone' | '404'
  /** How long a deployment's `environment` stays set (and protects it) after its environment was deleted. */
  environmentFreeMs: number
  /** How long a cancelled promotion that had taken traffic stays RAMPING_DOWN, and its candidate a candidate. */
  cancelPromotionMs: number
  /** Status of every refusal to delete, deactivate or cancel. */
  refusalStatus: 400 | 409 | 412 | 422
  /** Off, or the documented limits, or others. */
  rateLimits: boolean | Partial<RateLimits>
  /** Refuses to delete a deployment that is neither INACTIVE nor failed. */
  deleteRequiresInactive: boolean
  /** Every DELETE answers 200 with `deleted: false` and changes nothing. */
  tombstoneDeletedFalse: boolean
  /** Every DELETE answers 200 with a tombstone of another ID and changes nothing. */
  tombstoneOtherId: boolean
  developmentDeletable: boolean
  /** `204` deletes without a body; `404` and `405` are servers older than the endpoint. */
  environmentDelete: 'supported' | '204' | '404' | '405'
  deactivate: DeactivateAnswer
  /** The same for a deployment that is INACTIVE already. */
  deactivateInactive: DeactivateAnswer
  /** Status for an object of a team the key does not see. */
  foreignStatus: 403 | 404
  /** Whether restricted environments and their deployments cannot be read either (by ID; lists leave nothing out). */
  restrictedReads: boolean
  /** False is a server older than the `name` filter of the deployment list: it ignores it. */
  deploymentNameFilter: boolean
  /** The order of lists is undocumented: `inserted`, `reversed` or `by-id`. */
  listOrder: 'inserted' | 'reversed' | 'by-id'
  /** No rule for chain deployments is written down: which of the model rules hold for them. */
  chainRefusals: { environment: boolean; last: boolean }
  /** The specification declares model environments in the list of chain environments; `chain` is the sane reading. */
  chainEnvironmentList: 'chain' | 'as-declared'
  /** What metrics show of a deployment without requests: nothing is said about it. */
  quietSeries: 'omitted' | 'empty' | 'null' | 'zero'
  /** Whether requests come as a count or as a rate per second. */
  requestUnit: 'count' | 'rate'
  /** Metrics are marked as unstable: another shape, or a status of failure. */
  metrics: 'supported' | 'other-shape' | number
  /** How far the bill is behind. "Updated hourly" is said of the dashboard only. */
  billingLagMs: number
  /** Dollars are a number or a text. */
  billingNumbers: 'number' | 'string'
  /** `breakdown` need not be there, nor `dedicated_usage`. */
  billingBreakdown: 'present' | 'missing' | 'no-usage'
  /** Whether entries of the bill have `daily`. */
  billingDaily: boolean
  /** Called before a request is looked at, so that a test can let something happen in between. */
  before?: (method: string, path: string) => void
}

export interface BasetenOptions extends EmulatorOptions, Partial<BasetenSettings> {
  /** The valid keys; {@link DEFAULT_API_KEY} where absent. */
  apiKeys?: readonly (string | ApiKey)[]
}

export const DEFAULT_API_KEY = 'emulated-baseten-key'

/** The limits of Baseten's page "Rate limits". */
export const DOCUMENTED_LIMITS: RateLimits = { deactivatePerMinute: 20, perSecond: 100 }

/** The options' defaults. */
export const DEFAULTS: BasetenSettings = {
  authStatus: 403,
  deactivateMs: 1_000,
  deleteVisibleMs: 0,
  deleteWhileVisible: 'tombstone',
  environmentFreeMs: 0,
  cancelPromotionMs: 0,
  refusalStatus: 400,
  rateLimits: false,
  deleteRequiresInactive: false,
  tombstoneDeletedFalse: false,
  tombstoneOtherId: false,
  developmentDeletable: false,
  environmentDelete: 'supported',
  deactivate: 'ok',
  deactivateInactive: 'ok',
  foreignStatus: 404,
  restrictedReads: false,
  deploymentNameFilter: true,
  listOrder: 'reversed',
  chainRefusals: { environment: true, last: false },
  chainEnvironmentList: 'chain',
  quietSeries: 'omitted',
  requestUnit: 'count',
  metrics: 'supported',
  billingLagMs: 0,
  billingNumbers: 'string',
  billingBreakdown: 'present',
  billingDaily: true,
}
