import { pullRequestsOfEvent } from '../github/event.ts'
import { type InputReading, type Inputs, readInputs } from '../inputs/inputs.ts'
import { messageOf } from '../lib/errors.ts'
import { span } from '../lib/format.ts'
import { redacted } from '../lib/redaction.ts'
import { VERSION } from '../lib/version.ts'
import type { ProviderDefinition } from '../providers/definition.ts'
import { PROVIDERS } from '../providers/registry.ts'
import { outputsOf } from '../report/outputs.ts'
import type { RunReport } from '../report/report.ts'
import { placesOf, selectionText } from '../report/selection-text.ts'
import { isDone } from '../report/status.ts'
import { DEFERRED } from '../runner/runner.ts'
import { loosePrefixes } from '../sweep/loose-prefix.ts'
import type { Result } from '../teardown/result.ts'
import { connectProvider } from './connect.ts'
import type { Done } from './context.ts'
import { createLimits } from './deadline.ts'
import { deleteExactly, sweep } from './deletion.ts'
import { tellGitHub } from './github-feedback.ts'
import { framesOf, InternalError, unexpected } from './internal-error.ts'
import { createProviderClock } from './provider-clock.ts'
import { publish } from './publish.ts'
import type { Runtime } from './runtime.ts'

/** In which part of a job the action runs: its step, or the end of the job. */
export type JobPhase = 'step' | 'job-end'

/**
 * One run of the action, from the inputs to the report. True if the step succeeded. An internal error also ends with a report:
 * later steps read the outputs, and must not mistake missing ones for a result.
 */
export async function run(
  runtime: Runtime,
  phase: JobPhase,
  providers: readonly ProviderDefinition[] = PROVIDERS,
): Promise<boolean> {
  const startedAt = runtime.clock.now()
  let reading: InputReading
  try {
    reading = readInputs({ env: runtime.env, now: startedAt, readFile: runtime.readFile }, providers)
  } catch (error) {
    // Nothing is masked yet, so nothing of the message may be shown.
    return fail(runtime, undefined, startedAt, error, error instanceof Error ? error.name : 'unknown error')
  }
  for (const secret of reading.secrets) runtime.secrets.add(secret)
  const { result } = reading
  const inputs = result.ok ? result.inputs : undefined
  try {
    if (!result.ok)
      return await report(runtime, undefined, startedAt, {
        ...NOTHING,
        problems: result.mistakes,
        headline: 'the inputs are wrong',
      })
    return await carryOut(runtime, result.inputs, phase, startedAt)
  } catch (error) {
    return fail(runtime, inputs, startedAt, error, messageOf(error))
  }
}

async function carryOut(runtime: Runtime, inputs: Inputs, phase: JobPhase, startedAt: number): Promise<boolean> {
  const { timeoutMs } = inputs
  announce(runtime, inputs, timeoutMs)
  if (inputs.defer && phase === 'step') return defer(runtime, inputs, startedAt)

  const limits = createLimits(runtime.clock, runtime.cancelled, startedAt + timeoutMs)
  try {
    const providerClock = createProviderClock()
    const provider = connectProvider(runtime, inputs.provider, limits, providerClock.heard)
    const { selection } = inputs
    const done = await provider.use((provider) =>
      selection.kind === 'exact'
        ? deleteExactly({ runtime, inputs, limits, provider }, selection)
        : sweep({ runtime, inputs, limits, provider }, selection, providerClock),
    )
    return await report(runtime, inputs, startedAt, done)
  } finally {
    limits.done()
  }
}

/** Enum-valued members of the report: never redacted, even if a secret equals one of them. */
const OUR_WORDS: ReadonlySet<string> = new Set(['outcome', 'type', 'verb', 'result', 'class', 'resource'])

const NOTHING: Done = { results: [], problems: [], plan: undefined }

