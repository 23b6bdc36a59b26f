import { describe, expect, it } from 'vitest'
import type { Fault } from '../../emulators/emulator.ts'
import { rateLimitFault } from '../../emulators/github.ts'
import { ago, basetenAccount, DAY, errorsOf, idsOf, reasonOf, sapAccount } from './accounts.ts'

const FOR_EVER = { times: Number.POSITIVE_INFINITY }
const BY_PULL_REQUEST = { name: 'PR-{pr}_*', 'model-id': 'm1', 'max-deletions': '1000' }

/** A model with production and one deployment of each of these pull requests, `pr<n>`. */
function account(numbers: readonly number[], repository: Parameters<typeof basetenAccount>[1] = {}) {
  const made = basetenAccount({}, repository)
  made.world.addModel({ id: 'm1' })
  made.world.addDeployment('m1', { id: 'live', name: 'main', production: true, createdAt: ago(30 * DAY) })
  for (const number of numbers) {
    made.world.addDeployment('m1', { id: `pr${number}`, name: `PR-${number}_1a2b3c4`, createdAt: ago(DAY) })
  }
  return made
}

describe('{pr} selects what belongs to closed pull requests of this repository', () => {
  it('closed and merged go; open ones, issues and numbers that nobody has stay', async () => {
    const made = account([1, 2, 3, 4, 5])
    made.github.world.addPull({ number: 1, state: 'CLOSED' })
    made.github.world.addPull({ number: 2, state: 'MERGED' })
    made.github.world.addPull({ number: 3, state: 'OPEN' })
    made.github.world.addIssue({ number: 4, state: 'CLOSED' })

    const acted = await made.run(BY_PULL_REQUEST)

    expect(idsOf(acted, 'deleted')).toEqual(['pr1', 'pr2'])
    expect(idsOf(acted, 'kept')).toEqual(['pr3', 'pr4', 'pr5'])
    expect(reasonOf(acted, 'pr3')).toBe('pull request 3 is open')
    expect(reasonOf(acted, 'pr4')).toBe('no pull request 4 was found in this repository')
    expect(reasonOf(acted, 'pr5')).toBe('no pull request 5 was found in this repository')
    expect(acted.ok).toBe(true)
  })

  it('hundreds of numbers: a hundred to a query', async () => {
    const numbers = Array.from({ length: 320 }, (_, index) => index + 1)
    const made = account(numbers)
    for (const number of numbers) made.github.world.addPull({ number, state: number % 3 === 0 ? 'MERGED' : 'OPEN' })

    const acted = await made.run({ ...BY_PULL_REQUEST, 'dry-run': 'true' })

    expect(made.github.requests).toHaveLength(4)
    expect(idsOf(acted, 'planned')).toHaveLength(106)
  })

  it('many deployments of one pull request: one number is asked for', async () => {
    const made = account([7])
    for (const sha of ['aaa', 'bbb', 'ccc']) made.world.addDeployment('m1', { id: sha, name: `PR-7_${sha}` })
    made.github.world.addPull({ number: 7, state: 'CLOSED' })

    const acted = await made.run(BY_PULL_REQUEST)

    expect(idsOf(acted, 'deleted')).toEqual(['aaa', 'bbb', 'ccc', 'pr7'])
    expect(made.github.requests.map(({ body }) => body.match(/pr\d+:/g))).toEqual([['pr7:']])
  })

  it('a number beyond 32 bit is no pull request: it stays, and the others are judged all the same', async () => {
    const made = account([4294967297, 1])
    made.github.world.addPull({ number: 1, state: 'CLOSED' })

    const acted = await made.run(BY_PULL_REQUEST)

    expect(idsOf(acted, 'deleted')).toEqual(['pr1'])
    expect(idsOf(acted, 'kept')).toEqual(['pr4294967297'])
  })

  it('nothing matches: GitHub is not asked', async () => {
    const made = account([])
    const acted = await made.run(BY_PULL_REQUEST)
    expect(acted.outputs['status']).toBe('nothing-to-delete')
    expect(made.github.requests).toEqual([])
  })

  it('together with the other inputs: all of them must agree', async () => {
    const made = account([1, 2])
    made.world.addDeployment('m1', { id: 'young', name: 'PR-1_young', createdAt: ago(1000) })
    made.world.addDeployment('m1', { id: 'off', name: 'PR-1_off', createdAt: ago(DAY), status: 'INACTIVE' })
    for (const number of [1, 2]) made.github.world.addPull({ number, state: 'CLOSED' })

    const acted = await made.run({
      ...BY_PULL_REQUEST,
      name: 'PR-{pr}_*\n!PR-2_*',
      'older-than': '1h',
      status: 'ACTIVE',
    })

    expect(idsOf(acted, 'deleted')).toEqual(['pr1'])
  })

  it('on SAP AI Core: the number is in the name of the configuration', async () => {
    const made = sapAccount()
    for (const number of [1, 12]) {
      made.world.add({ id: `for-pr${number}`, status: 'RUNNING', configurationName: `chat-pr-${number}` })
    }
    made.github.world.addPull({ number: 1, state: 'MERGED' })
    made.github.world.addPull({ number: 12 })

    const acted = await made.run({ name: '*-pr-{pr}' })

    expect(idsOf(acted, 'deleted')).toEqual(['for-pr1'])
    expect(idsOf(acted, 'kept')).toEqual(['for-pr12'])
  })
})

