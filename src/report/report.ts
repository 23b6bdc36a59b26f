import type { ProviderName } from '../inputs/provider-settings.ts'
import type { Result } from '../teardown/result.ts'

/** Everything that is to be reported of a run. */
export interface RunReport {
  provider: ProviderName | undefined
  dryRun: boolean
  results: readonly Result[]
  /** Why nothing was begun, in sentences; empty where something was. */
  problems: readonly string[]
  /** Unix ms, UTC. */
  startedAt: number
  endedAt: number
}
