import { describe, expect, it } from 'vitest'
import { runStep } from '../../demo/runner.ts'
import { type Job, openJob } from './job.ts'

const ID = 'd748fdae9f88a9b0'
const bodies = ({ github }: Job, pullRequest = 42) => github.world.comments(pullRequest).map(({ body }) => body)

describe('comment: true, on the bundle', () => {
  it('the comment is created, then updated by a second run; a second step has a section in it', async () => {
    const job = await openJob()
    job.github.world.addPull({ number: 42, state: 'MERGED' })
    job.sap.world.add({ id: ID, status: 'STOPPED', configurationName: '@octocat | `x` #1' })
    const inputs = job.inputs({ 'deployment-id': ID, comment: 'true' })

    const first = await runStep({ inputs, env: job.env() })
    expect({ exitCode: first.exitCode, status: first.outputs['status'] }).toEqual({ exitCode: 0, status: 'deleted' })
    expect(bodies(job)).toHaveLength(1)
    expect(bodies(job)[0]).toContain('✅ Undeploy: 1 deleted')
    expect(bodies(job)[0]).toContain('[The run](https://github.com/octo/hello/actions/runs/7001)')
    expect(bodies(job)[0]).not.toMatch(/@octocat|\| `x`/)

    // What is gone is looked for over half a minute; not for longer than this.
    const again = { ...inputs, timeout: '3s' }
    await runStep({ inputs: again, env: job.env() })
    await runStep({ inputs: again, env: job.env('pull_request', { GITHUB_ACTION: 'second' }) })
    expect(bodies(job)).toHaveLength(1)
    expect(bodies(job)[0]?.match(/1 already-gone/g)).toHaveLength(2)
    expect(job.github.world.events.map(({ what }) => what)).toEqual([
      'comment-created',
      'comment-updated',
      'comment-updated',
    ])
  })

  it('a {pr} sweep tells each pull request whose deployments went', async () => {
    const job = await openJob()
    for (const number of [7, 8, 9]) {
      job.github.world.addPull({ number, state: number === 9 ? 'OPEN' : 'CLOSED' })
      job.sap.world.add({ id: `d00000000000000${number}`, status: 'STOPPED', configurationName: `pr-${number}-chat` })
    }
    const inputs = job.inputs({ name: 'pr-{pr}-*', comment: 'true' })
    const { exitCode, outputs } = await runStep({ inputs, env: job.env('schedule') })
    expect({ exitCode, deleted: outputs['deleted-count'] }).toEqual({ exitCode: 0, deleted: '2' })
    expect([7, 8, 9].map((number) => bodies(job, number).length)).toEqual([1, 1, 0])
  })

  it('no permission: the step succeeds with a warning that names it', async () => {
    const job = await openJob({ permissions: { contents: 'read' } })
    job.github.world.addPull({ number: 42 })
    job.sap.world.add({ id: ID, status: 'STOPPED' })
    const inputs = job.inputs({ 'deployment-id': ID, comment: 'true' })
    const { exitCode, outputs, log } = await runStep({ inputs, env: job.env() })
    expect({ exitCode, status: outputs['status'] }).toEqual({ exitCode: 0, status: 'deleted' })
    expect(log).toMatch(/^::warning::.*pull request 42.*'permissions: pull-requests: write'/m)
    expect(bodies(job)).toEqual([])
  })
})
