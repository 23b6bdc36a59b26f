import { createAgenda } from './agenda.ts'
import { createConfigurations } from './configurations.ts'
import { type ExecutionEntry, type ExecutionSeed, executionOf, type SapExecution } from './executions.ts'
import { createGroups, type SapGroups } from './groups.ts'
import {
  type SapAction,
  type SapBehaviour,
  type SapConfiguration,
  type SapDeployment,
  type SapEvent,
  type SapSeed,
  type SapSettings,
  timestamp,
} from './model.ts'
import { behaviourOf, deploymentUrl, grown } from './seed.ts'

/** What tests may do: put things in, change them behind the client's back, look at what is left. */
export interface SapWorld {
  /** What really happened, oldest first. Seeding is not in it. */
  readonly events: SapEvent[]
  readonly resourceGroups: SapGroups
  readonly configurations: Map<string, SapConfiguration>
  /**
   * Puts a deployment in as it is, in place of one with the same id. UNKNOWN, PENDING and RUNNING stay so; what is
   * already on its way (status STOPPING, target status STOPPED or DELETED) goes on as if just begun.
   */
  add(seed?: SapSeed): Readonly<SapDeployment>
  /** A new deployment: UNKNOWN, then PENDING, then RUNNING. */
  create(seed?: SapSeed): Readonly<SapDeployment>
  /** Puts an execution in as it is. */
  addExecution(seed?: ExecutionSeed): Readonly<SapExecution>
  /** Somebody deletes it. */
  removeExecution(id: string): void
  addConfiguration(seed: Partial<SapConfiguration>): SapConfiguration
  /** The deployment as it is now, whatever its group. */
  get(id: string): Readonly<SapDeployment> | undefined
  has(id: string): boolean
  /** How many there are in all groups. */
  size(): number
  /** Changes a deployment from outside. A new status or target status ends whatever was on its way. */
  change(id: string, changes: Partial<SapDeployment>): void
  /** Takes a deployment away at once. */
  remove(id: string): void
  /** Does something once `ms` have passed on the emulator's clock: lazily, at the next request or look. */
  after(ms: number, run: () => void): void
}

/** What the endpoints see besides. */
export interface SapState extends SapWorld {
  time(): number
  settle(): void
  /** Everything of a group, in the order it was put in. */
  inGroup(group: string): Entry[]
  /** By id within a group; not while it is hidden. */
  find(id: string, group: string): Entry | undefined
  stop(entry: Entry): void
  delete(entry: Entry): void
  configure(id: string, configuration: SapConfiguration): void
  note(what: SapEvent['what'], id: string, action?: SapAction): void
  executionsOf(group: string): ExecutionEntry[]
  execution(id: string, group: string): ExecutionEntry | undefined
  stopExecution(entry: ExecutionEntry): void
  /** Accepts the deletion of a group, which takes everything in it along when it is done. */
  leaveGroup(id: string): void
}

/** A deployment with what only the emulator knows of it. */
export interface Entry {
  readonly resource: SapDeployment
  readonly group: string
  readonly behaviour: SapBehaviour
  readonly hiddenUntil: number
  underWay: 'start' | 'stop' | 'delete' | undefined
  /** Goes up whenever something begins or ends, so that steps of what was on its way before take no effect. */
  epoch: number
}

