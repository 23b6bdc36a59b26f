import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALIBABA } from './alibaba-model-studio.ts'
import { BASETEN } from './baseten.ts'
import { BENDS, type PlannedBend } from './bend.ts'
import type { Model } from './drive.ts'
import { type Fuzzed, fuzz } from './fuzz.ts'
import { logProblems, markdownProblems, traceProblems } from './inert.ts'
import { SAP_AI_CORE } from './sap-ai-core.ts'
import { EXTENT } from './scenario.ts'

const RUNS = Math.ceil(EXTENT.inputs / 20)
const TIMEOUT = { timeout: 3_600_000 }

/** Where a write may go: to a deployment, an instance of it, or all of a kind; each ID one path segment and no more. */
const WRITES = [
  /^\/v1\/models\/[^/?#]+$/,
  /^\/v1\/models\/[^/?#]+\/deployments\/[^/?#]+(?:\/deactivate)?$/,
  /^\/v1\/models\/[^/?#]+\/environments\/[^/?#]+$/,
  /^\/v1\/chains\/[^/?#]+$/,
  /^\/v1\/chains\/[^/?#]+\/deployments\/[^/?#]+(?:\/deactivate)?$/,
  /^\/v2\/lm\/deployments(?:\/[^/?#]+)?$/,
  /^\/api\/v1\/deployments\/[^/?#]+(?:\/capacity-instances\/[^/?#]+)?$/,
]
/** Names that the APIs have for something else than a deployment of that ID. */
const OTHER_NAMES = /\/(?:production|development|models|\.|\.\.)(?:\/deactivate)?$/

const OUTCOMES = ['deleted', 'accepted', 'already-gone', 'kept', 'refused', 'failed', 'timed-out']

function problemsOf(
  { acted, account, writes, requests }: Fuzzed,
  plan: readonly PlannedBend[],
  isSweep: boolean,
): string[] {
  const { results, outputs, log, debug, summary, ms, masked } = acted
  const said = log.map((line) => line.replace(/^\w+: /, ''))
  const shown = [...said, ...debug, summary, JSON.stringify([outputs, acted.report])].join('\n')
  // What was shown before it came as a token could not be hidden yet.
  const bentIn = JSON.stringify(plan)
  const secrets = masked.filter((secret) => secret.length >= 6 && !bentIn.includes(JSON.stringify(secret).slice(1, -1)))
  return [
    ...logProblems([...said, ...debug]),
    ...traceProblems(said),
    ...markdownProblems(summary),
    ...writes.filter(({ path }) => !WRITES.some((known) => known.test(path))).map(({ path }) => `a write to ${path}`),
    ...writes.filter(({ path }) => OTHER_NAMES.test(path)).map(({ path }) => `a write to ${path}`),
    ...(isSweep
      ? []
      : writes.filter((write) => !isMeant(account.targets, write)).map(({ path }) => `wrote to ${path}`)),
    ...results.filter(({ outcome }) => !OUTCOMES.includes(String(outcome))).map(({ outcome }) => `outcome ${outcome}`),
    ...(isSweep || results.length === account.targets.length ? [] : [`${results.length} results`]),
    ...(ms <= 120_000 ? [] : [`it took ${ms} ms`]),
    ...(requests <= 1500 ? [] : [`${requests} requests`]),
    ...(Object.keys(outputs).length === 10 ? [] : ['an output is missing']),
    ...secrets.filter((secret) => shown.includes(secret)).map((secret) => `showed ${secret}`),
  ]
}

/** What may go with a deployment where it is allowed; `baseten.test.ts` holds that it is allowed. */
const GOES_ALONG = /^\/v1\/models\/m1(?:\/environments\/[^/?#]+)?$/

function isMeant(targets: readonly string[], { path, body }: { path: string; body: string }): boolean {
  if (GOES_ALONG.test(path)) return true
  const ids = path.endsWith('/lm/deployments') ? [...body.matchAll(/"id":"([^"]*)"/g)].map(([, id]) => id) : [path]
  return ids.every((text) => targets.some((id) => text === id || text?.split('/').includes(id)))
}

describe('answers of any shape end in a result or in a clear error, and never in a write to something else', () => {
  it('Baseten, targets by ID', TIMEOUT, async () => {
    expect(await check(BASETEN, false)).toBe(RUNS)
  })
  it('Baseten, a sweep', TIMEOUT, async () => {
    expect(await check(BASETEN, true)).toBe(RUNS)
  })
  it('SAP AI Core, targets by ID', TIMEOUT, async () => {
    expect(await check(SAP_AI_CORE, false)).toBe(RUNS)
  })
  it('SAP AI Core, a sweep', TIMEOUT, async () => {
    expect(await check(SAP_AI_CORE, true)).toBe(RUNS)
  })
  it('Alibaba Model Studio, targets by ID', TIMEOUT, async () => {
    expect(await check(ALIBABA, false)).toBe(RUNS)
  })
  it('Alibaba Model Studio, a sweep', TIMEOUT, async () => {
    expect(await check(ALIBABA, true)).toBe(RUNS)
  })
})

/** Gives how many inputs were tried. */
async function check<W>(model: Model<W>, sweep: boolean): Promise<number> {
  let runs = 0
  const property = fc.asyncProperty(model.world, BENDS, async (world, plan) => {
    runs++
    const problems = problemsOf(await fuzz(model, world, { plan, sweep }), plan, sweep)
    if (problems.length > 0) throw new Error(problems.slice(0, 5).join('\n'))
  })
  await fc.assert(property, { numRuns: RUNS, seed: EXTENT.seed })
  return runs
}
