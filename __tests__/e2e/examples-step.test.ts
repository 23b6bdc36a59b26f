import { describe, expect, it } from 'vitest'
import { MODEL } from '../../emulators/seeded.ts'
import { expectDeleted, tryExample } from './examples-support.ts'

const BASETEN = { 'steps.deploy.outputs.model-id': MODEL, 'steps.deploy.outputs.deployment-id': 't1u2v3w' }
const SAP = { 'steps.deploy.outputs.deployment-id': 'd6f2c5b7d9a1e380' }

describe('examples of a step in a job', () => {
  it('baseten-smoke-test: the deployment is gone, and its tombstone is that of the provider', async () => {
    const tried = await tryExample('baseten-smoke-test', BASETEN)
    expectDeleted(tried, ['t1u2v3w'])
    const tombstone = tried.steps[0]?.main.outputs['tombstone'] ?? ''
    expect(JSON.parse(tombstone)).toEqual({ id: 't1u2v3w', deleted: true, model_id: MODEL })
  })

  it('baseten-smoke-test: what serves production is refused, and the step fails', async () => {
    const { steps, emulators } = await tryExample('baseten-smoke-test', {
      ...BASETEN,
      'steps.deploy.outputs.deployment-id': 'w5d1kk9',
    })
    expect(steps[0]?.main).toMatchObject({ exitCode: 1, outputs: { status: 'failed', 'failed-count': '1' } })
    expect(emulators.baseten.world.hasDeployment(MODEL, 'w5d1kk9')).toBe(true)
  })

  it('sap-ai-core-smoke-test: the deployment is stopped and gone', async () => {
    const tried = await tryExample('sap-ai-core-smoke-test', SAP)
    expectDeleted(tried, ['d6f2c5b7d9a1e380'])
    expect(tried.emulators.sap.world.events.map(({ what }) => what)).toContain('stopped')
  })

  it('alibaba-smoke-test: the deployment is gone, with the key from the environment', async () => {
    const tried = await tryExample('alibaba-smoke-test', {
      'steps.deploy.outputs.deployed-model': 'qwen-plus-2025-12-01-smoke',
    })
    expectDeleted(tried, ['qwen-plus-2025-12-01-smoke'])
    expect(tried.steps[0]?.step.inputs).not.toHaveProperty('api-key')
  })

  it('alibaba-reservation: its capacity instances are released, then it is gone', async () => {
    const tried = await tryExample('alibaba-reservation', {
      'steps.deploy.outputs.deployed-model': 'qwen-max-2025-10-01-load',
    })
    expectDeleted(tried, ['qwen-max-2025-10-01-load'])
    const sent = tried.emulators.alibaba.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path)
    expect(sent.map((path) => path.split('?')[0]?.split('/').at(-1)).sort()).toEqual([
      'ci-1',
      'ci-2',
      'qwen-max-2025-10-01-load',
    ])
  })

  it('defer: the step only announces it, the end of the job does it', async () => {
    const tried = await tryExample('defer', SAP)
    expect(tried.steps[0]?.main.outputs).toMatchObject({ status: 'planned', 'deleted-count': '0' })
    expectDeleted(tried, ['d6f2c5b7d9a1e380'])
    expect(tried.steps[0]?.post?.summary).toContain('1 deleted')
  })
})
