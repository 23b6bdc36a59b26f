import { describe, expect, it } from 'vitest'
import { runPost, runStep } from '../../demo/runner.ts'
import { DEFAULT_CLIENT } from '../../emulators/sap-ai-core.ts'
import { openJob } from './job.ts'

const ID = 'd748fdae9f88a9b0'

describe('defer: true, on the bundle: the step, then the end of the job with what it kept', () => {
  it('the step sends nothing; the end of the job deletes and reports', async () => {
    const job = await openJob()
    job.sap.world.add({ id: ID, status: 'RUNNING', configurationName: 'pr-42-chat' })
    job.github.world.addPull({ number: 42 })
    const step = { inputs: job.inputs({ 'deployment-id': ID, defer: 'true', comment: 'true' }), env: job.env() }

    const main = await runStep(step)
    expect({ exitCode: main.exitCode, status: main.outputs['status'] }).toEqual({ exitCode: 0, status: 'planned' })
    expect(main.log).toContain('Deferred: the deletion starts when the job ends')
    expect(main.summary).toContain('deferred to the end of the job')
    expect([...job.sap.requests, ...job.github.requests]).toEqual([])

    expect(main.state).toEqual({ deferred: 'true' })
    const kept = JSON.stringify(main.state)
    for (const secret of [DEFAULT_CLIENT.clientsecret ?? '', 'ghs_emulated']) expect(kept).not.toContain(secret)

    const post = await runPost(step, main.state)
    expect({ exitCode: post.exitCode, status: post.outputs['status'] }).toEqual({ exitCode: 0, status: 'deleted' })
    expect(post.summary).toContain('✅ Undeploy: 1 deleted')
    expect(job.sap.world.has(ID)).toBe(false)
    expect(job.github.world.comments(42)).toHaveLength(1)
    expect(Object.keys(post.files)).toEqual([expect.stringMatching(/^undeploy-.*\.json$/)])
  })

  it('what fails when the job ends fails there', async () => {
    const job = await openJob()
    job.sap.world.add({ id: ID, status: 'RUNNING', behaviour: { stopEnds: 'STUCK' } })
    const step = { inputs: job.inputs({ 'deployment-id': ID, defer: 'true', timeout: '1s' }), env: job.env() }
    const { state } = await runStep(step)
    const post = await runPost(step, state)
    expect({ exitCode: post.exitCode, status: post.outputs['status'] }).toEqual({ exitCode: 1, status: 'timed-out' })
    expect(post.log).toMatch(/^::error::.*timed-out/m)
  })

  it('mistakes are found in the step, and nothing is left for the end of the job', async () => {
    const job = await openJob()
    job.sap.world.add({ id: ID, status: 'RUNNING' })
    const step = { inputs: job.inputs({ 'deployment-id': ID, defer: 'true', wait: '' }), env: job.env() }
    const main = await runStep(step)
    expect({ exitCode: main.exitCode, state: main.state }).toEqual({ exitCode: 1, state: {} })
    const post = await runPost(step, main.state)
    expect({ exitCode: post.exitCode, log: post.log, summary: post.summary }).toEqual({
      exitCode: 0,
      log: '',
      summary: '',
    })
    expect(job.sap.requests).toEqual([])
  })

  it('a step that was not deferred has nothing to do when the job ends', async () => {
    const job = await openJob()
    job.sap.world.add({ id: ID, status: 'STOPPED' })
    const step = { inputs: job.inputs({ 'deployment-id': ID }), env: job.env() }
    const main = await runStep(step)
    expect({ status: main.outputs['status'], state: main.state }).toEqual({ status: 'deleted', state: {} })
    const sent = job.sap.requests.length
    const post = await runPost(step, main.state)
    expect({ exitCode: post.exitCode, log: post.log, outputs: post.outputs }).toEqual({
      exitCode: 0,
      log: '',
      outputs: {},
    })
    expect(job.sap.requests).toHaveLength(sent)
  })
})
