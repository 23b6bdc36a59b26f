import { span } from '../lib/format.ts'
import { code, markdown } from '../lib/markdown.ts'
import { nounOf, type Target } from '../providers/target.ts'
import type { Outcome, Result } from '../teardown/result.ts'
import { aboveOf } from './event-text.ts'

/** Outcomes in the order in which people need them: first those that need action. */
export const OUTCOMES: readonly { outcome: Outcome; sign: string }[] = [
  { outcome: 'failed', sign: '❌' },
  { outcome: 'refused', sign: '⛔' },
  { outcome: 'timed-out', sign: '⏱️' },
  { outcome: 'cancelled', sign: '🚫' },
  { outcome: 'planned', sign: '📝' },
  { outcome: 'accepted', sign: '☑️' },
  { outcome: 'deleted', sign: '✅' },
  { outcome: 'already-gone', sign: '⚪' },
  { outcome: 'kept', sign: '🔒' },
]

/** Longer texts make a table unreadable; the report file has them in full. UTF-16 units. */
const LONGEST_NAME = 100
const LONGEST_SENTENCE = 600

/** The results, first those that need action. */
export function worstFirst(results: readonly Result[]): Result[] {
  return OUTCOMES.flatMap(({ outcome }) => results.filter((result) => result.outcome === outcome))
}

export function signOf(outcome: Outcome): string {
  return OUTCOMES.find((each) => each.outcome === outcome)?.sign ?? ''
}

/** `deployment abc of model m1`, with the IDs as code. */
export function targetCell(target: Target): string {
  const above = aboveOf(target)
  const under = above === undefined ? '' : ` ${above.words}&nbsp;${idCell(above.id)}`
  return `${unbroken(nounOf(target.resource))}&nbsp;${idCell(target.id)}${under}`
}

/** An untrusted name, cut to fit a table. */
export function nameCell(name: string): string {
  return markdown(shortened(name, LONGEST_NAME))
}

/** A sentence that may quote untrusted text, cut to fit a table. */
export function sentenceCell(text: string): string {
  return markdown(shortened(text, LONGEST_SENTENCE))
}

/** An ID, of a target or a request. */
export function idCell(id: string): string {
  return code(shortened(id, LONGEST_NAME))
}

/** A duration that does not break across lines; empty if no time passed. */
export function timeCell(ms: number): string {
  return ms === 0 ? '' : unbroken(span(ms))
}

/** The name that a target has beside its ID. */
export function nameBeside({ target, name }: Result): string | undefined {
  return name === target.id || name?.trim() === '' ? undefined : name
}

/** A row of the table of targets. */
export function resultRow(result: Result): string {
  const { target, outcome, startedAt, endedAt } = result
  const name = nameBeside(result)
  const called = name === undefined ? '' : `<b>${nameCell(name)}</b><br>`
  const time = outcome === 'kept' ? '' : timeCell(endedAt - startedAt)
  const word = `${signOf(outcome)}&nbsp;${unbroken(outcome)}`
  return `| ${word} | ${called}${targetCell(target)} | ${time} | ${whatHappened(result)} |\n`
}

export const RESULT_HEAD = '| outcome | target | time | what happened |\n| --- | --- | ---: | --- |\n'

/** The actions requested, or in a dry run planned, and how they ended. */
function whatHappened({ history, plan, reason, lastStatus, outcome }: Result): string {
  const verbs = [...new Set(history.flatMap((event) => (event.type === 'requested' ? [event.action.verb] : [])))]
  const done = verbs.length === 0 ? '' : `${verbs.join(' → ')}: `
  const would = plan === undefined ? '' : `: would ${plan.join(', ')}`
  // The status begins with the provider's own word; its detail follows in brackets.
  const isTold = lastStatus === undefined || outcome === 'deleted' || reason.includes(lastStatus.replace(/ \(.*/s, ''))
  const status = isTold ? '' : ` (${nameCell(lastStatus)})`
  return `${done}${sentenceCell(reason)}${status}${sentenceCell(would)}`
}

/** Words that a narrow column must not split. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '&nbsp;').replaceAll('-', '&#8209;')
}

/** Cut between characters, never within one. A cut sentence ends with a whole word, which no secret is a part of. */
function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text
  const start = text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '')
  const words = start.replace(/\s\S*$/, '')
  return `${words.length > longest / 2 ? words : start}…`
}
