import { plural, span } from '../lib/format.ts'
import { code, markdown } from '../lib/markdown.ts'
import type { SweepPlan } from '../sweep/plan.ts'
import type { Result } from '../teardown/result.ts'
import { type BoundedText, createBoundedText } from './bounded-text.ts'
import { costCell, planCost, savings, spentText } from './cost.ts'
import { stepsOf } from './event-text.ts'
import { age, grouped, planSentence } from './plan.ts'
import type { RunReport } from './report.ts'
import { count, isFailure, isNotBegun, stepStatus } from './status.ts'
import {
  idCell,
  nameBeside,
  nameCell,
  RESULT_HEAD,
  resultRow,
  sentenceCell,
  signOf,
  targetCell,
  timeCell,
  worstFirst,
} from './table.ts'
import { timelineOf } from './timeline.ts'

/** GitHub drops a summary of more than 1 MiB entirely; this leaves room for other parts of the step. */
const MAX_BYTES = 1_000_000

/** Up to this many rows are open; with more, each outcome is folded. */
const MAX_OPEN = 20
const MAX_OPEN_FAILURES = 50

/** The steps of more targets are in the report file only. */
const MAX_STEPS = 100

/**
 * The job summary as GitHub-flavoured Markdown, cut with a note where it would become too long. `reportPath` is empty if there is
 * no report file.
 */
export function summaryOf(report: RunReport, reportPath: string, maxBytes: number = MAX_BYTES): string {
  const whole = reportPath === '' ? '' : ` Everything is in ${code(reportPath)}.`
  const note = `\n> [!NOTE]\n> Cut here, because GitHub does not show longer summaries.${whole}\n`
  const summary = createBoundedText(Math.max(0, maxBytes - Buffer.byteLength(note)))
  summary.add(head(report))
  const plansOnly = report.plan !== undefined && isNotBegun(report)
  // If nothing was started, the plan has everything.
  if (!plansOnly) addResults(summary, report.results)
  const timeline = timelineOf(report.results)
  if (timeline !== '') summary.add(`\n${timeline}`)
  if (report.plan !== undefined) {
    // People review the plan of a dry run, or of a sweep that the cap stopped, so the selected group is open.
    const isOpen = report.dryRun || plansOnly
    // The head has the costs, if any are known.
    addPlan(summary, report.plan, { isOpen, costs: savings(report) === '' ? planCost(report.plan) : '' })
  }
  addSteps(summary, report.results, reportPath)
  if (!summary.isCut()) return summary.text()
  return Buffer.byteLength(note) > maxBytes ? '' : summary.text() + note
}

function head(report: RunReport): string {
  const { provider, dryRun, deferred, startedAt, endedAt, quota = [] } = report
  const details = [
    ...report.scope.map((part) => markdown(part)),
    dryRun && !isNotBegun(report) ? 'nothing was changed' : '',
    deferred !== undefined || provider === undefined ? '' : span(endedAt - startedAt),
  ].filter((fact) => fact !== '')
  const line = details.length === 0 ? '' : `\n${details.join(' · ')}\n`
  const saved = savings(report)
  const money = saved === '' ? '' : `\n${markdown(saved)}\n`
  const used = quota.length === 0 ? '' : `\n${markdown(quotaText(quota))}\n`
  return `## ${verdictSign(report)} Undeploy: ${verdict(report)}\n${line}${money}${used}${alert(report)}`
}

/** `Quota in use: resource groups: 12 of 50; deployments: 31 of 81`. */
export function quotaText(quota: readonly string[]): string {
  return `Quota in use: ${quota.join('; ')}`
}

/** What needs attention, and what to do about it. */
function alert(report: RunReport): string {
  const { problems, results } = report
  const items = problems.map((problem) => `> - ${markdown(problem)}\n`).join('')
  const caution = items === '' ? '' : `\n> [!CAUTION]\n${items}`
  return isNotBegun(report) ? caution : caution + warning(results)
}

/** What is not confirmed gone. */
function warning(results: readonly Result[]): string {
  const targets = results.filter(({ outcome }) => outcome !== 'kept')
  const open = targets.filter(({ outcome }) => isFailure(outcome) || outcome === 'cancelled')
  // A refusal changes nothing, and its reason says what to do.
  if (open.length === count(open, 'refused')) return ''
  const again = 'Run the step again; it continues where this run stopped'
  const advice =
    count(open, 'timed-out') > 0
      ? `${again}. If it times out again, raise 'timeout'.`
      : count(open, 'cancelled') > 0
        ? `${again}.`
        : 'What to do is in the table.'
  const which =
    targets.length === 1
      ? 'The target'
      : `${open.length} of ${targets.length} targets ${open.length === 1 ? 'is' : 'are'}`
  const verb = targets.length === 1 ? ' is' : ''
  return `\n> [!WARNING]\n> <b>${which}${verb} not confirmed gone</b> and may still be running and billed. ${advice}\n`
}

/** One phrase with the counts that matter. */
export function verdict(report: RunReport): string {
  const { results, problems, deferred, dryRun, headline } = report
  if (isNotBegun(report))
    return headline === undefined ? 'nothing was deleted' : `nothing was deleted because ${headline}`
  if (deferred) return 'deferred to the end of the job'
  if (dryRun) return dryRunVerdict(results, problems)
  const counts = Map.groupBy(worstFirst(results), ({ outcome }) => outcome)
  const parts = [...counts].map(([outcome, group]) => `${group.length} ${outcome}`)
  const reached = parts.length === 0 ? 'nothing to delete' : parts.join(', ')
  return problems.length === 0 ? reached : `${reached}; ${plural(problems.length, 'problem')}`
}

