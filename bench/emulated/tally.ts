import type { RecordedRequest } from '../../emulators/emulator.ts'

/** What an account saw of one teardown. */
export interface Tally {
  reads: number
  writes: number
  tokens: number
  /** Answers with 429. */
  refused: number
  /** Reads after the last write. */
  polls: number
  /** When the last write was taken; Unix ms. */
  lastWriteAt: number
  /** Requests that arrived while everybody had been asked to wait, those apart that were on their way already. */
  impatient: number
  /** Targets that are still there. */
  left: number
}

/** Counts what was asked. Requests under way when a 429 is answered may arrive for `latencyMs` more. */
export function tallyOf(requests: readonly RecordedRequest[], left: number, latencyMs: number): Tally {
  const kinds = Map.groupBy(requests, kindOf)
  const writes = kinds.get('write') ?? []
  const lastWriteAt = writes.at(-1)?.at ?? 0
  const refused = requests.filter(({ status }) => status === 429)
  return {
    reads: kinds.get('read')?.length ?? 0,
    writes: writes.length,
    tokens: kinds.get('token')?.length ?? 0,
    refused: refused.length,
    polls: kinds.get('read')?.filter(({ at }) => at >= lastWriteAt).length ?? 0,
    lastWriteAt,
    impatient: requests.filter(({ at }) =>
      refused.some((refusal) => at > refusal.at + latencyMs + SLACK_MS && at < refusal.at + PAUSE_MS),
    ).length,
    left,
  }
}

/** What `Retry-After: 1` asks for. */
const PAUSE_MS = 1000
/** For the way of an answer through a busy machine. */
const SLACK_MS = 50

function kindOf({ method, path }: RecordedRequest): 'read' | 'write' | 'token' {
  if (path.startsWith('/oauth/token')) return 'token'
  return method === 'GET' ? 'read' : 'write'
}
