import { describe, expect, it } from 'vitest'
import { runStep } from '../../demo/runner.ts'
import { commitOf, graphqlFault, rateLimitFault } from '../../emulators/github.ts'
import { askedOf } from '../sweep/accounts.ts'
import { type Job, type JobOptions, openJob, until } from './job.ts'

const ID = 'd748fdae9f88a9b0'

/** A job, and deployments of the pull requests 4 (merged), 42 (closed) and 43 (open), named `PR-<number>_chat`. */
async function withPulls(options: JobOptions = {}): Promise<Job> {
  const job = await openJob(options)
  for (const [number, state] of [
    [4, 'MERGED'],
    [42, 'CLOSED'],
    [43, 'OPEN'],
  ] as const) {
    job.github.world.addPull({ number, state })
    job.sap.world.add({ id: idOf(number), status: 'STOPPED', configurationName: `PR-${number}_chat` })
  }
  return job
}

const idOf = (number: number | string) => `pr-${number}`.padEnd(6, '-')
const left = ({ sap }: Job) => [4, 42, 43].filter((number) => sap.world.has(idOf(number)))
const gitHubWrites = ({ github }: Job) =>
  github.requests.flatMap(({ method, path }) => (method === 'GET' || path === '/graphql' ? [] : [`${method} ${path}`]))

describe.concurrent('what you write for one pull request, and what the bundle does', () => {
  it('PR-{pr}_* with pull-request: 4 takes those of PR 4, and none of PR 42', async () => {
    const job = await withPulls()
    const inputs = job.inputs({ name: 'PR-{pr}_*', 'pull-request': '4' })
    const { exitCode, outputs } = await runStep({ inputs, env: job.env('schedule') })
    expect({ exitCode, ids: outputs['deleted-ids'] }).toEqual({ exitCode: 0, ids: JSON.stringify([idOf(4)]) })
    expect(left(job)).toEqual([42, 43])
    expect(askedOf(job.sap)).toEqual([idOf(4)])
  })

  it('pull-request with an empty number is an error, and nothing is sent to anybody', async () => {
    const job = await withPulls()
    const inputs = job.inputs({ name: 'PR-{pr}_*', 'pull-request': '' })
    const { exitCode, log } = await runStep({ inputs, env: job.env() })
    expect(exitCode).toBe(1)
    expect(log).toMatch(/^::error::'pull-request' is empty/m)
    expect(job.sap.requests.length + job.github.requests.length).toBe(0)
  })

  it.each(['PR-4*', 'PR-*'])('%s in a run for a pull request: a notice says what else it takes', async (name) => {
    const job = await withPulls()
    const { log } = await runStep({ inputs: job.inputs({ name, 'dry-run': 'true' }), env: job.env() })
    expect(log).toMatch(/^::notice::'PR-4?\*' in 'name' .*write PR-\{pr\}\* and give the number in 'pull-request'/m)
  })

  it('a pull request that was opened again before a queued run on closing: nothing is asked to go', async () => {
    const job = await withPulls()
    const inputs = job.inputs({ name: 'PR-{pr}_*', 'pull-request': '43' })
    const { exitCode, outputs, log } = await runStep({ inputs, env: job.env() })
    expect({ exitCode, status: outputs['status'] }).toEqual({ exitCode: 0, status: 'nothing-to-delete' })
    expect(JSON.parse(outputs['results'] ?? '')).toMatchObject([
      { id: idOf(43), outcome: 'kept', reason: 'pull request 43 is open' },
    ])
    expect(log).toContain("::notice::Nothing is deleted: 'pull-request' is 43, and pull request 43 is open")
    expect(askedOf(job.sap)).toEqual([])
  })

  it('exact IDs with an open pull request: refused, and nothing is asked to go', async () => {
    const job = await withPulls()
    const inputs = job.inputs({ 'deployment-id': idOf(43), 'pull-request': '43' })
    const { exitCode, outputs } = await runStep({ inputs, env: job.env() })
    expect(exitCode).toBe(1)
    expect(JSON.parse(outputs['results'] ?? '')).toMatchObject([
      { outcome: 'refused', reason: 'pull request 43 is open' },
    ])
    expect(askedOf(job.sap)).toEqual([])
  })

  it.each([
    ['{pr} of any closed one', {}],
    ['the one that is named', { 'pull-request': '42' }],
  ])('opened again after the plan, while the stop is waited for (%s): no DELETE is sent', async (_what, more) => {
    const job = await openJob({ stopMs: 4000 })
    job.github.world.addPull({ number: 42, state: 'CLOSED' })
    job.sap.world.add({ id: ID, status: 'RUNNING', configurationName: 'PR-42_chat' })
    const running = runStep({ inputs: job.inputs({ name: 'PR-{pr}_*', ...more }), env: job.env('schedule') })
    await until(() => job.sap.requests.some(({ method }) => method === 'PATCH'))
    job.github.world.setState(42, 'OPEN')
    const { exitCode, outputs } = await running
    expect(exitCode).toBe(1)
    expect(outputs['deleted-count']).toBe('0')
    expect(JSON.parse(outputs['results'] ?? '')[0].reason).toContain('pull request 42 is open again')
    expect(job.sap.requests.filter(({ method }) => method === 'DELETE')).toEqual([])
    expect(job.sap.world.has(ID)).toBe(true)
  })

  it('numbers that cannot be, of issues, and of nobody keep their own deployment, and no other', async () => {
    const job = await withPulls()
    job.github.world.addIssue({ number: 5, state: 'CLOSED' })
    for (const number of ['5', '99', '2147483648', '99999999999']) {
      job.sap.world.add({ id: `n${number}`.padEnd(4, '-'), status: 'STOPPED', configurationName: `PR-${number}_x` })
    }
    const { exitCode, outputs } = await runStep({ inputs: job.inputs({ name: 'PR-{pr}_*' }), env: job.env('schedule') })
    expect({ exitCode, deleted: outputs['deleted-count'], kept: outputs['kept-count'] }).toEqual({
      exitCode: 0,
      deleted: '2',
      kept: '5',
    })
    expect(left(job)).toEqual([43])
  })
})

