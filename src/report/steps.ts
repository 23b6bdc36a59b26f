import type { Exchange } from '../http/exchange.ts'
import type { Event, History, Receipt, Target } from '../providers/provider.ts'

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
export function stepsOf(history: History): StepLine[] {
  return history.map((event) => ({
    at: event.at,
    ms: event.until - event.at,
    text: eventText(event),
    ...exchangeFields(event.type === 'acted' ? event.receipt.exchange : event.exchange),
  }))
}

/** What happened, in a few words. */
export function eventText(event: Event): string {
  switch (event.type) {
    case 'saw':
      return `is ${event.status}${event.detail === undefined ? '' : ` (${event.detail})`}${looks(event.times)}`
    case 'missed':
      return `not found${looks(event.times)}`
    case 'erred':
      return `could not be read: ${event.problem}${looks(event.times)}`
    case 'acted':
      return `${event.action.verb} ${receiptText(event.receipt)}`
  }
}

/** `deployment abc of model m1`. */
export function label(target: Target): string {
  const { resource, id, parent } = target
  const above = resource === 'chain-deployment' ? 'chain' : 'model'
  return `${resource} ${id}${parent === undefined ? '' : ` of ${above} ${parent}`}`
}

function receiptText(receipt: Receipt): string {
  switch (receipt.result) {
    case 'accepted':
      return 'accepted'
    case 'absent':
      return 'found nothing any more'
    case 'refused':
      return `refused: ${receipt.problem}`
    case 'unsure':
      return `without a clear answer: ${receipt.problem}`
    case 'failed':
      return `failed: ${receipt.problem}`
  }
}

function looks(times: number): string {
  return times === 1 ? '' : ` (${times} looks)`
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
