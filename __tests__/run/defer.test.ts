import { describe, expect, it } from 'vitest'
import { DEFAULT_CLIENT } from '../../emulators/sap-ai-core.ts'
import { ago, DAY, sapAccount } from '../sweep/accounts.ts'
import { comments, gitHubWrites, job } from './job.ts'

const ID = 'd748fdae9f88a9b0'
const DEFER = { 'deployment-id': ID, defer: 'true' }

function one(stopMs = 2000) {
  const account = sapAccount({ stopMs })
  account.world.add({ id: ID, status: 'RUNNING', configurationName: 'pr-42-chat', createdAt: ago(DAY) })
  account.github.world.addPull({ number: 42 })
  return account
}

describe('defer: true, in the step itself', () => {
  it('sends no request, says what will be deleted, and keeps only that there is something to do', async () => {
    const account = one()
    const { ok, outputs, results, state, log, summary } = await account.run(DEFER)
    expect(account.requests()).toBe(0)
    expect({ ok, state }).toEqual({ ok: true, state: { deferred: 'true' } })
    expect(outputs).toMatchObject({ status: 'planned', 'deleted-ids': '[]', 'deleted-count': '0', 'failed-count': '0' })
    expect(results).toMatchObject([{ id: ID, outcome: 'planned', reason: 'will be deleted when the job ends' }])
    expect(log.join('\n')).toMatch(
      new RegExp(
        `sap-ai-core, resource group default: deployment ${ID}[\\s\\S]*Deferred: the deletion starts when the job ends`,
      ),
    )
    expect(summary).toContain('deferred to the end of the job')
    expect(summary).toContain(ID)
  })

  it('a sweep says what it will look for', async () => {
    const account = one()
    const { ok, outputs, state, log } = await account.run({ name: 'pr-42-*', defer: 'true' })
    expect(account.requests()).toBe(0)
    expect({ ok, status: outputs['status'], state }).toEqual({
      ok: true,
      status: 'planned',
      state: { deferred: 'true' },
    })
    expect(log[0]).toContain('sap-ai-core, resource group default: deployments named pr-42-* (timeout 4m 00s)')
  })

  it('tells GitHub nothing yet', async () => {
    const account = one()
    await account.run({ ...DEFER, comment: 'true', 'github-environment': 'pr-42' }, job('pull_request'))
    expect(account.github.requests).toEqual([])
  })

  it.each([
    ['a wrong input', { ...DEFER, timeout: 'soon' }],
    ['no target', { ...DEFER, 'deployment-id': '' }],
    ['no credentials', { ...DEFER, 'service-key': '' }],
    ['a switch that is neither true nor false', { ...DEFER, defer: 'yes' }],
    ['an empty switch', { ...DEFER, defer: '' }],
  ])('%s: the step fails at once and nothing is left for later', async (_what, inputs) => {
    const account = one()
    const { ok, outputs, state } = await account.run(inputs)
    expect({ ok, status: outputs['status'], state, requests: account.requests() }).toEqual({
      ok: false,
      status: 'failed',
      state: {},
      requests: 0,
    })
  })

  it('no secret is kept', async () => {
    const account = one()
    const { state, masked } = await account.run(DEFER)
    expect(masked).toContain(DEFAULT_CLIENT.clientsecret)
    for (const secret of masked) expect(JSON.stringify(state)).not.toContain(secret)
  })
})

describe('defer: true, when the job ends', () => {
  it('deletes, and reports in the summary', async () => {
    const account = one()
    const { ok, outputs, summary } = await account.run(DEFER, { phase: 'job-end' })
    expect({ ok, status: outputs['status'] }).toEqual({ ok: true, status: 'deleted' })
    expect(account.world.has(ID)).toBe(false)
    expect(summary).toContain('✅ Undeploy: 1 deleted')
  })

  it('the comment and the GitHub deployments follow then', async () => {
    const account = one()
    const { id } = account.github.world.addDeployment({ environment: 'pr-42', ref: 'branch-42', states: ['success'] })
    const inputs = { ...DEFER, comment: 'true', 'github-environment': 'pr-42' }
    await account.run(inputs, { ...job('pull_request'), phase: 'job-end' })
    expect(comments(account)[0]).toContain('1 deleted')
    expect(account.github.world.stateOf(id)).toBe('inactive')
    expect(gitHubWrites(account)).toEqual(['POST', 'POST'])
  })

  it.each([
    ['15m, the default', 4 * 60_000],
    ['4m', 4 * 60_000],
    ['90s', 90_000],
  ])("with 'timeout: %s' it gives up in time for the five minutes the runner leaves", async (timeout, deadline) => {
    const account = one(600_000)
    const given = timeout.endsWith('the default') ? {} : { timeout }
    const { ok, outputs, results, ms } = await account.run({ ...DEFER, ...given }, { phase: 'job-end' })
    expect({ ok, status: outputs['status'] }).toEqual({ ok: false, status: 'timed-out' })
    expect(results).toMatchObject([{ id: ID, outcome: 'timed-out' }])
    expect(ms).toBe(deadline)
  })

  it('a longer timeout is refused: the end of a cancelled job has no more', async () => {
    const account = one()
    const { ok, log } = await account.run({ ...DEFER, timeout: '10m' })
    expect(ok).toBe(false)
    expect(log).toContainEqual(expect.stringMatching(/^error: 'timeout' is '10m', but 'defer: true' has at most 4m/))
    expect(account.asked()).toEqual([])
  })

  it('with GitHub silent too, it is over within those five minutes', async () => {
    const account = one(600_000)
    account.github.faults.push({ kind: 'status', status: 429, times: 1000, headers: { 'retry-after': '600' } })
    const { ms, outputs } = await account.run(
      { ...DEFER, comment: 'true' },
      { ...job('pull_request'), phase: 'job-end' },
    )
    expect(outputs['status']).toBe('timed-out')
    expect(ms).toBeLessThan(290_000)
  })

  it('a dry run stays one', async () => {
    const account = one()
    const { outputs } = await account.run({ ...DEFER, 'dry-run': 'true' }, { phase: 'job-end' })
    expect(outputs['status']).toBe('planned')
    expect(account.asked()).toEqual([])
  })
})
