import { describe, expect, it } from 'vitest'
import { ago, DAY, sapAccount } from '../sweep/accounts.ts'
import { gitHubWrites, job, RUN_URL, warnings } from './job.ts'

const ID = 'd748fdae9f88a9b0'
const OTHER = 'd000000000000002'
const EXACT = { 'deployment-id': ID, 'github-environment': 'pr-42' }

/** An account with one deployment, and an active GitHub deployment for each of some environments. */
function one(environments: readonly string[] = ['pr-42'], permissions?: Record<string, 'read' | 'write'>) {
  const account = sapAccount({}, permissions === undefined ? {} : { permissions })
  account.world.add({ id: ID, status: 'RUNNING', configurationName: 'pr-42-chat', createdAt: ago(DAY) })
  account.github.world.addPull({ number: 42, state: 'MERGED' })
  const ids = environments.map((environment) => {
    const ref = `branch-${/\d+/.exec(environment)?.[0] ?? 42}`
    return account.github.world.addDeployment({ environment, ref, states: ['success'] }).id
  })
  const states = () => ids.map((id) => account.github.world.stateOf(id))
  return { ...account, ids, states }
}

/** Deployments of the pull requests 41 and 42, both merged, and 57, which is open. */
function many() {
  const account = one(['pr-41', 'pr-42', 'pr-57'])
  for (const number of [41, 42, 57]) {
    account.github.world.addPull({ number, state: number === 57 ? 'OPEN' : 'MERGED' })
    const id = `d0000000000000${number}`
    account.world.add({ id, status: 'STOPPED', configurationName: `pr-${number}-embed`, createdAt: ago(DAY) })
  }
  return account
}

describe('github-environment, once everything is confirmed gone', () => {
  it('its deployments are marked inactive, with a link to the run', async () => {
    const account = one()
    const { ok, log } = await account.run(EXACT, job('pull_request'))
    expect(ok).toBe(true)
    expect(account.states()).toEqual(['inactive'])
    expect(account.github.world.statuses(account.ids[0] ?? 0).at(-1)?.logUrl).toBe(RUN_URL)
    expect(log).toContain('info: Marked 1 deployment of the GitHub environment pr-42 as inactive')
  })

  it('a run again marks nothing again', async () => {
    const account = one()
    await account.run(EXACT, job('pull_request'))
    await account.run(EXACT, job('pull_request'))
    expect(gitHubWrites(account)).toEqual(['POST'])
  })

  it('what was gone before is gone too, beside what this run deletes', async () => {
    const account = one()
    await account.run({ ...EXACT, 'deployment-id': `${ID},${OTHER}` }, job('pull_request'))
    expect(account.states()).toEqual(['inactive'])
  })

  it('an environment with a slash in its name', async () => {
    const account = one(['review/pr-42', 'review'])
    await account.run({ ...EXACT, 'github-environment': 'review/pr-42' }, job('pull_request'))
    expect(account.states()).toEqual(['inactive', 'success'])
  })
})

describe('github-environment, but not everything is confirmed gone: nothing is marked, and the log says so', () => {
  type Account = ReturnType<typeof one>
  const stuck = { 'deployment-id': `${ID},${OTHER}`, timeout: '30s' }
  const cases: [string, Record<string, string>, string, (account: Account) => void][] = [
    [
      'failed',
      {},
      'failed',
      ({ emulator }) =>
        emulator.faults.push({ kind: 'status', status: 403, times: 99, when: ({ method }) => method === 'PATCH' }),
    ],
    ['refused', { protect: 'pr-*' }, 'failed', () => undefined],
    [
      'timed out, one of two',
      stuck,
      'timed-out',
      ({ world }) => void world.add({ id: OTHER, status: 'RUNNING', behaviour: { stopEnds: 'STUCK' } }),
    ],
    ['accepted', { wait: 'false' }, 'accepted', () => undefined],
    ['planned', { 'dry-run': 'true' }, 'planned', () => undefined],
    [
      'not found, with if-not-found: fail',
      { 'deployment-id': OTHER, 'if-not-found': 'fail' },
      'failed',
      () => undefined,
    ],
    ['not found, perhaps a mistyped ID', { 'deployment-id': OTHER }, 'already-gone', () => undefined],
    ['nothing to delete', { 'deployment-id': '', name: 'nothing-*' }, 'nothing-to-delete', () => undefined],
    [
      'more than max-deletions',
      { 'deployment-id': '', name: 'pr-*', 'max-deletions': '1' },
      'failed',
      ({ world }) => void world.add({ id: OTHER, status: 'RUNNING', configurationName: 'pr-1' }),
    ],
    [
      'one that a sweep matched is protected',
      { 'deployment-id': '', name: '*', protect: 'keep-*' },
      'deleted',
      ({ world }) => void world.add({ id: OTHER, status: 'RUNNING', configurationName: 'keep-1' }),
    ],
  ]

  it.each(cases)('%s', async (_what, inputs, status, prepare) => {
    const account = one()
    prepare(account)
    const acted = await account.run({ ...EXACT, ...inputs }, job('pull_request'))
    expect(acted.outputs['status']).toBe(status)
    expect(account.states()).toEqual(['success'])
    expect(gitHubWrites(account)).toEqual([])
    expect(acted.log.join('\n')).toContain("'github-environment': nothing is marked inactive, because")
  })

  it('cancelled', async () => {
    const account = one()
    const cancel = new AbortController()
    account.clock.at(1000, () => cancel.abort())
    const { outputs } = await account.run(EXACT, { ...job('pull_request'), cancelled: cancel.signal })
    expect(outputs['status']).toBe('cancelled')
    expect(account.states()).toEqual(['success'])
  })
})

