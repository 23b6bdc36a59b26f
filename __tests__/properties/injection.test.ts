import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TargetEvent } from '../../src/providers/history.ts'
import type { Target } from '../../src/providers/target.ts'
import { commentOf } from '../../src/report/comment.ts'
import { outputsOf } from '../../src/report/outputs.ts'
import type { RunReport } from '../../src/report/report.ts'
import { reportFile } from '../../src/report/report-file.ts'
import { summaryOf } from '../../src/report/summary.ts'
import { logLine } from '../../src/runner/log-line.ts'
import type { Candidate } from '../../src/sweep/classify.ts'
import type { Outcome, Result } from '../../src/teardown/result.ts'
import { ALIBABA } from './alibaba-model-studio.ts'
import { BASETEN } from './baseten.ts'
import { TEXT_BENDS } from './bend.ts'
import type { Model } from './drive.ts'
import { fuzz } from './fuzz.ts'
import { HOSTILE_TEXT } from './hostile.ts'
import { logProblems, markdownProblems } from './inert.ts'
import { SAP_AI_CORE } from './sap-ai-core.ts'
import { EXTENT } from './scenario.ts'

const RUNS = Math.ceil(EXTENT.inputs / 20)
const OPTIONS = { numRuns: RUNS, seed: EXTENT.seed }
const TIMEOUT = { timeout: 3_600_000 }

const OUTCOMES: readonly Outcome[] = [
  ...([
    'deleted',
    'accepted',
    'already-gone',
    'planned',
    'kept',
    'refused',
    'failed',
    'timed-out',
    'cancelled',
  ] as const),
]
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const time = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2026, 0) + 10_000 })

const TARGET: fc.Arbitrary<Target> = fc
  .record({
    resource: fc.constantFrom('deployment', 'model', 'environment', 'chain', 'chain-deployment'),
    id: HOSTILE_TEXT,
    parent: optional(HOSTILE_TEXT),
  })
  .map(({ parent, ...rest }) => (parent === undefined ? rest : { ...rest, parent }))

const EXCHANGE = fc.record({
  at: time,
  ms: fc.nat(5_000),
  method: fc.constantFrom('GET', 'DELETE'),
  path: HOSTILE_TEXT,
  status: fc.nat(599),
  requestId: HOSTILE_TEXT,
  problem: HOSTILE_TEXT,
})

const EVENT: fc.Arbitrary<TargetEvent> = fc.oneof(
  fc.record({
    type: fc.constant('observed'),
    at: time,
    until: time,
    times: fc.nat(3),
    status: HOSTILE_TEXT,
    detail: HOSTILE_TEXT,
    exchange: EXCHANGE,
  }),
  fc.record({ type: fc.constant('not-found'), at: time, until: time, times: fc.nat(3), exchange: EXCHANGE }),
  fc.record({
    type: fc.constant('read-failed'),
    at: time,
    until: time,
    times: fc.nat(3),
    problem: HOSTILE_TEXT,
    exchange: EXCHANGE,
  }),
  fc.record({
    type: fc.constant('requested'),
    at: time,
    until: time,
    action: fc.constantFrom({ verb: 'delete', final: true } as const, { verb: 'stop', final: false } as const),
    actionResult: fc.record({
      result: fc.constant('refused'),
      problem: HOSTILE_TEXT,
      status: fc.nat(599),
      exchange: EXCHANGE,
    }),
  }),
)

const RESULT: fc.Arbitrary<Result> = fc
  .record({
    target: TARGET,
    outcome: fc.constantFrom(...OUTCOMES),
    reason: HOSTILE_TEXT,
    name: optional(HOSTILE_TEXT),
    lastStatus: optional(HOSTILE_TEXT),
    tombstone: optional(fc.oneof(HOSTILE_TEXT, fc.jsonValue())),
    plan: optional(fc.array(HOSTILE_TEXT, { maxLength: 3 })),
    history: fc.array(EVENT, { maxLength: 4 }),
    startedAt: time,
  })
  .map(({ name, lastStatus, plan, ...rest }) => ({
    ...rest,
    endedAt: rest.startedAt + 1_500,
    ...(name === undefined ? {} : { name }),
    ...(lastStatus === undefined ? {} : { lastStatus }),
    ...(plan === undefined ? {} : { plan }),
  }))

