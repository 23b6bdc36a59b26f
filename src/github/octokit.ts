import { getOctokit } from '@actions/github'
import { backoff } from '../http/retry.ts'
import { type GitHub, type GitHubOptions, isTransient, retryAfterMs, statusOf } from './github.ts'

const MAX_TRIES = 4

/** GitHub through octokit, which honours proxies as the runner sets them. Failures that pass are waited out. */
export function connectGitHub(options: GitHubOptions): GitHub {
  const { token, repository, apiUrl, clock, random, signal } = options
  const [owner = '', repo = ''] = repository.split('/')
  const octokit = getOctokit(token, {
    ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }),
    request: { signal, ...(options.fetch === undefined ? {} : { fetch: options.fetch }) },
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  })

  octokit.hook.wrap('request', async (request, parameters) => {
    const startedAt = clock.now()
    const { method, url } = octokit.request.endpoint.parse(parameters)
    const tell = (status: number | undefined, id: string | undefined) =>
      options.onRequest(
        `${method} ${new URL(url).pathname}: ${status ?? 'no answer'} in ${clock.now() - startedAt} ms${id === undefined ? '' : ` (request ${id})`}`,
      )
    try {
      const response = await request(parameters)
      tell(response.status, response.headers['x-github-request-id'])
      return response
    } catch (error) {
      tell(statusOf(error), undefined)
      throw error
    }
  })

  const patiently = async <T>(call: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call()
      } catch (error) {
        if (attempt === MAX_TRIES || signal.aborted || !isTransient(error)) throw error
        await clock.sleep(Math.max(retryAfterMs(error), backoff(attempt, random)), signal)
      }
    }
  }
  const send = async (route: string, parameters: Record<string, unknown>): Promise<void> => {
    await octokit.request(route, { owner, repo, ...parameters })
  }

  return {
    owner,
    repo,
    graphql: (query, variables) => patiently(() => octokit.graphql(query, variables)),
    get: (route, parameters) =>
      patiently(async () => (await octokit.request(route, { owner, repo, ...parameters })).data),
    list: (route, parameters = {}) =>
      patiently(() => octokit.paginate(route, { owner, repo, per_page: 100, ...parameters })),
    put: (route, parameters) => patiently(() => send(route, parameters)),
    post: send,
  }
}

function ignore(): void {}
