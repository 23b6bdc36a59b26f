import type { HttpResponse } from './client.ts'
import type { Exchange } from './exchange.ts'

/**
 * Why a request has no answer that can be relied on.
 * `network`: refused, reset, unknown host; `timeout`: the request's own deadline; `stopped`: the step's deadline or a
 * cancellation; `unreadable`: too long, cut off, not JSON; `busy`: the server said "later" (408, 429, 5xx except 501 and 505);
 * `unsent`: a write that waited too long for its turn and was not sent; `blocked`: a proxy that refuses, or a certificate that
 * is not accepted; `silent`: a host that has not answered once in two minutes. The last two are final.
 */
export type HttpFailure = 'network' | 'timeout' | 'stopped' | 'unreadable' | 'busy' | 'unsent' | 'blocked' | 'silent'

/** A request that failed. The message names the request and the cause, and nothing that could be a secret. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly failure: HttpFailure
  readonly exchange: Exchange
  /** How long the server asked us to wait, in ms, if it did. */
  readonly retryAfterMs: number | undefined
  /** The answer that said "later", for `busy`: it has the provider's own code and words. */
  readonly response: HttpResponse | undefined

  constructor(
    failure: HttpFailure,
    message: string,
    exchange: Exchange,
    options: { retryAfterMs?: number | undefined; response?: HttpResponse | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.failure = failure
    this.exchange = exchange
    this.retryAfterMs = options.retryAfterMs
    this.response = options.response
  }

  /** Waiting cannot fix it. */
  get isFinal(): boolean {
    return this.failure === 'blocked' || this.failure === 'silent'
  }
}
