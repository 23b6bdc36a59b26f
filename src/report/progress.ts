import type { Clock } from '../lib/clock.ts'
import { plural, span } from '../lib/format.ts'
import type { Step } from '../providers/step.ts'
import { targetKey } from '../providers/target.ts'
import type { Runner } from '../runner/runner.ts'
import type { NamedTarget, Progress } from '../teardown/options.ts'
import { eventText, label } from './event-text.ts'
import { isFailure } from './status.ts'

/**
 * A line after this long without news. The controller calls every ten seconds, so two lines are at most thirty seconds
 * apart. Milliseconds.
 */
const HEARTBEAT_MS = 20_000

/** Logs what happens: one line per change, and a heartbeat. */
export function createProgress(runner: Runner, clock: Clock): Progress {
  const startedAt = clock.now()
  const lastSaid = new Map<string, string>()
  const lastSeen = new Map<string, string>()
  let ended = 0
  let spokeAt = startedAt

  const say = ({ target, name }: NamedTarget, text: string): void => {
    const key = targetKey(target)
    if (lastSaid.get(key) === text) return
    lastSaid.set(key, text)
    spokeAt = clock.now()
    runner.info(`[${span(spokeAt - startedAt)}] ${label(target, name)}: ${text}`)
  }

  return {
    happened(named, event) {
      if (event.type === 'observed' && event.status !== '') lastSeen.set(targetKey(named.target), event.status)
      if (event.type === 'requested') say(named, eventText(event))
      if (event.type === 'read-failed') say(named, eventText({ ...event, times: 1 }))
    },
    decided(named, step) {
      if (step.type !== 'end') say(named, `${step.reason} → ${stepText(step)}`)
    },
    ended({ target, name, outcome, reason, startedAt: since, endedAt }) {
      ended++
      lastSeen.delete(targetKey(target))
      // An annotation says why a target failed, in full and in the same log.
      const why = isFailure(outcome) ? '' : `: ${reason}`
      say({ target, name }, `${outcome} after ${span(endedAt - since)}${why}`)
    },
    waiting(left) {
      const now = clock.now()
      if (now - spokeAt < HEARTBEAT_MS) return
      spokeAt = now
      const of = ended === 0 ? plural(left, 'target') : `${left} of ${plural(left + ended, 'target')}`
      runner.info(`[${span(now - startedAt)}] still waiting for ${of}${tally([...lastSeen.values()])}`)
    },
  }
}

function stepText(step: Extract<Step, { type: 'act' | 'wait' }>): string {
  if (step.type === 'act') return step.action.verb
  if (step.until === 'empty') return 'delete what is in it first'
  return step.until === 'confirmed' ? 'check again' : `wait until it is ${step.until}`
}

/** How many were last seen in which status: `: 3 STOPPING, 1 DELETING`. */
function tally(statuses: readonly string[]): string {
  const counts = [...Map.groupBy(statuses, (status) => status)].map(([status, { length }]) => `${length} ${status}`)
  return counts.length === 0 ? '' : `: ${counts.join(', ')}`
}
