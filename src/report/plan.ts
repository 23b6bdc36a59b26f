import { plural } from '../lib/format.ts'
import type { Runner } from '../runner/runner.ts'
import type { Candidate, Class } from '../sweep/classify.ts'
import type { SweepPlan } from '../sweep/plan.ts'
import type { Result } from '../teardown/result.ts'
import { label } from './event-text.ts'

/** The classes of a plan, in the order people look for them. */
export const CLASSES: readonly [Class, string][] = [
  ['goes', 'Selected'],
  ['protected', 'Stays: protected'],
  ['unknown', 'Stays: cannot be judged'],
  ['pull-request', 'Stays: its pull request is not known to be closed'],
  ['latest', 'Stays: among the latest'],
  ['young', 'Stays: too young'],
  ['status', 'Stays: another status'],
  ['not-matched', "Stays: does not match 'name'"],
]

/** The candidates of each class that has any. */
export function grouped({ candidates }: SweepPlan): { title: string; class: Class; candidates: Candidate[] }[] {
  const byClass = Map.groupBy(candidates, (candidate) => candidate.class)
  return CLASSES.flatMap(([name, title]) => {
    const found = byClass.get(name)
    return found === undefined ? [] : [{ title, class: name, candidates: found }]
  })
}

/** One sentence with the numbers of a plan. */
export function planSentence({ candidates }: SweepPlan): string {
  const count = (test: (candidate: Candidate) => boolean) => candidates.filter(test).length
  const goes = count((candidate) => candidate.class === 'goes')
  const others = count((candidate) => candidate.class === 'not-matched')
  const stays = candidates.length - goes - others
  const parts = [
    `${goes} selected`,
    stays === 0 ? '' : `${stays} matched but to stay`,
    others === 0 ? '' : `${others} not matched`,
  ]
  return `${candidates.length} seen: ${parts.filter((part) => part !== '').join(', ')}`
}

/** Prints the plan, a folded group for each class. */
export function printPlan(plan: SweepPlan, runner: Runner): void {
  runner.info(`Plan: ${planSentence(plan)}`)
  for (const { title, candidates } of grouped(plan)) {
    runner.startGroup(`${title} (${candidates.length})`)
    for (const candidate of candidates) runner.info(`${choiceText(candidate)}: ${candidate.reason}`)
    runner.endGroup()
  }
  for (const { source } of plan.idle) {
    runner.warning(
      `'${source}' in 'protect' met none of the ${plural(plan.candidates.length, 'name')} seen, so it protects nothing; is it misspelt?`,
    )
  }
}

/** `deployment abc of model m1 (PR-42_1a2b3c4), ACTIVE, 3d 04h old`. */
function choiceText({ listed: { target, snapshot }, ageMs }: Candidate): string {
  const name = snapshot.name === undefined || snapshot.name === target.id ? '' : ` (${snapshot.name})`
  return `${label(target)}${name}, ${snapshot.status}, ${age(ageMs)}`
}

/** An age in ms for people. */
export function age(ms: number | undefined): string {
  if (ms === undefined) return 'of unknown age'
  const hours = Math.floor(ms / 3_600_000)
  if (hours >= 24) return `${Math.floor(hours / 24)}d ${String(hours % 24).padStart(2, '0')}h old`
  return hours > 0 ? `${hours}h old` : `${Math.floor(ms / 60_000)}m old`
}

/** What matched and stays, as results: reported beside what went. */
export function keptResults(plan: SweepPlan, now: number): Result[] {
  return plan.candidates
    .filter((candidate) => candidate.class !== 'goes' && candidate.class !== 'not-matched')
    .map(({ listed: { target, snapshot }, reason }) => keptResult(target, snapshot, reason, now))
}

/** What would have gone, had it not been too much. */
export function cappedResults(plan: SweepPlan, now: number): Result[] {
  return plan.candidates
    .filter((candidate) => candidate.class === 'goes')
    .map(({ listed: { target, snapshot } }) =>
      keptResult(target, snapshot, "it was selected, but more were selected than 'max-deletions' allows", now),
    )
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
    lastStatus: snapshot.status,
    history: [],
    startedAt: now,
    endedAt: now,
    ...(snapshot.name === undefined ? {} : { name: snapshot.name }),
  }
}
