import type { Action, Event, History, Receipt } from './provider.ts'

/** What the rules ask of a target's history. The look they decide on is its last event. */

type Act = Extract<Event, { type: 'acted' }>
type Saw = Extract<Event, { type: 'saw' }>

/** All actions of one verb so far, oldest first. */
export function acts(history: History, verb: Action['verb']): Act[] {
  return history.filter((event): event is Act => event.type === 'acted' && event.action.verb === verb)
}

/** The last thing asked of the provider, whatever the verb. */
export function lastAct(history: History): Act | undefined {
  return history.findLast((event): event is Act => event.type === 'acted')
}

/** Actions of one verb that ended with one result. */
export function ended(history: History, verb: Action['verb'], result: Receipt['result']): Act[] {
  return acts(history, verb).filter((act) => act.receipt.result === result)
}

/** Refusals of any action so far. */
export function refusals(history: History): Act[] {
  return history.filter((event): event is Act => event.type === 'acted' && event.receipt.result === 'refused')
}

/** Every time the target was there, oldest first. */
export function sightings(history: History): Saw[] {
  return history.filter((event): event is Saw => event.type === 'saw')
}

/** How often the last look gave the same answer in a row; 0 where the last event was no look. */
export function sameLooks(history: History): number {
  const last = history.at(-1)
  return last === undefined || last.type === 'acted' ? 0 : last.times
}

/** Whether an action may have changed anything: one that met nothing has not. */
export function hadEffect({ receipt }: Act): boolean {
  return receipt.result !== 'absent'
}

/** How many looks were taken since the last action of those that `counts`, whatever they showed. */
export function looksSince(history: History, counts: (act: Act) => boolean = () => true): number {
  const from = history.findLastIndex((event) => event.type === 'acted' && counts(event)) + 1
  return history.slice(from).reduce((sum, event) => sum + (event.type === 'acted' ? 0 : event.times), 0)
}

/** Whether the provider has taken a deletion of this target in this run. */
export function deletionAccepted(history: History): boolean {
  return history.some((event) => event.type === 'acted' && event.action.final && event.receipt.result === 'accepted')
}

/** The refusal in words, as the provider gave it. */
export function problemOf(act: Act | undefined): string {
  return act !== undefined && 'problem' in act.receipt ? act.receipt.problem : ''
}
