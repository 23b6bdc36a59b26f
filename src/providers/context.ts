import type { Http, RetryPolicy } from '../http/client.ts'
import type { Clock } from '../lib/clock.ts'

/** What a provider says about its HTTP habits. */
export interface HttpProfile extends RetryPolicy {
  /** Deadline of one request, in ms. */
  requestTimeoutMs: number
  /** How many requests may be under way at once. */
  concurrency: number
}

/** What a provider is given to work with. */
export interface Connection {
  openHttp: (profile: HttpProfile) => Http
  clock: Clock
  /** Told of every secret made during the run, such as an access token, before it is used. */
  onSecret: (secret: string) => void
}
