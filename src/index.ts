import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { abortable } from './http/abortable.ts'
import { type Network, openNetwork } from './http/transport.ts'
import { systemClock } from './lib/clock.ts'
import { spareMemory } from './memory.ts'
import { outputsOf } from './report/outputs.ts'
import { framesOf, InternalError, unexpected } from './run/internal-error.ts'
import { run } from './run/run.ts'
import type { Runtime } from './run/runtime.ts'
import { githubRunner, mask } from './runner/runner.ts'
import { createSecrets } from './runner/secrets.ts'

// Until the end says otherwise: no way out of this process is a success.
process.exitCode = 1

spareMemory()

const { env } = process
const secrets = createSecrets(mask)
const runner = githubRunner(secrets, env)

// The runner cancels with SIGINT, then SIGTERM; on Windows with SIGBREAK instead. Unheard, Node would end without a report.
const cancel = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) process.on(signal, () => cancel.abort())

// Where nobody reads the log any more, a deletion under way still goes on, and what became of it is written.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

/** After a internalError, the run has so long to end with a report. Milliseconds. */
const WIND_DOWN_MS = 5000
/** After the end, what was printed has so long to be read. Milliseconds. */
const LINGER_MS = 1000
let internalError: InternalError | undefined
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    process.exitCode = 1
    if (internalError !== undefined) return
    runner.debug(framesOf(error))
    internalError = new InternalError(error)
    cancel.abort(internalError)
    setTimeout(() => process.exit(1), WIND_DOWN_MS).unref()
  })
}

const written = new Set<string>()
let isOver = false
// A run that stopped short, because something it waits for never comes, leaves every output behind as well; what it had
// written already is true, but for a status that would be another than the step's.
process.on('exit', () => {
  if (isOver && internalError === undefined) return
  process.exitCode = 1
  const problem = internalError?.message ?? unexpected('it stopped in the middle')
  if (internalError?.isReported !== true) runner.error(problem)
  if (!isOver) writeMissingOutputs(problem)
})

function writeMissingOutputs(problem: string): void {
  const nothing = { provider: undefined, dryRun: false, results: [], problems: [problem], plan: undefined }
  try {
    const { outputs } = outputsOf({ ...nothing, startedAt: 0, endedAt: 0 }, '')
    for (const [name, value] of Object.entries(outputs)) {
      if (name === 'status' || !written.has(name)) runner.output(name, value)
    }
  } catch (error) {
    runner.debug(framesOf(error))
  }
}

let network: Network | undefined
/**
 * Octokit has a bundle of its own beside this one: it is as large as all the rest, most steps ask GitHub nothing, and reading
 * it would take a fifth of their time.
 */
async function loadOctokit(): Promise<typeof import('./github/octokit.ts')> {
  const path = './octokit/index.js'
  return import(/* webpackIgnore: true */ path)
}

// `post.ts` says so; the runner itself starts the bundle without arguments.
const phase = process.argv[2] === 'job-end' ? 'job-end' : 'step'
const runtime: Runtime = {
  env,
  clock: systemClock,
  random: Math.random,
  // Opened with the first request: a proxy's address that is none is told as a wrong input before that.
  transport: abortable((request) => {
    network ??= openNetwork()
    return network.transport(request)
  }),
  runner: {
    ...runner,
    output(name, value) {
      runner.output(name, value)
      written.add(name)
    },
  },
  secrets,
  connectGitHub: async (options) => (await loadOctokit()).connectGitHub(options),
  cancelled: cancel.signal,
  readFile: (path) => readFileSync(path, 'utf8'),
  writeFile: async (name, text) => {
    const path = join(env['RUNNER_TEMP'] || tmpdir(), name)
    await writeFile(path, text, { mode: 0o600 })
    return path
  },
}
try {
  const succeeded = await run(runtime, phase)
  isOver = true
  process.exitCode = succeeded && internalError === undefined ? 0 : 1
} catch (error) {
  runner.debug(framesOf(error))
  internalError ??= new InternalError(error)
}
// Whatever is left that would hold the process, such as a tunnel that a proxy never opens, holds it no longer than this.
setTimeout(() => process.exit(), LINGER_MS).unref()
await network?.close()
