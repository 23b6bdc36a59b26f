import type { Http, HttpProfile } from '../http/client.ts'
import type { Clock } from '../lib/clock.ts'

/** What a provider is given to work with. */
export interface Connection {
  openHttp: (profile: HttpProfile) => Http
  clock: Clock
  /** Called with every secret made during the run, such as an access token, before it is used. */
  onSecret: (secret: string) => void
}
