import { createGithubEmulator, type GithubEmulator, type GithubOptions } from '../../emulators/github.ts'
import type { GitHub, GitHubOptions } from '../../src/github/github.ts'
import { connectGitHub } from '../../src/github/octokit.ts'
import { pullRequestStates } from '../../src/github/pull-requests.ts'
import { type FakeClock, fakeClock } from '../support/clock.ts'

export interface Repository {
  emulator: GithubEmulator
  world: GithubEmulator['world']
  clock: FakeClock
  connect(options?: Partial<GitHubOptions>): GitHub
  /** What {pr} learns of these numbers. */
  states(numbers: Iterable<number>, options?: Partial<GitHubOptions>): Promise<Record<string, string>>
  /** What it says where it can learn nothing. */
  failure(numbers: Iterable<number>, options?: Partial<GitHubOptions>): Promise<string>
  /** The debug lines, in order. */
  debug: readonly string[]
  /** The GraphQL queries, in order. */
  queries(): string[]
}

/** An emulated repository octo/hello on a fake clock, asked through octokit. */
export function repository(options: GithubOptions = {}): Repository {
  const clock = fakeClock()
  const emulator = createGithubEmulator({ now: clock.now, ...options })
  const debug: string[] = []
  const connect = (more: Partial<GitHubOptions> = {}) =>
    connectGitHub({
      token: 'ghs_emulated',
      repository: 'octo/hello',
      apiUrl: undefined,
      clock,
      random: () => 0,
      signal: new AbortController().signal,
      onRequest: (line) => void debug.push(line),
      fetch: (url, init) => emulator.handle(new Request(url, init)),
      ...more,
    })
  const ask = (numbers: Iterable<number>, more?: Partial<GitHubOptions>) =>
    pullRequestStates(connect(more), new Set(numbers))
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
