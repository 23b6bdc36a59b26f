import type fc from 'fast-check'
import type { Emulator, FaultKind } from '../../emulators/emulator.ts'
import { type Acted, act } from '../support/act.ts'
import { type FakeClock, fakeClock } from '../support/clock.ts'
import { parsedOf } from './answers.ts'
import type { Hearing, Told } from './hearing.ts'
import { createReplica, type Lag, NO_LAG, type Replica } from './replica.ts'
import { type Scenario, STEP, type Step } from './scenario.ts'
import { createWire, type PlannedChange, RUNAWAY, type Sent, type Wire } from './wire.ts'

/** A provider as the model of its own account: how worlds are made, and what must hold in them. */
export interface Model<W> {
  name: string
  /** How much of all worlds: as many as take about as long as those of the others. */
  share: number
  world: fc.Arbitrary<W>
  /** What others can do to the account. */
  changes: readonly string[]
  /** Answers that only this provider has. */
  faults: readonly FaultKind[]
  /** `isLagged` where a replica is to do the same as the account, whenever it is asked. */
  build(world: W, clock: FakeClock, step: Step, isLagged: boolean): Account
}

/** What a write has done to a target; `isNamed` unless that went with something else. */
export interface Change {
  id: string
  isDeletion: boolean
  isNamed: boolean
}

/** One emulated account, and the truth about it. */
export interface Account {
  emulators: Readonly<Record<string, Emulator>>
  /** All inputs that are the provider's own, the selection among them. */
  inputs(): Readonly<Record<string, string>>
  /** IDs of the targets, in the order given. */
  targets: readonly string[]
  secrets(): readonly string[]
  change(change: PlannedChange): void
  /** Looks at an answer as it leaves; what it gives back is done when the action has it. */
  hear(request: Sent, status: number, body: unknown, isMadeUp: boolean): () => void
  /** What is wrong with a write, judged by what the action had heard until then. */
  objection(write: Sent): string | undefined
  hearing: Hearing
  /** Whether the deployment that the action saw first, or would have seen, is really gone. */
  lost(id: string): boolean
  /** Whether the target is there and cannot be seen. */
  isHidden(id: string): boolean
  /** Whether the provider has really taken the target's deletion. */
  isTaken(id: string): boolean
  /** Whether the action was shown that its deletion is under way. */
  wasGoing(id: string): boolean
  /** The targets that a write which was carried out has changed, or their deletion; `text` is the answer, '' where it was lost. */
  changedBy(write: Sent, text: string): readonly Change[]
  /** How long a target that was never seen is looked for, at least, in ms. */
  patienceMs: number
  /** Whether this read is of a list. */
  isList(path: string): boolean
  /** The same request as this account accepts it, where it has tokens of its own. */
  authorize(request: Request): Request
  /** Whether it may go by itself, without being deleted. */
  mayVanish(id: string): boolean
  /** Takes the targets away as if they were not made yet; gives what brings them. */
  hideTargets(): () => void
  /** Makes the account a healthy one: access works, the provider refuses nothing but what its documents say. */
  heal(): void
  /** Whether the target rightly stays in a healthy account. */
  mayStay(id: string): boolean
}

/** What was played, over many worlds. */
export interface Tally {
  worlds: number
  requests: number
  writes: number
  changes: number
  /** Reads that a replica answered. */
  lagged: number
  faults: Map<string, number>
  outcomes: Map<string, number>
}

export function createTally(): Tally {
  return { worlds: 0, requests: 0, writes: 0, changes: 0, lagged: 0, faults: new Map(), outcomes: new Map() }
}

/** Begins nothing after the deadline, and breaks off what is under way; this much after a cancellation. Milliseconds. */
const GRACE_MS = 2000