describe.concurrent('GitHub in trouble, on the bundle', () => {
  it.each([
    ['its rate limit, with 200', graphqlFault('rate-limit', { times: 2 })],
    ['"something went wrong", with 200', graphqlFault('time-out', { times: 2 })],
    ['502', { kind: 'status', status: 502, times: 2 } as const],
    ['a secondary rate limit', rateLimitFault('secondary', { retryAfter: 1 })],
  ])('%s, for a moment: waited out', async (_what, fault) => {
    const job = await withPulls()
    job.github.faults.push(fault)
    const { exitCode, outputs } = await runStep({ inputs: job.inputs({ name: 'PR-{pr}_*' }), env: job.env('schedule') })
    expect({ exitCode, deleted: outputs['deleted-count'] }).toEqual({ exitCode: 0, deleted: '2' })
  })

  it.each([
    ['its rate limit, with 200', graphqlFault('rate-limit', { times: 99 }), 'API rate limit exceeded'],
    ['no GraphQL API', { kind: 'status', status: 404, times: 99 } as const, 'no GraphQL API'],
  ])('%s, for ever: nothing is deleted, and no permission is blamed', async (_what, fault, words) => {
    const job = await withPulls()
    job.github.faults.push(fault)
    const inputs = job.inputs({ name: 'PR-{pr}_*', timeout: '3s' })
    const { exitCode, log } = await runStep({ inputs, env: job.env('schedule') })
    expect(exitCode).toBe(1)
    expect(log).toContain('::error::Nothing was deleted, because not everything could be read first: GitHub')
    expect(log).toContain(words)
    expect(log).not.toContain('permissions:')
    expect(askedOf(job.sap)).toEqual([])
  })
})

