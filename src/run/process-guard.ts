import { outputsOf } from '../report/outputs.ts'
import type { Runner } from '../runner/runner.ts'
import { framesOf, InternalError, unexpected } from './internal-error.ts'

/** After an internal error, the run has this long to end with a report. Milliseconds. */
const WIND_DOWN_MS = 5000
/** After the end, what was printed has this long to be read. Milliseconds. */
const LINGER_MS = 1000

/** What of Node's `process` is needed. */
export interface GuardedProcess {
  exitCode?: number | string | null | undefined
  on(event: string, listener: (error: unknown) => void): unknown
  exit(code?: number): void
  stdout: { on(event: 'error', listener: () => void): unknown }
  stderr: { on(event: 'error', listener: () => void): unknown }
}

/** Sees to it that the process, however it ends, has an exit code and outputs that are true. */
export interface ProcessGuard {
  /** Aborts when the runner cancels the step, or with an {@link InternalError}. */
  cancelled: AbortSignal
  /** The same runner; what is written through it is remembered. */
  runner: Runner
  /** Carries out the run; `close` ends what would hold the process. Exit code 0 only where `work` gives true. */
  carryOut(work: () => Promise<boolean>, close: () => Promise<unknown>): Promise<void>
}

/** Guards `process` from now on: until {@link ProcessGuard.carryOut} has ended well, no way out of it is a success. */
export function guardProcess(process: GuardedProcess, runner: Runner): ProcessGuard {
  const cancel = new AbortController()
  const written = new Set<string>()
  let internalError: InternalError | undefined
  let isOver = false
  process.exitCode = 1

  // The runner cancels with SIGINT, then SIGTERM; on Windows with SIGBREAK. Unheard, Node would end without a report.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK']) process.on(signal, () => cancel.abort())
  // EPIPE on a closed log must not abort a deletion in progress.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error: unknown) => {
      process.exitCode = 1
      if (internalError !== undefined) return
      runner.debug(framesOf(error))
      internalError = new InternalError(error)
      cancel.abort(internalError)
      setTimeout(() => process.exit(1), WIND_DOWN_MS).unref()
    })
  }

  // A run that stopped short, because something it waits for never comes, leaves every output behind as well. What it has
  // written already is true, but for a status that would differ from the step's.
  process.on('exit', () => {
    if (isOver && internalError === undefined) return
    process.exitCode = 1
    const problem = internalError?.message ?? unexpected('it stopped in the middle')
    if (internalError?.isReported !== true) runner.error(problem)
    if (!isOver) writeMissingOutputs(runner, written, problem)
  })

  return {
    cancelled: cancel.signal,
    runner: {
      ...runner,
      output(name, value) {
        runner.output(name, value)
        written.add(name)
      },
    },
    async carryOut(work, close) {
      try {
        const succeeded = await work()
        isOver = true
        process.exitCode = succeeded && internalError === undefined ? 0 : 1
      } catch (error) {
        runner.debug(framesOf(error))
        internalError ??= new InternalError(error)
      }
      // Whatever is left that would hold the process, such as a tunnel that a proxy never opens, holds it no longer than this.
      setTimeout(() => process.exit(), LINGER_MS).unref()
      await close()
    },
  }
}

function writeMissingOutputs(runner: Runner, written: ReadonlySet<string>, problem: string): void {
  const nothing = { provider: undefined, dryRun: false, scope: [], results: [], problems: [problem], plan: undefined }
  try {
    const { outputs } = outputsOf({ ...nothing, startedAt: 0, endedAt: 0 }, '')
    for (const [name, value] of Object.entries(outputs)) {
      if (name === 'status' || !written.has(name)) runner.output(name, value)
    }
  } catch (error) {
    runner.debug(framesOf(error))
  }
}
