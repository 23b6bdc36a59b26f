import type { Inputs } from '../inputs/inputs.ts'
import { plural } from '../lib/format.ts'
import type { Runner } from '../runner/runner.ts'
import type { Result } from '../teardown/result.ts'
import { label } from './event-text.ts'
import type { RunReport } from './report.ts'
import { isFailure } from './status.ts'

/** GitHub keeps ten annotations per level and step; the last one sums up the rest. */
const MAX_ERRORS = 9
/** Leaves one more for other warnings. */
const MAX_WARNINGS = 8

/** One error for each target that fails the step, one warning for each that was not there, within GitHub's limits. */
export function annotate(report: RunReport, ifNotFound: Inputs['ifNotFound'], runner: Runner): void {
  spread(report.problems, 'problem', MAX_ERRORS, runner.error)
  spread(report.results.filter(({ outcome }) => isFailure(outcome)).map(sentence), 'failure', MAX_ERRORS, runner.error)
  // With 'fail', a target that was never found has already failed; the rest were found, and disappeared.
  const missing = report.results.filter(({ outcome }) => outcome === 'already-gone')
  if (ifNotFound !== 'ignore') spread(missing.map(sentence), 'missing target', MAX_WARNINGS, runner.warning)
}

function sentence({ target, name, outcome, reason }: Result): string {
  return `${label(target, name)}: ${outcome}: ${reason}`
}

function spread(texts: readonly string[], noun: string, most: number, say: (text: string) => void): void {
  for (const text of texts.slice(0, most)) say(text)
  const rest = texts.slice(most)
  if (rest.length > 0) say(`and ${plural(rest.length, `more ${noun}`)}: ${rest.join('; ')}`)
}
