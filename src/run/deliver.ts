import { randomUUID } from 'node:crypto'
import { annotate } from '../report/annotations.ts'
import { outputsOf } from '../report/outputs.ts'
import type { RunReport } from '../report/report.ts'
import { reportFile } from '../report/report-file.ts'
import { summaryOf, verdict } from '../report/summary.ts'
import { span } from '../report/text.ts'
import { VERSION } from '../version.ts'
import { messageOf, type World } from './world.ts'

export interface DeliverOptions {
  ifNotFound: 'ignore' | 'warn' | 'fail'
  summary: boolean
}

/** Writes the report in every form: file, annotations, outputs, job summary, last line of the log. */
export async function deliver(world: World, report: RunReport, options: DeliverOptions): Promise<void> {
  const { runner } = world
  const path = await writeReport(world, report)
  annotate(report, options.ifNotFound, runner)
  const { outputs, cut } = outputsOf(report, path)
  if (cut) runner.warning(`The outputs would be larger than GitHub takes, so some are incomplete; all is in ${path}`)
  for (const [name, value] of Object.entries(outputs)) runner.output(name, value)
  if (options.summary) await runner.summary(summaryOf(report, path))
  runner.info(`Undeploy: ${verdict(report)} in ${span(report.endedAt - report.startedAt)}`)
}

async function writeReport(world: World, report: RunReport): Promise<string> {
  try {
    return await world.writeFile(`undeploy-${randomUUID()}.json`, world.secrets.redact(reportFile(report, VERSION)))
  } catch (error) {
    world.runner.warning(`The report file could not be written: ${messageOf(error)}`)
    return ''
  }
}
