import type { GitHub, GitHubOptions } from '../github/github.ts'
import type { Transport } from '../http/transport.ts'
import type { Clock } from '../lib/clock.ts'
import type { Environment } from '../lib/environment.ts'
import type { Runner } from '../runner/runner.ts'
import type { Secrets } from '../runner/secrets.ts'

/** Everything from outside that a run needs. */
export interface Runtime {
  env: Environment
  clock: Clock
  random: () => number
  transport: Transport
  runner: Runner
  secrets: Secrets
  connectGitHub: (options: GitHubOptions) => Promise<GitHub>
  /** Aborts when the runner cancels the step. */
  cancelled: AbortSignal
  /** Reads a text file. Throws if that is not possible. */
  readFile: (path: string) => string
  /** Writes a file for the user, piece by piece, and gives its path. Rejects if that is not possible. */
  writeFile: (name: string, pieces: Iterable<string>) => Promise<string>
}
