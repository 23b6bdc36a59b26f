import { describe, expect, it } from 'vitest'
import { pullRequestOfEvent } from '../../src/github/event.ts'

const PATH = '/home/runner/event.json'

/** What the run is for, from the event's name and its payload. */
function asked(event: string, payload: string | undefined, path = PATH): Promise<number | undefined> {
  return pullRequestOfEvent({ GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: path }, async (asked) => {
    if (asked !== PATH || payload === undefined) throw new Error('ENOENT')
    return payload
  })
}

const CLOSED = JSON.stringify({ action: 'closed', pull_request: { number: 42, merged: true } })

describe('the pull request of the run', () => {
  it.each(['pull_request', 'pull_request_target'])('%s: its number', async (event) => {
    expect(await asked(event, CLOSED)).toBe(42)
  })

  it.each(['push', 'schedule', 'workflow_dispatch', 'issue_comment', 'pull_request_review', ''])(
    '%s: none, whatever the payload',
    async (event) => {
      expect(await asked(event, CLOSED)).toBeUndefined()
    },
  )

  it.each([
    ['no file', undefined],
    ['no JSON', '{'],
    ['no pull request', '{"action":"closed"}'],
    ['null', 'null'],
    ['a number that is none', '{"pull_request":{"number":"42"}}'],
    ['a fraction', '{"pull_request":{"number":4.2}}'],
  ])('a payload with %s: none', async (_what, payload) => {
    expect(await asked('pull_request', payload)).toBeUndefined()
  })

  it('no path: none', async () => {
    expect(await asked('pull_request', CLOSED, '')).toBeUndefined()
  })
})
