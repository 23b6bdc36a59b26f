import { json, resultRow } from './outputs.ts'
import type { RunReport } from './report.ts'
import { stepsOf } from './steps.ts'
import { statusOf } from './verdict.ts'

/** The whole run as JSON, one target a line: what the `report-path` file holds. Times are ISO 8601, UTC. */
export function reportFile(report: RunReport, version: string): string {
  const head = {
    action: `undeploy ${version}`,
    provider: report.provider ?? null,
    status: report.problems.length > 0 ? 'failed' : statusOf(report.results),
    dryRun: report.dryRun,
    startedAt: time(report.startedAt),
    endedAt: time(report.endedAt),
    problems: report.problems,
  }
  const targets = report.results.map((result) =>
    json({
      ...resultRow(result, report),
      plan: result.plan ?? null,
      steps: stepsOf(result.history).map(({ at, ...step }) => ({ at: time(at), ...step })),
    }),
  )
  return `${json(head).slice(0, -1)},"targets":[${targets.map((target) => `\n${target}`).join(',')}\n]}\n`
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}
