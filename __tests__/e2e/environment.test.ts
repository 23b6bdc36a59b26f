import { describe, expect, it } from 'vitest'
import { runStep } from '../../demo/runner.ts'
import { openJob } from './job.ts'

const [ID, OTHER] = ['d748fdae9f88a9b0', 'd000000000000002']

describe('github-environment, on the bundle', () => {
  it('is marked inactive on full success only', async () => {
    const job = await openJob()
    job.github.world.addPull({ number: 42, state: 'CLOSED' })
    const { id } = job.github.world.addDeployment({
      environment: 'review/pr-42',
      ref: 'branch-42',
      states: ['success'],
    })
    job.sap.world.add({ id: ID, status: 'STOPPED' })
    job.sap.world.add({ id: OTHER, status: 'RUNNING', behaviour: { stopEnds: 'STUCK' } })
    const inputs = job.inputs({ 'deployment-id': `${ID},${OTHER}`, 'github-environment': 'review/pr-{pr}' })

    const failed = await runStep({ inputs: { ...inputs, timeout: '1s' }, env: job.env() })
    expect({ exitCode: failed.exitCode, status: failed.outputs['status'] }).toEqual({
      exitCode: 1,
      status: 'timed-out',
    })
    expect(job.github.world.stateOf(id)).toBe('success')
    expect(failed.log).toContain(
      "'github-environment': nothing is marked inactive, because not everything is confirmed gone",
    )

    job.sap.world.remove(OTHER)
    job.sap.world.add({ id: OTHER, status: 'STOPPED' })
    const done = await runStep({ inputs, env: job.env() })
    expect(done.exitCode).toBe(0)
    expect(job.github.world.stateOf(id)).toBe('inactive')
    expect(job.github.world.statuses(id).at(-1)?.logUrl).toBe('https://github.com/octo/hello/actions/runs/7001')
  })

  it('no permission: the step succeeds with a warning that names it', async () => {
    const job = await openJob({ permissions: { 'pull-requests': 'read', deployments: 'read' } })
    job.github.world.addPull({ number: 42, state: 'CLOSED' })
    const { id } = job.github.world.addDeployment({ environment: 'pr-42', ref: 'branch-42', states: ['success'] })
    job.sap.world.add({ id: ID, status: 'STOPPED' })
    const inputs = job.inputs({ 'deployment-id': ID, 'github-environment': 'pr-42' })
    const { exitCode, outputs, log } = await runStep({ inputs, env: job.env() })
    expect({ exitCode, status: outputs['status'] }).toEqual({ exitCode: 0, status: 'deleted' })
    expect(log).toMatch(/^::warning::.*environment pr-42.*'permissions: deployments: write'/m)
    expect(job.github.world.stateOf(id)).toBe('success')
  })
})
