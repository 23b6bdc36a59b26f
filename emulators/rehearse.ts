import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runPost, runStep, type StepEnd } from '../demo/runner.ts'
import {
  CHAIN,
  createSeededEmulators,
  type Delays,
  type EmulatedProvider,
  emulatedProviders,
  MODEL,
  type SeededEmulators,
} from './seeded.ts'
import { serve } from './serve.ts'
import { type ActionStep, actionSteps, eventsOf } from './workflow.ts'

/** A step of a workflow that was carried out against the emulators. */
export interface Rehearsed {
  step: ActionStep
  main: StepEnd
  /** The end of the job, for a step with `defer: true`. */
  post: StepEnd | undefined
}

export interface RehearsalOptions {
  /** Values of expressions, without their braces; they come before those that are known anyway. */
  values?: Readonly<Record<string, string>>
  delays?: Delays
  emulators?: SeededEmulators
  onStart?: (step: ActionStep) => void
  onEnd?: (rehearsed: Rehearsed) => void
  onOutput?: (text: string) => void
}

/** The pull request that is closed in the emulated repository. */
export const PULL_REQUEST = 42

/**
 * Carries out the steps of a workflow that use this action, the committed bundle included, against emulators on loopback. Other
 * steps are not run, and no `if:` is looked at. Addresses and credentials are those of the emulators, whatever the workflow
 * says, so that nothing real is ever reached. Throws `UnknownExpression` where an expression has no value here.
 */
export async function rehearse(workflow: string, options: RehearsalOptions = {}): Promise<Rehearsed[]> {
  const { values = {}, onOutput, emulators = createSeededEmulators(options.delays) } = options
  const providers = emulatedProviders(emulators)
  const servers = await Promise.all(
    [emulators.github, ...providers.map(({ emulator }) => emulator)].map((each) => serve(each)),
  )
  const folder = await mkdtemp(join(tmpdir(), 'undeploy-rehearsal-'))
  try {
    const [githubUrl = '', ...urls] = servers.map(({ url }) => url)
    const places = providers.map((provider, index): Place => ({ ...provider, url: urls[index] ?? '' }))
    const eventName = eventOf(workflow)
    const event = await writeEvent(folder, eventName)
    const rehearsed: Rehearsed[] = []
    const evaluate = (expression: string) => values[expression] ?? known(expression, eventName)
    const { tokens } = emulators.github.world
    for (const step of actionSteps(workflow, evaluate)) {
      tokens.set(TOKEN, step.permissions ?? RESTRICTED)
      options.onStart?.(step)
      const run = {
        inputs: withCredentials(step.inputs, places),
        env: { ...withVariables(step.env, places), ...event, ...runnerEnv(step, githubUrl) },
        ...(onOutput === undefined ? {} : { onOutput }),
      }
      // The runner fills in the default, which is an expression.
      run.inputs['github-token'] ??= TOKEN
      const main = await runStep(run)
      const post = Object.keys(main.state).length === 0 ? undefined : await runPost(run, main.state)
      options.onEnd?.({ step, main, post })
      rehearsed.push({ step, main, post })
    }
    return rehearsed
  } finally {
    await Promise.all(servers.map(({ close }) => close()))
    await rm(folder, { recursive: true, force: true })
  }
}

/** The token of the emulated repository. */
export const TOKEN = 'ghs_emulated'
export const REPOSITORY = 'octo/hello'

/** What the token of a new repository may do in a job without `permissions:` (GitHub Docs, "GITHUB_TOKEN"). */
const RESTRICTED = { contents: 'read' } as const

/** What expressions of workflows usually stand for. `inputs.…` is empty, as it is on a schedule. */
function known(expression: string, event: string): string | undefined {
  const number = isOfPullRequest(event) ? String(PULL_REQUEST) : ''
  const values: Record<string, string> = {
    'github.token': TOKEN,
    'github.repository': REPOSITORY,
    'github.event.number': number,
    'github.event.pull_request.number': number,
    'vars.BASETEN_MODEL_ID': MODEL,
    'vars.BASETEN_CHAIN_ID': CHAIN,
  }
  // Which one does not matter: it is replaced by that of the emulator.
  if (/^secrets\b/.test(expression)) return 'emulated'
  return values[expression] ?? (expression.startsWith('inputs.') ? '' : undefined)
}

/** An emulated provider where it is served. */
interface Place extends EmulatedProvider {
  url: string
}

/** Every credential that is given becomes that of the step's provider. One that is missing stays so. */
function withCredentials(given: Readonly<Record<string, string>>, places: readonly Place[]): Record<string, string> {
  const own = places.find(({ name }) => name === given['provider']) ?? places[0]
  const others = places.filter((place) => place !== own)
  const inputs = [...others, ...(own === undefined ? [] : [own])].map(({ inputs, url }) => inputs(url))
  const replaced = replacing(given, { ...Object.assign({}, ...inputs), 'github-token': TOKEN })
  return { ...replaced, 'api-url': own?.url ?? '' }
}

/** The same for variables, which each provider has of its own. */
function withVariables(given: Readonly<Record<string, string>>, places: readonly Place[]): Record<string, string> {
  return replacing(given, Object.assign({}, ...places.map(({ variables, url }) => variables(url))))
}

function replacing(
  given: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value === '' ? '' : (values[name] ?? value)]),
  )
}

/** The event that a workflow is rehearsed with: that of a pull request where it can be, else what comes first. */
function eventOf(workflow: string): string {
  const events = eventsOf(workflow)
  return events.find(isOfPullRequest) ?? events[0] ?? 'workflow_dispatch'
}

function isOfPullRequest(event: string): boolean {
  return event.startsWith('pull_request')
}

/** The variables of an event; a pull request is closed by it. */
async function writeEvent(folder: string, name: string): Promise<Record<string, string>> {
  const payload = isOfPullRequest(name)
    ? { action: 'closed', number: PULL_REQUEST, pull_request: { number: PULL_REQUEST, state: 'closed' } }
    : {}
  const path = join(folder, 'event.json')
  await writeFile(path, JSON.stringify(payload))
  return { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path }
}

function runnerEnv({ job, id }: ActionStep, githubUrl: string): Record<string, string> {
  return {
    GITHUB_ACTION: id,
    GITHUB_API_URL: githubUrl,
    GITHUB_JOB: job,
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_RUN_ID: '1',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_WORKFLOW: 'rehearsal',
  }
}
