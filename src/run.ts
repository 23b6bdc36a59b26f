import { type Inputs, readInputs } from './inputs/inputs.ts'
import { span } from './report/text.ts'
import { isFailure } from './report/verdict.ts'
import { connectProvider } from './run/connect.ts'
import { type Done, deleteExactly, sweep } from './run/delete.ts'
import { deliver } from './run/deliver.ts'
import { createLimits } from './run/limits.ts'
import type { World } from './run/world.ts'
import { VERSION } from './version.ts'

/** One run of the action, from the inputs to the report. True if the step succeeded. */
export async function run(world: World): Promise<boolean> {
  const startedAt = world.clock.now()
  const { secrets, result } = readInputs(world.env)
  for (const secret of secrets) world.secrets.add(secret)
  if (!result.ok) {
    return report(world, undefined, startedAt, { results: [], problems: result.mistakes, plan: undefined })
  }

  const { inputs } = result
  announce(world, inputs)
  const limits = createLimits(world.clock, world.cancelled, startedAt + inputs.timeoutMs)
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

function announce({ runner }: World, inputs: Inputs): void {
  const { provider, selection, dryRun, timeoutMs } = inputs
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
  await deliver(
    world,
    { provider: inputs?.provider.name, dryRun, startedAt, endedAt, ...done },
    { ifNotFound, summary },
  )
  return done.problems.length === 0 && !done.results.some(({ outcome }) => isFailure(outcome))
}