describe.concurrent('every event whose payload has a pull request', () => {
  const repository = { id: 1_296_269 }
  const listed = { pull_requests: [{ number: 42, base: { repo: { id: 1_296_269 } } }] }

  it.each<[string, object, Record<string, string>]>([
    ['pull_request', { pull_request: { number: 42 } }, {}],
    ['pull_request_review', { pull_request: { number: 42 } }, {}],
    ['issue_comment', { issue: { number: 42, pull_request: { url: 'x' } } }, {}],
    ['workflow_run', { workflow_run: listed }, {}],
    ['check_run', { check_run: listed }, {}],
    ['merge_group', { merge_group: { head_ref: 'refs/heads/gh-readonly-queue/main/pr-42-9f8e7d6c' } }, {}],
    ['push', { ref: 'refs/heads/main' }, { 'pull-request': '42' }],
    ['delete', { ref: 'feature', ref_type: 'branch' }, { 'pull-request': '42' }],
    ['workflow_dispatch', { inputs: {} }, { 'pull-request': '42' }],
    ['repository_dispatch', { client_payload: {} }, { 'pull-request': '42' }],
  ])('%s: the comment is written, and {pr} stands for it', async (event, payload, more) => {
    const job = await withPulls()
    const { id } = job.github.world.addDeployment({ environment: 'pr-42', ref: 'branch-42', states: ['success'] })
    const inputs = job.inputs({ 'deployment-id': idOf(42), comment: 'true', 'github-environment': 'pr-{pr}', ...more })
    const { exitCode, log } = await runStep({ inputs, env: job.envOf(event, { repository, ...payload }) })
    expect(exitCode).toBe(0)
    expect(log).not.toContain('::warning::')
    expect(job.github.world.comments(42)).toHaveLength(1)
    expect(job.github.world.stateOf(id)).toBe('inactive')
  })

  it('several: a warning asks for the one that is meant, and nothing is written', async () => {
    const job = await withPulls()
    const payload = { repository, workflow_run: { pull_requests: [{ number: 42 }, { number: 43 }] } }
    const inputs = job.inputs({ 'deployment-id': idOf(42), comment: 'true' })
    const { exitCode, log } = await runStep({ inputs, env: job.envOf('workflow_run', payload) })
    expect(exitCode).toBe(0)
    expect(log).toContain(
      "::warning::The run is for pull requests 42, 43: name the one that is meant in 'pull-request'",
    )
    expect(gitHubWrites(job)).toEqual([])
  })

  it.each([
    ['is empty', ''],
    ['is cut off', '{"pull_request":{"num'],
    ['is no object', '[]'],
  ])('an event file that %s: a warning, and the result stands', async (_what, text) => {
    const job = await withPulls()
    const inputs = job.inputs({ 'deployment-id': idOf(42), comment: 'true', 'github-environment': 'pr-{pr}' })
    const { exitCode, outputs, log } = await runStep({ inputs, env: job.envOf('pull_request', text) })
    expect({ exitCode, status: outputs['status'] }).toEqual({ exitCode: 0, status: 'deleted' })
    expect(log).toMatch(/^::warning::the event of the run \(GITHUB_EVENT_PATH\) could not be read/m)
  })

  it.each(['', '{'])('an event file of %j does not keep {pr} from being looked up', async (text) => {
    const job = await withPulls()
    const inputs = job.inputs({ name: 'PR-{pr}_*' })
    const { exitCode, outputs } = await runStep({ inputs, env: job.envOf('schedule', text) })
    expect({ exitCode, deleted: outputs['deleted-count'] }).toEqual({ exitCode: 0, deleted: '2' })
  })
})

