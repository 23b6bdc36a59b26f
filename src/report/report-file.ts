import { usdNumber } from '../lib/money.ts'
import { resourceGroupOf } from '../providers/target.ts'
import type { Candidate } from '../sweep/classify.ts'
import { costNumber } from './cost.ts'
import { stepsOf } from './event-text.ts'
import { json, resultRow, rowJson } from './outputs.ts'
import type { RunReport } from './report.ts'
import { stepStatus } from './status.ts'

/** The whole run as JSON, one target per line: the content of the `report-path` file. Times are ISO 8601, UTC. */
export function reportFile(report: RunReport, version: string): string {
  const head = {
    action: `undeploy ${version}`,
    provider: report.provider ?? null,
    status: stepStatus(report),
    dryRun: report.dryRun,
    startedAt: time(report.startedAt),
    endedAt: time(report.endedAt),
    problems: report.problems,
  }
  const targets = report.results.map((result) =>
    rowJson({
      ...resultRow(result, report),
      plan: result.plan ?? null,
      steps: stepsOf(result.history).map(({ at, ...step }) => ({ at: time(at), ...step })),
    }),
  )
  const plan = report.plan?.candidates.map((candidate) => json(planRow(candidate))) ?? []
  return `${json(head).slice(0, -1)},"targets":[${targets.map((target) => `\n${target}`).join(',')}\n],"plan":[${plan.map((row) => `\n${row}`).join(',')}\n]}\n`
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
