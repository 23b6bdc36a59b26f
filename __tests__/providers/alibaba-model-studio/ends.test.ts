import { describe, expect, it } from 'vitest'
import type { AlibabaEmulator } from '../../../emulators/alibaba-model-studio.ts'
import { ID, SINGAPORE, studio } from './studio.ts'

const NEVER = Number.POSITIVE_INFINITY

describe('the budget is spent', () => {
  it.each(['DELETING', 'OFFLINING'] as const)('still %s: timed-out, accepted but not confirmed', async (status) => {
    const account = studio({ deleteMs: NEVER }, { deletingStatus: status })

    const { ok, outputs, results, ms } = await account.run({ timeout: '10m' })

    expect([ok, outputs['status'], outputs['failed-count']]).toEqual([false, 'timed-out', '1'])
    expect(results).toMatchObject([{ outcome: 'timed-out', lastStatus: status }])
    expect(results).toMatchObject([
      { reason: expect.stringMatching(new RegExp(`accepted but not confirmed.*${status}`)) },
    ])
    expect(ms).toBe(600_000)
    expect(account.deletes()).toHaveLength(1)
    expect(JSON.parse(outputs['tombstone'] ?? '')).toMatchObject({ deployed_model: ID })
  })

  it('read after read shows RUNNING after an accepted DELETE: timed-out, naming RUNNING', async () => {
    const account = studio({ deleteMs: NEVER }, { staleReads: 1_000_000 })

    const { results } = await account.run({ timeout: '5m' })

    expect(results).toMatchObject([{ outcome: 'timed-out', reason: expect.stringContaining('last seen RUNNING') }])
    expect(account.deletes()).toHaveLength(1)
  })

  it('ten minutes of waiting take less than a hundred looks', async () => {
    const account = studio({ deleteMs: NEVER })
    await account.run({ timeout: '10m' })
    expect(account.emulator.requests.length).toBeLessThan(100)
    expect(account.emulator.requests.length).toBeGreaterThan(10)
  })

  it('gone one second before: deleted', async () => {
    const account = studio({ deleteMs: 50_000 })
    expect((await account.run({ timeout: '1m' })).outputs['status']).toBe('deleted')
  })
})

describe('wait: false', () => {
  it('accepted after DELETE, with the deployment object, and not looked at again', async () => {
    const account = studio({ deleteMs: NEVER })

    const { ok, outputs, results } = await account.run({ wait: 'false' })

    expect([ok, outputs['status'], outputs['deleted-count']]).toEqual([true, 'accepted', '0'])
    expect(JSON.parse(outputs['tombstone'] ?? '')).toMatchObject({ deployed_model: ID, status: 'DELETING' })
    expect(results).toMatchObject([{ outcome: 'accepted', reason: expect.stringContaining("'wait: false'") }])
    expect(account.calls()).toEqual(['GET 200', 'DELETE 200'])
  })

  it('DELETING already: accepted, no DELETE', async () => {
    const account = studio({ status: 'DELETING' })
    const { outputs } = await account.run({ wait: 'false' })
    expect(outputs['status']).toBe('accepted')
    expect(account.calls()).toEqual(['GET 200'])
  })

  it('a refusal is still looked into', async () => {
    const account = studio({}, { refuseDelete: ['RUNNING'] })
    const { ok, outputs } = await account.run({ wait: 'false' })
    expect([ok, outputs['status']]).toEqual([false, 'failed'])
  })

  it('not there: already-gone', async () => {
    expect((await studio(null).run({ wait: 'false' })).outputs['status']).toBe('already-gone')
  })
})

