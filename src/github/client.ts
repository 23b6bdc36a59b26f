import { getOctokitOptions, GitHub as Octokit } from '@actions/github/lib/utils'
import type { Fetch, GitHub, GitHubOptions } from './github.ts'

// A separate bundle: it imports no code of the action, so that no class exists twice.

/** The toolkit's GitHub client on our own HTTP client. */
export function connectGitHub({ token, repository, apiUrl, read, write }: GitHubOptions): GitHub {
  const [owner = '', repo = ''] = repository.split('/')
  const octokit = (fetch: Fetch) =>
    new Octokit(
      getOctokitOptions(token, {
        baseUrl: apiUrl,
        request: { fetch },
        log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
      }),
    )
  const [repeated, once] = [octokit(read), octokit(write)]

  return {
    owner,
    repo,
    graphql: (query, variables) => repeated.graphql(query, variables),
    get: async (route, parameters) => (await repeated.request(route, { owner, repo, ...parameters })).data,
    list: (route, parameters = {}) => repeated.paginate(route, { owner, repo, per_page: 100, ...parameters }),
    async put(route, parameters) {
      await repeated.request(route, { owner, repo, ...parameters })
    },
    async post(route, parameters) {
      await once.request(route, { owner, repo, ...parameters })
    },
  }
}

function ignore(): void {}
