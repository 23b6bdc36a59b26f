import type { Exchange } from '../http/exchange.ts'
import type { ObservedEvent, TargetEvent, TargetHistory } from '../providers/history.ts'
import { statusText } from '../providers/observation.ts'
import type { ActionResult } from '../providers/step.ts'
import { nounOf, type Target } from '../providers/target.ts'

/** One thing that happened to a target, for people and for the report file. */
export interface StepLine {
  /** Unix ms, UTC. */
  at: number
  /** How long it took or lasted, in ms. */
  ms: number
  text: string
  method?: string
  path?: string
  httpStatus?: number
  requestId?: string
}

/** A target's history as lines, oldest first. */
export function stepsOf(history: TargetHistory): StepLine[] {
  return history.map((event) => ({
    at: event.at,
    ms: event.until - event.at,
    text: eventText(event),
    ...exchangeFields(event.type === 'requested' ? event.actionResult.exchange : event.exchange),
  }))
}

/** What happened, in a few words. */
export function eventText(event: TargetEvent): string {
  switch (event.type) {
    case 'observed':
      return `${foundText(event)}${checks(event.times)}`
    case 'not-found':
      return `not found${checks(event.times)}`
    case 'read-failed':
      return `could not be read: ${event.problem}${checks(event.times)}`
    case 'requested':
      return `${event.action.verb} ${actionResultText(event.actionResult)}`
  }
}

/** `deployment abc of model m1 (PR-42_1a2b3c4)`; the name only if it differs from the ID. */
export function label(target: Target, name?: string): string {
  const { resource, id } = target
  const called = name === undefined || name === id || name.trim() === '' ? '' : ` (${name})`
  const above = aboveOf(target)
  return `${nounOf(resource)} ${id}${above === undefined ? '' : ` ${above.words} ${above.id}`}${called}`
}

/** What a target is in: `of model m1`, `in resource group team-a`; undefined if there is nothing, or it is not known yet. */
export function aboveOf({ resource, parent, group }: Target): { words: string; id: string } | undefined {
  if (parent !== undefined) return { words: resource === 'chain-deployment' ? 'of chain' : 'of model', id: parent }
  return typeof group === 'string' ? { words: 'in resource group', id: group } : undefined
}

function actionResultText(actionResult: ActionResult): string {
  switch (actionResult.result) {
    case 'accepted':
      return 'accepted'
    case 'not-found':
      return 'did not find it'
    case 'refused':
      return `refused: ${actionResult.problem}`
    case 'unknown':
      return `had no clear answer: ${actionResult.problem}`
    case 'failed':
      return `failed: ${actionResult.problem}`
  }
}

/** `is ACTIVE (target STOPPED)`; `found: 3 deployments` for a resource without a status. */
function foundText(event: ObservedEvent): string {
  const text = statusText(event)
  if (event.status !== '') return `is ${text}`
  return text === '' ? 'found' : `found: ${text}`
}

function checks(times: number): string {
  return times === 1 ? '' : ` (${times} checks)`
}

function exchangeFields(exchange: Exchange | undefined): Partial<StepLine> {
  if (exchange === undefined) return {}
  const { method, path, status, requestId } = exchange
  return {
    method,
    path,
    ...(status === undefined ? {} : { httpStatus: status }),
    ...(requestId === undefined ? {} : { requestId }),
  }
}
