import { json } from '../core.ts'
import { refusal, timestamp } from './replies.ts'
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
    head: { ref: pull.headRef, label: `${state.repository.owner}:${pull.headRef}` },
    base: { ref: pull.baseRef, label: `${state.repository.owner}:${pull.baseRef}` },
  })
}
