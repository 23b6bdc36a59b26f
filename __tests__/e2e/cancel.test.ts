import { describe, expect, it } from 'vitest'
import { type RunningStep, runPost, startStep } from '../../demo/runner.ts'
import { type Job, openJob, until } from './job.ts'

const [DONE, STOPPING] = ['d000000000000001', 'd000000000000002']

/** Cancels as the runner does, and gives what the step left, and the signals that took. */
async function cancel(step: RunningStep) {
  const signals = await step.cancel()
  const end = await step.ended
  return { ...end, signals, results: JSON.parse(end.outputs['results'] ?? 'null') }
}

const accepted = ({ sap }: Job, method: string) =>
  sap.requests.some((request) => request.method === method && request.status === 202)
const logged = (texts: string[], text: string) => texts.join('').includes(text)

describe('a step that the runner cancels (SIGINT, 7.5 s, SIGTERM, 2.5 s, kill) ends after the first signal', () => {
  it('while one deployment stops and another is gone: cancelled the one, deleted the other, in outputs, summary and report', async () => {
    const job = await openJob()
    job.sap.world.add({ id: DONE, status: 'STOPPED', configurationName: 'x-1' })
    job.sap.world.add({ id: STOPPING, status: 'RUNNING', configurationName: 'x-2', behaviour: { stopMs: 600_000 } })
    const printed: string[] = []
    const step = await startStep({
      inputs: job.inputs({ 'deployment-id': `${DONE},${STOPPING}` }),
      onOutput: (text) => printed.push(text),
    })
    await until(
      () =>
        logged(printed, `${DONE} in resource group default (x-1): deleted`) &&
        logged(printed, `${STOPPING} in resource group default (x-2): is STOPPING`),
    )
    const sent = job.sap.requests.length
    const end = await cancel(step)

    expect({ signals: end.signals, exitCode: end.exitCode }).toEqual({ signals: ['SIGINT'], exitCode: 1 })
    expect(end.results).toMatchObject([
      { id: DONE, outcome: 'deleted' },
      { id: STOPPING, outcome: 'cancelled' },
    ])
    expect(end.outputs).toMatchObject({ status: 'cancelled', 'deleted-count': '1', 'deleted-ids': `["${DONE}"]` })
    expect(end.summary).toContain('🚫 Undeploy: 1 cancelled, 1 deleted')
    expect(JSON.parse(Object.values(end.files)[0] ?? '')).toMatchObject({ status: 'cancelled' })
    // A look that was under way may still arrive; nothing is stopped or deleted any more.
    expect(job.sap.requests.slice(sent).filter(({ method }) => method !== 'GET')).toEqual([])
    expect(job.sap.requests.length - sent).toBeLessThanOrEqual(1)
  })

  it('while a request hangs: it is broken off after two seconds, within the 7.5 s before the next signal', async () => {
    const job = await openJob()
    job.sap.world.add({ id: STOPPING, status: 'RUNNING' })
    job.sap.faults.push({ kind: 'hang', times: 100, when: ({ method }) => method === 'PATCH' })
    const step = await startStep({ inputs: job.inputs({ 'deployment-id': STOPPING }) })
    await until(() => job.sap.requests.some(({ method }) => method === 'PATCH'))
    const end = await cancel(step)

    expect(end.signals).toEqual(['SIGINT'])
    expect(end.results).toMatchObject([
      { outcome: 'cancelled', reason: expect.stringContaining('(stop) was carried out is unknown') },
    ])
    expect(end.summary).toContain('🚫 Undeploy: 1 cancelled')
  })

  it('while a sweep is still listing: nothing was deleted, and it says so', async () => {
    const job = await openJob()
    job.sap.world.add({ id: DONE, status: 'STOPPED', configurationName: 'x-1' })
    job.sap.faults.push({ kind: 'hang', times: 100, when: ({ path }) => path.startsWith('/v2/lm/deployments') })
    const step = await startStep({ inputs: job.inputs({ name: 'x-*' }) })
    await until(() => job.sap.requests.some(({ path }) => path.startsWith('/v2/lm/deployments')))
    const end = await cancel(step)

    expect(end.signals).toEqual(['SIGINT'])
    expect(end.outputs).toMatchObject({ status: 'cancelled', 'deleted-count': '0', 'deleted-ids': '[]' })
    expect(end.summary).toContain('Undeploy')
    expect(job.sap.world.has(DONE)).toBe(true)
  })

  it('after the provider took the deletion: that is said, because it may still be carried out', async () => {
    const job = await openJob({ deleteMs: 600_000 })
    job.sap.world.add({ id: DONE, status: 'STOPPED' })
    const step = await startStep({ inputs: job.inputs({ 'deployment-id': DONE }) })
    await until(() => accepted(job, 'DELETE'))
    const end = await cancel(step)
    expect(end.results).toMatchObject([
      { outcome: 'cancelled', reason: expect.stringContaining('deletion was accepted but not confirmed') },
    ])
  })
})

describe('a job that is cancelled', () => {
  it('still deletes what was deferred: the end of the job comes all the same', async () => {
    const job = await openJob()
    job.sap.world.add({ id: DONE, status: 'STOPPED' })
    const step = { inputs: job.inputs({ 'deployment-id': DONE, defer: 'true' }) }
    const main = await startStep(step)
    const { state } = await main.ended
    const post = await runPost(step, state)
    expect(post.outputs['status']).toBe('deleted')
    expect(job.sap.world.has(DONE)).toBe(false)
  })
})