it('github-environment, and nothing of it was found: the log says that an ID may be mistyped', async () => {
  const account = one()
  const { log } = await account.run({ ...EXACT, 'deployment-id': OTHER }, job('pull_request'))
  expect(log).toContain(
    "info: 'github-environment': nothing is marked inactive, because nothing of it was found: it may have been deleted before, or an ID may be mistyped",
  )
})

describe('{pr} in github-environment', () => {
  const NAME = { 'github-environment': 'pr-{pr}' }

  it('stands for the pull request of the event', async () => {
    const account = one(['pr-42', 'pr-4', 'pr-{pr}'])
    await account.run({ ...EXACT, ...NAME }, job('pull_request_target', 42))
    expect(account.states()).toEqual(['inactive', 'success', 'success'])
  })

  it('in a {pr} sweep stands for each pull request of which everything is gone', async () => {
    const account = many()
    await account.run({ name: 'pr-{pr}-*', ...NAME }, job('schedule'))
    expect(account.states()).toEqual(['inactive', 'inactive', 'success'])
  })

  it('a pull request of which something stays is left out', async () => {
    const account = many()
    await account.run({ name: 'pr-{pr}-*', protect: 'pr-42-chat', ...NAME }, job('schedule'))
    expect(account.states()).toEqual(['inactive', 'success', 'success'])
  })

  it('where anything of the step failed, none is marked', async () => {
    const account = many()
    account.emulator.faults.push({
      kind: 'status',
      status: 400,
      times: 99,
      when: ({ path, method }) => method === 'DELETE' && path.endsWith('41'),
    })
    const { ok } = await account.run({ name: 'pr-{pr}-*', ...NAME }, job('schedule'))
    expect(ok).toBe(false)
    expect(account.states()).toEqual(['success', 'success', 'success'])
  })

  it('no pull request is known: the log says so', async () => {
    const account = one(['pr-42', 'pr-{pr}'])
    const { ok, log } = await account.run({ ...EXACT, ...NAME }, job('schedule'))
    expect(ok).toBe(true)
    expect(account.states()).toEqual(['success', 'success'])
    expect(log).toContain(
      "info: 'github-environment': nothing is marked inactive, because no pull request is known for {pr}; name it in 'pull-request'",
    )
  })
})

describe('GitHub deployments that cannot be marked never fail the step', () => {
  it('no permission: a warning that names it', async () => {
    const account = one(['pr-42'], { 'pull-requests': 'read', deployments: 'read' })
    const acted = await account.run(EXACT, job('pull_request'))
    expect({ ok: acted.ok, status: acted.outputs['status'] }).toEqual({ ok: true, status: 'deleted' })
    expect(warnings(acted)).toEqual([expect.stringContaining("'permissions: deployments: write'")])
    expect(account.states()).toEqual(['success'])
  })

  it('the comment is written all the same, and the other way round', async () => {
    const account = one(['pr-42'], { 'pull-requests': 'write' })
    account.github.world.addPull({ number: 42 })
    const acted = await account.run({ ...EXACT, comment: 'true' }, job('pull_request'))
    expect(account.github.world.comments(42)).toHaveLength(1)
    expect(warnings(acted)).toHaveLength(1)

    const other = one(['pr-42'], { deployments: 'write', 'pull-requests': 'read' })
    other.github.world.addPull({ number: 42 })
    await other.run({ ...EXACT, comment: 'true' }, job('pull_request'))
    expect(other.states()).toEqual(['inactive'])
  })
})
