import { usdNumber } from '../lib/money.ts'
import { resourceGroupOf } from '../providers/target.ts'
import type { Candidate } from '../sweep/classify.ts'
import { costNumber } from './cost.ts'
import { stepsOf } from './event-text.ts'
import { json, resultObject, rowJson } from './outputs.ts'
import type { RunReport } from './report.ts'
import { stepStatus } from './status.ts'

/** Text is given out in pieces of at least this length, in UTF-16 units, and of whole lines: the whole of it may be long. */
const PIECE = 65_536

/** The whole run as JSON, one target per line: the content of the `report-path` file, in pieces. Times are ISO 8601, UTC. */
export function* reportFile(report: RunReport, version: string): Generator<string> {
  let piece = ''
  for (const line of linesOf(report, version)) {
    piece += line
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  yield piece
}

function* linesOf(report: RunReport, version: string): Generator<string> {
  const head = {
    action: `undeploy ${version}`,
    provider: report.provider ?? null,
    status: stepStatus(report),
    dryRun: report.dryRun,
    startedAt: time(report.startedAt),
    endedAt: time(report.endedAt),
    problems: report.problems,
  }
  yield `${json(head).slice(0, -1)},"targets":[`
  for (const [index, result] of report.results.entries()) {
    const row = {
      ...resultObject(result, report),
      plan: result.plan ?? null,
      steps: stepsOf(result.history).map(({ at, ...step }) => ({ at: time(at), ...step })),
    }
    yield `${index === 0 ? '' : ','}\n${rowJson(row)}`
  }
  yield '\n],"plan":['
  for (const [index, candidate] of (report.plan?.candidates ?? []).entries()) {
    yield `${index === 0 ? '' : ','}\n${json(planRow(candidate))}`
  }
  yield '\n]}\n'
}

/** One deployment a sweep saw. */
function planRow({ listed: { target, snapshot }, class: verdict, reason, ageMs, cost }: Candidate) {
  const spent = cost?.spent
  return {
    resource: target.resource,
    id: target.id,
    modelId: target.parent ?? null,
    resourceGroup: resourceGroupOf(target) ?? null,
    name: snapshot.name ?? null,
    status: snapshot.status === '' ? null : snapshot.status,
    createdAt: snapshot.createdAt === undefined ? null : time(snapshot.createdAt),
    ageMs: ageMs ?? null,
    labels: snapshot.labels ?? null,
    costPerHour: costNumber(cost),
    costOf31Days: spent?.cost === undefined ? null : usdNumber(spent.cost),
    requestsIn31Days: spent?.requests ?? null,
    class: verdict,
    reason,
  }
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}
