import type { Choice, Class } from '../select/classify.ts'
import type { SweepPlan } from '../select/sweep.ts'
import type { Result } from '../teardown/result.ts'
import type { Runner } from './runner.ts'
import { label } from './steps.ts'
import { plural } from './text.ts'

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

/** The choices of each class that has any. */
export function grouped({ choices }: SweepPlan): { title: string; class: Class; choices: Choice[] }[] {
  const byClass = Map.groupBy(choices, (choice) => choice.class)
  return CLASSES.flatMap(([name, title]) => {
    const found = byClass.get(name)
    return found === undefined ? [] : [{ title, class: name, choices: found }]
  })
}

/** One sentence with the numbers of a plan. */
export function planSentence({ choices }: SweepPlan): string {
  const count = (test: (choice: Choice) => boolean) => choices.filter(test).length
  const goes = count((choice) => choice.class === 'goes')
  const others = count((choice) => choice.class === 'not-matched')
  const stays = choices.length - goes - others
  const parts = [
    `${goes} selected`,
    stays === 0 ? '' : `${stays} matched but to stay`,
    others === 0 ? '' : `${others} not matched`,
  ]
  return `${choices.length} seen: ${parts.filter((part) => part !== '').join(', ')}`
}

/** Prints the plan, a folded group for each class. */
export function printPlan(plan: SweepPlan, runner: Runner): void {
  runner.info(`Plan: ${planSentence(plan)}`)
  for (const { title, choices } of grouped(plan)) {
    runner.startGroup(`${title} (${choices.length})`)
    for (const choice of choices) runner.info(`${choiceText(choice)}: ${choice.reason}`)
    runner.endGroup()
  }
  for (const { source } of plan.idle) {
    runner.warning(
      `'${source}' in 'protect' met none of the ${plural(plan.choices.length, 'name')} seen, so it protects nothing; is it misspelt?`,
    )
  }
}

/** `deployment abc of model m1 (PR-42_1a2b3c4), ACTIVE, 3d 04h old`. */
function choiceText({ listed: { target, sighting }, ageMs }: Choice): string {
  const name = sighting.name === undefined || sighting.name === target.id ? '' : ` (${sighting.name})`
  return `${label(target)}${name}, ${sighting.status}, ${age(ageMs)}`
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
  return plan.choices
    .filter((choice) => choice.class !== 'goes' && choice.class !== 'not-matched')
    .map(({ listed: { target, sighting }, reason }) => keptResult(target, sighting, reason, now))
}

/** What would have gone, had it not been too much. */
export function cappedResults(plan: SweepPlan, now: number): Result[] {
  return plan.choices
    .filter((choice) => choice.class === 'goes')
    .map(({ listed: { target, sighting } }) =>
      keptResult(target, sighting, "it was selected, but more were selected than 'max-deletions' allows", now),
    )
}

function keptResult(
  target: Result['target'],
  sighting: Choice['listed']['sighting'],
  reason: string,
  now: number,
): Result {
  return {
    target,
    outcome: 'kept',
    reason,
    lastStatus: sighting.status,
    history: [],
    startedAt: now,
    endedAt: now,
    ...(sighting.name === undefined ? {} : { name: sighting.name }),
  }
}
