import type { EmulatorOptions } from '../emulator.ts'

/** A deployment as the API shows it. Optional fields may be null or missing (SAP AI Core API, AiDeployment). */
export interface SapDeployment {
  id: string
  configurationId: string
  /** PENDING, RUNNING, COMPLETED, DEAD, STOPPING, STOPPED or UNKNOWN; a test may set anything. */
  status: string
  /** RUNNING, STOPPED or DELETED. */
  targetStatus?: string | null | undefined
  createdAt?: string | null | undefined
  modifiedAt?: string | null | undefined
  deploymentUrl?: string | null | undefined
  configurationName?: string | null | undefined
  executableId?: string | null | undefined
  scenarioId?: string | null | undefined
  statusMessage?: string | null | undefined
  lastOperation?: string | null | undefined
  latestRunningConfigurationId?: string | null | undefined
  ttl?: string | null | undefined
  details?: unknown
  submissionTime?: string | null | undefined
  startTime?: string | null | undefined
  completionTime?: string | null | undefined
  /** Shown by GET by id only. */
  statusDetails?: unknown
}

/** How one deployment behaves; what is absent follows the emulator's options. */
export interface SapBehaviour {
  /** What a stop ends in. `STUCK` stays STOPPING for ever, `GONE` vanishes while stopping. */
  stopEnds: 'STOPPED' | 'DEAD' | 'UNKNOWN' | 'GONE' | 'STUCK'
  /** What an accepted deletion ends in. `STUCK` keeps the target status DELETED for ever. */
  deleteEnds: 'GONE' | 'STUCK'
  stopMs: number
  deleteMs: number
  /** For so long after it was put in, requests by id answer 404, while the list shows it (SAP docs, deployment page). */
  hiddenMs: number
}

/** A deployment to put into the world: anything left out is made up, anything `undefined` stays missing. */
export type SapSeed = Partial<SapDeployment> & { resourceGroup?: string; behaviour?: Partial<SapBehaviour> }

export interface SapConfiguration {
  id: string
  name: string
  scenarioId: string
  executableId: string
  createdAt: string
  resourceGroup: string
}

/** A service key's identity. With `certificate`, it has no secret and needs a client certificate. */
export interface SapClient {
  clientid: string
  clientsecret?: string
  certificate?: boolean
  /** The subject the certificate must have; any where absent. */
  subject?: string
}

export type SapAction = 'stop' | 'delete' | 'configure' | 'stop-execution' | 'delete-group'

/** What really happened. `status` is the deployment's own, '' where there is no such deployment. */
export interface SapEvent {
  at: number
  what: 'created' | 'accepted' | 'refused' | 'missing' | 'stopped' | 'status' | 'deleted'
  id: string
  status: string
  /** What was asked, with `accepted`, `refused` and `missing`. */
  action?: SapAction
}