describe('dry-run', () => {
  it.each([
    ['RUNNING: planned', { status: 'RUNNING' }, 'planned', true],
    ['DELETING: planned, only waiting is left', { status: 'DELETING' }, 'planned', true],
    ['pre_paid: refused as in earnest', { charge_type: 'pre_paid' }, 'refused', false],
    ['a reservation: refused as in earnest', { plan: 'ptu_v2' }, 'refused', false],
    ['not there: already-gone', null, 'already-gone', true],
  ] as const)('%s, and only GETs are sent', async (_rule, deployment, outcome, succeeds) => {
    const account = studio(deployment)

    const { ok, results, outputs } = await account.run({ 'dry-run': 'true' })

    expect(ok).toBe(succeeds)
    expect(results).toMatchObject([{ id: ID, outcome }])
    expect([outputs['deleted-count'], outputs['tombstone']]).toEqual(['0', ''])
    expect([...new Set(account.emulator.requests.map(({ method }) => method))]).toEqual(['GET'])
    expect(account.events()).toEqual([])
  })

  it('says what would be done, in order', async () => {
    const { report } = await studio().run({ 'dry-run': 'true' })
    expect(report.targets).toMatchObject([{ id: ID, plan: ['delete', 'wait until it is gone'] }])
  })
})

/** The emulator, and how many requests were under way at the same time. */
function counted(emulator: AlibabaEmulator) {
  let underWay = 0
  let most = 0
  const handle = async (request: Request): Promise<Response> => {
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
    return emulator.handle(request)
  }
  return { emulator: { ...emulator, handle }, most: () => most }
}

describe('several targets', () => {
  it('one is refused, one is gone, one goes: each has its own outcome, and the step fails', async () => {
    const account = studio()
    account.world.seed({ deployed_model: 'prepaid', charge_type: 'pre_paid' })

    const { ok, outputs, results } = await account.run({ 'deployment-id': `prepaid, nobody, ${ID}` })

    expect([ok, outputs['status']]).toEqual([false, 'failed'])
    expect(results.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['prepaid', 'refused'],
      ['nobody', 'already-gone'],
      [ID, 'deleted'],
    ])
    expect(outputs['deleted-ids']).toBe(JSON.stringify([ID]))
    expect(outputs['tombstone']).toBe('')
    expect(JSON.parse(outputs['tombstones'] ?? '')).toMatchObject([null, null, { deployed_model: ID }])
    expect(account.world.has('prepaid')).toBe(true)
  })

  it('two hundred and fifty go, each with one DELETE, four requests at once at most', async () => {
    const account = studio(null)
    const ids = Array.from({ length: 250 }, (_, at) => `qwen3-8b-ft-pr${at}`)
    account.world.seed(...ids.map((deployed_model) => ({ deployed_model })), { deployed_model: 'bystander' })
    const { emulator, most } = counted(account.emulator)

    const { ok, outputs } = await account.run(
      { 'deployment-id': ids.join('\n') },
      { emulators: { [SINGAPORE]: emulator } },
    )

    expect([ok, outputs['deleted-count']]).toEqual([true, '250'])
    expect(new Set(account.deletes().map(({ path }) => path)).size).toBe(250)
    expect(account.deletes()).toHaveLength(250)
    expect(account.world.ids()).toEqual(['bystander'])
    expect(most()).toBe(4)
  })

  it('IDs that differ at their end only: exactly the named one goes', async () => {
    const account = studio(null)
    account.world.seed(...['m-pr1', 'm-pr12', 'xm-pr1'].map((deployed_model) => ({ deployed_model })))

    expect((await account.run({ 'deployment-id': 'm-pr1' })).outputs['status']).toBe('deleted')
    expect(account.world.ids()).toEqual(expect.arrayContaining(['m-pr12', 'xm-pr1']))
    expect(account.world.ids()).toHaveLength(2)
  })

  it('two runs at once on the same deployment: both end well, one DELETE has been accepted', async () => {
    const account = studio()

    const [first, second] = await Promise.all([account.run(), account.run()])

    expect([first.ok, second.ok]).toEqual([true, true])
    expect([first.outputs['status'], second.outputs['status']]).toEqual(['deleted', 'deleted'])
    expect(account.events().filter((what) => what === 'accepted')).toHaveLength(1)
  })
})
