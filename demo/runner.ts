import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseFileCommand } from './file-command.ts'

/** What a step of a workflow leaves behind. */
export interface StepEnd {
  exitCode: number | null
  /** Everything printed, as it came. */
  log: string
  outputs: Record<string, string>
  summary: string
}

export interface StepOptions {
  /** The `with:` of the step. */
  inputs: Record<string, string>
  env?: Record<string, string>
  /** Told of every piece of output as it comes. */
  onOutput?: (text: string) => void
}

/** Runs the committed bundle the way the GitHub Actions runner does: inputs as variables, results through files. */
export async function runStep({ inputs, env = {}, onOutput }: StepOptions): Promise<StepEnd> {
  const temp = await mkdtemp(join(tmpdir(), 'undeploy-step-'))
  const [outputFile, summaryFile] = [join(temp, 'output'), join(temp, 'summary')]
  await Promise.all([writeFile(outputFile, ''), writeFile(summaryFile, '')])
  try {
    const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'dist', 'index.js')], {
      cwd: temp,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '',
        ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
        GITHUB_OUTPUT: outputFile,
        GITHUB_STEP_SUMMARY: summaryFile,
        RUNNER_TEMP: temp,
        ...env,
      },
    })
    let log = ''
    const collect = (chunk: Buffer) => {
      const text = chunk.toString()
      log += text
      onOutput?.(text)
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    return {
      exitCode,
      log,
      outputs: parseFileCommand(await readFile(outputFile, 'utf8')),
      summary: await readFile(summaryFile, 'utf8'),
    }
  } finally {
    await rm(temp, { recursive: true, force: true })
  }
}
