import type { InputSources } from '../../src/inputs/texts.ts'
import type { Environment } from '../../src/lib/environment.ts'
import { START } from './clock.ts'

/** What inputs are read from where only variables matter: the time of the fake clock's start, and no files. */
export function sourcesOf(env: Environment, files: Readonly<Record<string, string>> = {}): InputSources {
  return {
    env,
    now: START,
    readFile: (path) => {
      const text = files[path]
      if (text === undefined) throw new Error(`ENOENT: no such file, open '${path}'`)
      return text
    },
  }
}
