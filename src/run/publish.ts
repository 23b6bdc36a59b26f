import { randomUUID } from 'node:crypto'
import { messageOf } from '../lib/errors.ts'
import { span } from '../lib/format.ts'
import { VERSION } from '../lib/version.ts'
import { annotate } from '../report/annotations.ts'
import { stoppedPhrase } from '../report/cost.ts'
import { outputsOf } from '../report/outputs.ts'
import type { RunReport } from '../report/report.ts'
import { reportFile } from '../report/report-file.ts'
import { isNotBegun } from '../report/status.ts'
import { summaryOf, verdict } from '../report/summary.ts'
import type { Runtime } from './runtime.ts'

export interface PublishOptions {
  ifNotFound: 'ignore' | 'warn' | 'fail'
  summary: boolean
}

/**
 * Writes the report in every form: file, annotations, outputs, job summary, last line of the log. False if the outputs
 * could not be written: later steps would take their absence for something else.
 */
export async function publish(runtime: Runtime, report: RunReport, options: PublishOptions): Promise<boolean> {
  const { runner } = runtime
  const path = await writeReport(runtime, report)
  annotate(report, options.ifNotFound, runner)
  const { outputs, cut } = outputsOf(report, path)
  if (cut) {
    const where = path === '' ? '' : `; ${path} has everything`
    runner.warning(`The outputs would exceed GitHub's limit, so some are incomplete${where}`)
  }
  const written = writeOutputs(runtime, Object.entries(outputs))
  if (options.summary) await runner.summary(summaryOf(report, path))
  const saved = stoppedPhrase(report)
  const stops = saved === '' ? '' : `, which ${saved}`
  const took = span(report.endedAt - report.startedAt)
  runner.info(
    `Undeploy: ${verdict(report)}${isNotBegun(report) || report.deferred ? ` (${took})` : ` in ${took}`}${stops}`,
  )
  return written
}

function writeOutputs({ runner }: Runtime, outputs: readonly [string, string][]): boolean {
  try {
    for (const [name, value] of outputs) runner.output(name, value)
    return true
  } catch (error) {
    runner.error(`The outputs could not be written: ${messageOf(error)}`)
    return false
  }
}

async function writeReport(runtime: Runtime, report: RunReport): Promise<string> {
  try {
    const pieces = reportFile(report, VERSION).map(runtime.secrets.redact)
    return await runtime.writeFile(`undeploy-${randomUUID()}.json`, pieces)
  } catch (error) {
    runtime.runner.warning(`The report file could not be written: ${messageOf(error)}`)
    return ''
  }
}