export interface SapOptions extends EmulatorOptions {
  /** Who may get a token; `DEFAULT_CLIENT` alone where absent. */
  clients?: SapClient[]
  /** 7199, the value in the SAP docs. */
  tokenLifetimeS?: number
  /** `default` alone where absent. */
  resourceGroups?: string[]
  /** How an unknown group is answered: 403 "RBAC: access denied" (the default) or 404. */
  unknownGroup?: 403 | 404
  /** From the DELETE of a group until 404; 5 s. */
  groupDeleteMs?: number
  /** Whether a group with deployments refuses its deletion, which no document says; false. */
  groupRefusedWhileUsed?: boolean
  /** The one group that a key of a consumer tenant may see; every group where absent. */
  consumerOf?: string
  /** How many groups and deployments the tenant may have; 50 and 81. */
  maxGroups?: number
  maxDeployments?: number
  /** Whether the quota answers 403; false. */
  quotaForbidden?: boolean
  /** How long a `continueToken` is good; 10 minutes, within the documented five to fifteen. */
  continueTokenMs?: number
  /** Whether bulk PATCH works and `/lm/meta` says so; false. */
  bulk?: boolean
  /** How a bulk PATCH is answered while bulk is off; 403. */
  bulkOff?: 403 | 404
  /** From the PATCH until the status becomes STOPPING; 0. Until then it is still RUNNING, with target STOPPED. */
  stoppingMs?: number
  /** From the PATCH until STOPPED; 10 s. */
  stopMs?: number
  /** From DELETE until 404; 5 s. */
  deleteMs?: number
  /** A new deployment is UNKNOWN for so long, then PENDING for so long, then RUNNING; 5 s each. */
  pendingMs?: number
  /** Largest page; 100,000. */
  maxTop?: number
  /** A `$top` above the largest page: 400 (the default) or a page cut to the largest. */
  overMaxTop?: 'refuse' | 'clamp'
  /** Whether `count` in lists is the total; false: the number in this page, as the API's description words it. */
  countIsTotal?: boolean
  /** Order of lists, which the API leaves open; as put in where absent. */
  order?: (a: SapDeployment, b: SapDeployment) => number
  /** Query parameters the API does not know: 400 (the default) or ignored. */
  unknownQuery?: 'refuse' | 'ignore'
  /** HTTP status of an action the deployment's status forbids; 412. */
  refusal?: 400 | 409 | 412
  /** A second DELETE while the first is under way: refused (the default), accepted again, or 404. */
  repeatedDelete?: 'refuse' | 'accept' | 'missing'
  /** Whether COMPLETED, which no state diagram has, may be deleted; false. */
  deleteCompleted?: boolean
  /** Whether PATCH by id takes `targetStatus: DELETED`, as docs of 2025 said; false. */
  patchDeleted?: boolean
  /** Whether DELETE takes the body that docs of 2025 showed; true. */
  deleteBody?: boolean
  /** Whether DELETE without that body is refused; false. `true` means 400. */
  demandDeleteBody?: boolean | 400 | 415
  /** Error code of an unknown id; 01010016. */
  notFoundCode?: string
  /** Spelling in error bodies; the API says `requestId`, a documented sample `requestID`. */
  requestIdKey?: 'requestId' | 'requestID'
}

/** The client of an emulator that was given none. */
export const DEFAULT_CLIENT = { clientid: 'sb-undeploy!b1|aicore!b540', clientsecret: 'emulated-secret$1=' } as const

/** Fills in the defaults. The settings may be changed while the emulator runs. */
export function settingsOf(options: SapOptions) {
  return {
    ...options,
    tokenLifetimeS: options.tokenLifetimeS ?? 7199,
    unknownGroup: options.unknownGroup ?? 403,
    groupDeleteMs: options.groupDeleteMs ?? 5_000,
    groupRefusedWhileUsed: options.groupRefusedWhileUsed ?? false,
    maxGroups: options.maxGroups ?? 50,
    maxDeployments: options.maxDeployments ?? 81,
    quotaForbidden: options.quotaForbidden ?? false,
    continueTokenMs: options.continueTokenMs ?? 10 * 60_000,
    bulk: options.bulk ?? false,
    bulkOff: options.bulkOff ?? 403,
    stoppingMs: options.stoppingMs ?? 0,
    stopMs: options.stopMs ?? 10_000,
    deleteMs: options.deleteMs ?? 5_000,
    pendingMs: options.pendingMs ?? 5_000,
    maxTop: options.maxTop ?? 100_000,
    refusal: options.refusal ?? 412,
    repeatedDelete: options.repeatedDelete ?? 'refuse',
    deleteBody: options.deleteBody ?? true,
    notFoundCode: options.notFoundCode ?? '01010016',
    requestIdKey: options.requestIdKey ?? 'requestId',
  }
}

export type SapSettings = ReturnType<typeof settingsOf>

/** The API's time format: `2024-09-20T11:31:24Z`. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
