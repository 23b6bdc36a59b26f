import { json } from '../core.ts'
import { paged, refusal, timestamp } from './replies.ts'
import type { Call } from './routes.ts'
import { type State, slug } from './state.ts'

/** GET /repos/{owner}/{repo}/pulls/{pull_number}. The REST API knows open and closed only; `merged` tells the rest. */
export function getPull(state: State, { origin }: Call, [number = '']: string[]): Response {
  const pull = state.threads.get(Number(number))
  if (pull?.kind !== 'pull') return refusal(404, 'Not Found', '/rest/pulls/pulls#get-a-pull-request')
  const closedAt = pull.closed === undefined ? null : timestamp(pull.closed)
  const isMerged = pull.state === 'MERGED'
  return json(200, {
    url: `${origin}/repos/${slug(state)}/pulls/${pull.number}`,
    id: 10_000 + pull.number,
    node_id: `PR_${pull.number}`,
    html_url: `https://github.com/${slug(state)}/pull/${pull.number}`,
    number: pull.number,
    state: pull.state === 'OPEN' ? 'open' : 'closed',
    locked: pull.locked,
    title: pull.title,
    created_at: timestamp(pull.created),
    updated_at: timestamp(pull.closed ?? pull.created),
    closed_at: closedAt,
    merged_at: isMerged ? closedAt : null,
    merged: isMerged,
    draft: false,
    head: {
      ref: pull.headRef,
      sha: pull.commits.at(-1) ?? '',
      label: `${pull.headRepository?.split('/')[0] ?? 'unknown'}:${pull.headRef}`,
      // Null once the fork was deleted.
      repo: pull.headRepository === undefined ? null : { full_name: pull.headRepository },
    },
    base: {
      ref: pull.baseRef,
      label: `${state.repository.owner}:${pull.baseRef}`,
      repo: { id: state.repository.id, full_name: slug(state) },
    },
  })
}

/** GET /repos/{owner}/{repo}/pulls/{pull_number}/commits, the oldest first, 250 at most (REST docs). */
export function listCommits(state: State, { url, origin, canonicalPath }: Call, [number = '']: string[]): Response {
  const pull = state.threads.get(Number(number))
  if (pull?.kind !== 'pull') return refusal(404, 'Not Found', '/rest/pulls/pulls#list-commits-on-a-pull-request')
  const view = (sha: string) => ({ sha, url: `${origin}/repos/${slug(state)}/commits/${sha}` })
  return paged(url, pull.commits.slice(0, 250), view, canonicalPath)
}
