import { createGithubEmulator, type GithubEmulator, type GithubOptions } from '../../emulators/github.ts'

export interface Answer {
  status: number
  headers: Headers
  /** Whatever came; tests match on it. */
  body: unknown
}

export interface Repository {
  emulator: GithubEmulator
  world: GithubEmulator['world']
  /** Lets time pass. */
  wait(ms: number): void
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Below the repository. */
  get(path: string): Promise<Answer>
  post(path: string, body: unknown): Promise<Answer>
  graphql(query: string, variables?: Record<string, unknown>): Promise<unknown>
}

export const START = Date.UTC(2026, 10, 3, 9, 30, 0, 250)

/** An emulated repository octo/hello with a clock that stands still. */
export function repository(options: GithubOptions = {}): Repository {
  let time = START
  const emulator = createGithubEmulator({ now: () => time, ...options })

  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const url = path.startsWith('http') ? path : `https://api.github.com${path}`
    const all = { authorization: 'token ghs_emulated', ...headers }
    const init = { method, headers: all, ...(body !== undefined && { body: JSON.stringify(body) }) }
    const response = await emulator.handle(new Request(url, init))
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }

  return {
    emulator,
    world: emulator.world,
    wait(ms) {
      time += ms
    },
    call,
    get: (path) => call('GET', `/repos/octo/hello${path}`),
    post: (path, body) => call('POST', `/repos/octo/hello${path}`, body),
    graphql: async (query, variables) => (await call('POST', '/graphql', { query, variables })).body,
  }
}
