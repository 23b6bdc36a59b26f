import {
  type AlibabaEmulator,
  type AlibabaOptions,
  createAlibabaEmulator,
} from '../../emulators/alibaba-model-studio.ts'
import {
  type BasetenEmulator,
  type BasetenOptions,
  createBasetenEmulator,
  DEFAULT_API_KEY,
} from '../../emulators/baseten.ts'
import type { Emulator } from '../../emulators/emulator.ts'
import { createGithubEmulator, type GithubEmulator, type GithubOptions } from '../../emulators/github.ts'
import {
  createSapEmulator,
  DEFAULT_CLIENT,
  type SapEmulator,
  type SapOptions,
  sapServiceKey,
} from '../../emulators/sap-ai-core.ts'
import { type Acted, type ActOptions, act } from '../support/act.ts'
import { type FakeClock, fakeClock, START } from '../support/clock.ts'
import { withoutMetering } from '../support/metering.ts'

type With = Readonly<Record<string, string>>

const BASETEN_ORIGIN = 'https://api.baseten.co'
export const SAP_ORIGIN = 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com'
export const ALIBABA_ORIGIN = 'https://dashscope-intl.aliyuncs.com'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** An emulated account with its repository on GitHub, and the action to point at both. */
export interface Account {
  emulator: Emulator
  github: GithubEmulator
  clock: FakeClock
  /** One run; `inputs` add to provider and credentials. */
  run(inputs: With, more?: Partial<ActOptions>): Promise<Acted>
  /** Changes the world once, between our last look and the next request that matches. */
  justBefore(matches: (method: string, path: string) => boolean, action: () => void): void
  /** IDs that were asked to stop or be deleted, in order. */
  asked(): string[]
  /** How many requests the provider got, but for those for price and use. */
  requests(): number
}

/** The same with the provider's own world to change. */
export type AccountOf<E extends Emulator & { world: unknown }> = Account & { emulator: E; world: E['world'] }

export function basetenAccount(
  options: BasetenOptions = {},
  repository: GithubOptions = {},
): AccountOf<BasetenEmulator> {
  const clock = fakeClock()
  const emulator = createBasetenEmulator({ now: clock.now, ...options })
  const inputs = { provider: 'baseten', 'api-key': DEFAULT_API_KEY }
  return account(emulator, BASETEN_ORIGIN, inputs, clock, repository)
}

export function sapAccount(options: SapOptions = {}, repository: GithubOptions = {}): AccountOf<SapEmulator> {
  const clock = fakeClock()
  const emulator = createSapEmulator({ now: clock.now, stopMs: 2000, deleteMs: 1000, ...options })
  const inputs = { provider: 'sap-ai-core', 'service-key': JSON.stringify(sapServiceKey(SAP_ORIGIN, DEFAULT_CLIENT)) }
  return account(emulator, SAP_ORIGIN, inputs, clock, repository)
}

export function alibabaAccount(
  options: AlibabaOptions = {},
  repository: GithubOptions = {},
): AccountOf<AlibabaEmulator> {
  const clock = fakeClock()
  const emulator = createAlibabaEmulator({ now: clock.now, deleteMs: 2000, ...options })
  const inputs = { provider: 'alibaba-model-studio', 'api-key': 'sk-emulated' }
  return account(emulator, ALIBABA_ORIGIN, inputs, clock, repository)
}

function account<E extends Emulator & { world: unknown }>(
  emulator: E,
  origin: string,
  own: With,
  clock: FakeClock,
  repository: GithubOptions,
): AccountOf<E> {
  const github = createGithubEmulator({ now: clock.now, ...repository })
  const hooks: { matches: (method: string, path: string) => boolean; action: () => void }[] = []
  const handle = (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url)
    const at = hooks.findIndex(({ matches }) => matches(request.method, pathname + search))
    const [hook] = at < 0 ? [] : hooks.splice(at, 1)
    hook?.action()
    return emulator.handle(request)
  }
  return {
    emulator,
    world: emulator.world,
    github,
    clock,
    justBefore: (matches, action) => void hooks.push({ matches, action }),
    run: (inputs, more = {}) =>
      act({
        inputs: { ...own, 'github-token': 'ghs_emulated', ...inputs },
        env: { GITHUB_REPOSITORY: 'octo/hello' },
        emulators: { [origin]: { ...emulator, handle } },
        github,
        clock,
        ...more,
      }),
    asked: () => askedOf(emulator),
    requests: () => withoutMetering(emulator.requests).length,
  }
}

/** What was asked to stop or be deleted: every write but those for tokens. */
export function askedOf({ requests }: Pick<Emulator, 'requests'>): string[] {
  return requests.flatMap(({ method, path }) => {
    if (method === 'GET' || path.startsWith('/oauth/')) return []
    const [, id] = /\/(?:deployments|models)\/([^/?]+)(?:\/deactivate)?$/.exec(path) ?? []
    return [decodeURIComponent(id ?? `${method} ${path}`)]
  })
}

/** The time so long before the start of the fake clock, as Baseten and SAP write it. */
export function ago(ms: number): string {
  return `${new Date(START - ms).toISOString().slice(0, 19)}Z`
}

/** The IDs of all results with one of these outcomes, sorted. */
export function idsOf({ results }: Pick<Acted, 'results'>, ...outcomes: string[]): string[] {
  return results
    .filter(({ outcome }) => outcomes.includes(String(outcome)))
    .map(({ id }) => String(id))
    .sort()
}

/** Why one target ended as it did. */
export function reasonOf({ results }: Pick<Acted, 'results'>, id: string): string {
  return String(results.find((result) => result['id'] === id)?.['reason'])
}

/** What the step was failed with. */
export function errorsOf({ log }: Pick<Acted, 'log'>): string[] {
  return log.filter((line) => line.startsWith('error: ')).map((line) => line.slice('error: '.length))
}
