import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseFileCommand } from './file-command.ts'

const ROOT = join(import.meta.dirname, '..')

/** Where Node keeps what it compiled, for those who start the bundle hundreds of times; users start it once. */
const COMPILE_CACHE = process.env['NODE_COMPILE_CACHE']

/** What a step of a workflow leaves behind. */
export interface StepEnd {
  /** Null where a signal ended it. */
  exitCode: number | null
  /** Everything printed, as it came. */
  log: string
  outputs: Record<string, string>
  summary: string
  /** What it keeps for the end of the job. */
  state: Record<string, string>
  /** What it left in the runner's folder for temporary files, by name. */
  files: Record<string, string>
}

export interface StepOptions {
  /** The `with:` of the step. */
  inputs: Record<string, string>
  env?: Record<string, string>
  /** The folder of the action; this project where absent. */
  action?: string
  /** Told of every piece of output as it comes. */
  onOutput?: (text: string) => void
}

/** A step under way. */
export interface RunningStep {
  ended: Promise<StepEnd>
  /** Cancels it as the runner does: SIGINT, 7.5 s later SIGTERM, 2.5 s later the end. Gives the signals it took. */
  cancel(): Promise<NodeJS.Signals[]>
  /** Sends it one signal, as somebody else than the runner may. */
  kill(signal: NodeJS.Signals): void
}

/** Runs the committed bundle the way the GitHub Actions runner does: inputs as variables, results through files. */
export async function runStep(options: StepOptions): Promise<StepEnd> {
  return (await startStep(options)).ended
}

/** Runs the end of the job for a step that left `state`, with the step's own inputs. */
export async function runPost(options: StepOptions, state: Readonly<Record<string, string>>): Promise<StepEnd> {
  const kept = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])
  return (await start('post.js', { ...options, env: { ...options.env, ...Object.fromEntries(kept) } })).ended
}

/** Starts a step that can be cancelled. */
export function startStep(options: StepOptions): Promise<RunningStep> {
  return start('index.js', options)
}

async function start(
  entry: 'index.js' | 'post.js',
  { inputs, env = {}, action = ROOT, onOutput }: StepOptions,
): Promise<RunningStep> {
  const work = await mkdtemp(join(tmpdir(), 'undeploy-step-'))
  const temp = await mkdtemp(join(tmpdir(), 'undeploy-temp-'))
  const [outputFile, summaryFile, stateFile] = [join(work, 'output'), join(work, 'summary'), join(work, 'state')]
  await Promise.all([outputFile, summaryFile, stateFile].map((file) => writeFile(file, '')))
  const child = spawn(process.execPath, [join(action, 'dist', entry)], {
    cwd: work,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      ...(COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE: COMPILE_CACHE }),
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      GITHUB_OUTPUT: outputFile,
      GITHUB_STEP_SUMMARY: summaryFile,
      GITHUB_STATE: stateFile,
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
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })

  async function finish(): Promise<StepEnd> {
    try {
      const exitCode = await closed
      const [outputs, summary, state] = await Promise.all(
        [outputFile, summaryFile, stateFile].map((file) => readFile(file, 'utf8')),
      )
      const names = await readdir(temp)
      const files = await Promise.all(names.map(async (name) => [name, await readFile(join(temp, name), 'utf8')]))
      return {
        exitCode,
        log,
        outputs: parseFileCommand(outputs ?? ''),
        summary: summary ?? '',
        state: parseFileCommand(state ?? ''),
        files: Object.fromEntries(files),
      }
    } finally {
      await Promise.all([work, temp].map((folder) => rm(folder, { recursive: true, force: true })))
    }
  }

  async function cancel(): Promise<NodeJS.Signals[]> {
    const sent: NodeJS.Signals[] = []
    for (const [signal, waitMs] of CANCELLATION) {
      if (child.exitCode !== null || child.signalCode !== null) break
      child.kill(signal)
      sent.push(signal)
      // The process ends the wait, the wait never keeps this process.
      await Promise.race([closed, sleep(waitMs, undefined, { ref: false })])
    }
    return sent
  }

  return { ended: finish(), cancel, kill: (signal) => void child.kill(signal) }
}

/** The runner's signals, each with how long it waits before the next (actions/runner, ProcessInvoker). Milliseconds. */
const CANCELLATION: readonly [NodeJS.Signals, number][] = [
  ['SIGINT', 7500],
  ['SIGTERM', 2500],
  ['SIGKILL', 0],
]
