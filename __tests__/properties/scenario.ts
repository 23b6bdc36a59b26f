import fc from 'fast-check'
import type { FaultKind } from '../../emulators/emulator.ts'
import { type Lag, NO_LAG } from './replica.ts'
import type { PlannedChange, PlannedFault } from './wire.ts'

/** How the step is run, whatever the provider. */
export interface Step {
  wait: boolean
  dryRun: boolean
  sweep: boolean
  timeoutS: number
  latencyMs: number
  /** When the runner cancels, in ms after the start; never where 0. */
  cancelAtMs: number
  /** Seed of the jitter. */
  jitter: number
}

/** One whole story: an account, a step that works on it, and what gets in its way. All of it plain data. */
export interface Scenario<W> {
  world: W
  step: Step
  faults: readonly PlannedFault[]
  changes: readonly PlannedChange[]
  lag: Lag
}

/** An action is decided on a look at most three seconds old, and may wait for its turn as long. Milliseconds. */
export const OUTDATED_MS = 6_000

export const STEP: Step = {
  wait: true,
  dryRun: false,
  sweep: false,
  timeoutS: 900,
  latencyMs: 0,
  cancelAtMs: 0,
  jitter: 1,
}

/**
 * How many worlds all providers together get, how many other inputs go with them, and from which seed: a quarter of both unless
 * `UNDEPLOY_WORLDS` and `UNDEPLOY_SEED` say otherwise, as `npm run worlds` does.
 */
export const EXTENT = {
  worlds: Number(process.env['UNDEPLOY_WORLDS'] || 2_550),
  inputs: Number(process.env['UNDEPLOY_WORLDS'] || 2_550),
  seed: Number(process.env['UNDEPLOY_SEED'] || 20_261_121),
}

const mostly = <T>(usual: T, ...others: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4 * others.length, arbitrary: fc.constant(usual) }, ...others.map((other) => fc.constant(other)))

/** A setting of an emulator: its usual value four times in five. */
export { mostly }

export const STEPS: fc.Arbitrary<Step> = fc.record({
  wait: mostly(true, false),
  dryRun: mostly(false, false, true),
  sweep: mostly(false, true),
  timeoutS: mostly(300, 1, 7, 40, 900),
  latencyMs: mostly(0, 0, 40, 900),
  cancelAtMs: mostly(0, 0, 0, 1, 700, 5_000),
  jitter: fc.nat(1_000_000),
})

const JSON_TYPE = { 'content-type': 'application/json' }
const status = (code: number, body: unknown, headers: Record<string, string> = {}, processed = false): FaultKind => ({
  kind: 'status',
  status: code,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { ...JSON_TYPE, ...headers },
  ...(processed ? { processed } : {}),
})

/** Every shape of "later" that a provider or a gateway has. */
const LATER: readonly FaultKind[] = [
  status(429, { error: 'Rate limit exceeded. Please try again later.', retry_after: 37 }),
  status(429, { error: 'Rate limit exceeded. Please try again later.', retry_after: -5 }),
  status(429, { error: 'Rate limit exceeded.', retry_after: 'soon' }, { 'retry-after': '2' }),
  status(429, '{"retry_after":1e308}'),
  status(429, { request_id: 'r', code: 'Throttling.RateQuota', message: 'Requests rate limit exceeded' }),
  status(429, '', { 'retry-after': '1' }),
  status(429, 'slow down', { 'content-type': 'text/plain', 'retry-after': '0' }),
  status(429, '', { 'retry-after': '-1' }),
  status(429, '', { 'retry-after': '99999999999999999999' }),
  status(429, '', { 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }),
  status(429, '', { 'retry-after': 'Sat, 21 Nov 2020 12:00:30 GMT' }),
  status(429, '<h1>429</h1>', { 'content-type': 'text/html' }),
]

const BROKEN: readonly FaultKind[] = [500, 502, 503, 504, 520, 524, 408].flatMap((code) => [
  status(code, ''),
  status(code, { code: 'InternalError', message: 'An internal error has occured' }, {}, true),
  status(code, '<h1>Bad gateway</h1>', { 'content-type': 'text/html' }),
  status(code, 'upstream connect error', { 'content-type': 'text/plain', 'retry-after': '3' }, true),
])

