import { describe, expect, it } from 'vitest'
import type { Transport } from '../../src/http/transport.ts'
import { transportTo } from '../support/transport.ts'
import { ago, DAY, sapAccount } from '../sweep/accounts.ts'
import { gitHubWrites, job } from './job.ts'

const ORIGIN = 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com'
const [DONE, STOPPING] = ['d000000000000001', 'd000000000000002']

/** One that is deleted within 2 s, one that stops for long, and a way to cancel after a while. */
function account(afterMs: number) {
  const made = sapAccount({ stopMs: 300_000, deleteMs: 1000 })
  const cancel = new AbortController()
  made.world.add({ id: DONE, status: 'STOPPED', configurationName: 'x-1', createdAt: ago(DAY) })
  made.world.add({ id: STOPPING, status: 'RUNNING', configurationName: 'x-2', createdAt: ago(DAY) })
  made.clock.at(afterMs, () => cancel.abort())
  return { ...made, cancelled: { cancelled: cancel.signal } }
}

describe('a run that is cancelled', () => {
  it('says deleted of what is gone, cancelled of what is not, and asks nothing more', async () => {
    const { run, cancelled, clock, emulator } = account(20_000)
    const { outputs, results, summary } = await run({ 'deployment-id': `${DONE},${STOPPING}` }, cancelled)
    expect(results).toMatchObject([
      { id: DONE, outcome: 'deleted' },
      { id: STOPPING, outcome: 'cancelled', reason: expect.stringContaining('last seen STOPPING') },
    ])
    expect(outputs).toMatchObject({ status: 'cancelled', 'deleted-count': '1', 'deleted-ids': `["${DONE}"]` })
    expect(summary).toContain('🚫 Undeploy: 1 cancelled, 1 deleted')
    expect(summary).toContain('1 of 2 targets is not confirmed gone')
    expect(clock.elapsed()).toBe(20_000)
    expect(emulator.requests.filter(({ at }) => at > clock.now() - 1)).toEqual([])
  })

  it('lets a request under way end, if it ends within two seconds', async () => {
    const { run, cancelled, clock, emulator } = account(500)
    const send = transportTo({ [ORIGIN]: emulator })
    const transport: Transport = async (request) => {
      if (request.method === 'DELETE') await clock.sleep(1500)
      return send(request)
    }
    const { results } = await run({ 'deployment-id': DONE }, { ...cancelled, transport })
    expect(results).toMatchObject([
      { id: DONE, outcome: 'cancelled', reason: expect.stringContaining('deletion was accepted but not confirmed') },
    ])
    expect(clock.elapsed()).toBe(1500)
  })

  it('breaks off a request that hangs after two seconds, and says that its result is unknown', async () => {
    const { run, cancelled, clock, emulator } = account(5000)
    emulator.faults.push({ kind: 'hang', times: 100, when: ({ method }) => method === 'DELETE' })
    const { results } = await run({ 'deployment-id': DONE }, cancelled)
    expect(results).toMatchObject([
      { id: DONE, outcome: 'cancelled', reason: expect.stringMatching(/\(delete\) was carried out is unknown/) },
    ])
    expect(clock.elapsed()).toBe(7000)
  })

  it('before anything began: nothing is sent', async () => {
    const { run, emulator } = account(1_000_000)
    const { outputs, results } = await run({ 'deployment-id': DONE }, { cancelled: AbortSignal.abort() })
    expect(results).toMatchObject([{ id: DONE, outcome: 'cancelled' }])
    expect(outputs['status']).toBe('cancelled')
    expect(emulator.requests).toEqual([])
  })

  it('leaves GitHub alone: there is no time for it', async () => {
    const { run, cancelled, github } = account(20_000)
    github.world.addPull({ number: 42 })
    const inputs = { 'deployment-id': `${DONE},${STOPPING}`, comment: 'true', 'github-environment': 'x' }
    await run(inputs, { ...job('pull_request'), ...cancelled })
    expect(github.requests).toEqual([])
  })

  it('while GitHub is told: broken off, and what was deleted stays reported', async () => {
    const made = account(1_000_000)
    const cancel = new AbortController()
    const cancelling = () => {
      cancel.abort()
      return true
    }
    made.github.world.addPull({ number: 42 })
    made.github.faults.push({ kind: 'status', status: 502, times: 100, when: cancelling })
    const { ok, outputs } = await made.run(
      { 'deployment-id': DONE, comment: 'true' },
      { ...job('pull_request'), cancelled: cancel.signal },
    )
    expect({ ok, status: outputs['status'] }).toEqual({ ok: true, status: 'deleted' })
    expect(made.github.requests).toHaveLength(1)
    expect(gitHubWrites(made)).toEqual([])
  })

  it('in a sweep: nothing more is stopped or deleted', async () => {
    const { run, cancelled, asked } = account(20_000)
    const { outputs } = await run({ name: 'x-*' }, cancelled)
    expect(outputs).toMatchObject({ status: 'cancelled', 'deleted-count': '1' })
    expect(asked().sort()).toEqual([DONE, STOPPING])
  })
})
