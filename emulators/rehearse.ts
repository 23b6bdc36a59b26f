import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runPost, runStep, type StepEnd } from '../demo/runner.ts'
import { DEFAULT_API_KEY } from './baseten.ts'
import { DEFAULT_CLIENT, sapServiceKey } from './sap-ai-core.ts'
import { CHAIN, createSeededEmulators, type Delays, MODEL, type SeededEmulators } from './seeded.ts'
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
  const { baseten, sap, alibaba, github } = emulators
  const servers = await Promise.all([baseten, sap, alibaba, github].map((emulator) => serve(emulator)))
  const folder = await mkdtemp(join(tmpdir(), 'undeploy-rehearsal-'))
  try {
    const [basetenUrl = '', sapUrl = '', alibabaUrl = '', githubUrl = ''] = servers.map(({ url }) => url)
    const urls: Record<string, string> = {
      baseten: basetenUrl,
      'sap-ai-core': sapUrl,
      'alibaba-model-studio': alibabaUrl,
    }
    const event = await writeEvent(folder, eventsOf(workflow))
    const rehearsed: Rehearsed[] = []
    const evaluate = (expression: string) => values[expression] ?? known(expression)
    for (const step of actionSteps(workflow, evaluate)) {
      options.onStart?.(step)
      const provider = step.inputs['provider'] ?? ''
      const keys = {
        url: urls[provider] ?? basetenUrl,
        serviceKey: serviceKey(sapUrl),
        token: () => sap.tokens.issue(),
      }
      const run = {
        inputs: withCredentials({ ...step.inputs, 'api-url': keys.url }, keys),
        env: { ...withCredentials(step.env, keys), ...event, ...runnerEnv(step, githubUrl) },
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

/** The service key of the SAP emulator at `url`. */
export function serviceKey(url: string): string {
  return JSON.stringify(sapServiceKey(url, DEFAULT_CLIENT))
}

/** The token of the emulated repository. */
export const TOKEN = 'ghs_emulated'
/** The key of the emulated Model Studio account. */
export const ALIBABA_KEY = 'sk-emulated'
export const REPOSITORY = 'octo/hello'

/** What expressions of workflows usually stand for. `inputs.…` is empty, as it is on a schedule. */
function known(expression: string): string | undefined {
  const values: Record<string, string> = {
    'github.token': TOKEN,
    'github.repository': REPOSITORY,
    'github.event.number': String(PULL_REQUEST),
    'github.event.pull_request.number': String(PULL_REQUEST),
    'vars.BASETEN_MODEL_ID': MODEL,
    'vars.BASETEN_CHAIN_ID': CHAIN,
  }
  // Which one does not matter: it is replaced by that of the emulator.
  if (/^secrets\b/.test(expression)) return 'emulated'
  return values[expression] ?? (expression.startsWith('inputs.') ? '' : undefined)
}

interface Keys {
  url: string
  serviceKey: string
  token: () => string
}

/** Every credential that is given, as an input or a variable, becomes that of the emulators. One that is missing stays so. */
function withCredentials(given: Readonly<Record<string, string>>, keys: Keys): Record<string, string> {
  const isAlibaba = given['provider'] === 'alibaba-model-studio'
  const replacements: Record<string, () => string> = {
    'api-key': () => (isAlibaba ? ALIBABA_KEY : DEFAULT_API_KEY),
    'service-key': () => keys.serviceKey,
    token: keys.token,
    'github-token': () => TOKEN,
    BASETEN_API_KEY: () => DEFAULT_API_KEY,
    DASHSCOPE_API_KEY: () => ALIBABA_KEY,
    AICORE_SERVICE_KEY: () => keys.serviceKey,
  }
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value === '' ? '' : (replacements[name]?.() ?? value)]),
  )
}

/** The variables of the event that the workflow is for: a closed pull request where it can be, else what comes first. */
async function writeEvent(folder: string, events: readonly string[]): Promise<Record<string, string>> {
  const name = events.find((event) => event.startsWith('pull_request')) ?? events[0] ?? 'workflow_dispatch'
  const payload = name.startsWith('pull_request')
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
