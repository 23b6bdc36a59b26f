import { period, plural } from '../lib/format.ts'
import { nounOf } from '../providers/target.ts'
import type { Runner } from '../runner/runner.ts'
import type { Candidate, Class } from '../sweep/classify.ts'
import type { GuardDoubt } from '../sweep/guard-doubts.ts'
import type { SweepPlan } from '../sweep/plan.ts'
import type { UnmatchedLine } from '../sweep/unmatched.ts'
import type { Result } from '../teardown/result.ts'
import { byCost, costPhrase, planCost } from './cost.ts'
import { label } from './event-text.ts'

/** The classes of a plan, in the order in which people read them. */
const CLASSES: readonly [Exclude<Class, 'not-matched'>, string][] = [
  ['selected', 'Selected'],
  ['protected', 'Kept: protected'],
  ['unknown', 'Kept: cannot be checked'],
  ['pull-request', 'Kept: its pull request is not known to be closed'],
  ['latest', 'Kept: among the latest'],
  ['young', 'Kept: too young'],
  ['in-use', 'Kept: in use'],
  ['status', 'Kept: another status'],
]

/**
 * The candidates of each class that is not empty, the most expensive first. Those that did not match are left out: a log can be
 * public, and its readers must not see everything in the account. They are counted here, and listed in the report file.
 */
export function grouped({ candidates }: SweepPlan): { title: string; class: Class; candidates: Candidate[] }[] {
  const matched = candidates.filter((candidate) => candidate.class !== 'not-matched')
  const byClass = Map.groupBy(matched, (candidate) => candidate.class)
  return CLASSES.flatMap(([name, title]) => {
    const found = byClass.get(name)
    return found === undefined ? [] : [{ title, class: name, candidates: byCost(found) }]
  })
}

/** One sentence with the numbers of a plan. */
export function planSentence({ candidates }: SweepPlan): string {
  const count = (test: (candidate: Candidate) => boolean) => candidates.filter(test).length
  const selected = count((candidate) => candidate.class === 'selected')
  const others = count((candidate) => candidate.class === 'not-matched')
  const kept = candidates.length - selected - others
  const parts = [
    `${selected} to delete`,
    kept === 0 ? '' : `${kept} matched but kept`,
    others === 0 ? '' : `${others} not matched`,
  ]
  return `${candidates.length} found: ${parts.filter((part) => part !== '').join(', ')}`
}

/** Prints the plan, a folded group for each class. */
export function printPlan(plan: SweepPlan, runner: Runner): void {
  runner.info(`Plan: ${planSentence(plan)}`)
  const costs = planCost(plan)
  if (costs !== '') runner.info(costs)
  for (const { title, candidates } of grouped(plan)) {
    runner.startGroup(`${title} (${candidates.length})`)
    for (const candidate of candidates) runner.info(`${candidateText(candidate)}: ${candidate.reason}`)
    runner.endGroup()
  }
  tellUnmatched(plan, runner)
}

/** GitHub shows ten annotations per level and step, and others need some. */
const MAX_TOLD = 5

/** Reports lines that match nothing, guards as warnings, before anything is deleted, so that a run can still be cancelled. */
function tellUnmatched(
  { unmatched, unmatchedGroups = [], unmatchedLabels = [], candidates }: SweepPlan,
  runner: Runner,
): void {
  const found = plural(candidates.length, nounOf(candidates[0]?.listed.target.resource ?? 'deployment'))
  const among = `matches none of the ${plural(candidates.length, 'name')} found`
  const texts = { include: '', exclude: ', so it keeps nothing', protect: ', so it protects nothing' } as const
  const tell = (role: UnmatchedLine['role'], say: (text: string) => void) => {
    const lines = unmatched.filter((each) => each.role === role)
    for (const { line, guess } of lines.slice(0, MAX_TOLD)) {
      const where =
        role === 'protect' ? `'${line}' in 'protect'` : `'${role === 'exclude' ? '!' : ''}${line}' in 'name'`
      const misspelt = role === 'include' ? '' : '; is it misspelt?'
      say(`${where} ${among}${texts[role]}${guess === undefined ? misspelt : `; ${guess}`}`)
    }
    if (lines.length > MAX_TOLD) say(`and ${plural(lines.length - MAX_TOLD, 'more line')} of this kind`)
  }
  tell('protect', runner.warning)
  tell('exclude', runner.warning)
  tell('include', runner.notice)
  for (const line of unmatchedGroups.slice(0, MAX_TOLD)) {
    runner.notice(`'${line}' in 'resource-group' matches no resource group with a deployment in it`)
  }
  for (const { line, excludes, key } of unmatchedLabels.slice(0, MAX_TOLD)) {
    if (excludes) {
      runner.warning(
        `'${line}' in 'label': none of the ${found} found has a label '${key}', so it keeps nothing; is it misspelt?`,
      )
    } else runner.notice(`'${line}' in 'label' matches none of the ${found} found`)
  }
}

/** The problem of the whole step if a guard can be read in two ways: nothing is deleted. */
export function doubtText({ line, input, isUnmatched, how, name }: GuardDoubt): string {
  const found = !isUnmatched
    ? 'matches something else, but read'
    : input === 'label'
      ? 'matches none of the labels found, but read'
      : 'matches none of the names found, but read'
  const advice = isUnmatched
    ? 'Write the line so that it matches what it is to keep, or remove it'
    : 'Add a line that keeps it, or select less'
  return `'${line}' in '${input}' ${found} ${how} it would keep ${name}, which is selected: nothing was deleted. ${advice}`
}

/** `deployment abc of model m1 (PR-42_1a2b3c4), ACTIVE, 3d 4h old, $1.21 an hour`. */
function candidateText({ listed: { target, snapshot }, ageMs, cost }: Candidate): string {
  const status = snapshot.status === '' ? '' : `, ${snapshot.status}`
  return `${label(target, snapshot.name)}${status}, ${age(ageMs)}${costPhrase(cost)}`
}

/** An age in ms for people. */
export function age(ms: number | undefined): string {
  return ms === undefined ? 'of unknown age' : `${period(ms)} old`
}

/** The matched deployments that are kept, as results next to those of the deletions. */
export function keptResults(plan: SweepPlan, now: number): Result[] {
  return plan.candidates
    .filter((candidate) => candidate.class !== 'selected' && candidate.class !== 'not-matched')
    .map(({ listed: { target, snapshot }, reason }) => keptResult(target, snapshot, reason, now))
}

/** What would have been deleted if the whole step had not been stopped; `reason` says why it was. */
export function stoppedResults(plan: SweepPlan, reason: string, now: number): Result[] {
  return plan.candidates
    .filter((candidate) => candidate.class === 'selected')
    .map(({ listed: { target, snapshot } }) => keptResult(target, snapshot, `it was selected, but ${reason}`, now))
}

function keptResult(
  target: Result['target'],
  snapshot: Candidate['listed']['snapshot'],
  reason: string,
  now: number,
): Result {
  return {
    target,
    outcome: 'kept',
    reason,
    ...(snapshot.status === '' ? {} : { lastStatus: snapshot.status }),
    history: [],
    startedAt: now,
    endedAt: now,
    ...(snapshot.name === undefined ? {} : { name: snapshot.name }),
  }
}
