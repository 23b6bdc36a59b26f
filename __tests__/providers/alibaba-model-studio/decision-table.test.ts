import { describe, expect, it } from 'vitest'
import { errorFault, errorOf } from '../../../emulators/alibaba-model-studio.ts'
import { afterDelete, goneMeanwhile, ID, onDelete, studio } from './studio.ts'

const NEVER = Number.POSITIVE_INFINITY

describe('what is seen, and the step', () => {
  it('first GET 404 NotFound, never seen before: "not found or no access", a warning, success', async () => {
    const account = studio(null)
    const { ok, outputs, log } = await account.run()

    expect([ok, outputs['status']]).toEqual([true, 'already-gone'])
    expect(log.filter((line) => line.startsWith('warning'))).toEqual([expect.stringContaining('not visible')])
    expect(account.deletes()).toEqual([])
  })

  it.each(['DELETING', 'OFFLINING'])('%s: no DELETE, polled until NotFound', async (status) => {
    const account = studio({ status })
    const { ok, outputs, results } = await account.run()

    expect([ok, outputs['status'], outputs['tombstone']]).toEqual([true, 'deleted', ''])
    expect(results).toMatchObject([{ reason: expect.stringContaining('somebody else') }])
    expect(account.deletes()).toEqual([])
  })

  it('charge_type pre_paid: refused, saying how to go on, no DELETE', async () => {
    const account = studio({ charge_type: 'pre_paid' })
    const { ok, outputs, results } = await account.run()

    expect([ok, outputs['status'], outputs['failed-count']]).toEqual([false, 'failed', '1'])
    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining("'allow: prepaid'") }])
    expect(account.calls()).toEqual(['GET 200'])
  })

  it('charge_type pre_paid with allow: prepaid: deleted', async () => {
    const account = studio({ charge_type: 'pre_paid' })
    expect((await account.run({ allow: 'prepaid' })).outputs['status']).toBe('deleted')
  })

  it('charge_type pre_paid with allow: prepaid, and Alibaba refuses: refused, naming the billing console', async () => {
    const account = studio({ charge_type: 'pre_paid' }, { prepaidDelete: 'refuse' })
    const { results } = await account.run({ allow: 'prepaid' })

    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('billing console') }])
    expect(account.deletes()).toHaveLength(1)
  })

  it.each([
    ['plan ptu', { plan: 'ptu' }],
    ['plan ptu_v2', { plan: 'ptu_v2' }],
    ['ptu_capacity without a plan', { ptu_capacity: { input_tpm: 10_000, output_tpm: 1_000 } }],
    ['ptu_capacity of nothing', { plan: 'mu', ptu_capacity: {} }],
    ['ptu_service_tier without a plan', { ptu_service_tier: 'standard' }],
    ['ptu_service_tier with plan mu', { plan: 'mu', ptu_service_tier: 'standard' }],
  ])('a reservation (%s): refused, saying how to go on, no DELETE, also with allow: prepaid', async (_by, fields) => {
    const account = studio({ ...fields, status: 'STOPPED' })
    const { ok, results } = await account.run({ allow: 'prepaid' })

    expect(ok).toBe(false)
    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('capacity instances') }])
    expect(account.deletes()).toEqual([])
  })

  it.each(['mu', 'lora', 'cu', 'a-plan-of-tomorrow'])('an ordinary deployment (plan %s): deleted', async (plan) => {
    expect((await studio({ plan }).run()).outputs['status']).toBe('deleted')
  })

  it.each([
    'RUNNING',
    'STOPPED',
    'FAILED',
    'UPDATING_FAILED',
    'ARREARS_DOWN',
    'ARREARS_RECOVERING',
    'PENDING',
    'DEPLOYING',
    'UPDATING',
    'A_STATUS_OF_TOMORROW',
  ])('%s: DELETE once, polled until NotFound', async (status) => {
    const account = studio({ status })
    const { ok, outputs } = await account.run()

    expect([ok, outputs['status'], outputs['deleted-ids']]).toEqual([true, 'deleted', JSON.stringify([ID])])
    expect(account.deletes()).toHaveLength(1)
    expect(account.events()).toEqual(['accepted', 'deleted'])
  })

  it('DELETE answers NotFound for one that was seen: already gone, as nothing was seen to delete it', async () => {
    const account = studio()
    account.emulator.faults.push(errorFault(errorOf('NotFound'), { when: goneMeanwhile(account) }))

    const { outputs } = await account.run()

    expect(outputs['status']).toBe('already-gone')
    expect(account.calls().slice(0, 3)).toEqual(['GET 200', 'DELETE 404', 'GET 404'])
    expect(account.deletes()).toHaveLength(1)
    expect(account.clock.elapsed()).toBeGreaterThanOrEqual(5000)
  })

  it.each(['UnsupportedOperation', 'OperationDenied'])(
    'DELETE refused because of state (400 %s), then DELETING: polled until NotFound',
    async (code) => {
      const account = studio()
      account.emulator.faults.push(errorFault(errorOf(code), { when: onDelete, processed: true }))

      expect((await account.run()).outputs['status']).toBe('deleted')
      expect(account.deletes()).toHaveLength(1)
    },
  )

  it.each([400, 409])(
    'DELETE refused because of state (%i), not DELETING: refused after a short while',
    async (status) => {
      const stateRefusal = { status, code: 'SomeCode', message: 'Not in this status.' }
      const account = studio({}, { refuseDelete: ['RUNNING'], stateRefusal })
      const { ok, results } = await account.run()

      expect(ok).toBe(false)
      expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('SomeCode') }])
      expect(results).toMatchObject([{ lastStatus: 'RUNNING' }])
      expect(account.calls().slice(0, 3)).toEqual(['GET 200', `DELETE ${status}`, 'GET 200'])
      expect(account.clock.elapsed()).toBeGreaterThanOrEqual(5000)
      expect(account.clock.elapsed()).toBeLessThan(20_000)
    },
  )

  it('one that only the console deletes: refused after a short while', async () => {
    const account = studio({ consoleOnly: true })
    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('console') }])
    expect(account.deletes().length).toBeLessThan(6)
    expect(account.clock.elapsed()).toBeLessThan(20_000)
  })

  it('a 403 at DELETE: refused at once, because no state of the deployment mends it', async () => {
    const account = studio(
      {},
      { refuseDelete: ['RUNNING'], stateRefusal: { status: 403, code: 'SomeCode', message: 'No.' } },
    )
    const { results } = await account.run()

    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('SomeCode') }])
    expect(account.calls()).toEqual(['GET 200', 'DELETE 403', 'GET 200'])
  })

  it.each(['RUNNING', 'FAILED'])('two reads back at %s after DELETING: failed', async (status) => {
    const account = studio({ failBack: { status, afterMs: 5_000 }, deleteMs: 10_000 })
    const { ok, outputs, results } = await account.run()

    expect([ok, outputs['status']]).toEqual([false, 'failed'])
    expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining(`${status} again`) }])
    expect(account.deletes()).toHaveLength(1)
    expect(account.clock.elapsed()).toBeLessThan(60_000)
  })

  it('gmt_create changed before our DELETE: refused, the new one stays', async () => {
    const account = studio()
    // The DELETE is turned down, so nothing of ours has removed the one that was seen.
    account.emulator.faults.push(errorFault(errorOf('UnsupportedOperation'), { when: onDelete }))
    account.clock.at(100, () => account.world.recreate(ID))

    const { ok, results } = await account.run()

    expect(ok).toBe(false)
    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('is kept') }])
    expect(account.world.has(ID)).toBe(true)
    expect(account.deletes()).toHaveLength(1)
  })

  it('gmt_create changed while polling: deleted, the new one stays', async () => {
    const account = studio({ deleteMs: NEVER })
    account.clock.at(10_000, () => account.world.recreate(ID))
    const { ok, results } = await account.run()

    expect(ok).toBe(true)
    expect(results).toMatchObject([{ outcome: 'deleted', reason: expect.stringContaining('is kept') }])
    expect(account.world.has(ID)).toBe(true)
    expect(account.deletes()).toHaveLength(1)
  })

  it.each(['InvalidApiKey', 'AccessDenied', 'WorkSpaceNotFound'])('%s while polling: failed', async (code) => {
    const account = studio()
    account.emulator.faults.push(errorFault(errorOf(code), { times: NEVER, when: afterDelete(account) }))
    const { ok, outputs } = await account.run()

    expect([ok, outputs['status'], outputs['deleted-ids']]).toEqual([false, 'failed', '[]'])
  })

  it('another workspace than workspace-id: refused, naming it, no DELETE', async () => {
    const account = studio({ workspace_id: 'llm-theirs' }, { workspaces: ['llm-ours'] })
    // A host that ignores the header shows every workspace of the account.
    const seen = JSON.stringify({ output: { deployed_model: ID, status: 'RUNNING', workspace_id: 'llm-theirs' } })
    const headers = { 'content-type': 'application/json' }
    account.emulator.faults.push({ kind: 'status', status: 200, body: seen, headers, times: NEVER })
    const { ok, results } = await account.run({ 'workspace-id': 'llm-ours' })

    expect(ok).toBe(false)
    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('llm-theirs') }])
    expect(account.deletes()).toEqual([])
  })

  it('no workspace_id in the answer: it cannot be checked, so it is refused', async () => {
    const account = studio({ omit: ['workspace_id'], workspace_id: 'llm-ours' })
    const { results } = await account.run({ 'workspace-id': 'llm-ours' })
    expect(results).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('cannot be checked') }])
  })

  it('a workspace-id that does not exist: failed, naming the input', async () => {
    const { ok, results } = await studio().run({ 'workspace-id': 'llm-nowhere' })

    expect(ok).toBe(false)
    expect(results).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining("'workspace-id'") }])
  })
})
