import type { EmulatorOptions } from '../emulator.ts'
import { type ErrorRow, errorOf } from './errors.ts'
import type { DeploymentSeed } from './objects.ts'

/** A key belongs to one workspace; `workspaces` limits which others it may name, all known ones where absent. */
export interface ApiKey {
  key: string
  workspace: string
  workspaces?: readonly string[]
}

export interface AlibabaOptions extends EmulatorOptions, Partial<Omit<Settings, 'reservationRefusals'>> {
  /** One key where absent: `sk-emulated` of workspace `llm-emulated`. */
  apiKeys?: readonly ApiKey[]
  /** Workspaces besides those of the keys and deployments. */
  workspaces?: readonly string[]
  deployments?: readonly DeploymentSeed[]
  /** Those not given keep their default. */
  reservationRefusals?: Partial<Settings['reservationRefusals']>
}

/** How this account behaves, above all where the documents are silent or disagree. */
export interface Settings {
  /** `/api/v1`. */
  basePath: string
  /** Whether a key lists the whole account or its workspace only: undocumented. */
  scope: 'account' | 'workspace'
  /** Time from an accepted DELETE until nothing is found: undocumented. */
  deleteMs: number
  deletingStatus: 'DELETING' | 'OFFLINING'
  /** What a DELETE meets while one is under way: undocumented. */
  secondDelete: 'refuse' | 'accept'
  /** Statuses in which an ordinary deployment may not be deleted: the documents disagree. */
  refuseDelete: ReadonlySet<string> | readonly string[]
  /** How a refusal of state reads: undocumented. */
  stateRefusal: ErrorRow
  /** Whether a DELETE of an ordinary prepaid deployment goes through: undocumented. */
  prepaidDelete: 'accept' | 'refuse'
  /** HTTP status of an accepted DELETE: undocumented. */
  deleteStatus: number
  emptyDeleteBody: boolean
  /** An accepted DELETE shows `deleted: true`, as some answers do. */
  deletedField: boolean
  /** DELETE answers 2xx with this code. `processed` says whether the deletion begins all the same. */
  okWithError: { code: string; message: string; processed: boolean } | undefined
  /** How many GETs of a deployment still show the former status after an accepted DELETE. */
  staleReads: number
  /** HTTP status of a missing deployment: the deployment pages show the body only. */
  notFoundStatus: number
  notFoundCode: 'NotFound' | 'MODEL_CODE_NOT_FOUND'
  pageSizeDefault: number
  /** 100 or 200: the documents disagree. */
  pageSizeMax: number
  /** Order of the list: undocumented. */
  order: 'newest-first' | 'oldest-first' | 'seeded'
  /** What `total` says in lists of deployments: documented without a word on what it counts. */
  listTotal: 'exact' | 'more' | 'absent'
  /** `gmt_create` has no zone: 0 writes UTC, 8 the wall clock of both documented regions. */
  zoneOffsetHours: number
  /** Which answers show `gmt_create` with the fraction that POST shows. */
  fractionIn: readonly ('list' | 'get' | 'delete')[]
  /** The SDK also accepts `data` and `msg`. */
  outputField: 'output' | 'data'
  messageField: 'message' | 'msg'
  /** A `code` that means success, shown with every success: "200" and "Success" occur. */
  successCode: string | undefined
  /** Header that repeats request_id: undocumented. */
  requestIdHeader: string | undefined
  /** Time a release takes once it is its turn. */
  releaseMs: number
  /** Time from the last release until the reservation is STOPPED. */
  stopMs: number
  stoppingStatus: string
  /** What a release meets while another operation is not over: both are documented. */
  busy: 'queue' | 'conflict'
  /** What a DELETE of a reservation meets before its conditions are fulfilled: codes are documented, pairing is not. */
  reservationRefusals: Record<'operation' | 'prepaid' | 'instances' | 'status', ErrorRow>
  /** What a write meets on a reservation that is gone. */
  deletedReservationCode: 'MODEL_CODE_DELETED' | 'MODEL_CODE_NOT_FOUND'
}

/** Fills in what was not said. */
export function settle(options: AlibabaOptions): Settings {
  const reservationRefusals = { ...defaults.reservationRefusals, ...options.reservationRefusals }
  return { ...defaults, ...options, reservationRefusals }
}

const defaults: Settings = {
  basePath: '/api/v1',
  scope: 'account',
  deleteMs: 20_000,
  deletingStatus: 'DELETING',
  secondDelete: 'refuse',
  refuseDelete: [],
  stateRefusal: errorOf('UnsupportedOperation'),
  prepaidDelete: 'accept',
  deleteStatus: 200,
  emptyDeleteBody: false,
  deletedField: false,
  okWithError: undefined,
  staleReads: 0,
  notFoundStatus: 404,
  notFoundCode: 'NotFound',
  // The reservation page says 10 and 1-100, the deployment page 50 and 1-200: the narrower reading.
  pageSizeDefault: 10,
  pageSizeMax: 100,
  order: 'newest-first',
  listTotal: 'exact',
  zoneOffsetHours: 0,
  fractionIn: [],
  outputField: 'output',
  messageField: 'message',
  successCode: undefined,
  requestIdHeader: undefined,
  releaseMs: 5_000,
  stopMs: 5_000,
  stoppingStatus: 'STOPPING',
  busy: 'queue',
  reservationRefusals: {
    operation: errorOf('CAPACITY_INSTANCE_OPERATION_UNSUPPORTED', 'A capacity operation is running or queued.'),
    prepaid: errorOf('PREPAID_UNSUBSCRIBE_REQUIRED'),
    instances: errorOf('CAPACITY_INSTANCE_OPERATION_UNSUPPORTED', 'Release all capacity instances first.'),
    status: errorOf('UnsupportedOperation'),
  },
  deletedReservationCode: 'MODEL_CODE_DELETED',
}
