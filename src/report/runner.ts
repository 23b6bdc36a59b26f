import * as core from '@actions/core'
import type { Secrets } from './secrets.ts'
import { logLine } from './text.ts'

/** The state by which the end of the job knows that there is something to do. */
export const DEFERRED = 'deferred'

/** What the GitHub Actions runner takes from a step. Every text is made harmless and free of secrets on its way out. */
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

/** The real runner. `env` says whether it takes a summary. */
export function githubRunner(secrets: Secrets, env: Readonly<Record<string, string | undefined>>): Runner {
  const line = (text: string) => logLine(secrets.redact(text))
  return {
    info: (text) => core.info(line(text)),
    debug: (text) => core.debug(line(text)),
    notice: (text) => core.notice(line(text)),
    warning: (text) => core.warning(line(text)),
    error: (text) => core.error(line(text)),
    startGroup: (title) => core.startGroup(line(title)),
    endGroup: () => core.endGroup(),
    output: (name, value) => core.setOutput(name, secrets.redact(value)),
    saveState: (name, value) => core.saveState(name, value),
    async summary(markdown) {
      if (!env['GITHUB_STEP_SUMMARY']) return
      try {
        await core.summary.addRaw(secrets.redact(markdown)).write()
      } catch (error) {
        // What was deleted stays deleted: a file that cannot be written must not make a success look like a failure.
        core.warning(line(`The job summary could not be written: ${error instanceof Error ? error.message : error}`))
      }
    },
  }
}

/** Hides a secret in everything the runner prints from now on. */
export function mask(secret: string): void {
  core.setSecret(secret)
}
