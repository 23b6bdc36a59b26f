import type { TargetEvent } from '../../src/providers/history.ts'
import type { Action } from '../../src/providers/step.ts'
import type { Candidate } from '../../src/sweep/classify.ts'
import type { SweepPlan } from '../../src/sweep/plan.ts'
import type { Result } from '../../src/teardown/result.ts'
import type { Acted } from '../support/act.ts'
import { START } from '../support/clock.ts'
import { ago, basetenAccount, DAY, HOUR, sapAccount } from '../sweep/accounts.ts'
import { EXCHANGE, HOSTILE, NOON, result } from './results.ts'

type With = Readonly<Record<string, string>>

/** One SAP deployment that runs, is stopped and then deleted. */
export async function oneTarget(): Promise<Acted> {
  const { world, run } = sapAccount({ stopMs: 21_000, deleteMs: 9000 })
  world.add({ id: 'd748fdae9f88a9b0', status: 'RUNNING', configurationName: 'pr-42-summariser', createdAt: ago(DAY) })
  return run({ 'deployment-id': 'd748fdae9f88a9b0' })
}

/** Production on Baseten, named by its ID. */
export async function refused(): Promise<Acted> {
  const { world, run } = basetenAccount()
  const model = world.addModel({ id: 'q2w8xz1', name: 'llama-chat' })
  world.addDeployment(model.id, { id: 'w5d1kk9', name: 'main', production: true })
  world.addDeployment(model.id, { id: 'qv7m3p2', name: 'PR-42_1a2b3c4' })
  return run({ 'model-id': model.id, 'deployment-id': 'w5d1kk9' })
}

/** A nightly sweep of SAP: most of it goes, one deployment does not stop in time, some stay. */
export async function nightlySweep(more: With = {}): Promise<Acted> {
  const { world, github, run } = sapAccount({ stopMs: 20_000, deleteMs: 8000 })
  for (const number of [41, 42, 57, 60]) github.world.addPull({ number, state: number === 57 ? 'OPEN' : 'MERGED' })
  const add = (id: string, name: string, age: number, other = {}) =>
    world.add({ id, status: 'RUNNING', configurationName: name, createdAt: ago(age), ...other })
  add('d1f0a6b2c3d4e5f6', 'pr-41-summariser', 9 * DAY)
  add('d2a7c1e8b9f0d3a4', 'pr-41-embedder', 9 * DAY, { status: 'STOPPED' })
  add('d3b8d2f9c0a1e4b5', 'pr-42-summariser', 3 * DAY + 4 * HOUR, { behaviour: { stopMs: 47_000 } })
  add('d4c9e3a0d1b2f5c6', 'pr-42-reranker', 3 * DAY + 4 * HOUR, { behaviour: { stopEnds: 'STUCK' } })
  add('d5d0f4b1e2c3a6d7', 'pr-57-summariser', 2 * DAY)
  add('d6e1a5c2f3d4b7e8', 'pr-60-summariser', 2 * HOUR)
  add('d7f2b6d3a4e5c8f9', 'pr-41-demo', 20 * DAY)
  add('d8a3c7e4b5f6d9a0', 'summariser-production', 90 * DAY)
  return run({ name: 'pr-{pr}-*', 'older-than': '6h', protect: '*-demo', timeout: '2m', ...more })
}

/** The picture of the README: what nobody used for a week, by label, with what it costs. Nothing fails. */
export async function unusedForAWeek(): Promise<Acted> {
  const { world, run } = basetenAccount()
  world.addModel({ id: 'q2w8xz1', name: 'llama-chat' })
  const days = Array.from({ length: 31 }, (_, n) => new Date(START - n * DAY).toISOString().slice(0, 10))
  const add = (
    id: string,
    name: string,
    ageMs: number,
    dollarsADay: string,
    more: Parameters<typeof world.addDeployment>[1] = {},
  ) => {
    world.addDeployment('q2w8xz1', { id, name, createdAt: ago(ageMs), labels: { team: 'search' }, ...more })
    for (const date of days) world.traffic.bill(id, { date, subtotal: dollarsADay })
  }
  add('w5d1kk9', 'main', 90 * DAY, '29.04', { production: true })
  add('qv7m3p2', 'PR-42_1a2b3c4', 12 * DAY, '311.99', { instanceTypeName: 'H100:26x234', replicas: 2 })
  add('r8n4t6y', 'PR-42_9f8e7d6', 11 * DAY, '28.97')
  add('z9y8x7w', 'experiment-rope', 20 * DAY, '0', { status: 'SCALED_TO_ZERO' })
  add('k3j5h7g', 'PR-57_0b1c2d3', 9 * DAY, '28.97')
  add('m2x4c6v', 'demo-keynote', 30 * DAY, '28.97')
  add('t1u2v3w', 'PR-60_5e6f7a8', 2 * DAY, '28.97')
  world.traffic.serve('w5d1kk9', 900, { at: START - HOUR })
  world.traffic.serve('k3j5h7g', 214, { at: START - DAY })
  return run({ 'model-id': 'q2w8xz1', label: 'team=search', 'unused-for': '7d', protect: 'demo-*' })
}