function dryRunVerdict(results: readonly Result[], problems: readonly string[]): string {
  const planned = count(results, 'planned')
  const counts = Map.groupBy(
    worstFirst(results).filter(({ outcome }) => outcome !== 'planned'),
    ({ outcome }) => outcome,
  )
  const others = [...counts].map(([outcome, group]) => `${group.length} ${outcome}`)
  if (problems.length > 0) others.push(plural(problems.length, 'problem'))
  return `dry run: ${[`${planned} would be deleted`, ...others].join(', ')}`
}

/** The sign of the worst that happened. */
export function verdictSign(report: RunReport): string {
  const status = stepStatus(report)
  return signOf(status === 'nothing-to-delete' ? 'already-gone' : status)
}

function addResults(summary: BoundedText, results: readonly Result[]): void {
  const sorted = worstFirst(results)
  if (sorted.length === 0) return
  if (sorted.length <= MAX_OPEN) {
    summary.addTable(`\n${RESULT_HEAD}`, sorted.map(resultRow), '')
    return
  }
  const failures = sorted.filter(({ outcome }) => isFailure(outcome))
  const open = failures.slice(0, MAX_OPEN_FAILURES)
  if (open.length > 0) summary.addTable(`\n${RESULT_HEAD}`, open.map(resultRow), '')
  const rest = sorted.filter((result) => !open.includes(result))
  for (const [outcome, group] of Map.groupBy(rest, (result) => result.outcome)) {
    const more = open.some((result) => result.outcome === outcome) ? 'more ' : ''
    const title = `${signOf(outcome)} ${outcome}: ${plural(group.length, `${more}target`)}`
    summary.addTable(`\n${fold(title)}${RESULT_HEAD}`, group.map(resultRow), FOLD_END)
  }
}

function addPlan(summary: BoundedText, plan: SweepPlan, { isOpen, costs }: { isOpen: boolean; costs: string }): void {
  summary.add(`\n### The plan\n\n${planSentence(plan)}\n${costs === '' ? '' : `\n${markdown(costs)}\n`}`)
  const { candidates } = plan
  const hasCosts = candidates.some(({ cost }) => cost?.perHour !== undefined)
  const hasSpent = candidates.some(({ cost }) => cost?.spent !== undefined)
  const more = (text: string, isThere: boolean) => (isThere ? ` ${text} |` : '')
  const names = `| name | target | status | age |${more('an hour', hasCosts)}${more('last 31 days', hasSpent)} why |\n`
  const head = `${names}| --- | --- | --- | ---: |${more('---:', hasCosts)}${more('---:', hasSpent)} --- |\n`
  for (const { title, class: name, candidates } of grouped(plan)) {
    const rows = candidates.map(({ listed: { target, snapshot }, reason, ageMs, cost }) => {
      const cells = [
        nameCell(snapshot.name ?? ''),
        targetCell(target),
        nameCell(snapshot.status),
        age(ageMs).replaceAll(' ', '&nbsp;'),
        ...(hasCosts ? [markdown(costCell(cost))] : []),
        ...(hasSpent ? [markdown(spentText(cost)).replaceAll(' ', '&nbsp;')] : []),
        sentenceCell(reason),
      ]
      return `| ${cells.join(' | ')} |\n`
    })
    const heading = `${markdown(title)} (${candidates.length})`
    if (isOpen && name === 'selected') summary.addTable(`\n#### ${heading}\n\n${head}`, rows, '')
    else summary.addTable(`\n${fold(heading)}${head}`, rows, FOLD_END)
  }
}

/** What was done to each target, folded; for many targets, all in one fold, the worst first. */
function addSteps(summary: BoundedText, results: readonly Result[], reportPath: string): void {
  const all = worstFirst(results).filter(hasSteps)
  if (all.length === 0) return
  const shown = all.slice(0, MAX_STEPS)
  const folds = shown.map(stepsFold)
  if (all.length <= MAX_OPEN) {
    summary.addTable('\n### The steps\n', folds, '')
    return
  }
  const rest = all.length - shown.length
  const note =
    rest === 0 || reportPath === '' ? '' : `\nThose of ${plural(rest, 'more target')} are in ${code(reportPath)}.\n`
  summary.addTable(
    `\n### The steps\n\n${fold(`Of ${shown.length} of ${plural(all.length, 'target')}`)}`,
    folds,
    `${note}${FOLD_END}`,
  )
}

/** Reads alone are not shown as steps, unless they explain why nothing was done. */
function hasSteps({ history, outcome }: Result): boolean {
  return history.some(({ type }) => type === 'requested') || (history.length > 0 && isFailure(outcome))
}

function stepsFold(result: Result): string {
  const steps = stepsOf(result.history)
  const rows = steps.map(({ at, ms, text, method, httpStatus, requestId }) => {
    const http = httpStatus === undefined ? '' : `${method}&nbsp;${httpStatus}`
    const id = requestId === undefined ? '' : idCell(requestId)
    return `| +${timeCell(at - result.startedAt) || '0'} | ${timeCell(ms)} | ${sentenceCell(text)} | ${http} | ${id} |\n`
  })
  const name = nameBeside(result)
  const called = name === undefined ? '' : `<b>${nameCell(name)}</b>, `
  const title = `${signOf(result.outcome)} ${called}${targetCell(result.target)}`
  return `\n${fold(title)}| at | took | what | HTTP | request ID |\n| ---: | ---: | --- | --- | --- |\n${rows.join('')}${FOLD_END}`
}

function fold(title: string): string {
  return `<details><summary>${title}</summary>\n\n`
}

const FOLD_END = '\n</details>\n'
