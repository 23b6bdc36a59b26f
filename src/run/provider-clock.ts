import type { Exchange } from '../http/exchange.ts'
import { span } from '../lib/format.ts'

/** The provider's clock, as far as its answers show it: ages are differences of its own times. */
export interface ProviderClock {
  /** Learns from an answer of the provider. */
  readonly heard: (exchange: Exchange) => void
  /** The provider's time when the runner's clock shows `now`; both Unix ms, UTC. */
  readonly at: (now: number) => number
  /** A notice if the two clocks differ by more than two minutes. */
  readonly notice: () => string | undefined
}

/** A difference that ages in hours and days do not notice is not worth telling. Milliseconds. */
const WORTH_TELLING_MS = 2 * 60_000

/**
 * Goes by the `Date` headers of answers to GET, which are the lists. Of several, and against the runner's clock where an answer had
 * none, the earliest time counts: nothing must look older than it is. `Date` has whole seconds and was written before the answer
 * arrived, so what it says is up to a second and the answer's way too early.
 */
export function createProviderClock(): ProviderClock {
  let earliest: number | undefined
  return {
    heard({ method, status, serverTime, at, ms }) {
      if (method !== 'GET' || status === undefined || status < 200 || status > 299) return
      const ahead = serverTime === undefined ? 0 : serverTime - (at + ms)
      earliest = Math.min(earliest ?? ahead, ahead)
    },
    at: (now) => now + (earliest ?? 0),
    notice() {
      const ahead = earliest ?? 0
      if (Math.abs(ahead) <= WORTH_TELLING_MS) return undefined
      const how = `${span(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'}`
      return `The provider's clock is ${how} the runner's. Ages are measured by the provider's`
    },
  }
}
