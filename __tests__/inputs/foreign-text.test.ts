import { describe, expect, it } from 'vitest'
import { act } from '../support/act.ts'
import { ALIBABA, BASETEN, SAP } from './mistakes.ts'

const EVENT = '/event.json'

/** The errors of a step whose event holds such texts, and how many requests it sent. */
async function told(inputs: Record<string, string>, event: unknown, env: Record<string, string> = {}) {
  let requests = 0
  const { log } = await act({
    inputs,
    env: { GITHUB_EVENT_PATH: EVENT, ...env },
    files: { [EVENT]: JSON.stringify(event) },
    transport: () => {
      requests += 1
      throw new Error('a request was sent')
    },
  })
  const errors = log.filter((line) => line.startsWith('error: ')).join('\n')
  return { errors, requests }
}

describe('a list of IDs that a text of the event makes longer', () => {
  it.each([
    ['the branch of a pull request', { pull_request: { head: { ref: 'a,x-main' } } }, {}],
    ['the title of a pull request', { pull_request: { title: 'a,x-main' } }, {}],
    ['the title of an issue', { issue: { title: 'a,x-main' } }, {}],
    ['the branch of another workflow', { workflow_run: { head_branch: 'a,x-main' } }, {}],
    ['the head of the run', {}, { GITHUB_HEAD_REF: 'a,x-main' }],
    ['the branch of the run', {}, { GITHUB_REF_NAME: 'a,x-main' }],
  ])('%s with a comma in it: an error, and nothing is sent', async (_what, event, env) => {
    for (const inputs of [BASETEN, SAP, ALIBABA]) {
      const { errors, requests } = await told({ ...inputs, 'deployment-id': 'x-a,x-main' }, event, env)
      expect(errors).toContain("'deployment-id' holds a text of the event that anybody can choose")
      expect(requests).toBe(0)
    }
  })

  it('also where it stands in another input with IDs', async () => {
    const inputs = { ...BASETEN, 'model-id': 'm-a,m-main', resource: 'model' }
    const { errors } = await told({ ...inputs, 'deployment-id': '' }, {}, { GITHUB_HEAD_REF: 'a,m-main' })
    expect(errors).toContain("'model-id' holds a text of the event")
  })

  it('as a JSON array it is one ID, and with its comma none', async () => {
    const { errors } = await told(
      { ...ALIBABA, 'deployment-id': '["x-a,x-main"]' },
      {},
      { GITHUB_HEAD_REF: 'a,x-main' },
    )
    expect(errors).toContain("'deployment-id' has 'x-a,x-main', which cannot be an ID: it has a comma in it")
  })

  it.each([
    ['has no comma', 'x-a', { pull_request: { head: { ref: 'a' } } }],
    ['is not in the list', 'x-a,x-b', { pull_request: { head: { ref: 'b,c' } } }],
    ['is no text', 'x-a,x-b', { pull_request: { head: { ref: 7 }, title: null } }],
  ])('a text that %s changes nothing', async (_what, ids, event) => {
    const { errors } = await told({ ...ALIBABA, 'deployment-id': ids }, event)
    expect(errors).not.toContain('holds a text of the event')
  })
})