/** Defers the work to the end of the job, and says what it will be. No request is sent yet. */
async function defer(runtime: Runtime, inputs: Inputs, startedAt: number): Promise<boolean> {
  try {
    runtime.runner.saveState(DEFERRED, 'true')
  } catch (error) {
    const problem = `Nothing was deferred or deleted: the runner could not save the state for the end of the job (${messageOf(error)})`
    return report(runtime, inputs, startedAt, { ...NOTHING, problems: [problem] })
  }
  runtime.runner.info('Deferred: the deletion starts when the job ends, whatever its result')
  const targets = inputs.selection.kind === 'exact' ? inputs.selection.targets : []
  const results = targets.map(
    (target): Result => ({
      target,
      outcome: 'planned',
      reason: 'will be deleted when the job ends',
      history: [],
      startedAt,
      endedAt: startedAt,
    }),
  )
  return report(runtime, inputs, startedAt, { ...NOTHING, results, deferred: true })
}

function announce({ runner, env, readFile }: Runtime, inputs: Inputs, timeoutMs: number): void {
  for (const notice of inputs.notices) runner.notice(notice)
  for (const warning of inputs.warnings) runner.warning(warning)
  const isForPullRequest = inputs.pullRequest !== 'closed' || pullRequestsOfEvent(env, readFile).numbers.length > 0
  if (inputs.selection.kind === 'sweep' && isForPullRequest) {
    for (const notice of loosePrefixes(inputs.selection.criteria)) runner.notice(notice)
  }
  const mode = inputs.dryRun ? 'Dry run, nothing will be changed. ' : ''
  const where = placesOf(inputs).join(', ')
  const what = selectionText(inputs).join(', ')
  runner.info(`Undeploy ${VERSION}. ${mode}${where}: ${what} (timeout ${span(timeoutMs)})`)
}

async function report(runtime: Runtime, inputs: Inputs | undefined, startedAt: number, done: Done): Promise<boolean> {
  const { ifNotFound = 'warn', summary = true, dryRun = false } = inputs ?? {}
  const endedAt = runtime.clock.now()
  const told = withInternalError(runtime, {
    provider: inputs?.provider.definition.name,
    scope: inputs === undefined ? [] : [...placesOf(inputs), ...selectionText(inputs)],
    dryRun,
    startedAt,
    endedAt,
    ...done,
  })
  // Before anything is cut to fit a table or chart: a part of a secret could not be recognized.
  const whole = redacted(told, runtime.secrets.redact, { except: OUR_WORDS })
  try {
    const published = await publish(runtime, whole, { ifNotFound, summary })
    if (inputs !== undefined && !whole.deferred) await tellGitHub(runtime, inputs, whole)
    return published && isDone(whole)
  } catch (error) {
    return publishOutputsOnly(runtime, whole, error, messageOf(error))
  }
}

/** An unhandled rejection is reported as a problem, not as a cancellation. */
function withInternalError({ cancelled }: Runtime, report: RunReport): RunReport {
  if (!(cancelled.reason instanceof InternalError)) return report
  cancelled.reason.isReported = true
  const { brokenOff: _, ...rest } = report
  return { ...rest, problems: [...report.problems, cancelled.reason.message] }
}

async function fail(runtime: Runtime, inputs: Inputs | undefined, startedAt: number, error: unknown, what: string) {
  runtime.runner.debug(framesOf(error))
  return report(runtime, inputs, startedAt, { ...NOTHING, problems: [unexpected(what)] })
}

/** The report could not be published as it should be: what later steps read of it is written all the same. */
function publishOutputsOnly({ runner }: Runtime, report: RunReport, error: unknown, what: string): false {
  runner.debug(framesOf(error))
  const problem = unexpected(what)
  runner.error(problem)
  const { outputs } = outputsOf({ ...report, problems: [...report.problems, problem] }, '')
  for (const [name, value] of Object.entries(outputs)) runner.output(name, value)
  return false
}
