import { type Inputs, readInputs } from './inputs/inputs.ts'
import type { RunReport } from './report/report.ts'
import { DEFERRED } from './report/runner.ts'
import { span } from './report/text.ts'
import { isFailure } from './report/verdict.ts'
import { tellGitHub } from './run/aftermath.ts'
import { connectProvider } from './run/connect.ts'
import { type Done, deleteExactly, sweep } from './run/delete.ts'
import { deliver } from './run/deliver.ts'
import { createLimits } from './run/limits.ts'
import type { World } from './run/world.ts'
import type { Result } from './teardown/result.ts'
import { VERSION } from './version.ts'

/** In which part of a job the action runs: its step, or the end of the job. */
export type Phase = 'step' | 'job-end'

/** The runner leaves five minutes for the end of a cancelled job; what follows the work needs some of them. Milliseconds. */
const JOB_END_MS = 4 * 60_000

/** One run of the action, from the inputs to the report. True if the step succeeded. */
export async function run(world: World, phase: Phase): Promise<boolean> {
  const startedAt = world.clock.now()
  const { secrets, result } = readInputs({ env: world.env, now: startedAt, readFile: world.readFile })
  for (const secret of secrets) world.secrets.add(secret)
  if (!result.ok) return report(world, undefined, startedAt, { ...NOTHING, problems: result.mistakes })

  const { inputs } = result
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

const NOTHING: Done = { results: [], problems: [], plan: undefined }

/** Leaves the work to the end of the job, and says what it will be. Nothing is asked of anybody yet. */
async function defer(world: World, inputs: Inputs, startedAt: number): Promise<boolean> {
  world.runner.saveState(DEFERRED, 'true')
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
  return report(world, inputs, startedAt, { ...NOTHING, results, deferred: true })
}

function announce({ runner }: World, inputs: Inputs, timeoutMs: number): void {
  const { provider, selection, dryRun } = inputs
  for (const notice of inputs.notices) runner.notice(notice)
  const what =
    selection.kind === 'exact'
      ? selection.targets.map(({ id }) => id).join(', ')
      : `every ${selection.criteria.resource} whose name matches ${selection.criteria.include.map(({ source }) => source).join(' or ')}`
  const mode = dryRun ? 'Dry run, nothing will be changed: ' : ''
  runner.info(`Undeploy ${VERSION}. ${mode}${provider.name}: ${what} (deadline ${span(timeoutMs)})`)
}

async function report(world: World, inputs: Inputs | undefined, startedAt: number, done: Done): Promise<boolean> {
  const { ifNotFound = 'warn', summary = true, dryRun = false } = inputs ?? {}
  const endedAt = world.clock.now()
  const report: RunReport = { provider: inputs?.provider.name, dryRun, startedAt, endedAt, ...done }
  const delivered = await deliver(world, report, { ifNotFound, summary })
  if (inputs !== undefined && !report.deferred) await tellGitHub(world, inputs, report)
  return delivered && report.problems.length === 0 && !report.results.some(({ outcome }) => isFailure(outcome))
}