describe('GitHub cannot say which pull requests are closed: the step fails before anything is deleted', () => {
  it.each<[string, Fault]>([
    ['5xx for ever', { kind: 'status', status: 502, ...FOR_EVER }],
    ['not to be reached', { kind: 'reset-before', ...FOR_EVER }],
    ['a page of HTML', { kind: 'html', ...FOR_EVER }],
    ['JSON of another shape', { kind: 'wrong-type', ...FOR_EVER }],
    ['an answer cut in the middle', { kind: 'truncated', ...FOR_EVER }],
    ['its rate limit is spent', rateLimitFault('primary', {}, FOR_EVER)],
    ['it asks to slow down for ever', rateLimitFault('secondary', { retryAfter: 60 }, FOR_EVER)],
    [
      'its second query fails',
      { kind: 'status', status: 502, when: ({ body }) => body.includes('pr101:'), ...FOR_EVER },
    ],
  ])('%s', async (_what, fault) => {
    const numbers = Array.from({ length: 101 }, (_, index) => index + 1)
    const made = account(numbers)
    for (const number of numbers) made.github.world.addPull({ number, state: 'CLOSED' })
    made.github.faults.push(fault)

    const acted = await made.run(BY_PULL_REQUEST)

    expect({ ok: acted.ok, status: acted.outputs['status'] }).toEqual({ ok: false, status: 'failed' })
    expect(errorsOf(acted)[0]).toMatch(/^Nothing was deleted, because not everything could be read first: GitHub /)
    expect(made.asked()).toEqual([])
  })

  it('the permission is missing: it is named', async () => {
    const made = account([1], { permissions: { contents: 'read', issues: 'read' } })
    made.github.world.addPull({ number: 1, state: 'CLOSED' })

    const acted = await made.run(BY_PULL_REQUEST)

    expect(errorsOf(acted)).toEqual([expect.stringContaining("'permissions: pull-requests: read'")])
    expect(made.asked()).toEqual([])
  })

  it('the token is not accepted: github-token is named, and the token is not shown', async () => {
    const made = account([1])
    const acted = await made.run({ ...BY_PULL_REQUEST, 'github-token': 'ghs_wrong' })

    expect(errorsOf(acted)).toEqual([expect.stringContaining("did not accept 'github-token'")])
    expect(made.asked()).toEqual([])
    expect(acted.masked).toContain('ghs_wrong')
    expect(JSON.stringify([acted.log, acted.outputs, acted.summary])).not.toContain('ghs_wrong')
  })

  it.each<[string, Record<string, string>, string, string]>([
    ['no token', { 'github-token': '' }, 'octo/hello', "'github-token' is empty"],
    ['a token of blanks', { 'github-token': '  ' }, 'octo/hello', "'github-token' is empty"],
    ['GITHUB_REPOSITORY is not set', {}, '', 'GITHUB_REPOSITORY is not set'],
    ['GITHUB_REPOSITORY is no repository', {}, 'hello', 'GITHUB_REPOSITORY is not set'],
  ])('%s: no request is sent at all', async (_what, inputs, repository, problem) => {
    const made = account([1])
    const acted = await made.run({ ...BY_PULL_REQUEST, ...inputs }, { env: { GITHUB_REPOSITORY: repository } })

    expect(acted.ok).toBe(false)
    expect(errorsOf(acted)).toEqual([expect.stringContaining(problem)])
    expect(made.requests() + made.github.requests.length).toBe(0)
  })

  it('another repository, which the token does not see: nothing is deleted', async () => {
    const made = account([1])
    const acted = await made.run(BY_PULL_REQUEST, { env: { GITHUB_REPOSITORY: 'octo/other' } })

    expect(errorsOf(acted)).toEqual([
      expect.stringContaining("Could not resolve to a Repository with the name 'octo/other'"),
    ])
    expect(made.asked()).toEqual([])
  })

  it('a name without {pr} needs neither token nor repository', async () => {
    const made = account([1])
    const acted = await made.run({ name: 'PR-1_*', 'model-id': 'm1', 'github-token': '' }, { env: {} })
    expect(idsOf(acted, 'deleted')).toEqual(['pr1'])
  })
})

describe('GitHub fails once and then answers: the sweep goes on', () => {
  it.each<[string, Fault]>([
    ['5xx', { kind: 'status', status: 503 }],
    ['the connection breaks', { kind: 'reset-before' }],
    ['it asks to slow down', rateLimitFault('secondary', { retryAfter: 20 })],
  ])('%s', async (_what, fault) => {
    const made = account([1])
    made.github.world.addPull({ number: 1, state: 'CLOSED' })
    made.github.faults.push(fault)

    expect(idsOf(await made.run(BY_PULL_REQUEST), 'deleted')).toEqual(['pr1'])
  })
})
