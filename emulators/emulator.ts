/**
 * What every emulator is: a stateful fetch handler with a request log, an own clock and faults that can be switched on.
 * Emulators follow the providers' documents and share no code with `src/`, so that each checks the other.
 */
export interface Emulator {
  /** Answers one request. Throws {@link TransportFault} where a real connection would break or never answer. */
  handle(request: Request): Promise<Response>
  /** Every request that arrived, oldest first. Authorization is kept: tests assert on it. */
  readonly requests: RecordedRequest[]
  /** Faults to play, oldest first. A fault whose `times` is used up is dropped. */
  readonly faults: Fault[]
}

export interface EmulatorOptions {
  /** Unix time in ms; state changes over time are worked out from it at each request, so a fake clock serves. */
  now?: () => number
  /** What the `Date` header of an answer says, Unix ms; undefined for an answer without one. No answer has one where absent. */
  date?: () => number | undefined
}

export interface RecordedRequest {
  at: number
  method: string
  /** Path with query, as it came. */
  path: string
  headers: Record<string, string>
  body: string
  /** Status answered; undefined while under way, or when the connection broke. */
  status?: number
}

/** What can go wrong on the way. `processed` ones change the world first, then fail. */
export type FaultKind =
  | { kind: 'reset-before' } // connection reset, nothing processed
  | { kind: 'lost-answer' } // processed, then connection reset
  | { kind: 'hang' } // never answers, nothing processed
  | { kind: 'hang-after' } // processed, never answers
  | { kind: 'truncated' } // processed, body cut in the middle
  | { kind: 'wrong-type' } // processed, JSON of another shape comes back
  | { kind: 'html' } // a gateway's HTML page with status 200, nothing processed
  | { kind: 'huge' } // processed, a body of many MiB comes back
  | { kind: 'slow' } // processed, the body trickles for ever
  | { kind: 'status'; status: number; body?: string; headers?: Record<string, string>; processed?: boolean }

export type Fault = FaultKind & {
  /** Which requests it hits; all where absent. */
  when?: (request: RecordedRequest) => boolean
  /** How many it hits; one where absent. */
  times?: number
}

/** A connection that breaks (`reset`) or stays silent (`hang`); the bridges turn it into the transport's own failure. */
export class TransportFault extends Error {
  readonly fault: 'reset' | 'hang'

  constructor(fault: 'reset' | 'hang') {
    super(`emulated transport fault: ${fault}`)
    this.name = 'TransportFault'
    this.fault = fault
  }
}