describe.concurrent('feedback that goes wrong is a warning, and never the result', () => {
  it.each<[string, (job: Job) => void, RegExp]>([
    [
      'the conversation is locked',
      ({ github }) => void Object.assign(github.world.thread(42) ?? {}, { locked: true }),
      /^::warning::GitHub refused commenting on pull request 42: Unable to create comment because issue is locked/m,
    ],
    [
      'the list of comments is full',
      ({ github }) => {
        for (let n = 0; n < 2500; n++) github.world.addComment(42, 'x')
      },
      /^::warning::GitHub refused commenting on pull request 42: Commenting is disabled on issues with more than 2500/m,
    ],
  ])('%s', async (_what, prepare, warning) => {
    const job = await withPulls()
    prepare(job)
    const inputs = job.inputs({ 'deployment-id': idOf(42), comment: 'true' })
    const { exitCode, outputs, log } = await runStep({ inputs, env: job.env() })
    expect({ exitCode, status: outputs['status'] }).toEqual({ exitCode: 0, status: 'deleted' })
    expect(log).toMatch(warning)
    expect(log).not.toContain('permissions:')
  })

  it('a comment that somebody else wrote with our mark is not changed', async () => {
    const job = await withPulls()
    const inputs = job.inputs({ 'deployment-id': idOf(42), comment: 'true' })
    await runStep({ inputs, env: job.env() })
    const [ours] = job.github.world.comments(42)
    const { id } = job.github.world.addComment(42, ours?.body ?? '', 'mallory')
    job.github.world.removeComment(ours?.id ?? 0)
    await runStep({ inputs, env: job.env() })
    expect(gitHubWrites(job).filter((write) => write.endsWith(`/comments/${id}`))).toEqual([])
    expect(job.github.world.comments(42).map(({ user }) => user)).toEqual(['mallory', 'github-actions[bot]'])
  })
})

describe.concurrent('github-environment of several pull requests, on the bundle', () => {
  it("only the pull request's own deployments are marked, and never production's", async () => {
    const job = await withPulls()
    const seeds = [
      { ref: 'branch-42' },
      { ref: 'refs/pull/42/merge' },
      { ref: 'x', sha: commitOf(42) },
      { ref: 'branch-43' },
      { ref: 'main' },
      { ref: 'branch-42', production: true },
    ]
    const ids = seeds.map(
      (seed) => job.github.world.addDeployment({ environment: 'preview', states: ['success'], ...seed }).id,
    )
    const inputs = job.inputs({ 'deployment-id': idOf(42), 'github-environment': 'preview' })
    const { exitCode, log } = await runStep({ inputs, env: job.env() })
    expect(exitCode).toBe(0)
    expect(log).toContain('Marked 3 deployments of the GitHub environment preview as inactive; 3 others not changed')
    const kept = ['success', 'success', 'success']
    expect(ids.map((id) => job.github.world.stateOf(id))).toEqual(['inactive', 'inactive', 'inactive', ...kept])
    expect(gitHubWrites(job)).toHaveLength(3)
  })

  it.each<[string, readonly { ref: string; production?: boolean }[], string]>([
    ['of several refs', [{ ref: 'branch-42' }, { ref: 'branch-43' }], 'are of several refs (branch-43, branch-42)'],
    ['of production', [{ ref: 'main', production: true }], '1 deployment of it is of production'],
    ['not there, as the name is misspelt', [], "is the name in 'github-environment' misspelt?"],
  ])('without a pull request, %s: none is marked, and a warning says why', async (_what, seeds, words) => {
    const job = await withPulls()
    for (const seed of seeds) {
      job.github.world.addDeployment({ environment: 'preview', states: ['success'], ...seed })
    }
    const inputs = job.inputs({ 'deployment-id': idOf(42), 'github-environment': 'preview' })
    const { exitCode, log } = await runStep({ inputs, env: job.env('schedule', { GITHUB_EVENT_PATH: '' }) })
    expect(exitCode).toBe(0)
    expect(log).toMatch(/^::warning::Marked 0 deployments of the GitHub environment preview as inactive: /m)
    expect(log).toContain(words)
    expect(gitHubWrites(job)).toEqual([])
  })

  it('a {pr} sweep in a run for a pull request of which nothing went: its environment is left alone', async () => {
    const job = await withPulls()
    job.sap.world.remove(idOf(42))
    const ids = [4, 42].map(
      (n) => job.github.world.addDeployment({ environment: `pr-${n}`, ref: `branch-${n}`, states: ['success'] }).id,
    )
    const inputs = job.inputs({ name: 'PR-{pr}_*', 'github-environment': 'pr-{pr}' })
    await runStep({ inputs, env: job.env() })
    expect(ids.map((id) => job.github.world.stateOf(id))).toEqual(['inactive', 'success'])
  })
})