/** Plays a scenario, and then, where something is left, the same step again without faults. Gives what must not be. */
export async function play<W>(model: Model<W>, scenario: Scenario<W>, tally = createTally()): Promise<string[]> {
  const clock = fakeClock()
  const isLagged = scenario.lag.reads !== 'none'
  const build = (on: FakeClock) => model.build(scenario.world, on, scenario.step, isLagged)
  const account = build(clock)
  const replica = isLagged ? createReplica(build, clock, scenario.lag) : undefined
  const first = await run(account, clock, { ...scenario, replica }, tally)
  const violations = judge(account, first)
  tally.worlds++
  if (violations.length > 0 || isAllGone(first)) return violations
  account.heal()
  const { sweep } = scenario.step
  const again = await run(
    account,
    clock,
    { step: { ...STEP, sweep, timeoutS: 600 }, faults: [], changes: [], replica: undefined },
    tally,
  )
  return [...judge(account, again), ...unfinished(account, again)].map((text) => `the second run: ${text}`)
}

interface Run {
  acted: Acted
  wire: Wire
  step: Step
  lag: Lag
  objections: string[]
  startedAt: number
  /** The targets that this run has really changed, and those whose deletion it has really asked for. */
  changed: ReadonlySet<string>
  deleted: ReadonlySet<string>
  /** The targets that were gone already, although they may have been shown for a while. */
  lostBefore: ReadonlySet<string>
}

async function run(
  account: Account,
  clock: FakeClock,
  { step, faults, changes, replica }: Omit<Scenario<unknown>, 'world' | 'lag'> & { replica: Replica | undefined },
  tally: Tally,
): Promise<Run> {
  const objections: string[] = []
  const [changed, deleted] = [new Set<string>(), new Set<string>()]
  const wire = createWire({
    emulators: account.emulators,
    clock,
    latencyMs: step.latencyMs,
    faults,
    changes,
    happen: (change) => account.change(change),
    replica,
    onCarriedOut(write, text) {
      for (const { id, isDeletion, isNamed } of account.changedBy(write, text)) {
        if (isNamed) changed.add(id)
        if (isDeletion) deleted.add(id)
      }
    },
    onWrite(write) {
      const objection = account.objection(write)
      if (objection !== undefined) objections.push(`${write.method} ${write.path}: ${objection}`)
    },
    onAnswer: (request, status, text, isMadeUp) => account.hear(request, status, parsedOf(text), isMadeUp),
  })
  const startedAt = clock.now()
  const lostBefore = new Set(account.targets.filter((id) => account.lost(id)))
  const cancel = new AbortController()
  if (step.cancelAtMs > 0) clock.at(clock.elapsed() + step.cancelAtMs, () => cancel.abort())
  const acted = await act({
    inputs: {
      ...account.inputs(),
      wait: String(step.wait),
      'dry-run': String(step.dryRun),
      timeout: `${step.timeoutS}s`,
    },
    transport: wire.transport,
    clock,
    random: jitter(step.jitter),
    cancelled: cancel.signal,
  })
  tally.requests += wire.sent.length
  tally.writes += wire.sent.filter(isWrite).length
  tally.changes += wire.changed
  for (const [name, count] of wire.played) add(tally.faults, name, count)
  for (const { outcome } of acted.results) add(tally.outcomes, String(outcome), 1)
  tally.lagged += wire.lagged
  const lag = replica?.lag ?? NO_LAG
  return { acted, wire, step, lag, objections, startedAt, changed, deleted, lostBefore }
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count)
}

function judge(account: Account, run: Run): string[] {
  return [...run.objections, ...judgeResults(account, run), ...judgeTimes(run), ...judgeTexts(account, run)]
}

