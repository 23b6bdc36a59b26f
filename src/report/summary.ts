import type { Target } from '../providers/provider.ts'
import type { Outcome, Result } from '../teardown/result.ts'
import type { RunReport } from './report.ts'
import { stepsOf } from './steps.ts'
import { code, markdown, plural, span } from './text.ts'
import { count, statusOf } from './verdict.ts'

/** GitHub drops a summary of more than 1 MiB whole; room is left for what other parts of the step add. */
const MAX_BYTES = 1_000_000

const SIGNS: Readonly<Record<Outcome, string>> = {
  deleted: '✅',
  accepted: '☑️',
  'already-gone': '⚪',
  planned: '📝',
  kept: '🔒',
  refused: '⛔',
  failed: '❌',
  'timed-out': '⏱️',
  cancelled: '🚫',
}

const ORDER: readonly Outcome[] = [
  'failed',
  'refused',
  'timed-out',
  'cancelled',
  'planned',
  'accepted',
  'deleted',
  'already-gone',
  'kept',
]

/** The job summary as GitHub-flavoured Markdown, cut with a note where it would become too long. */
export function summaryOf(report: RunReport, reportPath: string, maxBytes: number = MAX_BYTES): string {
  const sorted = [...report.results].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome))
  const head = [`## Undeploy: ${verdict(report)}`, ...report.problems.map((problem) => `- ${markdown(problem)}`)]
  const note = `\n_Cut here, because GitHub shows no longer summary; everything is in ${markdown(reportPath)}._\n`
  const out = createPaper(maxBytes - bytes(note))
  out.add(`${head.join('\n')}\n`)
  if (sorted.length > 0) {
    out.add('\n| | target | provider | outcome | time | what was done |\n| --- | --- | --- | --- | ---: | --- |\n')
    for (const result of sorted) out.add(row(result, report))
    out.add('\n')
    for (const result of sorted) out.add(details(result))
  }
  return out.text() + (out.isCut() ? note : '')
}

/** One sentence with the counts that matter. */
export function verdict(report: RunReport): string {
  const { results, problems } = report
  if (problems.length > 0) return 'nothing was done'
  const parts = ORDER.flatMap((outcome) => {
    const number = count(results, outcome)
    return number === 0 ? [] : [`${number} ${outcome}`]
  })
  const of = plural(results.length, 'target')
  return results.length === 0 ? 'nothing to delete' : `${statusOf(results)} (${of}: ${parts.join(', ')})`
}

function row(result: Result, report: RunReport): string {
  const { target, name, outcome, reason, startedAt, endedAt } = result
  const title = name === undefined || name === target.id ? '' : `<br>${markdown(name)}`
  const cells = [
    SIGNS[outcome],
    `${targetText(target)}${title}`,
    report.provider ?? '',
    outcome,
    span(endedAt - startedAt),
    `${markdown(doneText(result))}${markdown(reason)}`,
  ]
  return `| ${cells.join(' | ')} |\n`
}

/** `deployment abc of model m1`, with the IDs as code. */
function targetText({ resource, id, parent }: Target): string {
  const above = resource === 'chain-deployment' ? 'chain' : 'model'
  return `${resource} ${code(id)}${parent === undefined ? '' : ` of ${above} ${code(parent)}`}`
}

/** `stop, delete: ` or the plan of a dry run. */
function doneText({ history, plan }: Result): string {
  if (plan !== undefined) return `would ${plan.join(', ')}: `
  const verbs = history.flatMap((event) => (event.type === 'acted' ? [event.action.verb] : []))
  return verbs.length === 0 ? '' : `${[...new Set(verbs)].join(', ')}: `
}

function details(result: Result): string {
  const steps = stepsOf(result.history)
  if (steps.length === 0) return ''
  const rows = steps.map(({ at, ms, text, method, httpStatus, requestId }) => {
    const after = `+${span(at - result.startedAt)}`
    const http = httpStatus === undefined ? '' : `${method} ${httpStatus}`
    return `| ${after} | ${span(ms)} | ${markdown(text)} | ${http} | ${requestId === undefined ? '' : code(requestId)} |\n`
  })
  const title = `${SIGNS[result.outcome]} ${targetText(result.target)}: ${plural(steps.length, 'step')}`
  const table = `| at | took | what | HTTP | request ID |\n| ---: | ---: | --- | --- | --- |\n${rows.join('')}`
  return `<details><summary>${title}</summary>\n\n${table}\n</details>\n`
}

/** Text that grows until it is full; what no longer fits as a whole is left out, and everything after it. */
function createPaper(maxBytes: number) {
  const parts: string[] = []
  let used = 0
  let cut = false
  return {
    add(part: string): void {
      used += bytes(part)
      if (used > maxBytes) cut = true
      if (!cut) parts.push(part)
    },
    text: () => parts.join(''),
    isCut: () => cut,
  }
}

function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}
