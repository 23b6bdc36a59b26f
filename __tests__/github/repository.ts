import { createGithubEmulator, type GithubEmulator, type GithubOptions } from '../../emulators/github.ts'
import { connectGitHub } from '../../src/github/client.ts'
import { fetchOver } from '../../src/github/fetch.ts'
import { GITHUB_PROFILE, type GitHub } from '../../src/github/github.ts'
import { pullRequestStates } from '../../src/github/pull-requests.ts'
import type { Transport } from '../../src/http/transport.ts'
import { openHttp } from '../../src/run/http.ts'
import { createSecrets } from '../../src/runner/secrets.ts'
import { type FakeClock, fakeClock } from '../support/clock.ts'
import { transportTo } from '../support/transport.ts'

export interface ConnectOptions {
  token?: string
  /** `owner/name`. */
  repository?: string
  /** As in GITHUB_API_URL. */
  apiUrl?: string
  /** Ends everything once it aborts. */
  signal?: AbortSignal
  /** In place of the way to the emulator. */
  transport?: Transport
}

export interface Repository {
  emulator: GithubEmulator
  world: GithubEmulator['world']
  clock: FakeClock
  connect(options?: ConnectOptions): GitHub
  /** What {pr} learns of these numbers. */
  states(numbers: Iterable<number>, options?: ConnectOptions): Promise<Record<string, string>>
  /** What it says where it can learn nothing. */
  failure(numbers: Iterable<number>, options?: ConnectOptions): Promise<string>
  /** The debug lines, in order. */
  debug: readonly string[]
  /** The GraphQL queries, in order. */
  queries(): string[]
}

const API = 'https://api.github.com'

/** An emulated repository octo/hello on a fake clock, asked through octokit. */
export function repository(options: GithubOptions = {}): Repository {
  const clock = fakeClock()
  const emulator = createGithubEmulator({ now: clock.now, ...options })
  const debug: string[] = []
  const connect = ({
    token = 'ghs_emulated',
    repository = 'octo/hello',
    apiUrl = API,
    signal = new AbortController().signal,
    transport = transportTo({ [API]: emulator }),
  }: ConnectOptions = {}) => {
    const runner = { debug: (line: string) => void debug.push(line) }
    const secrets = createSecrets(() => undefined)
    const limits = { deadline: clock.now() + 10 * 60_000, signal }
    const http = openHttp({ env: {}, clock, random: () => 0, transport, runner, secrets }, limits, GITHUB_PROFILE)
    const { origin } = new URL(apiUrl)
    const [read, write] = [fetchOver(http, 'read', origin), fetchOver(http, 'write', origin)]
    return connectGitHub({ token, repository, apiUrl, read, write })
  }
  const ask = (numbers: Iterable<number>, more?: ConnectOptions) => pullRequestStates(connect(more), new Set(numbers))
  return {
    emulator,
    world: emulator.world,
    clock,
    debug,
    connect,
    states: async (numbers, more) => Object.fromEntries(await ask(numbers, more)),
    failure: async (numbers, more) => {
      try {
        await ask(numbers, more)
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
      throw new Error('GitHub answered')
    },
    queries: () => emulator.requests.map(({ body }) => String(JSON.parse(body).query)),
  }
}
