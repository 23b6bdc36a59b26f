import type { Target } from '../providers/provider.ts'
import type { Outcome, Result } from '../teardown/result.ts'
import { code, markdown, span } from './text.ts'

/** Outcomes as people should meet them: first what needs them. */
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

export function signOf(outcome: Outcome): string {
  return OUTCOMES.find((each) => each.outcome === outcome)?.sign ?? ''
}

/** `deployment abc of model m1`, with the IDs as code. */
export function targetCell({ resource, id, parent }: Target): string {
  const above = resource === 'chain-deployment' ? 'chain' : 'model'
  return `${resource} ${code(id)}${parent === undefined ? '' : ` of ${above} ${code(parent)}`}`
}

/** A row of the table of targets. */
export function resultRow(result: Result): string {
  const { target, name, outcome, startedAt, endedAt } = result
  const called = name === undefined || name === target.id ? '' : `<br>${markdown(name)}`
  const time = outcome === 'kept' ? '' : span(endedAt - startedAt)
  return `| ${signOf(outcome)} ${outcome} | ${targetCell(target)}${called} | ${time} | ${whatHappened(result)} |\n`
}

export const RESULT_HEAD = '| outcome | target | time | what happened |\n| --- | --- | ---: | --- |\n'

/** What was asked of the provider, or would be in a dry run; and how it ended. */
function whatHappened({ history, plan, reason, lastStatus, outcome }: Result): string {
  const verbs = [...new Set(history.flatMap((event) => (event.type === 'acted' ? [event.action.verb] : [])))]
  const done = plan === undefined ? verbs.join(', ') : `would ${plan.join(', then ')}`
  const status = lastStatus === undefined || outcome === 'deleted' ? '' : ` (${markdown(lastStatus)})`
  return `${done === '' ? '' : `${markdown(done)}: `}${markdown(reason)}${status}`
}