/** Three deployments of a load test, cancelled while one of them still stops. */
export async function cancelled(): Promise<Acted> {
  const { world, clock, run } = sapAccount({ stopMs: 20_000, deleteMs: 8000 })
  const cancel = new AbortController()
  const add = (id: string, name: string, other = {}) =>
    world.add({ id, configurationName: name, createdAt: ago(DAY), ...other })
  add('d1f0a6b2c3d4e5f6', 'load-test-1', { status: 'STOPPED' })
  add('d2a7c1e8b9f0d3a4', 'load-test-2', { status: 'RUNNING' })
  add('d3b8d2f9c0a1e4b5', 'load-test-3', { status: 'RUNNING', behaviour: { stopMs: 3000 } })
  clock.at(15_000, () => cancel.abort())
  const ids = 'd1f0a6b2c3d4e5f6, d2a7c1e8b9f0d3a4, d3b8d2f9c0a1e4b5'
  return run({ 'deployment-id': ids }, { cancelled: cancel.signal })
}

/** More selected than 'max-deletions' allows. */
export async function capped(): Promise<Acted> {
  const { world, run } = sapAccount()
  for (let n = 1; n <= 3; n++) {
    world.add({ id: `d00000000000000${n}`, status: 'RUNNING', configurationName: `test-${n}`, createdAt: ago(n * DAY) })
  }
  return run({ name: 'test-*', 'max-deletions': '2' })
}

/** Wrong inputs. */
export async function mistakes(): Promise<Acted> {
  const { run } = sapAccount()
  return run({ 'dry-run': '', timeout: 'soon', name: 'pr-*', 'deployment-id': 'd748fdae9f88a9b0' })
}

/** Left to the end of the job. */
export async function deferred(): Promise<Acted> {
  const { run } = sapAccount()
  return run({ 'deployment-id': 'd748fdae9f88a9b0, d2a7c1e8b9f0d3a4', defer: 'true' })
}

/** A thousand deployments of a load test, named by their IDs: most are stopped and deleted, three do not stop in time. */
export function thousandResults(): Result[] {
  return Array.from({ length: 1000 }, (_, n) => {
    const target = { resource: 'deployment' as const, id: `d${(n + 1).toString(16).padStart(15, '0')}` }
    const name = `load-test-${n + 1}`
    if (n === 500) return result('already-gone', '', { target, reason: 'there is no such deployment' })
    const stopped = n % 5 === 0 ? 0 : 5000 + (n % 7) * 1000
    const history: TargetEvent[] = [
      { type: 'observed', at: NOON, until: NOON, times: 1, status: stopped === 0 ? 'STOPPED' : 'RUNNING' },
      ...(stopped === 0 ? [] : [acted('stop', 0)]),
    ]
    if (n % 333 === 1) {
      const reason = 'deletion was not accepted yet; last seen STOPPING'
      return result('timed-out', '', { target, name, reason, lastStatus: 'STOPPING', history, endedAt: NOON + 60_000 })
    }
    const gone: TargetEvent = {
      type: 'not-found',
      at: NOON + stopped + 3000,
      until: NOON + stopped + 3000,
      times: 1,
      exchange: EXCHANGE,
    }
    const more = { history: [...history, acted('delete', stopped), gone], endedAt: gone.at }
    return result('deleted', '', { target, name, reason: 'confirmed gone', ...more })
  })
}

function acted(verb: 'stop' | 'delete', at: number): TargetEvent {
  const action: Action = verb === 'stop' ? { verb, final: false } : { verb, final: true }
  const actionResult = { result: 'accepted' as const, exchange: EXCHANGE }
  return { type: 'requested', at: NOON + at, until: NOON + at + 120, action, actionResult }
}

/** What should break a summary, beyond what texts in general should break. */
export const NASTY: readonly string[] = [
  ...HOSTILE,
  'section b\n  crit :crit, 0, 1\n```\n## out',
  '%%{init: {"theme": "forest"}}%% ; : # , { } " end',
  '##[group]x ::group::y',
  '[!WARNING] <details open><summary>y</summary>',
  '',
  '   ',
  '\u200b\u200e\u202e\ufeff',
  'مرحبا بالعالم שלום 部署 😀',
  'x'.repeat(10_000),
  '|`<'.repeat(3000),
]

/** Results of which every text is nasty, a failure and a success for each. */
export function hostileResults(texts: readonly string[] = NASTY): Result[] {
  return texts.flatMap((text, n) => {
    const more: Partial<Result> = {
      target: { resource: 'deployment', id: `${n} ${text}`, parent: text },
      name: text,
      reason: text,
      lastStatus: text,
      history: [
        { type: 'observed', at: NOON, until: NOON, times: 1, status: text, detail: text },
        {
          type: 'requested',
          at: NOON + 1000 * n,
          until: NOON + 1000 * n + 200,
          action: { verb: 'delete', final: true },
          actionResult: { result: 'unknown', problem: text, exchange: { ...EXCHANGE, requestId: text } },
        },
      ],
      endedAt: NOON + 60_000,
    }
    return [result('failed', 'd1', more), result('deleted', 'd2', more)]
  })
}

/** A plan with the same texts in it. */
export function hostilePlan(texts: readonly string[] = NASTY): SweepPlan {
  const candidates = texts.map((text, n): Candidate => {
    const snapshot = { name: text, status: text, details: undefined }
    const listed = { target: { resource: 'deployment' as const, id: `${n} ${text}` }, snapshot }
    return { listed, class: n % 2 === 0 ? 'selected' : 'protected', reason: text, pullRequests: [], ageMs: undefined }
  })
  return { candidates, unmatched: [], doubts: [] }
}
