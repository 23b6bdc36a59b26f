import type { Emulator } from '../../emulators/emulator.ts'
import type { GithubEmulator } from '../../emulators/github.ts'
import { connectGitHub } from '../../src/github/client.ts'
import type { Transport } from '../../src/http/transport.ts'
import type { ProviderDefinition } from '../../src/providers/definition.ts'
import { type JobPhase, run } from '../../src/run/run.ts'
import type { Runtime } from '../../src/run/runtime.ts'
import type { Runner } from '../../src/runner/runner.ts'
import { createSecrets } from '../../src/runner/secrets.ts'
import { type FakeClock, fakeClock } from './clock.ts'
import { fakeRunner, type Told } from './runner.ts'
import { transportTo } from './transport.ts'

export interface ActOptions {
  /** The `with:` of the step. */
  inputs: Readonly<Record<string, string>>
  env?: Readonly<Record<string, string>>
  /** Emulators by origin, such as `https://api.baseten.co`; or a transport of its own. */
  emulators?: Readonly<Record<string, Emulator>>
  transport?: Transport
  clock?: FakeClock
  random?: () => number
  cancelled?: AbortSignal
  phase?: JobPhase
  /** The providers there are; those of the registry where absent. */
  providers?: readonly ProviderDefinition[]
  /** GitHub as the action sees it; where absent, it cannot be reached. */
  github?: GithubEmulator
  /** Files by path, such as the event's payload. */
  files?: Readonly<Record<string, string>>
  /** Puts something between the action and its runner. */
  wrapRunner?: (runner: Runner) => Runner
}

export interface Acted extends Told {
  ok: boolean
  /** The `results` output, parsed. */
  results: Record<string, unknown>[]
  /** The report file, parsed. */
  report: { targets: { steps: Record<string, unknown>[] }[]; [name: string]: unknown }
  /** How long the run took on the fake clock, in ms. */
  ms: number
  masked: string[]
}

const GITHUB = 'https://api.github.com'

/** One run of the action with everything from outside replaced, in no real time. */
export async function act(options: ActOptions): Promise<Acted> {
  const { inputs, env = {}, clock = fakeClock(), random = () => 0 } = options
  const masked: string[] = []
  const secrets = createSecrets((secret) => void masked.push(secret))
  const { runner, told } = fakeRunner(secrets)
  let file = '{}'
  const before = clock.now()
  const providers = options.transport ?? transportTo(options.emulators ?? {})
  const github = transportTo(options.github === undefined ? {} : { [GITHUB]: options.github })
  const runtime: Runtime = {
    env: {
      ...env,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    },
    clock,
    random,
    transport: (request) => (request.url.origin === GITHUB ? github(request) : providers(request)),
    runner: options.wrapRunner?.(runner) ?? runner,
    secrets,
    connectGitHub: async (gitHubOptions) => connectGitHub(gitHubOptions),
    readFile: (path) => {
      const text = options.files?.[path]
      if (text === undefined) throw new Error(`ENOENT: no such file, open '${path}'`)
      return text
    },
    cancelled: options.cancelled ?? new AbortController().signal,
    writeFile: async (_name, pieces) => {
      file = [...pieces].join('')
      return '/report.json'
    },
  }
  const ok = await run(runtime, options.phase ?? 'step', options.providers)
  return {
    ...told,
    ok,
    results: JSON.parse(told.outputs['results'] ?? '[]'),
    report: JSON.parse(file),
    ms: clock.now() - before,
    masked,
  }
}
