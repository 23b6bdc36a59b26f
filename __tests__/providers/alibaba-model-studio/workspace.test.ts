import { expect, it } from 'vitest'
import { ID, studio } from './studio.ts'

it.each([
  ['ws-1', 'ws-12'],
  ['ws-12', 'ws-1'],
  ['ws-1', 'WS-1'],
])('workspace-id %s, and a deployment of %s: another workspace, and it stays', async (ours, theirs) => {
  const account = studio({ workspace_id: theirs }, { workspaces: [ours, theirs] })
  // A host that ignores the header shows every workspace of the account.
  account.emulator.faults.push({
    kind: 'status',
    status: 200,
    body: JSON.stringify({ output: { deployed_model: ID, status: 'RUNNING', workspace_id: theirs } }),
    headers: { 'content-type': 'application/json' },
    when: ({ method }) => method === 'GET',
    times: Number.POSITIVE_INFINITY,
  })
  const acted = await account.run({ 'workspace-id': ours })
  expect(acted.results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining(theirs) }])
  expect(account.deletes()).toEqual([])
})

it('a key that is denied is denied at once, whatever passing fault the answer names', async () => {
  const account = studio()
  account.emulator.faults.push({
    kind: 'status',
    status: 403,
    body: JSON.stringify({ code: 'ModelUnavailable', message: 'no' }),
    headers: { 'content-type': 'application/json' },
    times: Number.POSITIVE_INFINITY,
  })
  const acted = await account.run()
  expect(acted.log.join('\n')).toContain('Model Studio denied access')
  expect(account.calls().length).toBeLessThan(4)
})
