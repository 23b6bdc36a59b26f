// The parts of @actions/core that talk to the runner, without its index: that also loads an OIDC client, and with it a second
// HTTP client, which doubles the start-up time. The version is pinned, and a test holds these paths.
import { issue, issueCommand } from '../../node_modules/@actions/core/lib/command.js'
import { issueFileCommand, prepareKeyValueMessage } from '../../node_modules/@actions/core/lib/file-command.js'
import { summary } from '../../node_modules/@actions/core/lib/summary.js'
import type { Environment } from '../lib/environment.ts'
import { messageOf } from '../lib/errors.ts'
import { logLine } from './log-line.ts'
import type { Secrets } from './secrets.ts'

/** The state by which the end of the job knows that there is something to do. */
export const DEFERRED = 'deferred'

/** The GitHub Actions runner as a step uses it. Every text is escaped and redacted before it is written. */
export interface Runner {
  info(text: string): void
  debug(text: string): void
  notice(text: string): void
  warning(text: string): void
  error(text: string): void
  startGroup(title: string): void
  endGroup(): void
  output(name: string, value: string): void
  /** Keeps a value for the end of the job. Never a secret: it is written to a file. */
  saveState(name: string, value: string): void
  /** Adds Markdown to the job summary; says nothing where the runner offers none. */
  summary(markdown: string): Promise<void>
}

/** The real runner. `env` says which files it takes results in. */
export function githubRunner(secrets: Secrets, env: Environment): Runner {
  const line = (text: string) => logLine(secrets.redact(text))
  const keep = (file: 'OUTPUT' | 'STATE', command: string, name: string, value: string): void => {
    if (env[`GITHUB_${file}`]) issueFileCommand(file, prepareKeyValueMessage(name, value))
    else issueCommand(command, { name }, value)
  }
  return {
    info: (text) => void process.stdout.write(`${line(text)}\n`),
    debug: (text) => issue('debug', line(text)),
    notice: (text) => issue('notice', line(text)),
    warning: (text) => issue('warning', line(text)),
    error: (text) => issue('error', line(text)),
    startGroup: (title) => issue('group', line(title)),
    endGroup: () => issue('endgroup'),
    output: (name, value) => keep('OUTPUT', 'set-output', name, secrets.redact(value)),
    saveState: (name, value) => keep('STATE', 'save-state', name, value),
    async summary(markdown) {
      if (!env['GITHUB_STEP_SUMMARY']) return
      try {
        await summary.addRaw(secrets.redact(markdown)).write()
      } catch (error) {
        // What was deleted stays deleted: a file that cannot be written must not make a success look like a failure.
        issue('warning', line(`The job summary could not be written: ${messageOf(error)}`))
      }
    },
  }
}

/** Hides a secret in everything the runner prints from now on. */
export function mask(secret: string): void {
  issue('add-mask', secret)
}
