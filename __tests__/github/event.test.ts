import { describe, expect, it } from 'vitest'
import { pullRequestsOfEvent } from '../../src/github/event.ts'

const PATH = '/home/runner/event.json'

/** What the run is for, by its payload. */
function asked(payload: string | undefined, path = PATH) {
  return pullRequestsOfEvent({ GITHUB_EVENT_PATH: path }, (asked) => {
    if (asked !== PATH || payload === undefined) throw new Error('ENOENT')
    return payload
  })
}

const REPOSITORY = { id: 1_296_269, full_name: 'octo/hello' }
const listed = (number: number, repo: number = REPOSITORY.id) => ({ number, base: { ref: 'main', repo: { id: repo } } })

describe('the pull request of the run', () => {
  it.each<[string, object]>([
    ['pull_request and pull_request_target', { action: 'closed', number: 42, pull_request: { number: 42 } }],
    ['pull_request_review', { action: 'submitted', review: { id: 1 }, pull_request: { number: 42 } }],
    ['pull_request_review_comment', { action: 'created', comment: { id: 1 }, pull_request: { number: 42 } }],
    ['issue_comment', { action: 'created', issue: { number: 42, pull_request: { url: 'https://…/pulls/42' } } }],
    ['workflow_run', { action: 'completed', workflow_run: { id: 7, pull_requests: [listed(42)] } }],
    ['check_run', { action: 'completed', check_run: { id: 7, pull_requests: [listed(42)] } }],
    ['check_suite', { action: 'completed', check_suite: { id: 7, pull_requests: [listed(42)] } }],
    ['deployment_status', { deployment_status: { id: 1 }, check_run: { pull_requests: [listed(42)] } }],
    [
      'deployment_status of a workflow, which tells it twice',
      { check_run: { pull_requests: [listed(42)] }, workflow_run: { pull_requests: [listed(42)] } },
    ],
    [
      'merge_group',
      { merge_group: { head_ref: 'refs/heads/gh-readonly-queue/main/pr-42-9f8e7d6c5b4a39281706f5e4d3c2b1a098765432' } },
    ],
    [
      'merge_group for a branch with slashes',
      { merge_group: { head_ref: 'refs/heads/gh-readonly-queue/release/pr-7-x/pr-42-9f8e7d6c5b4a3928' } },
    ],
  ])('%s: its number', (_event, payload) => {
    expect(asked(JSON.stringify({ repository: REPOSITORY, ...payload }))).toEqual({ numbers: [42] })
  })

  it.each<[string, object]>([
    ['push', { ref: 'refs/heads/main', commits: [] }],
    ['schedule', { schedule: '0 3 * * *' }],
    ['workflow_dispatch', { inputs: { number: '42' } }],
    ['delete', { ref: 'feature', ref_type: 'branch' }],
    ['a comment on an issue', { issue: { number: 42 } }],
    ['issues', { action: 'closed', issue: { number: 42, pull_request: null } }],
    ['workflow_run of a push or of a fork', { workflow_run: { pull_requests: [] } }],
    ['merge_group of another shape', { merge_group: { head_ref: 'refs/heads/feature/pr-42' } }],
    ['a number that is none', { pull_request: { number: '42' } }],
    ['a fraction', { pull_request: { number: 4.2 } }],
    ['no number', { pull_request: null }],
  ])('%s: none, and nothing is wrong', (_what, payload) => {
    expect(asked(JSON.stringify({ repository: REPOSITORY, ...payload }))).toEqual({ numbers: [] })
  })

  it('one part of the payload of another shape does not hide the others', () => {
    const payload = { repository: 'octo/hello', workflow_run: 'x', check_run: [], pull_request: { number: 42 } }
    expect(asked(JSON.stringify(payload))).toEqual({ numbers: [42] })
  })

  it('several, where one commit is the head of several', () => {
    const payload = { repository: REPOSITORY, workflow_run: { pull_requests: [listed(42), listed(43)] } }
    expect(asked(JSON.stringify(payload))).toEqual({ numbers: [42, 43] })
  })

  it('those of another repository have numbers of their own: not ours', () => {
    const payload = { repository: REPOSITORY, workflow_run: { pull_requests: [listed(7, 99), listed(42)] } }
    expect(asked(JSON.stringify(payload))).toEqual({ numbers: [42] })
  })

  it.each([
    ['no file', undefined, 'there is no such file'],
    ['an empty file', '', 'it is not JSON'],
    ['half a file', '{"pull_request":{"numb', 'it is not JSON'],
    ['null', 'null', 'it is not a JSON object'],
    ['a list', '[]', 'it is not a JSON object'],
    ['a text', '"x"', 'it is not a JSON object'],
  ])('%s: none, and it says why', (_what, payload, why) => {
    expect(asked(payload)).toEqual({
      numbers: [],
      problem: `the event of the run (GITHUB_EVENT_PATH) could not be read: ${why}`,
    })
  })

  it('no path, outside of a workflow: none, and nothing is wrong', () => {
    expect(asked('{}', '')).toEqual({ numbers: [] })
  })
})
