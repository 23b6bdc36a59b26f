import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseFileCommand } from '../demo/file-command.ts'
import { type Measured, measure, type Subject } from './subject.ts'

const BUNDLE = join(import.meta.dirname, '..', 'dist', 'index.js')
let serial = 0

export interface ActionRun {
  /** The `with:` of the step. */
  inputs: Readonly<Record<string, string>>
  /** Where files may be written. */
  folder: string
  /** What else is to be done to the program before it runs. */
  prepare?: (subject: Subject) => Subject
}

/** Runs the committed bundle as the runner does. Throws where it does not say that everything was deleted. */
export async function measureAction({ inputs, folder, prepare = (subject) => subject }: ActionRun): Promise<Measured> {
  const work = join(folder, String(++serial))
  const files = {
    GITHUB_OUTPUT: `${work}-output`,
    GITHUB_STEP_SUMMARY: `${work}-summary`,
    GITHUB_STATE: `${work}-state`,
  }
  await Promise.all(Object.values(files).map((file) => writeFile(file, '')))
  const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const subject = {
    command: process.execPath,
    args: [BUNDLE],
    env: { ...Object.fromEntries(variables), ...files, RUNNER_TEMP: folder },
  }
  const measured = await measure(prepare(subject))
  const { status } = parseFileCommand(await readFile(files.GITHUB_OUTPUT, 'utf8'))
  if (status !== 'deleted') throw new Error(`the action ended with status ${status}`)
  await Promise.all(Object.values(files).map((file) => rm(file)))
  return measured
}
