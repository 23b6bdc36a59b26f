import type { Exchange } from '../http/exchange.ts'
import type { Action, ActionResult } from './step.ts'

/** One thing that happened to a target in this run; equal looks in a row are one event. */
export type TargetEvent =
  | {
      type: 'observed'
      at: number
      until: number
      times: number
      status: string
      detail?: string
      createdAt?: number
      exchange?: Exchange
    }
  | { type: 'not-found'; at: number; until: number; times: number; exchange: Exchange }
  | {
      type: 'read-failed'
      at: number
      until: number
      times: number
      problem: string
      createdAt?: number
      exchange?: Exchange
    }
  | { type: 'requested'; at: number; until: number; action: Action; actionResult: ActionResult }

/** Everything that happened to a target in this run, oldest first. What is decided is decided from it alone. */
export type TargetHistory = readonly TargetEvent[]

/** What the rules ask of a target's history. The look they decide on is its last event. */

type Act = Extract<TargetEvent, { type: 'requested' }>
type Saw = Extract<TargetEvent, { type: 'observed' }>

/** All actions of one verb so far, oldest first. */
export function acts(history: TargetHistory, verb: Action['verb']): Act[] {
  return history.filter((event): event is Act => event.type === 'requested' && event.action.verb === verb)
}

/** The last thing asked of the provider, whatever the verb. */
export function lastAct(history: TargetHistory): Act | undefined {
  return history.findLast((event): event is Act => event.type === 'requested')
}

/** Actions of one verb that ended with one result. */
export function ended(history: TargetHistory, verb: Action['verb'], result: ActionResult['result']): Act[] {
  return acts(history, verb).filter((act) => act.actionResult.result === result)
}

/** Refusals of any action so far. */
export function refusals(history: TargetHistory): Act[] {
  return history.filter((event): event is Act => event.type === 'requested' && event.actionResult.result === 'refused')
}

/** Every time the target was there, oldest first. */
export function snapshots(history: TargetHistory): Saw[] {
  return history.filter((event): event is Saw => event.type === 'observed')
}

/** How often the last look gave the same answer in a row; 0 where the last event was no look. */
export function sameLooks(history: TargetHistory): number {
  const last = history.at(-1)
  return last === undefined || last.type === 'requested' ? 0 : last.times
}

/** Whether an action may have changed anything: one that met nothing has not. */
export function hadEffect({ actionResult }: Act): boolean {
  return actionResult.result !== 'not-found'
}

/** How many looks were taken since the last action of those that `counts`, whatever they showed. */
export function looksSince(history: TargetHistory, counts: (act: Act) => boolean = () => true): number {
  const from = history.findLastIndex((event) => event.type === 'requested' && counts(event)) + 1
  return history.slice(from).reduce((sum, event) => sum + (event.type === 'requested' ? 0 : event.times), 0)
}

/** Whether the provider has taken a deletion of this target in this run. */
export function deletionAccepted(history: TargetHistory): boolean {
  return history.some(
    (event) => event.type === 'requested' && event.action.final && event.actionResult.result === 'accepted',
  )
}

/** The refusal in words, as the provider gave it. */
export function problemOf(act: Act | undefined): string {
  return act !== undefined && 'problem' in act.actionResult ? act.actionResult.problem : ''
}
