import { type Inputs, type Reading, readInputs } from './inputs/inputs.ts'
import { redacted } from './redaction.ts'
import { outputsOf } from './report/outputs.ts'
import type { RunReport } from './report/report.ts'
import { DEFERRED } from './report/runner.ts'
import { span } from './report/text.ts'
import { isFailure } from './report/verdict.ts'
import { tellGitHub } from './run/aftermath.ts'
import { connectProvider } from './run/connect.ts'
import { type Done, deleteExactly, sweep } from './run/delete.ts'
import { deliver } from './run/deliver.ts'
import { createLimits } from './run/limits.ts'
import { framesOf, Mishap, unexpected } from './run/unexpected.ts'
import { messageOf, type World } from './run/world.ts'
import type { Result } from './teardown/result.ts'
import { VERSION } from './version.ts'

/** In which part of a job the action runs: its step, or the end of the job. */
export type Phase = 'step' | 'job-end'

/** The runner leaves five minutes for the end of a cancelled job; what follows the work needs some of them. Milliseconds. */
const JOB_END_MS = 4 * 60_000

/**
 * One run of the action, from the inputs to the report. True if the step succeeded. A mistake of ours ends it with a report,
 * too: later steps read the outputs, and take nothing for an answer.
 */
export async function run(world: World, phase: Phase): Promise<boolean> {
  const startedAt = world.clock.now()
  let reading: Reading
  try {
    reading = readInputs({ env: world.env, now: startedAt, readFile: world.readFile })
  } catch (error) {
    // Nothing is masked yet, so nothing of the message may be shown.
    return fail(world, undefined, startedAt, error, error instanceof Error ? error.name : 'unknown error')
  }
  for (const secret of reading.secrets) world.secrets.add(secret)
  const { result } = reading
  const inputs = result.ok ? result.inputs : undefined
  try {
    if (!result.ok) return await report(world, undefined, startedAt, { ...NOTHING, problems: result.mistakes })
    return await carryOut(world, result.inputs, phase, startedAt)
  } catch (error) {
    return fail(world, inputs, startedAt, error, messageOf(error))
  }
}

async function carryOut(world: World, inputs: Inputs, phase: Phase, startedAt: number): Promise<boolean> {
  const timeoutMs = phase === 'job-end' ? Math.min(inputs.timeoutMs, JOB_END_MS) : inputs.timeoutMs
  announce(world, inputs, timeoutMs)
  if (inputs.defer && phase === 'step') return defer(world, inputs, startedAt)

  const limits = createLimits(world.clock, world.cancelled, startedAt + timeoutMs)
  try {
    const provider = connectProvider(world, inputs.provider, limits)
    const { selection } = inputs
    const done = await (selection.kind === 'exact'
      ? deleteExactly({ world, inputs, limits, provider }, selection.targets)
      : sweep({ world, inputs, limits, provider }, selection))
    return await report(world, inputs, startedAt, done)
  } finally {
    limits.done()
  }
}

/** What these say in a report are words of ours, which later steps and the verdict go by, whatever a secret is called. */
const OUR_WORDS: ReadonlySet<string> = new Set(['outcome', 'type', 'verb', 'result', 'class', 'resource'])

const NOTHING: Done = { results: [], problems: [], plan: undefined }

/** Leaves the work to the end of the job, and says what it will be. Nothing is asked of anybody yet. */
async function defer(world: World, inputs: Inputs, startedAt: number): Promise<boolean> {
  try {
    world.runner.saveState(DEFERRED, 'true')
  } catch (error) {
    const problem = `Nothing was deferred and nothing deleted: the end of the job could not be told of it (${messageOf(error)})`
    return report(world, inputs, startedAt, { ...NOTHING, problems: [problem] })
  }
  world.runner.info('Deferred: this will be done when the job ends, whatever its result')
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
  return report(world, inputs, startedAt, { ...NOTHING, results, deferred: wordsFor(inputs) })
}

function announce({ runner }: World, inputs: Inputs, timeoutMs: number): void {
  for (const notice of inputs.notices) runner.notice(notice)
  const mode = inputs.dryRun ? 'Dry run, nothing will be changed: ' : ''
  runner.info(`Undeploy ${VERSION}. ${mode}${inputs.provider.name}: ${wordsFor(inputs)} (deadline ${span(timeoutMs)})`)
}

/** What the user selected, in a few words. */
function wordsFor({ selection }: Inputs): string {
  if (selection.kind === 'exact') return selection.targets.map(({ id }) => id).join(', ')
  const { resource, include } = selection.criteria
  return `every ${resource} whose name matches ${include.map(({ source }) => source).join(' or ')}`
}

async function report(world: World, inputs: Inputs | undefined, startedAt: number, done: Done): Promise<boolean> {
  const { ifNotFound = 'warn', summary = true, dryRun = false } = inputs ?? {}
  const endedAt = world.clock.now()
  const told = withMishap(world, { provider: inputs?.provider.name, dryRun, startedAt, endedAt, ...done })
  // Here, before any of it is cut to what a table or a chart bears: a part of a secret is not known for one.
  const whole = redacted(told, world.secrets.redact, { except: OUR_WORDS })
  try {
    const delivered = await deliver(world, whole, { ifNotFound, summary })
    if (inputs !== undefined && !whole.deferred) await tellGitHub(world, inputs, whole)
    return delivered && whole.problems.length === 0 && !whole.results.some(({ outcome }) => isFailure(outcome))
  } catch (error) {
    return salvage(world, whole, error, messageOf(error))
  }
}

/** What went wrong where nobody waited for it belongs into the report, and is not taken for a cancellation. */
function withMishap({ cancelled }: World, report: RunReport): RunReport {
  if (!(cancelled.reason instanceof Mishap)) return report
  cancelled.reason.isReported = true
  const { brokenOff: _, ...rest } = report
  return { ...rest, problems: [...report.problems, cancelled.reason.message] }
}

async function fail(world: World, inputs: Inputs | undefined, startedAt: number, error: unknown, what: string) {
  world.runner.debug(framesOf(error))
  return report(world, inputs, startedAt, { ...NOTHING, problems: [unexpected(what)] })
}

/** The report could not be delivered as it should be: what later steps read of it is written all the same. */
function salvage({ runner }: World, report: RunReport, error: unknown, what: string): false {
  runner.debug(framesOf(error))
  const problem = unexpected(what)
  runner.error(problem)
  const { outputs } = outputsOf({ ...report, problems: [...report.problems, problem] }, '')
  for (const [name, value] of Object.entries(outputs)) runner.output(name, value)
  return false
}