const CHOICE: fc.Arbitrary<Candidate> = fc.record({
  listed: fc.record({
    target: TARGET,
    snapshot: fc.record({ name: HOSTILE_TEXT, status: HOSTILE_TEXT, details: fc.constant(undefined) }),
  }),
  class: fc.constantFrom('selected', 'protected', 'young', 'unknown', 'not-matched'),
  reason: HOSTILE_TEXT,
  pullRequests: fc.constant([]),
  ageMs: optional(fc.nat()),
})

const REPORT: fc.Arbitrary<RunReport> = fc.record({
  provider: fc.constantFrom('baseten', 'sap-ai-core', 'alibaba-model-studio'),
  scope: fc.array(HOSTILE_TEXT, { maxLength: 3 }),
  dryRun: fc.boolean(),
  results: fc.oneof(fc.array(RESULT, { maxLength: 4 }), fc.array(RESULT, { minLength: 21, maxLength: 24 })),
  problems: fc.array(HOSTILE_TEXT, { maxLength: 2 }),
  plan: optional(fc.array(CHOICE, { maxLength: 4 }).map((candidates) => ({ candidates, unmatched: [], doubts: [] }))),
  startedAt: time,
  endedAt: time,
})

const RUN_URL = 'https://github.com/octo/app/actions/runs/1'

describe('texts from anywhere stay texts', () => {
  it('in the log: one line, no workflow command, nothing invisible', () => {
    expect(() =>
      fc.assert(
        fc.property(
          fc.oneof(HOSTILE_TEXT, fc.string({ unit: fc.constantFrom(...':#[]\n\r\u2028 \u200b\u00a0ae') })),
          (text) => {
            expect(logProblems([logLine(text), logLine(`x ${text}`)])).toEqual([])
          },
        ),
        { ...OPTIONS, numRuns: 10 * RUNS },
      ),
    ).not.toThrow()
  })

  it('in the job summary: known blocks, whole tables, tags in pairs, no link, mention or reference', TIMEOUT, () => {
    expect(() =>
      fc.assert(
        fc.property(REPORT, fc.constantFrom(1_000_000, 3_000), (report, limit) => {
          expect(markdownProblems(summaryOf(report, '/tmp/report.json', limit))).toEqual([])
        }),
        OPTIONS,
      ),
    ).not.toThrow()
  })

  it('in the comment on a pull request as well, where a mention would reach people', TIMEOUT, () => {
    expect(() =>
      fc.assert(
        fc.property(REPORT, (report) => {
          expect(markdownProblems(commentOf(report, report.results, RUN_URL))).toEqual([])
        }),
        OPTIONS,
      ),
    ).not.toThrow()
  })

  it('in outputs and the report file: JSON that says the same again', TIMEOUT, () => {
    expect(() =>
      fc.assert(
        fc.property(REPORT, (report) => {
          const rows: unknown = JSON.parse(outputsOf(report, '/r.json').outputs.results)
          expect(rows).toMatchObject(report.results.map(({ reason, outcome }) => ({ reason, outcome })))
          expect(JSON.parse([...reportFile(report, '1')].join('')).targets).toHaveLength(report.results.length)
        }),
        OPTIONS,
      ),
    ).not.toThrow()
  })
})

describe('hostile names, messages and request IDs in a provider’s answers reach nobody as more than text', () => {
  it('Baseten', TIMEOUT, async () => {
    expect(await shown(BASETEN)).toBe(RUNS)
  })
  it('SAP AI Core', TIMEOUT, async () => {
    expect(await shown(SAP_AI_CORE)).toBe(RUNS)
  })
  it('Alibaba Model Studio', TIMEOUT, async () => {
    expect(await shown(ALIBABA)).toBe(RUNS)
  })
})

/** Gives how many accounts were tried. */
async function shown<W>(model: Model<W>): Promise<number> {
  let runs = 0
  const property = fc.asyncProperty(model.world, TEXT_BENDS, fc.boolean(), async (world, plan, sweep) => {
    runs++
    const { acted } = await fuzz(model, world, { plan, sweep })
    const lines = [...acted.log.map((line) => line.replace(/^\w+: /, '')), ...acted.debug]
    expect([...logProblems(lines), ...markdownProblems(acted.summary)]).toEqual([])
  })
  await fc.assert(property, OPTIONS)
  return runs
}
