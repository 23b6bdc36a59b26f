import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import { createHttp } from './http/client.ts'
import type { Exchange } from './http/exchange.ts'
import { createGate } from './http/gate.ts'
import type { Transport } from './http/transport.ts'
import { type Inputs, readInputs } from './inputs/inputs.ts'
import type { Environment } from './inputs/reader.ts'
import type { Connection } from './providers/connection.ts'
import { connect } from './providers/registry.ts'
import { annotate } from './report/annotations.ts'
import { outputsOf } from './report/outputs.ts'
import { createProgress } from './report/progress.ts'
import type { RunReport } from './report/report.ts'
import { reportFile } from './report/report-file.ts'
import type { Runner } from './report/runner.ts'
import type { Secrets } from './report/secrets.ts'
import { summaryOf, verdict } from './report/summary.ts'
import { span } from './report/text.ts'
import { isFailure } from './report/verdict.ts'
import { matchPattern } from './select/pattern.ts'
import type { Result } from './teardown/result.ts'
import { type StopReason, teardown } from './teardown/teardown.ts'
import { VERSION } from './version.ts'

/** Everything from outside that a run needs. */
export interface World {
  env: Environment
  clock: Clock
  random: () => number
  transport: Transport
  runner: Runner
  secrets: Secrets
  /** Aborts when the runner cancels the step. */
  cancelled: AbortSignal
  /** Writes a file for the user and gives its path. Rejects where that is not possible. */
  writeFile: (name: string, text: string) => Promise<string>
}

/** After a cancellation, a request under way may take this long to end by itself. Milliseconds. */
const GRACE_MS = 2000

/** One run of the action, from the inputs to the report. True if the step succeeded. It does not reject. */
export async function run(world: World): Promise<boolean> {
  const startedAt = world.clock.now()
  const { secrets, result } = readInputs(world.env)
  for (const secret of secrets) world.secrets.add(secret)

  if (!result.ok) return report(world, undefined, { ...emptyReport(startedAt), problems: result.mistakes })

  const { inputs } = result
  announce(world.runner, inputs)
  const results = await tearDown(world, inputs, startedAt)
  return report(world, inputs, {
    ...emptyReport(startedAt),
    provider: inputs.provider.name,
    dryRun: inputs.dryRun,
    results: results.map((result) => heedIfNotFound(result, inputs)),
  })
}

function emptyReport(startedAt: number): RunReport {
  return { provider: undefined, dryRun: false, results: [], problems: [], startedAt, endedAt: startedAt }
}

function announce(runner: Runner, inputs: Inputs): void {
  const { provider, selection, dryRun, timeoutMs } = inputs
  for (const notice of inputs.notices) runner.notice(notice)
  const what = selection.targets.map(({ id }) => id).join(', ')
  const mode = dryRun ? 'Dry run, nothing will be changed: ' : ''
  runner.info(`Undeploy ${VERSION}. ${mode}${provider.name}: ${what} (deadline ${span(timeoutMs)})`)
}

async function tearDown(world: World, inputs: Inputs, startedAt: number): Promise<Result[]> {
  const { clock, random, runner } = world
  const deadline = startedAt + inputs.timeoutMs
  const limits = createLimits(world, deadline)
  const provider = connect(inputs.provider, connection(world, deadline, limits.hard))
  runner.startGroup(inputs.dryRun ? 'Looking' : 'Deleting')
  try {
    return await teardown({
      provider,
      targets: inputs.selection.targets,
      rules: { allow: inputs.allow, selected: new Set(inputs.selection.targets.map(({ id }) => id)) },
      veto: ({ name }) => protectedBy(inputs, name),
      dryRun: inputs.dryRun,
      wait: inputs.wait,
      stop: limits.stop,
      stopReason: limits.reason,
      clock,
      random,
      progress: createProgress(runner, clock),
    })
  } finally {
    limits.done()
    runner.endGroup()
  }
}

/** When to begin nothing new, and when to break off what is under way: at the deadline at once, after a cancellation a little later. */
function createLimits({ clock, cancelled }: World, deadline: number) {
  const over = new AbortController()
  const hard = new AbortController()
  const finished = new AbortController()
  void clock.sleep(deadline - clock.now(), finished.signal).then(() => {
    over.abort()
    hard.abort()
  })
  const onCancel = () => void clock.sleep(GRACE_MS, finished.signal).then(() => hard.abort())
  if (cancelled.aborted) onCancel()
  cancelled.addEventListener('abort', onCancel, { once: true })
  return {
    stop: AbortSignal.any([over.signal, cancelled]),
    hard: hard.signal,
    reason: (): StopReason => (cancelled.aborted ? 'cancelled' : 'timed-out'),
    done() {
      cancelled.removeEventListener('abort', onCancel)
      finished.abort()
    },
  }
}

function connection(world: World, deadline: number, signal: AbortSignal): Connection {
  const { clock, random, transport, runner, secrets } = world
  const onExchange = ({ method, path, status, ms, requestId, problem }: Exchange): void => {
    const outcome = [status, problem].filter((part) => part !== undefined).join(' ')
    runner.debug(
      `${method} ${path}: ${outcome} in ${span(ms)}${requestId === undefined ? '' : ` (request ${requestId})`}`,
    )
  }
  return {
    clock,
    onSecret: secrets.add,
    openHttp: ({ requestTimeoutMs, width, ...rules }) =>
      createHttp({
        transport,
        clock,
        random,
        gate: createGate(clock, width),
        signal,
        deadline,
        userAgent: `undeploy/${VERSION}`,
        requestTimeoutMs,
        onExchange,
        rules,
      }),
  }
}

function protectedBy({ protect }: Inputs, name: string | undefined): string | undefined {
  if (protect.length === 0) return undefined
  if (name === undefined) return "it has no name that 'protect' could be checked against"
  const pattern = protect.find((pattern) => matchPattern(pattern, name).matches)
  return pattern === undefined ? undefined : `its name ${name} is protected by '${pattern.source}' in 'protect'`
}

function heedIfNotFound(result: Result, { ifNotFound }: Inputs): Result {
  if (result.outcome !== 'already-gone' || ifNotFound !== 'fail') return result
  return { ...result, outcome: 'failed', reason: `${result.reason} ('if-not-found: fail')` }
}

async function report(world: World, inputs: Inputs | undefined, unfinished: RunReport): Promise<boolean> {
  const { runner, clock } = world
  const report = { ...unfinished, endedAt: clock.now() }
  const path = await writeReport(world, report)
  annotate(report, inputs?.ifNotFound ?? 'warn', runner)
  const { outputs, cut } = outputsOf(report, path)
  if (cut) runner.warning(`The outputs would be larger than GitHub takes, so some are incomplete; all is in ${path}`)
  for (const [name, value] of Object.entries(outputs)) runner.output(name, value)
  if (inputs?.summary !== false) await runner.summary(summaryOf(report, path))
  runner.info(`Undeploy: ${verdict(report)} in ${span(report.endedAt - report.startedAt)}`)
  return report.problems.length === 0 && !report.results.some(({ outcome }) => isFailure(outcome))
}

async function writeReport(world: World, report: RunReport): Promise<string> {
  try {
    return await world.writeFile(`undeploy-${randomUUID()}.json`, world.secrets.redact(reportFile(report, VERSION)))
  } catch (error) {
    world.runner.warning(
      `The report file could not be written: ${error instanceof Error ? error.message : String(error)}`,
    )
    return ''
  }
}