/** Answers that look like a provider's refusal, or like nothing at all. */
const ODD: readonly FaultKind[] = [
  status(400, { code: 'VALIDATION_ERROR', message: 'no' }),
  status(409, { error: { code: '01010076', message: 'Invalid Request, Current status RUNNING cannot be changed..' } }),
  status(412, { error: { code: '01010076', message: 'precondition' } }),
  status(422, [1, 2, 3]),
  status(418, 'teapot', { 'content-type': 'text/plain' }),
  status(302, '', { location: 'https://elsewhere.example/' }),
  status(200, ''),
  status(200, 'null'),
  status(200, '{"a":'),
  status(201, { output: { deployed_model: 'another', status: 'DELETING' } }),
  status(200, { id: 'another', deleted: true, status: 'ACTIVE' }),
  status(401, 'Jwt is expired', { 'content-type': 'text/plain' }),
  status(401, { code: 'InvalidApiKey', message: 'Invalid API-key provided.' }),
  status(403, { code: 'PERMISSION_DENIED', message: 'Authorization error' }),
  status(403, 'RBAC: access denied', { 'content-type': 'text/plain' }),
  // A gateway that cannot reach what it was asked for.
  status(404, 'default backend - 404', { 'content-type': 'text/plain' }),
  status(404, { message: 'no Route matched with those values' }),
  status(404, ''),
  status(200, '\ufffe{}'),
  status(200, '{}', { 'content-encoding': 'gzip' }),
]

const WIRE: readonly FaultKind[] = [
  { kind: 'reset-before' },
  { kind: 'lost-answer' },
  { kind: 'hang' },
  { kind: 'hang-after' },
  { kind: 'truncated' },
  { kind: 'wrong-type' },
  { kind: 'html' },
  { kind: 'slow' },
]

/** Faults on any request; `own` are a provider's own. A body of many MiB is rare, because it takes long to make. */
export function faultsOf(own: readonly FaultKind[]): fc.Arbitrary<readonly PlannedFault[]> {
  const kinds = [
    { weight: 16, arbitrary: fc.constantFrom(...WIRE) },
    { weight: 8, arbitrary: fc.constantFrom(...LATER) },
    { weight: 8, arbitrary: fc.constantFrom(...BROKEN) },
    { weight: 4, arbitrary: fc.constantFrom(...ODD) },
    ...(own.length === 0 ? [] : [{ weight: 4, arbitrary: fc.constantFrom(...own) }]),
    { weight: 0.2, arbitrary: fc.constant<FaultKind>({ kind: 'huge' }) },
  ].map(({ weight, arbitrary }) => ({ weight: weight * 5, arbitrary }))
  const where = fc.oneof(
    { weight: 3, arbitrary: fc.record({ on: fc.constant('write' as const), nth: fc.nat(3) }) },
    { weight: 3, arbitrary: fc.record({ on: fc.constant('read' as const), nth: fc.nat(12) }) },
    { weight: 1, arbitrary: fc.record({ on: fc.constant('any' as const), nth: fc.nat(5) }) },
    { weight: 1, arbitrary: fc.record({ on: fc.constant('token' as const), nth: fc.nat(1) }) },
  )
  const planned = fc
    .tuple(where, mostly(1, 1, 1, 2, 5, 12), fc.oneof(...kinds))
    .map(([place, times, fault]): PlannedFault => ({ ...place, times, fault }))
  return fc.array(planned, { maxLength: 4 })
}

export function changesOf(what: readonly string[]): fc.Arbitrary<readonly PlannedChange[]> {
  const when = fc.oneof(
    fc.record({ before: fc.constant('time' as const), at: fc.constantFrom(0, 1, 300, 1_000, 4_000, 20_000) }),
    fc.record({ before: fc.constant('write' as const), at: fc.nat(3) }),
    fc.record({ before: fc.constant('answer' as const), at: fc.nat(1) }),
  )
  const change = fc.record({ what: fc.constantFrom(...what), which: fc.nat(5) })
  const planned = fc.tuple(when, change).map(([place, rest]): PlannedChange => ({ ...place, ...rest }))
  return fc.array(planned, { maxLength: 3 })
}

/** In two of three worlds, every read shows what is so now. */
const LAGS: fc.Arbitrary<Lag> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(NO_LAG) },
  {
    weight: 1,
    arbitrary: fc
      .record({
        reads: fc.constantFrom<Lag['reads']>('lists', 'single', 'all', 'every second'),
        ms: fc.constantFrom(300, 900, 2_500, 8_000, 30_000),
        isHidden: mostly(false, false, true),
        isCached: mostly(false, true),
      })
      // Where lists and single reads both come from a replica that never had a target, nothing tells that from a deletion.
      .map(({ isHidden, ...lag }) => ({
        ...lag,
        hiddenMs: isHidden && lag.reads !== 'every second' ? Math.min(lag.ms, 20_000) : 0,
      })),
  },
)

/** All scenarios over the worlds of one provider. */
export function scenarios<W>(
  world: fc.Arbitrary<W>,
  changes: readonly string[],
  ownFaults: readonly FaultKind[],
): fc.Arbitrary<Scenario<W>> {
  // Which of two under one ID is meant is not for a replica to say, and it knows nothing of access.
  const ofData = changes.filter((what) => !/^(?:recreate|revoke .*|.* group)$/.test(what))
  return LAGS.chain((lag) =>
    fc.record({
      world,
      step: STEPS,
      faults: faultsOf(ownFaults),
      changes: changesOf(lag.reads === 'none' ? changes : ofData),
      lag: fc.constant(lag),
    }),
  )
}
