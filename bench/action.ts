import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseFileCommand } from '../demo/file-command.ts'
import { type Measured, measure, type Subject } from './subject.ts'

/** The action as it is measured: the bundle, started as the runner starts it. */
export interface Action {
  /**
   * Runs it once with these inputs; `prepare` is what else is to be done to the program before. Throws where it does not say
   * that everything was deleted.
   */
  run(inputs: Readonly<Record<string, string>>, prepare?: (subject: Subject) => Subject): Promise<Measured>
}

/** `bundle` is the path of the `index.js`. */
export function actionAt(bundle: string): Action {
  return {
    async run(inputs, prepare = (subject) => subject) {
      const folder = await mkdtemp(join(tmpdir(), 'undeploy-bench-'))
      try {
        const output = join(folder, 'output')
        const files = { GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: join(folder, 'summary'), RUNNER_TEMP: folder }
        await Promise.all([files.GITHUB_OUTPUT, files.GITHUB_STEP_SUMMARY].map((file) => writeFile(file, '')))
        const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
        const env = { ...Object.fromEntries(variables), ...files }
        const measured = await measure(prepare({ command: process.execPath, args: [bundle], env }))
        const { status } = parseFileCommand(await readFile(output, 'utf8'))
        if (status !== 'deleted') throw new Error(`the action ended with status ${status}`)
        return measured
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}