function judgeResults(account: Account, run: Run): string[] {
  const { acted, step } = run
  const wrong: string[] = []
  const ids = acted.results.map(({ id }) => String(id))
  const isComplete = step.sweep ? new Set(ids).size === ids.length : String(ids) === String(account.targets)
  if (!isComplete) wrong.push(`results for ${ids}, targets were ${account.targets}; ${acted.report['problems']}`)
  for (const [index, { id, outcome, reason }] of acted.results.entries()) {
    const objection = outcomeObjection(account, run, index)
    if (objection !== undefined) wrong.push(`${id} is ${outcome}, but ${objection} (${reason})`)
  }
  const count = (...outcomes: string[]) =>
    acted.results.filter(({ outcome }) => outcomes.includes(String(outcome))).length
  const failures = count('failed', 'refused', 'timed-out')
  const { outputs } = acted
  if (outputs['deleted-count'] !== String(count('deleted'))) wrong.push('deleted-count is another')
  if (outputs['failed-count'] !== String(failures)) wrong.push('failed-count is another')
  const problems = acted.report['problems']
  const hasProblems = Array.isArray(problems) && problems.length > 0
  if (acted.ok !== (failures + count('cancelled') === 0 && !hasProblems))
    wrong.push(`the step ${acted.ok ? 'succeeded' : 'failed'}`)
  return wrong
}

function outcomeObjection(account: Account, run: Run, index: number): string | undefined {
  const { acted, wire, step, startedAt } = run
  const { id: text, outcome, reason, durationMs, actions } = acted.results[index] ?? {}
  const id = String(text)
  const untold = untoldChange(run, id, String(outcome), actions)
  if (untold !== undefined) return untold
  const { hearing } = account
  // A sweep lists before it begins; then the list is the first step.
  const begun = acted.report.targets[index]?.steps[0]?.['at']
  const endedAt = (step.sweep && begun !== undefined ? Date.parse(String(begun)) : startedAt) + Number(durationMs) + 1
  const told = hearing.by(id, endedAt)
  // Looks at others go on meanwhile, and may show more than the one that was decided on.
  const isAlone = account.targets.length === 1
  switch (outcome) {
    case 'deleted':
      if (!account.lost(id)) return 'it is still there'
      if (!run.deleted.has(id) && !account.wasGoing(id) && !hasLied(wire)) return 'nobody is known to have deleted it'
      if (!told.some(isThere)) return 'it was never seen'
      if (told.every((what) => what === 'present')) return 'nobody said so'
      return isAlone && told.at(-1) === 'present' ? 'the last answer showed it' : undefined
    case 'already-gone':
      // Where a read failed, or it went in the middle of a look, one that showed it in another read came to nothing.
      if (
        !String(reason).startsWith('disappeared') &&
        wire.played.size === 0 &&
        wire.changed === 0 &&
        wire.lagged === 0 &&
        !run.changed.has(id) &&
        !run.lostBefore.has(id) &&
        !account.mayVanish(id) &&
        !wire.wasBusy &&
        told.slice(0, told.lastIndexOf('absent')).some(isThere)
      )
        return 'it was seen'
      // What has the same ID by now is another one.
      if (String(reason).includes('a new one has the same ID')) return account.lost(id) ? undefined : 'it is there'
      if (told.every((what) => what === 'present') || (isAlone && told.at(-1) === 'present')) return 'nobody said so'
      return account.lost(id) || account.isHidden(id) || isHiddenTooLong(account, run) ? undefined : 'it is there'
    case 'accepted':
      if (step.wait) return 'its end was to be waited for'
      return account.isTaken(id) || account.lost(id) || hasLied(wire) ? undefined : 'nothing was accepted'
    case 'planned':
      return step.dryRun ? undefined : 'this is no dry run'
    case 'kept':
      return step.sweep ? undefined : 'this is no sweep'
    case 'cancelled':
      return step.cancelAtMs > 0 ? undefined : 'nobody cancelled'
    case 'timed-out':
      return acted.ms >= step.timeoutS * 1000 ? undefined : 'there was time left'
    case 'failed':
    case 'refused':
      return undefined
    default:
      return 'that is no outcome'
  }
}

/** Two looks for a new target are at most this far apart. Milliseconds. */
const ROUND_MS = 6_000

/** A new target is looked for as long as the provider's documents make it advisable, and as long as there is time. */
function isHiddenTooLong(account: Account, { lag, step, wire }: Run): boolean {
  const cancelMs = step.cancelAtMs > 0 ? step.cancelAtMs : Number.POSITIVE_INFINITY
  const lookedMs = Math.min(account.patienceMs, step.timeoutS * 1000 - ROUND_MS, cancelMs)
  // A fault can take all of the time.
  return lag.hiddenMs > 0 && (lag.hiddenMs >= lookedMs || wire.played.size > 0)
}

