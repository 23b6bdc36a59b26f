import { logLine } from '../../src/runner/log-line.ts'
import type { Runner } from '../../src/runner/runner.ts'
import type { Secrets } from '../../src/runner/secrets.ts'

/** What a run told the runner. */
export interface Told {
  /** Everything printed, `level: text` a line, in order. Debug lines are apart. */
  log: string[]
  debug: string[]
  outputs: Record<string, string>
  summary: string
  state: Record<string, string>
}

/** A runner that remembers. It cleans texts as the real one does. */
export function fakeRunner(secrets: Secrets): { runner: Runner; told: Told } {
  const told: Told = { log: [], debug: [], outputs: {}, summary: '', state: {} }
  const say = (level: string) => (text: string) => void told.log.push(`${level}: ${logLine(secrets.redact(text))}`)
  return {
    told,
    runner: {
      info: say('info'),
      notice: say('notice'),
      warning: say('warning'),
      error: say('error'),
      startGroup: say('group'),
      endGroup: () => undefined,
      debug: (text) => void told.debug.push(logLine(secrets.redact(text))),
      output(name, value) {
        told.outputs[name] = secrets.redact(value)
      },
      saveState(name, value) {
        told.state[name] = value
      },
      async summary(markdown) {
        told.summary += secrets.redact(markdown)
      },
    },
  }
}