/** An empty world. */
export function createState(settings: SapSettings, now: () => number): SapState {
  const { time, after, settle } = createAgenda(now)
  const configurations = createConfigurations(time)
  const entries = new Map<string, Entry>()
  const executions = new Map<string, ExecutionEntry>()
  const resourceGroups = createGroups(time, settings.resourceGroups ?? ['default'])
  const events: SapEvent[] = []
  let serial = 0

  const live = (id: string) => {
    settle()
    return entries.get(id)
  }

  function note(what: SapEvent['what'], id: string, action?: SapAction): void {
    const status = entries.get(id)?.resource.status ?? ''
    events.push({ at: time(), what, id, status, ...(action === undefined ? {} : { action }) })
  }

  function setStatus(entry: Entry, status: string): void {
    const at = timestamp(time())
    Object.assign(entry.resource, { status, modifiedAt: at })
    if (status === 'RUNNING') {
      entry.resource.startTime = at
      // A deployment has no URL until it runs for the first time.
      if (entry.resource.deploymentUrl === '') entry.resource.deploymentUrl = deploymentUrl(entry.resource.id)
    }
    if (status === 'STOPPED' || status === 'DEAD') entry.resource.completionTime = at
    note(status === 'STOPPED' ? 'stopped' : 'status', entry.resource.id)
  }

  function vanish(entry: Entry): void {
    if (entries.get(entry.resource.id) !== entry) return
    note('deleted', entry.resource.id)
    entries.delete(entry.resource.id)
  }

  function begin(entry: Entry, underWay: Entry['underWay'], steps: [ms: number, step: () => void][]): void {
    entry.underWay = underWay
    entry.epoch += 1
    const { epoch } = entry
    for (const [ms, step] of steps) {
      after(ms, () => {
        if (entry.epoch === epoch && entries.get(entry.resource.id) === entry) step()
      })
    }
  }

  function beginStop(entry: Entry): void {
    const { stopEnds, stopMs } = entry.behaviour
    const stoppingMs = entry.resource.status === 'STOPPING' ? 0 : Math.min(settings.stoppingMs, stopMs)
    const show = () => {
      if (entry.resource.status !== 'STOPPING') setStatus(entry, 'STOPPING')
    }
    const end = () => {
      if (stopEnds === 'GONE') return vanish(entry)
      if (stopEnds === 'STUCK') return
      entry.underWay = undefined
      setStatus(entry, stopEnds)
    }
    begin(entry, 'stop', [
      [stoppingMs, show],
      [stopMs, end],
    ])
    // Without a delay it shows at once, not first at the next request.
    if (stoppingMs === 0) show()
  }

  function beginDelete(entry: Entry): void {
    const { deleteEnds, deleteMs } = entry.behaviour
    begin(entry, 'delete', deleteEnds === 'GONE' ? [[deleteMs, () => vanish(entry)]] : [])
  }

  function put(seed: SapSeed): Entry {
    settle()
    serial += 1
    const group = seed.resourceGroup ?? 'default'
    const id = seed.id ?? `d${serial.toString(16).padStart(15, '0')}`
    const behaviour = behaviourOf(seed, settings)
    const entry: Entry = {
      resource: grown(seed, id, configurations.forSeed(seed, group), time()),
      group,
      behaviour,
      hiddenUntil: time() + behaviour.hiddenMs,
      underWay: undefined,
      epoch: 0,
    }
    entries.set(id, entry)
    return entry
  }

  function add(seed: SapSeed = {}): SapDeployment {
    const entry = put(seed)
    const { status, targetStatus } = entry.resource
    const isStopping = status === 'STOPPING' || (targetStatus === 'STOPPED' && /^(PENDING|RUNNING)$/.test(status))
    if (targetStatus === 'DELETED') beginDelete(entry)
    else if (isStopping) beginStop(entry)
    return entry.resource
  }

  function create(seed: SapSeed = {}): SapDeployment {
    const entry = put({ deploymentUrl: '', ...seed, status: 'UNKNOWN' })
    note('created', entry.resource.id)
    begin(entry, 'start', [
      [settings.pendingMs, () => setStatus(entry, 'PENDING')],
      [2 * settings.pendingMs, () => setStatus(entry, 'RUNNING')],
    ])
    return entry.resource
  }

  function change(id: string, changes: Partial<SapDeployment>): void {
    const entry = live(id)
    if (entry === undefined) throw new Error(`no deployment ${id} to change`)
    const { status, ...others } = changes
    Object.assign(entry.resource, others)
    if (status !== undefined || 'targetStatus' in others) begin(entry, undefined, [])
    if (status !== undefined) setStatus(entry, status)
  }

  /** The first request starts it; a repeated one that is accepted changes nothing. */
  function accept(entry: Entry, action: 'stop' | 'delete'): void {
    note('accepted', entry.resource.id, action)
    const [targetStatus, lastOperation] = action === 'stop' ? ['STOPPED', 'UPDATE'] : ['DELETED', 'DELETE']
    Object.assign(entry.resource, { targetStatus, lastOperation, modifiedAt: timestamp(time()) })
    if (entry.underWay === action) return
    if (action === 'stop') beginStop(entry)
    else beginDelete(entry)
  }

  function configure(id: string, configuration: SapConfiguration): void {
    const resource = entries.get(id)?.resource
    if (resource === undefined) return
    resource.latestRunningConfigurationId = resource.configurationId
    resource.configurationId = configuration.id
    resource.configurationName = configuration.name
    Object.assign(resource, { lastOperation: 'UPDATE', modifiedAt: timestamp(time()) })
  }

  function addExecution(seed: ExecutionSeed = {}): SapExecution {
    serial += 1
    const entry = executionOf(seed, serial, time())
    executions.set(entry.resource.id, entry)
    return entry.resource
  }

  function stopExecution({ resource }: ExecutionEntry): void {
    note('accepted', resource.id, 'stop-execution')
    Object.assign(resource, { targetStatus: 'STOPPED', status: 'STOPPING', modifiedAt: timestamp(time()) })
    after(settings.stopMs, () => {
      if (resource.status === 'STOPPING') Object.assign(resource, { status: 'STOPPED', modifiedAt: timestamp(time()) })
    })
  }

  function leaveGroup(id: string): void {
    note('accepted', id, 'delete-group')
    const group = resourceGroups.get(id)
    resourceGroups.leave(id)
    after(settings.groupDeleteMs, () => {
      if (resourceGroups.get(id) !== group) return
      for (const [key, entry] of [...entries]) if (entry.group === id) entries.delete(key)
      for (const [key, entry] of [...executions]) if (entry.group === id) executions.delete(key)
      resourceGroups.delete(id)
      note('deleted', id)
    })
  }

  return {
    events,
    resourceGroups,
    addExecution,
    removeExecution: (id) => void executions.delete(id),
    executionsOf: (group) => [...executions.values()].filter((entry) => entry.group === group),
    execution: (id, group) => (executions.get(id)?.group === group ? executions.get(id) : undefined),
    stopExecution,
    leaveGroup,
    configurations: configurations.all,
    addConfiguration: configurations.add,
    add,
    create,
    change,
    get: (id) => live(id)?.resource,
    has: (id) => live(id) !== undefined,
    size() {
      settle()
      return entries.size
    },
    remove(id) {
      const entry = live(id)
      if (entry !== undefined) vanish(entry)
    },
    after,
    time,
    settle,
    note,
    inGroup: (group) => [...entries.values()].filter((entry) => entry.group === group),
    find(id, group) {
      const entry = entries.get(id)
      return entry?.group === group && time() >= entry.hiddenUntil ? entry : undefined
    },
    stop: (entry) => accept(entry, 'stop'),
    delete: (entry) => accept(entry, 'delete'),
    configure,
  }
}
