import { HttpError } from '../../src/http/errors.ts'
import type { Exchange } from '../../src/http/exchange.ts'
import type { TargetHistory } from '../../src/providers/history.ts'
import { deletionAccepted, snapshots } from '../../src/providers/history.ts'
import type { Observation, Observed, Snapshot } from '../../src/providers/observation.ts'
import type { Provider } from '../../src/providers/provider.ts'
import type { Action, ActionResult, Step } from '../../src/providers/step.ts'
import { type Target, targetKey } from '../../src/providers/target.ts'
import { teardown } from '../../src/teardown/controller.ts'
import type { TeardownOptions } from '../../src/teardown/options.ts'
import type { Result } from '../../src/teardown/result.ts'
import { type FakeClock, fakeClock, START } from '../support/clock.ts'

export const EXCHANGE: Exchange = { at: START, ms: 1, method: 'GET', path: '/d', status: 200, requestId: 'r1' }

/** Something the scripted provider has. */
export interface Thing {
  name?: string
  status: string
  createdAt?: number
  /** When it disappears; ms after the start. */
  goneAt?: number
}

/** One call of the provider; `until` is set once it has ended. Times are ms after the start. */
export interface Noted {
  kind: 'look' | 'act'
  id: string
  at: number
  until?: number
  how?: 'observe' | 'confirmGone'
  verb?: string
}

export type TestProvider = Provider<Snapshot, Action>

export interface Script {
  concurrency?: number
  /** How long a look takes, an action, and a removal after it was accepted; ms. */
  lookMs?: number | ((targets: number) => number)
  actMs?: number
  goneMs?: number
  /** Replaces what a look says of one target. Throwing makes it unreadable. */
  look?: (id: string, count: number) => Observation | undefined
  /** Replaces what becomes of an action. */
  act?: (id: string, count: number, proceed: () => void) => ActionResult | undefined | Promise<ActionResult | undefined>
  nextStep?: TestProvider['nextStep']
  /** Replaces whole calls. */
  observe?: (targets: readonly Target[]) => Promise<Observation[]>
}

export interface Scripted {
  clock: FakeClock
  provider: TestProvider
  things: Map<string, Thing>
  noted: Noted[]
  /** Runs the teardown of these IDs; of all things where absent. */
  run(options?: Partial<TeardownOptions<Snapshot, Action>> & { ids?: readonly string[] }): Promise<Result[]>
  /** How often the loop gave a sign of life. */
  beats(): number
}

export const DELETE: Action = { verb: 'delete', final: true }

/** The simplest rules there are: delete once, wait until it is gone. */
export function plainRules(observation: Observed, history: TargetHistory): Step {
  if (observation.state === 'absent') {
    const seen = snapshots(history).length > 0
    return { type: 'end', outcome: seen ? 'deleted' : 'already-gone', reason: seen ? 'confirmed gone' : 'not found' }
  }
  if (deletionAccepted(history)) return { type: 'wait', until: 'gone', reason: 'deletion is accepted', after: [] }
  return { type: 'act', action: DELETE, reason: `it is ${observation.snapshot.status}`, after: ['wait until gone'] }
}

/** A provider in memory that does as the script says and notes every call. */
export function scripted(things: Readonly<Record<string, Thing>>, script: Script = {}): Scripted {
  const clock = fakeClock()
  const map = new Map(Object.entries(things))
  const noted: Noted[] = []
  let beats = 0
  const countOf = (kind: Noted['kind'], id: string) =>
    noted.filter((call) => call.kind === kind && call.id === id).length

  const observeOne = ({ id }: Target): Observation => {
    const own = script.look?.(id, countOf('look', id))
    if (own !== undefined) return own
    const thing = map.get(id)
    const exchange = { ...EXCHANGE, at: clock.now(), ms: 0 }
    if (thing === undefined || (thing.goneAt !== undefined && thing.goneAt <= clock.elapsed())) {
      return { state: 'absent', exchange }
    }
    const { goneAt: _, ...snapshot } = thing
    return { state: 'present', snapshot, exchange }
  }

  const look =
    (how: 'observe' | 'confirmGone') =>
    async (targets: readonly Target[]): Promise<Observation[]> => {
      const calls = targets.map(({ id }): Noted => ({ kind: 'look', id, at: clock.elapsed(), how }))
      noted.push(...calls)
      if (script.observe !== undefined) return script.observe(targets)
      const { lookMs } = script
      if (lookMs !== undefined) await clock.sleep(typeof lookMs === 'number' ? lookMs : lookMs(targets.length))
      for (const call of calls) call.until = clock.elapsed()
      return targets.map((target) => {
        try {
          return observeOne(target)
        } catch (error) {
          return { state: 'unreadable', error: error instanceof Error ? error : new Error(String(error)) }
        }
      })
    }

  const provider: TestProvider = {
    concurrency: script.concurrency ?? 8,
    list: async () => [],
    protection: () => undefined,
    collateral: () => [],
    requestText: ({ verb }) => `its ${verb}`,
    nextStep: script.nextStep ?? plainRules,
    observe: look('observe'),
    confirmGone: look('confirmGone'),
    async act({ id }, action, { notAfter }) {
      if (clock.now() > notAfter) throw new HttpError('unsent', 'too late', EXCHANGE)
      const call: Noted = { kind: 'act', id, at: clock.elapsed(), verb: action.verb }
      noted.push(call)
      const proceed = () => {
        const thing = map.get(id)
        if (thing !== undefined) thing.goneAt = clock.elapsed() + (script.goneMs ?? 0)
      }
      const own = await script.act?.(id, countOf('act', id), proceed)
      if (script.actMs !== undefined) await clock.sleep(script.actMs)
      call.until = clock.elapsed()
      if (own !== undefined) return own
      proceed()
      return { result: 'accepted', tombstone: { id }, exchange: EXCHANGE }
    },
  }

  return {
    clock,
    provider,
    things: map,
    noted,
    beats: () => beats,
    run: ({ ids = [...map.keys()], ...options } = {}) =>
      teardown({
        provider,
        targets: ids.map((id) => ({ resource: 'deployment', id })),
        policy: { allow: new Set(), selected: new Set(ids.map((id) => targetKey({ resource: 'deployment', id }))) },
        veto: () => undefined,
        dryRun: false,
        wait: true,
        stop: new AbortController().signal,
        stopReason: () => 'timed-out',
        clock,
        random: () => 0,
        progress: { happened: () => {}, decided: () => {}, ended: () => {}, waiting: () => void beats++ },
        onMistake(error) {
          throw error
        },
        ...options,
      }),
  }
}

/** `count` things that can be deleted, d0, d1, … */
export function active(count: number): Record<string, Thing> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`d${n}`, { status: 'ACTIVE', name: `name-${n}` }]))
}

/** The most calls that were under way at one moment. */
export function mostAtOnce(calls: readonly Noted[]): number {
  return Math.max(
    0,
    ...calls.map(({ at }) => calls.filter((other) => other.at <= at && at < (other.until ?? Infinity)).length),
  )
}

export function outcomes(results: readonly Result[]): string[] {
  return results.map(({ outcome }) => outcome)
}