/** Whatever was changed is told and counts, be it that no answer came. */
function untoldChange({ changed }: Run, id: string, outcome: string, actions: unknown): string | undefined {
  if (!changed.has(id)) return undefined
  if (outcome === 'kept') return 'this run has changed it'
  // An answer that says nothing, or something else, fails by itself.
  const isTold = outcome === 'failed' || (Array.isArray(actions) && actions.length > 0)
  return isTold ? undefined : 'what this run has done to it is not told'
}

/** A gateway said yes in the provider's place. */
function hasLied({ played }: Wire): boolean {
  return [...played.keys()].some((name) => name.startsWith('status 2'))
}

function isThere(what: Told): boolean {
  return what !== 'absent'
}

function judgeTimes({ acted, wire, step, lag, startedAt }: Run): string[] {
  const wrong: string[] = []
  const cancelMs = step.cancelAtMs > 0 ? step.cancelAtMs : Number.POSITIVE_INFINITY
  const endMs = Math.min(step.timeoutS * 1000, cancelMs + GRACE_MS)
  if (acted.ms > endMs) wrong.push(`it took ${acted.ms} ms, and had to end after ${endMs} ms`)
  const writes = wire.sent.filter(isWrite)
  if (step.dryRun && writes.length > 0) wrong.push('a dry run wrote')
  // A write that was refused for its token is sent again with a new one.
  const graceMs = wire.sent.filter(({ path }) => path === '/oauth/token').length > 1 ? GRACE_MS : 0
  const lastMs = Math.min(step.timeoutS * 1000, cancelMs + graceMs) + step.latencyMs
  const late = writes.find(({ at }) => at - startedAt > lastMs)
  if (late !== undefined) wrong.push(`${late.method} was begun after the end`)
  const targets = Math.max(1, acted.results.length)
  // What comes from a cache is read again, a few times each.
  const most = MOST_REQUESTS * (lag.isCached ? 4 : 1)
  if (wire.sent.length > Math.min(RUNAWAY, most * (1 + targets))) {
    wrong.push(`${wire.sent.length} requests for ${targets} targets`)
  }
  return wrong
}

/** Looks follow each other more and more slowly; eight tries of each, at the worst. */
const MOST_REQUESTS = 150

function judgeTexts(account: Account, { acted }: Run): string[] {
  const { log, debug, outputs, summary, state, report } = acted
  const text = [...log, ...debug, summary, JSON.stringify([outputs, state, report])].join('\n')
  const wrong: string[] = []
  for (const secret of account.secrets()) {
    const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')]
    if (forms.some((form) => text.includes(form))) wrong.push(`the secret ${secret} was shown`)
    if (!acted.masked.includes(secret) && text !== '') wrong.push(`the secret ${secret} was not masked`)
  }
  return wrong
}

function unfinished(account: Account, { acted }: Run): string[] {
  const stopped = acted.results.flatMap(({ id, outcome, reason }) => {
    const isDone = outcome === 'deleted' || outcome === 'already-gone' || account.mayStay(String(id))
    return isDone ? [] : [`${id} is ${outcome} although nothing stands in its way: ${reason}`]
  })
  const left = account.targets.filter((id) => !account.lost(id) && !account.isHidden(id) && !account.mayStay(id))
  return [...stopped, ...left.map((id) => `${id} is left; ${acted.report['problems']}`)]
}

function isAllGone({ acted, step }: Run): boolean {
  const isGone = (outcome: unknown) => outcome === 'deleted' || outcome === 'already-gone'
  return !step.sweep && acted.results.every(({ outcome }) => isGone(outcome))
}

function isWrite({ method, path }: Sent): boolean {
  return method !== 'GET' && path !== '/oauth/token'
}

/** Mulberry32: small, and the same everywhere. */
function jitter(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
