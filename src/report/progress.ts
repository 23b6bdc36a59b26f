import type { Clock } from '../clock.ts'
import type { Step, Target } from '../providers/provider.ts'
import type { Progress } from '../teardown/teardown.ts'
import type { Runner } from './runner.ts'
import { eventText, label } from './steps.ts'
import { plural, span } from './text.ts'

/** A sign of life at least this often while there is nothing new to say. Milliseconds. */
const HEARTBEAT_MS = 30_000

/** Tells the log what happens: one line when something changes, and now and then that it still goes on. */
export function createProgress(runner: Runner, clock: Clock): Progress {
  const startedAt = clock.now()
  const lastSaid = new Map<Target, string>()
  let spokeAt = startedAt

  const say = (target: Target, text: string): void => {
    if (lastSaid.get(target) === text) return
    lastSaid.set(target, text)
    spokeAt = clock.now()
    runner.info(`[${span(spokeAt - startedAt)}] ${label(target)}: ${text}`)
  }

  return {
    happened(target, event) {
      if (event.type === 'acted') say(target, eventText(event))
      if (event.type === 'erred') say(target, eventText({ ...event, times: 1 }))
    },
    decided(target, step) {
      if (step.type !== 'end') say(target, `${step.because} → ${stepText(step)}`)
    },
    ended({ target, outcome, reason, startedAt: since, endedAt }) {
      say(target, `${outcome} after ${span(endedAt - since)}: ${reason}`)
    },
    waiting(left) {
      const now = clock.now()
      if (now - spokeAt < HEARTBEAT_MS) return
      spokeAt = now
      runner.info(`[${span(now - startedAt)}] still waiting for ${plural(left, 'target')}`)
    },
  }
}

function stepText(step: Extract<Step, { type: 'act' | 'wait' }>): string {
  if (step.type === 'act') return step.action.verb
  return step.until === 'confirmed' ? 'look again' : `wait until it is ${step.until}`
}
