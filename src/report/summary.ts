import type { SweepPlan } from '../select/sweep.ts'
import type { Result } from '../teardown/result.ts'
import { OUTCOMES, RESULT_HEAD, resultRow, signOf, targetCell } from './cells.ts'
import { createPaper, type Paper } from './paper.ts'
import { age, grouped, planSentence } from './plan.ts'
import type { RunReport } from './report.ts'
import { stepsOf } from './steps.ts'
import { code, markdown, plural, span } from './text.ts'
import { timelineOf } from './timeline.ts'
import { count, isFailure, stepStatus } from './verdict.ts'

/** GitHub drops a summary of more than 1 MiB whole; room is left for what else the step may add. */
const MAX_BYTES = 1_000_000

/** Up to so many rows are shown at once; of more, each outcome is folded. Failures never are. */
const MAX_OPEN = 20

/** The job summary as GitHub-flavoured Markdown, cut with a note where it would become too long. */
export function summaryOf(report: RunReport, reportPath: string, maxBytes: number = MAX_BYTES): string {
  const note = `\n> [!NOTE]\n> Cut here, because GitHub shows no longer summary. Everything is in ${code(reportPath)}.\n`
  const paper = createPaper(maxBytes - Buffer.byteLength(note))
  paper.add(head(report))
  addResults(paper, report.results)
  const timeline = timelineOf(report.results)
  if (timeline !== '') paper.add(`\n${timeline}`)
  if (report.plan !== undefined) addPlan(paper, report.plan)
  for (const result of report.results) addSteps(paper, result)
  return paper.text() + (paper.isCut() ? note : '')
}

function head(report: RunReport): string {
  const { provider, dryRun, problems, startedAt, endedAt } = report
  const facts = [provider ?? '', dryRun ? 'dry run: nothing was changed' : '', span(endedAt - startedAt)].filter(
    (fact) => fact !== '',
  )
  const list = problems.map((problem) => `- ${markdown(problem)}\n`).join('')
  return `## ${verdictSign(report)} Undeploy: ${verdict(report)}\n\n${facts.join(' · ')}\n${list === '' ? '' : `\n${list}`}`
}

/** One phrase with the counts that matter. */
export function verdict({ results, problems, deferred }: RunReport): string {
  const parts = OUTCOMES.flatMap(({ outcome }) => {
    const number = count(results, outcome)
    return number === 0 ? [] : [`${number} ${outcome}`]
  })
  if (problems.length > 0) return 'nothing was deleted'
  if (deferred) return 'to be done when the job ends'
  return parts.length === 0 ? 'nothing to delete' : parts.join(', ')
}

/** The sign of the worst that happened. */
export function verdictSign(report: RunReport): string {
  const status = stepStatus(report)
  return signOf(status === 'nothing-to-delete' ? 'already-gone' : status)
}

function addResults(paper: Paper, results: readonly Result[]): void {
  const sorted = OUTCOMES.flatMap(({ outcome }) => results.filter((result) => result.outcome === outcome))
  if (sorted.length === 0) return
  if (sorted.length <= MAX_OPEN) {
    paper.frame(`\n${RESULT_HEAD}`, sorted.map(resultRow), '\n')
    return
  }
  const failures = sorted.filter(({ outcome }) => isFailure(outcome))
  if (failures.length > 0) paper.frame(`\n${RESULT_HEAD}`, failures.map(resultRow), '\n')
  for (const [outcome, group] of Map.groupBy(sorted, (result) => result.outcome)) {
    if (isFailure(outcome)) continue
    const title = `${signOf(outcome)} ${outcome}: ${plural(group.length, 'target')}`
    paper.frame(`\n${fold(title)}${RESULT_HEAD}`, group.map(resultRow), FOLD_END)
  }
}

function addPlan(paper: Paper, plan: SweepPlan): void {
  paper.add(`\n### The plan\n\n${planSentence(plan)}\n`)
  const head = '| target | name | status | age | why |\n| --- | --- | --- | ---: | --- |\n'
  for (const { title, choices } of grouped(plan)) {
    const rows = choices.map(({ listed: { target, sighting }, reason, ageMs }) => {
      const cells = [
        targetCell(target),
        markdown(sighting.name ?? ''),
        markdown(sighting.status),
        age(ageMs),
        markdown(reason),
      ]
      return `| ${cells.join(' | ')} |\n`
    })
    paper.frame(`\n${fold(`${title} (${choices.length})`)}${head}`, rows, FOLD_END)
  }
}

function addSteps(paper: Paper, result: Result): void {
  const steps = stepsOf(result.history)
  if (steps.length === 0) return
  const rows = steps.map(({ at, ms, text, method, httpStatus, requestId }) => {
    const http = httpStatus === undefined ? '' : `${method} ${httpStatus}`
    const id = requestId === undefined ? '' : code(requestId)
    return `| +${span(at - result.startedAt)} | ${span(ms)} | ${markdown(text)} | ${http} | ${id} |\n`
  })
  const title = `${signOf(result.outcome)} Steps of ${targetCell(result.target)}`
  const head = '| at | took | what | HTTP | request ID |\n| ---: | ---: | --- | --- | --- |\n'
  paper.frame(`\n${fold(title)}${head}`, rows, FOLD_END)
}

function fold(title: string): string {
  return `<details><summary>${title}</summary>\n\n`
}

const FOLD_END = '\n</details>\n'
