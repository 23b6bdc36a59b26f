import type { Clock } from '../clock.ts'
import type { GitHub, GitHubOptions } from '../github/github.ts'
import type { Transport } from '../http/transport.ts'
import type { Environment } from '../inputs/reader.ts'
import type { Runner } from '../report/runner.ts'
import type { Secrets } from '../report/secrets.ts'

/** Everything from outside that a run needs. */
export interface World {
  env: Environment
  clock: Clock
  random: () => number
  transport: Transport
  runner: Runner
  secrets: Secrets
  connectGitHub: (options: GitHubOptions) => Promise<GitHub>
  /** Aborts when the runner cancels the step. */
  cancelled: AbortSignal
  /** Reads a text file. Throws where that is not possible. */
  readFile: (path: string) => string
  /** Writes a file for the user and gives its path. Rejects where that is not possible. */
  writeFile: (name: string, text: string) => Promise<string>
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
